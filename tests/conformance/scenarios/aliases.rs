//! CNAME beside other data (DNS-R2).

use mailward::{dns::RecordType, provider::ErrorKind};

use crate::{Bench, fixtures::*};

const OWNER: &str = "s1._domainkey.cafe.lab";

pub async fn dns_r2_a_txt_is_refused_where_a_cname_stands(bench: &impl Bench) {
    bench.put(cname(OWNER, "s1.sender.lab")).await;
    refuse(bench.provider(), &[create(&txt(OWNER, &["v=DKIM1; p="]))], ErrorKind::Conflict).await;
    assert_eq!(bench.dump().await, [cname(OWNER, "s1.sender.lab")]);
}

/// Also where the data is of a type that providers do not read.
pub async fn dns_r2_a_cname_is_refused_where_data_stands(bench: &impl Bench) {
    for set in [txt("t.cafe.lab", &["v=DKIM1; p="]), mx("m.cafe.lab", "mx.sender.lab"), a("a.cafe.lab", [192, 0, 2, 1])] {
        bench.put(set.clone()).await;
        let alias = cname(set.name.as_str(), "s1.sender.lab");
        refuse(bench.provider(), &[create(&alias)], ErrorKind::Conflict).await;
        assert_eq!(bench.stored(&set.name, RecordType::Cname).await, None);
        assert_eq!(bench.stored(&set.name, set.kind).await, Some(set));
    }
}

/// Whichever of the two the change set names first.
pub async fn dns_r2_an_alias_and_a_key_swap_in_one_act(bench: &impl Bench) {
    let (key, alias) = (txt(OWNER, &["v=DKIM1; p="]), cname(OWNER, "s1.sender.lab"));
    apply(bench.provider(), &[create(&key)]).await;
    apply(bench.provider(), &[delete(&key), create(&alias)]).await;
    assert_eq!(bench.dump().await, [alias.clone()]);
    apply(bench.provider(), &[create(&key), delete(&alias)]).await;
    assert_eq!(bench.dump().await, [key]);
}

pub async fn an_alias_is_read_and_never_followed(bench: &impl Bench) {
    bench.put(txt("real.cafe.lab", &["v=DKIM1; p="])).await;
    bench.put(a("real.cafe.lab", [192, 0, 2, 1])).await;
    bench.put(cname(OWNER, "real.cafe.lab")).await;
    let read = bench.provider().read(&cafe(), &[name(OWNER)]).await.unwrap();
    assert_eq!(read.iter().collect::<Vec<_>>(), [&cname(OWNER, "real.cafe.lab")]);
}
