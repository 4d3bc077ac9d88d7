//! The custom resources of group `mailward.dev`, version `v1alpha1`.
//!
//! Serde and schema only: what can be checked by OpenAPI or CEL is checked here, everything else in `domain`.

mod condition;
mod mail_domain;
mod provider;

pub use condition::{ConditionType, condition};
pub use mail_domain::*;
pub use provider::*;

/// API group.
pub const GROUP: &str = "mailward.dev";
