//! What a wildcard answers is not what is stored (DNS-W1, RFC 4592).

use mailward::{dns::RecordType, provider::Snapshot};

use crate::{Bench, fixtures::*};

const JUNK: [&str; 2] = ["junk", "more junk"];

pub async fn dns_w1_what_a_wildcard_answers_is_not_stored(bench: &impl Bench) {
    bench.put(txt("*.cafe.lab", &JUNK)).await;
    bench.put(a("*.cafe.lab", [192, 0, 2, 1])).await;
    bench.put(cname("*.alias.cafe.lab", "host.sender.lab")).await;
    let names = ["_dmarc.cafe.lab", "s1._domainkey.cafe.lab", "a.b.c.cafe.lab", "x.alias.cafe.lab"].map(name);
    assert_eq!(bench.provider().read(&cafe(), &names).await.unwrap(), Snapshot::default());
    let wildcard = bench.provider().read(&cafe(), &[name("*.cafe.lab")]).await.unwrap();
    assert_eq!(wildcard.get(&name("*.cafe.lab"), RecordType::Txt), Some(&txt("*.cafe.lab", &JUNK)));
}

/// Comparing values would call it synthesised, and then nobody could ever replace it.
pub async fn dns_w1_a_set_equal_to_its_wildcard_is_stored(bench: &impl Bench) {
    bench.put(txt("*.cafe.lab", &JUNK)).await;
    let owned = txt("_dmarc.cafe.lab", &JUNK);
    bench.put(owned.clone()).await;
    assert_eq!(read_txt(bench.provider(), "_dmarc.cafe.lab").await.as_ref(), Some(&owned));
    apply(bench.provider(), &[change(&owned, &["junk"], &["v=DMARC1; p=none"])]).await;
    assert_eq!(
        read_txt(bench.provider(), "_dmarc.cafe.lab").await,
        Some(txt("_dmarc.cafe.lab", &["more junk", "v=DMARC1; p=none"]))
    );
}

pub async fn dns_w1_a_name_covered_by_a_wildcard_is_created(bench: &impl Bench) {
    bench.put(txt("*.cafe.lab", &JUNK)).await;
    let ours = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
    apply(bench.provider(), &[create(&ours)]).await;
    assert_eq!(bench.stored(&ours.name, RecordType::Txt).await, Some(ours));
    assert_eq!(bench.stored(&name("*.cafe.lab"), RecordType::Txt).await, Some(txt("*.cafe.lab", &JUNK)));
}
