//! Somebody else who writes to the apex TXT set all the time, beside us (P1).

use std::{
    collections::VecDeque,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use futures::future;
use mailward::{
    dns::{RecordType, Value},
    provider::{Change, ErrorKind, Provider},
};

use crate::{Bench, fixtures::*};

/// How often he writes: he adds a value, then takes his oldest away, and so on. (BIND holds a hundred values of a set.)
const EDITS: usize = 500;
/// How many values he has before he begins to take some away.
const KEPT: usize = 10;

/// What stands there when both are done.
pub struct Outcome {
    /// SPF values.
    pub ours: Vec<Value>,
    /// The one that should be.
    pub wanted: Value,
    /// Values of his that should stand there and do not.
    pub lost: Vec<Value>,
    /// Values that he took away, or that nobody ever wrote.
    pub undone: Vec<Value>,
    /// How often we wrote and were refused meanwhile.
    written: usize,
    refused: usize,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, undone, written, refused, .. } = self;
        let (lost, undone) = (lost.len(), undone.len());
        write!(
            f,
            "of {EDITS} foreign edits {lost} lost and {undone} undone, beside {written} writes of ours and {refused} refused"
        )
    }
}

pub async fn p1_five_hundred_foreign_edits_beside_ours_lose_nothing(bench: &impl Bench) {
    let outcome = race(bench).await;
    assert!(outcome.lost.is_empty() && outcome.undone.is_empty(), "{outcome}: {:?} {:?}", outcome.lost, outcome.undone);
    assert_eq!(outcome.ours, [outcome.wanted]);
}

/// Both write until he is done, and then we until we are not refused.
pub async fn race(bench: &impl Bench) -> Outcome {
    apply(bench.provider(), &[create(&txt("cafe.lab", &["v=spf1 -all 0"]))]).await;
    let done = AtomicBool::new(false);
    let foreign = async {
        let standing = edit(bench).await;
        done.store(true, Ordering::Release);
        standing
    };
    let ours = async {
        let (mut written, mut refused) = (0, 0);
        loop {
            let last = done.load(Ordering::Acquire);
            let round = set_spf(bench.provider(), written + 1).await;
            if round {
                written += 1;
            } else {
                refused += 1;
            }
            if last && round {
                return (written, refused);
            }
            tokio::task::yield_now().await;
        }
    };
    let (standing, (written, refused)) = future::join(foreign, ours).await;
    let found = bench.stored(&name("cafe.lab"), RecordType::Txt).await.unwrap().values;
    let (ours, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_ours);
    let lost = standing.iter().filter(|value| !others.contains(value)).cloned().collect();
    let undone = others.into_iter().filter(|value| !standing.contains(value)).collect();
    Outcome { ours, wanted: spf(written), lost, undone, written, refused }
}

/// All of his edits; answers with the values that he left there.
async fn edit(bench: &impl Bench) -> Vec<Value> {
    let mut standing = VecDeque::new();
    for edit in 0..EDITS {
        if edit % 2 == 1 && standing.len() > KEPT {
            bench.remove(&name("cafe.lab"), &standing.pop_front().unwrap()).await;
        } else {
            let value = Value::text(&format!("foreign {edit}"));
            bench.add(&name("cafe.lab"), TTL, value.clone()).await;
            standing.push_back(value);
        }
        tokio::task::yield_now().await;
    }
    standing.into()
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
