//! Writing sets and reading them back.

use mailward::{
    dns::{RecordSet, RecordType, Value},
    provider::Snapshot,
};

use crate::{Bench, fixtures::*};

/// From every set of the table to every other one; what is read back leaves nothing to do.
pub async fn a_set_goes_to_every_other_set_and_reads_back(bench: &impl Bench) {
    let tables: [&[&str]; 4] = [&["a"], &["b"], &["a", "b"], &["b", "c", "d"]];
    for from in tables {
        for to in tables.into_iter().filter(|to| *to != from) {
            let start = txt("cafe.lab", from);
            apply(bench.provider(), &[create(&start)]).await;
            let gone: Vec<_> = from.iter().copied().filter(|text| !to.contains(text)).collect();
            let new: Vec<_> = to.iter().copied().filter(|text| !from.contains(text)).collect();
            apply(bench.provider(), &[change(&start, &gone, &new)]).await;
            let reached = txt("cafe.lab", to);
            assert_eq!(read_txt(bench.provider(), "cafe.lab").await.as_ref(), Some(&reached));
            assert_eq!(bench.dump().await, [reached.clone()], "from {from:?} to {to:?}");
            apply(bench.provider(), &[delete(&reached)]).await;
            assert_eq!(bench.provider().read(&cafe(), &[name("cafe.lab")]).await.unwrap(), Snapshot::default());
        }
    }
}

pub async fn every_type_is_written_and_read(bench: &impl Bench) {
    let v6 = Value::Aaaa("2001:db8::1".parse().unwrap());
    let sets = [
        txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]),
        cname("s1._domainkey.cafe.lab", "s1.sender.lab"),
        a("mta-sts.cafe.lab", [192, 0, 2, 1]),
        RecordSet::new(name("mta-sts.cafe.lab"), RecordType::Aaaa, TTL, vec![v6]),
    ];
    apply(bench.provider(), &sets.each_ref().map(create)).await;
    let names = sets.each_ref().map(|set| set.name.clone());
    let read = bench.provider().read(&cafe(), &names).await.unwrap();
    for set in &sets {
        assert_eq!(read.get(&set.name, set.kind), Some(set));
        assert_eq!(bench.stored(&set.name, set.kind).await.as_ref(), Some(set));
    }
    assert_eq!(read.iter().count(), sets.len());
}

pub async fn many_names_are_read_in_one_call(bench: &impl Bench) {
    let sets: Vec<_> = (0..40).map(|at| txt(&format!("s{at}._domainkey.cafe.lab"), &[&format!("key {at}")])).collect();
    apply(bench.provider(), &sets.iter().map(create).collect::<Vec<_>>()).await;
    let names: Vec<_> = sets.iter().map(|set| set.name.clone()).collect();
    let read = bench.provider().read(&cafe(), &names).await.unwrap();
    assert!(sets.iter().all(|set| read.get(&set.name, set.kind) == Some(set)));
    assert_eq!(read.iter().count(), sets.len());
}

pub async fn nothing_to_change_is_no_error(bench: &impl Bench) {
    apply(bench.provider(), &[]).await;
    assert_eq!(bench.provider().read(&cafe(), &[]).await.unwrap(), Snapshot::default());
}
