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

/// A subscription, directory or application of Azure.
pub(in crate::api) fn guid(_: &mut SchemaGenerator) -> Schema {
    let guid = Check::new(
        "self.matches(r'^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$')",
        "write an id of Azure, as in 11111111-2222-3333-4444-555555555555, and no name",
    );
    text(36, &[guid])
}

/// A resource group of Azure.
pub(in crate::api) fn resource_group(_: &mut SchemaGenerator) -> Schema {
    let group = Check::new(
        "self.matches(r'^[-_.()A-Za-z0-9]*[-_()A-Za-z0-9]$')",
        "write the name of a resource group: letters, digits, `-`, `_`, parentheses and inner dots",
    );
    text(90, &[group])
}
