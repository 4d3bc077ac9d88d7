//! The custom resources of group `mailward.dev`, version `v1alpha1`.
//!
//! Serde and schema only: what can be checked by OpenAPI or CEL is checked here, everything else in `domain`. The definitions
//! of `crds/` and the tables of `docs/reference.md` are made from these types by [`crds`] and [`mod@reference`].

#![allow(unreachable_pub, reason = "the schema derive repeats each struct inside a function, with its visibility")]
#![allow(clippy::duplicated_attributes, reason = "each printcolumn has a name and a type of its own")]

mod condition;
mod crds;
mod gateway;
mod mail_domain;
mod provider;
pub mod reference;
mod schema;

pub use condition::{ConditionType, condition, cut, stamped};
pub use crds::{crd_yaml, crds, crds_yaml};
pub use gateway::*;
pub use mail_domain::*;
pub use provider::*;

/// API group.
pub const GROUP: &str = "mailward.dev";
