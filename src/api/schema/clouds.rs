//! Ids of what the large clouds call projects, subscriptions and tenants.
//!
//! Each becomes a part of a path, so nothing that means something in a path may stand in it.

use schemars::{Schema, SchemaGenerator};

use super::{Check, text};

/// A project of Google Cloud; old ones have a domain and a colon before their id.
pub(in crate::api) fn google_project(_: &mut SchemaGenerator) -> Schema {
    let project = Check::new(
        "self.matches(r'^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$')",
        "write the id of a project, as in mail-dns-420117, neither its name nor its number",
    );
    text(100, &[project])
}
