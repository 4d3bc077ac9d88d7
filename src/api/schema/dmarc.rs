//! Values of DMARC tags (RFC 9989 4.7).

use schemars::{Schema, SchemaGenerator, json_schema};

use super::{Check, list_of, set_of, text};

/// `fo`: each option once.
pub(in crate::api) fn failure_options(_: &mut SchemaGenerator) -> Schema {
    set_of(4, &json_schema!({"type": "string", "enum": ["0", "1", "d", "s"]}))
}

/// `rf`: a keyword each (RFC 7489 6.4).
pub(in crate::api) fn report_formats(_: &mut SchemaGenerator) -> Schema {
    let keyword = Check::new(
        "self.matches(r'^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$')",
        "DMARC-R1: a report format is a keyword of letters, digits and inner hyphens, as in afrf",
    );
    list_of(4, &text(32, &[keyword]))
}
