//! The schema covers the values, all of them and nothing else, and no corner of it takes unknown keys.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::helm::chart;

/// Where any key is welcome: what belongs to other charts, and what Kubernetes defines and checks.
const OPEN: [&str; 4] =
    ["/global", "/$defs/affinity/nodeAffinity", "/$defs/affinity/podAffinity", "/$defs/affinity/podAntiAffinity"];

fn schema() -> Value {
    serde_json::from_str(&fs::read_to_string(chart().join("values.schema.json")).unwrap()).unwrap()
}

fn values() -> Value {
    serde_saphyr::from_str(&fs::read_to_string(chart().join("values.yaml")).unwrap()).unwrap()
}

/// Every schema that takes an object, with its place.
fn object_schemas<'a>(place: &str, schema: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    if schema["type"] == "object" {
        found.push((place.to_owned(), schema));
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        object_schemas(&format!("{place}/{name}"), inner, found);
    }
    for (name, inner) in schema["$defs"].as_object().into_iter().flatten() {
        object_schemas(&format!("/$defs/{name}"), inner, found);
    }
    if let Some(items) = schema.get("items") {
        object_schemas(&format!("{place}[]"), items, found);
    }
}

#[test]
fn no_object_of_the_values_takes_keys_that_the_schema_does_not_name() {
    let schema = schema();
    let mut found = vec![];
    object_schemas("", &schema, &mut found);
    assert!(found.len() > 20, "{found:#?}");
    for (place, object) in found.iter().filter(|(place, _)| !OPEN.contains(&place.as_str())) {
        let more = &object["additionalProperties"];
        let closed = *more == Value::Bool(false);
        // A map from names of the user's to values of one kind.
        let map = more["type"].is_string() || more["type"].is_array();
        assert!(closed || map && object.get("properties").is_none(), "{place} takes unknown keys: {object}");
    }
}

/// Paths of the values as far as the schema names keys.
fn paths_of_schema(place: &str, root: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(name) => &root["$defs"][name.strip_prefix("#/$defs/").unwrap()],
        None => schema,
    };
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{place}/{name}");
        paths_of_schema(&path, root, inner, found);
        found.insert(path);
    }
}

fn paths_of_values(place: &str, values: &Value, found: &mut BTreeSet<String>) {
    for (name, inner) in values.as_object().into_iter().flatten() {
        let path = format!("{place}/{name}");
        paths_of_values(&path, inner, found);
        found.insert(path);
    }
}

#[test]
fn schema_and_values_name_the_same_keys() {
    let (schema, values) = (schema(), values());
    let (mut in_schema, mut in_values) = (BTreeSet::new(), BTreeSet::new());
    paths_of_schema("", &schema, &schema, &mut in_schema);
    paths_of_values("", &values, &mut in_values);
    // Below these the keys are Kubernetes's.
    in_schema.retain(|path| !path.contains("/affinity/"));
    in_values.retain(|path| ["/requests/", "/limits/", "/labels/"].iter().all(|map| !path.contains(map)));
    assert_eq!(in_schema, in_values);
}
