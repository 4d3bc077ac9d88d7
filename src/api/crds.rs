//! The CustomResourceDefinitions as they are installed.
//!
//! The derived schemas are nearly right; what the derive cannot say is put right here, in one place.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSON, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};
use kube::CustomResourceExt;
use serde_json::{Value, json};

use super::{ClusterDNSProvider, DNSProvider, MailDomain};

/// Every definition, in the order they are written.
pub fn crds() -> Vec<CustomResourceDefinition> {
    [MailDomain::crd(), ClusterDNSProvider::crd(), DNSProvider::crd()].into_iter().map(put_right).collect()
}

/// Every definition as one YAML stream.
pub fn crds_yaml() -> Result<String, serde_saphyr::SerializeError> {
    crds().iter().map(|crd| Ok(format!("---\n{}", crd_yaml(crd)?))).collect()
}

/// One definition as YAML.
pub fn crd_yaml(crd: &CustomResourceDefinition) -> Result<String, serde_saphyr::SerializeError> {
    serde_saphyr::to_string(crd)
}

fn put_right(mut crd: CustomResourceDefinition) -> CustomResourceDefinition {
    let schemas = crd.spec.versions.iter_mut().filter_map(|version| version.schema.as_mut()?.open_api_v3_schema.as_mut());
    for root in schemas {
        tidy(root);
        // The API server fills defaults only inside objects that exist, and nobody creates a status.
        if let Some(status) = root.properties.as_mut().and_then(|properties| properties.get_mut("status")) {
            status.default = Some(JSON(json!({"observedGeneration": -1})));
        }
    }
    crd
}

/// Goes through a schema and everything below it.
fn tidy(schema: &mut JSONSchemaProps) {
    drop_null(schema);
    drop_noise(schema);
    schema.description = schema.description.take().map(|text| unwrapped(&text));
    schema.properties.iter_mut().flat_map(|properties| properties.values_mut()).for_each(tidy);
    if let Some(JSONSchemaPropsOrArray::Schema(items)) = &mut schema.items {
        tidy(items);
    }
    if let Some(JSONSchemaPropsOrBool::Schema(values)) = &mut schema.additional_properties {
        tidy(values);
    }
}

/// An optional field is absent, never null: `has()` would be true for a null, and every rule would have to ask twice.
fn drop_null(schema: &mut JSONSchemaProps) {
    schema.nullable = None;
    if let Some(values) = &mut schema.enum_ {
        values.retain(|JSON(value)| !value.is_null());
    }
}

/// The API server warns of formats it does not know, and would store an empty list in every object for a default of `[]`.
fn drop_noise(schema: &mut JSONSchemaProps) {
    schema.format = schema.format.take().filter(|format| !format.starts_with("uint"));
    schema.default = schema.default.take().filter(|JSON(value)| value.as_array().is_none_or(|list| !list.is_empty()));
}

/// Lines are broken where they are shown: `kubectl explain` would keep ours and add its own.
fn unwrapped(text: &str) -> String {
    text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect::<Vec<_>>().join("\n\n")
}

/// The schema of the one version that is served.
pub(super) fn schema(crd: &CustomResourceDefinition) -> Option<&JSONSchemaProps> {
    crd.spec.versions.first()?.schema.as_ref()?.open_api_v3_schema.as_ref()
}

/// A JSON value as a person writes it in a manifest.
pub(super) fn literal(JSON(value): &JSON) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
