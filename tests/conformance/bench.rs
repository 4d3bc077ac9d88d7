//! What a scenario needs of a provider under test.

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, RecordType, Value},
    provider::Provider,
};

/// A provider that serves `cafe.lab` and `shop.cafe.lab`, both empty, and the zones as somebody else holds them.
///
/// Somebody else neither goes through the provider nor knows of it.
#[async_trait]
pub trait Bench: Send + Sync {
    /// The provider under test.
    fn provider(&self) -> &dyn Provider;

    /// Puts a set in place of whatever stands at its name and type.
    async fn put(&self, set: RecordSet);

    /// Adds one value to a set and leaves the others.
    async fn add(&self, name: &Name, ttl: u32, value: Value);

    /// Takes one value from a set and leaves the others. As here, by reading and writing the set, somebody may undo what we did
    /// in between; a server with an act for it does better.
    async fn remove(&self, name: &Name, value: &Value) {
        let mut set = self.stored(name, value.kind()).await.expect("it stands there");
        set.values.retain(|other| other != value);
        self.put(set).await;
    }

    /// Everything stored in `cafe.lab`, as its server stores it, without the apex's SOA and NS.
    async fn dump(&self) -> Vec<RecordSet>;

    /// One stored set.
    async fn stored(&self, name: &Name, kind: RecordType) -> Option<RecordSet> {
        self.dump().await.into_iter().find(|set| set.name == *name && set.kind == kind)
    }
}
