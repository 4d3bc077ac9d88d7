//! Sets that are more than a list of values, and names and texts as Route 53 writes them.

use mailward::provider::ErrorKind;

use super::{start, *};
use crate::fixtures::*;

async fn store(account: &Account, set: &Set) {
    outside::write(&account.gate, "cafe.lab", &[("CREATE", set)]).await.unwrap();
}

fn with(extra: &str, set: Set) -> Set {
    Set { extra: extra.to_owned(), ..set }
}

#[tokio::test]
async fn p1_an_alias_at_our_name_is_refused_and_stays() {
    let account = start().await;
    let target = "<AliasTarget><HostedZoneId>Z2FDTNDATAQYW2</HostedZoneId><DNSName>d1.cloudfront.net.</DNSName>\
                  <EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>";
    store(&account, &with(target, Set::new("mta-sts.cafe.lab.", "A", 0, &[]))).await;
    store(&account, &with(target, Set::new("cafe.lab.", "A", 0, &[]))).await;
    assert_eq!(read(&account.provider, "mta-sts.cafe.lab", mailward::dns::RecordType::A).await, None);
    let message = refuse(&account.provider, &[create(&a("mta-sts.cafe.lab", [192, 0, 2, 1]))], ErrorKind::Invalid).await;
    assert!(message.contains("A `mta-sts.cafe.lab` is a set that is an alias to an AWS resource"), "{message}");
    apply(&account.provider, &[create(&txt("cafe.lab", &["v=spf1 -all"]))]).await;
    let left = outside::list(&account.gate, "cafe.lab").await;
    assert_eq!(left.iter().filter(|set| set.kind == "A").count(), 2);
}

#[tokio::test]
async fn p1_sets_that_a_routing_policy_chooses_between_are_refused_and_stay() {
    let account = start().await;
    for (id, weight) in [("blue", 1), ("green", 2)] {
        let policy = format!("<SetIdentifier>{id}</SetIdentifier><Weight>{weight}</Weight>");
        store(&account, &with(&policy, Set::new("cafe.lab.", "TXT", 60, &["\"v=spf1 -all\""]))).await;
    }
    assert_eq!(read_txt(&account.provider, "cafe.lab").await, None);
    let message = refuse(&account.provider, &[create(&txt("cafe.lab", &["v=spf1 mx -all"]))], ErrorKind::Invalid).await;
    assert!(message.contains("routing policy"), "{message}");
    let left = outside::list(&account.gate, "cafe.lab").await;
    assert_eq!(left.iter().filter(|set| set.kind == "TXT").count(), 2);
}

#[tokio::test]
async fn dns_g1_a_foreign_text_keeps_its_spelling_to_the_last_escape() {
    let account = start().await;
    let odd = r#""plain" "\000\040\101\377" "" "\"q\" \134 \052""#;
    store(&account, &Set::new("cafe.lab.", "TXT", 300, &[odd])).await;
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&before, &[], &["v=spf1 -all"])]).await;
    let after = account.find(&name("cafe.lab"), "TXT").await.unwrap();
    assert_eq!(after.texts, [odd, "\"v=spf1 -all\""]);
}

#[tokio::test]
async fn dns_g2_every_octet_is_written_and_read() {
    let account = start().await;
    let octets: Vec<u8> = (0..=255).collect();
    let value = Value::Txt(Txt::from_strings(octets.chunks(200).map(<[u8]>::to_vec).collect()));
    let set = RecordSet::new(name("cafe.lab"), value.kind(), TTL, vec![value]);
    apply(&account.provider, &[create(&set)]).await;
    assert_eq!(read_txt(&account.provider, "cafe.lab").await.as_ref(), Some(&set));
    assert_eq!(account.dump().await, [set]);
}

/// Route 53 lists the asterisk and odd octets of names as escapes.
#[tokio::test]
async fn names_are_read_as_route_53_writes_them() {
    let account = start().await;
    store(&account, &Set::new("\\052.cafe.lab.", "TXT", 300, &["\"wild\""])).await;
    store(&account, &Set::new("f\\374bar.cafe.lab.", "TXT", 300, &["\"odd\""])).await;
    assert_eq!(read_txt(&account.provider, "*.cafe.lab").await, Some(txt("*.cafe.lab", &["wild"])));
    let before = txt("*.cafe.lab", &["wild"]);
    apply(&account.provider, &[delete(&before)]).await;
    assert_eq!(read_txt(&account.provider, "*.cafe.lab").await, None);
}
