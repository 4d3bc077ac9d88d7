//! Identifiers of Amazon Web Services.

use schemars::{Schema, SchemaGenerator};

use super::{Check, set_of, text};

/// A region, which names its partition of AWS as well.
pub(in crate::api) fn region(_: &mut SchemaGenerator) -> Schema {
    let region = Check::new(
        "self.matches(r'^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$')",
        "write a region, as in us-east-1, cn-north-1 or us-gov-west-1",
    );
    text(32, &[region])
}

/// The id of an access key of an IAM user.
pub(in crate::api) fn access_key_id(_: &mut SchemaGenerator) -> Schema {
    let checks = [
        Check::new(
            "self.matches(r'^[A-Z0-9]{16,128}$')",
            "write an access key id: capital letters and digits, as in AKIAIOSFODNN7EXAMPLE",
        ),
        Check::new(
            "!self.startsWith('ASIA')",
            "use the key of an IAM user (AKIA...): one that begins with ASIA expires within hours",
        ),
    ];
    text(128, &checks)
}

/// Ids of hosted zones.
pub(in crate::api) fn hosted_zone_ids(_: &mut SchemaGenerator) -> Schema {
    let id = Check::new("self.matches(r'^Z[A-Z0-9]{1,31}$')", "write the id of a hosted zone, as in Z1R8UBAEXAMPLE");
    set_of(100, &text(32, &[id]))
}
