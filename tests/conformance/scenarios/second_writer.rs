//! Somebody else who writes to the apex TXT set all the time, beside us (P1).

use std::{
    collections::BTreeSet,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use futures::future;
use mailward::{
    dns::{RecordType, Value},
    provider::{Change, ErrorKind, Provider},
};

use crate::{Bench, fixtures::*};

/// Edits of his before he looks whether all is as he left it. (BIND holds a hundred values of a set.)
const BATCH: usize = 25;
/// 500 edits: he adds twice, then he takes his oldest batch away and adds another, by turns.
const BATCHES: usize = 20;

/// How it went.
#[derive(Default)]
pub struct Outcome {
    /// SPF values at the end.
    pub ours: Vec<Value>,
    /// The one that should be.
    pub wanted: Vec<Value>,
    /// Values of his that once should have stood there and did not.
    pub lost: BTreeSet<Value>,
    /// Values that stood there when he had taken them away, or that nobody wrote.
    pub undone: BTreeSet<Value>,
    written: usize,
    refused: usize,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, undone, written, refused, .. } = self;
        let (edits, lost, undone) = (BATCH * BATCHES, lost.len(), undone.len());
        write!(
            f,
            "of {edits} foreign edits {lost} lost and {undone} undone, beside {written} writes of ours and {refused} refused"
        )
    }
}

pub async fn p1_five_hundred_foreign_edits_beside_ours_lose_nothing(bench: &impl Bench) {
    let outcome = race(bench).await;
    assert!(outcome.lost.is_empty() && outcome.undone.is_empty(), "{outcome}: {:?} {:?}", outcome.lost, outcome.undone);
    assert_eq!(outcome.ours, outcome.wanted);
}

/// Both write until he is done, and then we until we are not refused.
pub async fn race(bench: &impl Bench) -> Outcome {
    apply(bench.provider(), &[create(&txt("cafe.lab", &["v=spf1 -all 0"]))]).await;
    let done = AtomicBool::new(false);
    let foreign = async {
        let told = edit(bench).await;
        done.store(true, Ordering::Release);
        told
    };
    let ((told, standing), (written, refused)) = future::join(foreign, ours(bench.provider(), &done)).await;
    let mut outcome = Outcome { written, refused, wanted: vec![spf(written)], ..told };
    outcome.ours = look(bench, &standing, &mut outcome).await;
    outcome
}

/// All of his edits, and the values that he left there.
async fn edit(bench: &impl Bench) -> (Outcome, Vec<Value>) {
    let (mut outcome, mut standing) = (Outcome::default(), vec![]);
    for batch in 0..BATCHES {
        if batch > 0 && batch % 2 == 0 {
            for value in standing.drain(..BATCH) {
                bench.remove(&name("cafe.lab"), &value).await;
                tokio::task::yield_now().await;
            }
        } else {
            for edit in 0..BATCH {
                let value = Value::text(&format!("foreign {batch} {edit}"));
                bench.add(&name("cafe.lab"), TTL, value.clone()).await;
                standing.push(value);
                tokio::task::yield_now().await;
            }
        }
        look(bench, &standing, &mut outcome).await;
    }
    (outcome, standing)
}

/// Compares what stands there with what he left there; answers with what is ours.
async fn look(bench: &impl Bench, standing: &[Value], outcome: &mut Outcome) -> Vec<Value> {
    let found = bench.stored(&name("cafe.lab"), RecordType::Txt).await.unwrap().values;
    let (ours, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_ours);
    outcome.lost.extend(standing.iter().filter(|value| !others.contains(value)).cloned());
    outcome.undone.extend(others.into_iter().filter(|value| !standing.contains(value)));
    ours
}

/// Replaces the SPF value again and again; how often it was written and how often refused.
async fn ours(provider: &dyn Provider, done: &AtomicBool) -> (usize, usize) {
    let (mut written, mut refused) = (0, 0);
    loop {
        let last = done.load(Ordering::Acquire);
        let success = set_spf(provider, written + 1).await;
        if success {
            written += 1;
        } else {
            refused += 1;
        }
        if last && success {
            return (written, refused);
        }
        tokio::task::yield_now().await;
    }
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
            // A busy database is no answer, and no loss.
            assert!(matches!(error.kind, ErrorKind::Conflict | ErrorKind::Transient), "{error}");
            false
        }
    }
}
