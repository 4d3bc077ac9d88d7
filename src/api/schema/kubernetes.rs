//! Names of Kubernetes objects and of entries in them.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::{Check, text};

/// A name of most kinds of object.
pub(in crate::api) fn object_name(_: &mut SchemaGenerator) -> Schema {
    let name = Check::new(
        "self.matches(r'^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$')",
        "write the name of a Kubernetes object: lower-case letters, digits, inner hyphens and dots",
    );
    text(253, &[name])
}

/// A name of a namespace.
pub(in crate::api) fn namespace(_: &mut SchemaGenerator) -> Schema {
    let name = Check::new(
        "self.matches(r'^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
        "write the name of a namespace: lower-case letters, digits and inner hyphens",
    );
    text(63, &[name])
}

/// A key in the data of a Secret.
pub(in crate::api) fn data_key(_: &mut SchemaGenerator) -> Schema {
    let key =
        Check::new("self.matches(r'^[-._a-zA-Z0-9]+$')", "write a key in the Secret's data: letters, digits, `-`, `_` and `.`");
    text(253, &[key])
}

/// An owner as the marker names it.
pub(in crate::api) fn owner(_: &mut SchemaGenerator) -> Schema {
    let owner = Check::new(
        "self.matches(r'^[!-.0-~]+/[!-.0-~]+/[!-.0-~]+$')",
        "write an owner as a marker names it: <owner-id>/<namespace>/<name>",
    );
    text(384, &[owner])
}

/// Annotations: at most 32, each value at most 4096 characters.
pub(in crate::api) fn annotations(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "object", "maxProperties": 32, "additionalProperties": {"type": "string", "maxLength": 4096}})
}
