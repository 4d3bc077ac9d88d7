//! `docs/reference.md`: every field of every object, from the schemas.
//!
//! Nothing is written by hand here but the frame, so that the reference cannot say what the API server does not do.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};

use super::crds::{crds, literal, schema};

const HEAD: &str = "# Reference\n\n\
    Every field of Mailward's objects, generated from the definitions in `crds/`. `kubectl explain md.spec` shows the same.\n\
    Where a rule has an id (`SPF-R1`), the message of the API server and the conditions in status quote it.\n";

/// The whole reference as Markdown.
pub fn markdown() -> String {
    std::iter::once(HEAD.to_owned()).chain(crds().iter().map(kind)).collect()
}

fn kind(crd: &CustomResourceDefinition) -> String {
    let names = &crd.spec.names;
    let short = names.short_names.iter().flatten().map(|name| format!(", short `{name}`")).collect::<Vec<_>>().concat();
    let Some(root) = schema(crd) else { return String::new() };
    let mut page = format!(
        "\n## {}\n\n{}\n\n`kubectl get {}`{short}; {}.\n",
        names.kind,
        root.description.as_deref().unwrap_or_default(),
        names.plural,
        if crd.spec.scope == "Namespaced" { "in a namespace" } else { "for the whole cluster" },
    );
    for part in ["spec", "status"] {
        if let Some(object) = root.properties.as_ref().and_then(|properties| properties.get(part)) {
            section(&mut page, part, object);
        }
    }
    page
}

/// A table for the object at `path`, then one for each object below it.
fn section(page: &mut String, path: &str, object: &JSONSchemaProps) {
    let Some(properties) = object.properties.as_ref().filter(|properties| !properties.is_empty()) else { return };
    page.extend(["\n### `", path, "`\n\n"]);
    page.push_str("| Field | Type | Default | Bounds | Meaning |\n|---|---|---|---|---|\n");
    for (name, field) in properties {
        page.push_str(&row(name, field, object.required.iter().flatten().any(|required| required == name)));
    }
    page.push_str(&rules(object));
    for (name, field) in properties {
        match item(field) {
            Some(item) => section(page, &format!("{path}.{name}[]"), item),
            None => section(page, &format!("{path}.{name}"), field),
        }
    }
}

fn row(name: &str, field: &JSONSchemaProps, required: bool) -> String {
    let default = field.default.as_ref().map(|value| format!("`{}`", literal(value))).unwrap_or_default();
    let meaning = field.description.as_deref().unwrap_or_default().replace("\n\n", "<br>").replace('|', "\\|");
    format!("| `{name}` | {} | {default} | {} | {meaning} |\n", type_of(field), bounds(field, required).join(", "))
}

fn type_of(field: &JSONSchemaProps) -> String {
    let own = field.type_.as_deref().unwrap_or("any");
    match (item(field), &field.additional_properties) {
        (Some(item), _) => format!("list of {}", type_of(item)),
        (None, Some(JSONSchemaPropsOrBool::Schema(values))) => format!("map of {}", type_of(values)),
        _ => own.to_owned(),
    }
}

fn item(field: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match &field.items {
        Some(JSONSchemaPropsOrArray::Schema(item)) => Some(item),
        _ => None,
    }
}

fn bounds(field: &JSONSchemaProps, required: bool) -> Vec<String> {
    let mut bounds = Vec::new();
    if required {
        bounds.push("**required**".to_owned());
    }
    bounds.extend(choices(field));
    bounds.extend(field.maximum.map(|maximum| format!("{} to {maximum}", field.minimum.unwrap_or_default())));
    bounds.extend(field.max_length.map(|most| format!("at most {most} characters")));
    bounds.extend(field.max_items.map(|most| format!("at most {most} entries")));
    bounds.extend(field.x_kubernetes_list_map_keys.as_ref().map(|keys| format!("one for each {}", keys.join(" and "))));
    if let Some(item) = item(field).filter(|item| item.properties.is_none()) {
        bounds.extend(self::bounds(item, false).into_iter().map(|bound| format!("each {bound}")));
    }
    bounds
}

fn choices(field: &JSONSchemaProps) -> Option<String> {
    let values = field.enum_.as_ref()?;
    Some(values.iter().map(|value| format!("`{}`", literal(value))).collect::<Vec<_>>().join(" or "))
}

/// The sentences the API server answers with, for the object and for its fields that are no objects themselves.
fn rules(object: &JSONSchemaProps) -> String {
    let own = messages(object).map(|message| format!("- {message}\n"));
    let fields = object.properties.iter().flatten().filter(|(_, field)| field.properties.is_none()).flat_map(|(name, field)| {
        let items = item(field).filter(|item| item.properties.is_none()).into_iter().flat_map(messages);
        messages(field).chain(items).map(move |message| format!("- `{name}`: {message}\n"))
    });
    let list = own.chain(fields).collect::<Vec<_>>().concat();
    if list.is_empty() { list } else { format!("\nRules:\n\n{list}") }
}

fn messages(schema: &JSONSchemaProps) -> impl Iterator<Item = &str> {
    schema.x_kubernetes_validations.iter().flatten().filter_map(|rule| rule.message.as_deref())
}
