//! Somebody else who writes to the apex TXT set all the time, beside us (P1).

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use futures::future;
use mailward::{
    dns::{RecordType, Value},
    provider::{Change, ErrorKind, Provider},
};

use crate::{Bench, fixtures::*};

/// How often he writes.
const EDITS: usize = 500;

/// What stands there when both are done.
pub struct Outcome {
    /// SPF values.
    pub ours: Vec<Value>,
    /// The one that should be.
    pub wanted: Value,
    /// Values of his that are gone.
    pub lost: Vec<Value>,
    /// Values that nobody wrote.
    pub invented: Vec<Value>,
    /// How often we wrote and were refused meanwhile.
    written: usize,
    refused: usize,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lost, written, refused) = (self.lost.len(), self.written, self.refused);
        write!(f, "{lost} of {EDITS} foreign values lost beside {written} writes of ours, {refused} more refused as conflicts")
    }
}

pub async fn p1_five_hundred_foreign_edits_beside_ours_lose_nothing(bench: &impl Bench) {
    let outcome = race(bench).await;
    assert_eq!(outcome.lost, [], "{outcome}");
    assert_eq!((outcome.ours, outcome.invented), (vec![outcome.wanted], vec![]));
}

/// Both write until he has written all of his, and then we once more.
pub async fn race(bench: &impl Bench) -> Outcome {
    apply(bench.provider(), &[create(&txt("cafe.lab", &["v=spf1 -all 0"]))]).await;
    let done = AtomicBool::new(false);
    let foreign = async {
        for edit in 0..EDITS {
            bench.add(&name("cafe.lab"), TTL, his(edit)).await;
            tokio::task::yield_now().await;
        }
        done.store(true, Ordering::Release);
    };
    let ours = async {
        let (mut written, mut refused) = (0, 0);
        loop {
            let last = done.load(Ordering::Acquire);
            match set_spf(bench.provider(), written + 1).await {
                true => written += 1,
                false => refused += 1,
            }
            if last {
                return (written, refused);
            }
        }
    };
    let ((), (written, refused)) = future::join(foreign, ours).await;
    let found = bench.stored(&name("cafe.lab"), RecordType::Txt).await.unwrap().values;
    let (ours, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_ours);
    let lost = (0..EDITS).map(his).filter(|value| !others.contains(value)).collect();
    let invented = others.into_iter().filter(|value| !(0..EDITS).any(|edit| his(edit) == *value)).collect();
    Outcome { ours, wanted: spf(written), lost, invented, written, refused }
}

fn his(edit: usize) -> Value {
    Value::text(&format!("foreign {edit}"))
}

fn spf(round: usize) -> Value {
    Value::text(&format!("v=spf1 -all {round}"))
}

fn is_ours(value: &Value) -> bool {
    value.as_text().is_some_and(|text| text.starts_with("v=spf1"))
}

/// Reads, decides and writes, once. `false`: somebody was faster.
async fn set_spf(provider: &dyn Provider, round: usize) -> bool {
    let read = read_txt(provider, "cafe.lab").await.unwrap();
    let old = read.values.iter().filter(|value| is_ours(value)).cloned().collect();
    let wanted = Change { remove: old, add: vec![spf(round)], ..change(&read, &[], &[]) };
    match provider.apply(&cafe(), &[wanted]).await {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
            false
        }
    }
}
