//! The reference provider.

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Error, ErrorKind, Provider,
        memory::{Call, Fault, Memory},
    },
};

use crate::{Bench, every_scenario, fixtures::*};

struct InMemory(Memory);

async fn start() -> InMemory {
    InMemory(Memory::with_zones([name("cafe.lab"), name("shop.cafe.lab")]))
}

#[async_trait]
impl Bench for InMemory {
    fn provider(&self) -> &dyn Provider {
        &self.0
    }

    async fn put(&self, set: RecordSet) {
        self.0.put(set);
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        let kind = value.kind();
        let mut values = self.0.stored(name, kind).map_or_else(Vec::new, |set| set.values);
        values.push(value);
        self.0.put(RecordSet::new(name.clone(), kind, ttl, values));
    }

    async fn dump(&self) -> Vec<RecordSet> {
        self.0.dump()
    }
}

every_scenario!(start);

#[tokio::test]
async fn a_fault_can_be_injected_at_each_call() {
    let memory = start().await.0;
    let fault = |kind| Fault::Refused(Error::new(kind, "injected"));
    memory.inject(Call::ZoneOf, fault(ErrorKind::Denied));
    memory.inject(Call::Read, fault(ErrorKind::Transient));
    memory.inject(Call::Apply, fault(ErrorKind::Bug));
    assert_eq!(memory.zone_of(&name("cafe.lab")).await.unwrap_err().kind, ErrorKind::Denied);
    assert_eq!(memory.read(&cafe(), &[]).await.unwrap_err().kind, ErrorKind::Transient);
    assert_eq!(memory.apply(&cafe(), &[]).await.unwrap_err().kind, ErrorKind::Bug);
    apply(&memory, &[create(&txt("cafe.lab", &["a"]))]).await;
}
