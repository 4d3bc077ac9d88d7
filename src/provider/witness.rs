//! What DNS answers, for a provider that knows less of its zones than DNS does.
//!
//! A provider never asks DNS itself: whoever makes it hands it a witness.

use async_trait::async_trait;

use super::Result;
use crate::dns::{Name, RecordType, Value};

/// What answers at a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The values, sorted; a CNAME's target where one stands instead of the type that was asked.
    pub values: Vec<Value>,
    /// Whether a wildcard beside the name answers the same: then nothing need stand at the name itself (DNS-W1).
    pub by_wildcard: bool,
}

impl Answered {
    /// Whether DNS answers like this when `stored` is all that stands at the name.
    pub fn shows(&self, stored: &[Value]) -> bool {
        self.values == stored || (self.by_wildcard && stored.is_empty())
    }
}

/// Knows what DNS answers.
#[async_trait]
pub trait Witness: Send + Sync {
    /// The apex of the zone that holds a name; `None` where zones cannot be asked for.
    async fn apex(&self, name: &Name) -> Result<Option<Name>>;

    /// What every server that answers says of one type at a name. An error while nobody answers, or while they differ.
    async fn answered(&self, name: &Name, kind: RecordType) -> Result<Answered>;
}
