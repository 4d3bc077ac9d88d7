//! Objects as earlier commits stored them: today's types read each field of them, and today's definitions take them back.
//!
//! `tests/stored` has a folder for each release, and some from before the first; CONTRIBUTING.md says how the next one comes there.

use std::{fs, path::Path};

use kube::{
    Api, ResourceExt,
    api::{DeleteParams, DynamicObject, Patch, PatchParams},
};
use mailward::api::{ClusterDNSProvider, DNSProvider, MailDomain};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::cluster::api_of;

/// Folder and file, and the object in it.
fn corpus() -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored");
    let mut found = vec![];
    for folder in fs::read_dir(root).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name =
                format!("{}/{}", path.parent().unwrap().file_name().unwrap().display(), path.file_name().unwrap().display());
            let text = fs::read_to_string(&path).unwrap();
            let documents =
                text.split("---\n").map(|one| serde_saphyr::from_str::<Value>(one).unwrap_or_else(|e| panic!("{name}: {e}")));
            found.extend(documents.filter(|object| !object.is_null()).map(|object| (name.clone(), object)));
        }
    }
    assert!(found.len() > 30, "{} objects", found.len());
    found
}

/// Defaults that our types leave out when they write.
const LEFT_OUT: [(&str, u32); 1] = [(".size", 2048)];

/// Paths of the first value that `after` lacks or has otherwise.
fn lost(path: &str, before: &Value, after: &Value) -> Option<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            before.iter().find_map(|(key, value)| lost(&format!("{path}.{key}"), value, after.get(key).unwrap_or(&Value::Null)))
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            before.iter().zip(after).enumerate().find_map(|(at, (one, other))| lost(&format!("{path}[{at}]"), one, other))
        }
        // An empty list and none are the same to everybody.
        (Value::Array(before), Value::Null) if before.is_empty() => None,
        (before, Value::Null) if LEFT_OUT.iter().any(|(key, value)| path.ends_with(key) && before == value) => None,
        (before, after) => (before != after).then(|| format!("{path}: {before} became {after}")),
    }
}

fn read_again<K: DeserializeOwned + Serialize>(object: &Value) -> Result<Value, String> {
    let typed: K = serde_json::from_value(object.clone()).map_err(|error| error.to_string())?;
    serde_json::to_value(typed).map_err(|error| error.to_string())
}

#[test]
fn what_earlier_commits_stored_is_read_by_todays_types_and_no_field_is_lost() {
    let mut wrong = vec![];
    for (file, object) in corpus() {
        let again = match object["kind"].as_str().unwrap() {
            "MailDomain" => read_again::<MailDomain>(&object),
            "DNSProvider" => read_again::<DNSProvider>(&object),
            "ClusterDNSProvider" => read_again::<ClusterDNSProvider>(&object),
            other => panic!("{file}: what is a {other}?"),
        };
        let said = again.and_then(|again| lost("", &object, &again).map_or(Ok(()), Err));
        wrong.extend(said.err().map(|why| format!("{file}: {} {}: {why}", object["kind"], object["metadata"]["name"])));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Stores an object with its status as it was, and writes both once more as our controllers and users do.
async fn take_back(api: &Api<DynamicObject>, object: &Value) -> Result<(), String> {
    let name = object["metadata"]["name"].as_str().unwrap();
    let said = |error: kube::Error| error.to_string();
    let strictly = PatchParams::apply("stored").validation_strict();
    api.patch(name, &strictly, &Patch::Apply(object)).await.map_err(said)?;
    if !object["status"].is_null() {
        let stored = api.patch_status(name, &strictly, &Patch::Apply(object)).await.map_err(said)?;
        let stored = serde_json::to_value(&stored).unwrap();
        lost(".status", &object["status"], &stored["status"]).map_or(Ok(()), Err)?;
    }
    let touch = serde_json::json!({"metadata": {"annotations": {"example.com/touched": "yes"}, "finalizers": null}});
    let touched = api.patch(name, &PatchParams::default(), &Patch::Merge(&touch)).await.map_err(said)?;
    let touched = serde_json::to_value(&touched).unwrap();
    lost(".spec", &object["spec"], &touched["spec"]).map_or(Ok(()), Err)
}

#[tokio::test]
async fn what_earlier_commits_stored_is_taken_back_by_todays_definitions_with_its_status() {
    let mut wrong = vec![];
    for (number, (file, mut object)) in corpus().into_iter().enumerate() {
        let api = api_of(object["kind"].as_str().unwrap()).await;
        // Several commits had an object of that name, and the examples live in namespaces that are not here.
        let name = format!("stored-{number}");
        object["metadata"]["name"] = name.as_str().into();
        if object["metadata"]["namespace"].is_string() {
            object["metadata"]["namespace"] = "default".into();
        }
        let said = take_back(&api, &object).await;
        wrong.extend(said.err().map(|why| format!("{file}: {} {}: {why}", object["kind"], object["spec"]["domain"])));
        if let Ok(Some(left)) = api.get_opt(&name).await {
            api.delete(&left.name_any(), &DeleteParams::default()).await.unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
