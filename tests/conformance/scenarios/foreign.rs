//! Values that somebody else put there (P1, DNS-G4).

use mailward::dns::{RecordSet, RecordType, Txt, Value};

use crate::{Bench, fixtures::*};

const VERIFICATION: &str = "google-site-verification=rXOxyZounnZasA8Z7oaD3c14JdjS9aKSWvsR1EbUSIQ";

pub async fn dns_g4_a_foreign_value_survives_create_replace_and_delete(bench: &impl Bench) {
    bench.put(txt("cafe.lab", &[VERIFICATION, "MS=ms12345678"])).await;
    for (gone, new) in
        [(None, Some("v=spf1 -all")), (Some("v=spf1 -all"), Some("v=spf1 mx -all")), (Some("v=spf1 mx -all"), None)]
    {
        let before = read_txt(bench.provider(), "cafe.lab").await.unwrap();
        apply(bench.provider(), &[change(&before, gone.as_slice(), new.as_slice())]).await;
        let wanted: Vec<_> = [VERIFICATION, "MS=ms12345678"].into_iter().chain(new).collect();
        assert_eq!(bench.dump().await, [txt("cafe.lab", &wanted)]);
    }
}

pub async fn dns_g1_a_foreign_value_keeps_its_strings(bench: &impl Bench) {
    let strings = vec![b"split where".to_vec(), Vec::new(), b" nobody would".to_vec(), vec![0, 0x80, 0xff]];
    let foreign = Value::Txt(Txt::from_strings(strings.clone()));
    bench.put(RecordSet::new(name("cafe.lab"), RecordType::Txt, TTL, vec![foreign])).await;
    let before = read_txt(bench.provider(), "cafe.lab").await.unwrap();
    apply(bench.provider(), &[change(&before, &[], &["v=spf1 -all"])]).await;
    let after = bench.stored(&name("cafe.lab"), RecordType::Txt).await.unwrap();
    let kept = |value: &Value| matches!(value, Value::Txt(txt) if txt.strings() == strings);
    assert!(after.values.iter().any(kept), "{after:?}");
    let read = read_txt(bench.provider(), "cafe.lab").await.unwrap();
    assert!(read.values.iter().any(kept), "{read:?}");
}

pub async fn dns_r5_the_ttl_of_a_shared_set_stays(bench: &impl Bench) {
    bench.put(RecordSet { ttl: 7200, ..txt("cafe.lab", &[VERIFICATION]) }).await;
    let before = read_txt(bench.provider(), "cafe.lab").await.unwrap();
    assert_eq!(before.ttl, 7200);
    apply(bench.provider(), &[change(&before, &[], &["v=spf1 -all"])]).await;
    assert_eq!(bench.dump().await, [RecordSet { ttl: 7200, ..txt("cafe.lab", &[VERIFICATION, "v=spf1 -all"]) }]);
}

pub async fn other_types_at_the_name_stay(bench: &impl Bench) {
    let others = [a("cafe.lab", [192, 0, 2, 80]), mx("cafe.lab", "mx.sender.lab")];
    for set in &others {
        bench.put(set.clone()).await;
    }
    let ours = txt("cafe.lab", &["v=spf1 mx -all"]);
    apply(bench.provider(), &[create(&ours)]).await;
    apply(bench.provider(), &[delete(&ours)]).await;
    let left = bench.dump().await;
    assert_eq!(left.len(), others.len());
    assert!(others.iter().all(|set| left.contains(set)), "{left:?}");
}
