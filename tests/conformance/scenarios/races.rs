//! Other writers and readers at the same time (P1, P2).

use futures::{FutureExt, future};
use mailward::{
    dns::{RecordSet, Value},
    provider::{Change, ErrorKind, Precondition, Provider},
};

use crate::{Bench, fixtures::*};

/// How often each of two racing writers writes.
const ROUNDS: usize = 50;
/// Attempts of ours before a race counts as lost for good; the other writer stops after [`ROUNDS`].
const PATIENCE: usize = 10 * ROUNDS;

pub async fn a_set_that_moved_is_a_conflict_and_stays(bench: &impl Bench) {
    let read = txt("cafe.lab", &["ours", "foreign"]);
    for moved in [&["ours"][..], &["ours", "foreign", "new"], &["other", "foreign"], &[]] {
        bench.put(txt("cafe.lab", moved)).await;
        refuse(bench.provider(), &[change(&read, &["ours"], &["v=spf1 -all"])], ErrorKind::Conflict).await;
        let left = bench.dump().await;
        assert_eq!(left.first().map_or(&[][..], |set| &set.values), txt("cafe.lab", moved).values);
    }
    bench.put(read.clone()).await;
    refuse(bench.provider(), &[create(&txt("cafe.lab", &["v=spf1 -all"]))], ErrorKind::Conflict).await;
    assert_eq!(bench.dump().await, [read]);
}

/// Where the server compares, the write is refused; where only we can, it may go through. Nobody's value is lost either way.
pub async fn p1_what_is_added_between_read_and_write_stays(bench: &impl Bench) {
    bench.put(txt("cafe.lab", &["v=spf1 -all", "foreign"])).await;
    let before = read_txt(bench.provider(), "cafe.lab").await.unwrap();
    bench.add(&name("cafe.lab"), TTL, Value::text("new")).await;
    let ours = change(&before, &["v=spf1 -all"], &["v=spf1 mx -all"]);
    let written = bench.provider().apply(&cafe(), &[ours]).await;
    let spf = match (bench.provider().precondition(), written) {
        (_, Err(error)) => {
            assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
            "v=spf1 -all"
        }
        (Precondition::Compared, Ok(())) => "v=spf1 mx -all",
        (Precondition::Atomic, Ok(())) => panic!("the server was to compare"),
    };
    assert_eq!(bench.dump().await, [txt("cafe.lab", &[spf, "foreign", "new"])]);
}

pub async fn p2_a_change_set_happens_as_a_whole_or_not_at_all(bench: &impl Bench) {
    let good = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
    let stale = change(&txt("cafe.lab", &["gone"]), &["gone"], &["v=spf1 -all"]);
    for changes in [[create(&good), stale.clone()], [stale, create(&good)]] {
        refuse(bench.provider(), &changes, ErrorKind::Conflict).await;
        assert_eq!(bench.dump().await, []);
    }
}

pub async fn p2_a_reader_never_sees_two_values_or_none(bench: &impl Bench) {
    apply(bench.provider(), &[create(&txt("cafe.lab", &["v=spf1 -all 0"]))]).await;
    let writer = async {
        for round in 1..=ROUNDS {
            set_spf(bench.provider(), round).await;
        }
    };
    let reader = async {
        loop {
            let seen = read_txt(bench.provider(), "cafe.lab").await.expect("never none");
            assert_eq!(seen.values.len(), 1, "{seen:?}");
        }
    };
    future::select(writer.boxed(), reader.boxed()).await;
}

pub async fn p1_two_writers_lose_no_value(bench: &impl Bench) {
    apply(bench.provider(), &[create(&txt("cafe.lab", &["v=spf1 -all 0"]))]).await;
    let foreign = async {
        for round in 0..ROUNDS {
            bench.add(&name("cafe.lab"), TTL, Value::text(&format!("foreign {round}"))).await;
        }
    };
    let ours = async {
        for round in 1..=ROUNDS {
            set_spf(bench.provider(), round).await;
        }
    };
    future::join(foreign, ours).await;
    let mut wanted: Vec<_> = (0..ROUNDS).map(|round| Value::text(&format!("foreign {round}"))).collect();
    wanted.push(Value::text(&format!("v=spf1 -all {ROUNDS}")));
    let kind = mailward::dns::RecordType::Txt;
    assert_eq!(bench.dump().await, [RecordSet::new(name("cafe.lab"), kind, TTL, wanted)]);
}

/// Replaces the SPF value as a controller does: read, decide, write, and again after a conflict.
async fn set_spf(provider: &dyn Provider, round: usize) {
    for _ in 0..PATIENCE {
        let read = read_txt(provider, "cafe.lab").await.unwrap();
        let old = read.values.iter().filter(|value| value.as_text().is_some_and(|text| text.starts_with("v=spf1")));
        let wanted =
            Change { remove: old.cloned().collect(), add: texts(&[&format!("v=spf1 -all {round}")]), ..change(&read, &[], &[]) };
        match provider.apply(&cafe(), &[wanted]).await {
            Ok(()) => return,
            Err(error) => assert_eq!(error.kind, ErrorKind::Conflict, "{error}"),
        }
    }
    panic!("the other writer won {PATIENCE} times");
}
