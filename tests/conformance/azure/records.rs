//! What only Azure's record sets can be, and what etags keep.

use std::collections::BTreeMap;

use mailward::provider::{ErrorKind, Provider};

use super::{start, *};
use crate::fixtures::*;

#[tokio::test]
async fn dns_g1_a_foreign_text_keeps_its_strings_and_its_letters() {
    let account = start().await;
    let strings = vec![b"split where".to_vec(), Vec::new(), " nobody w\u{f6}uld".as_bytes().to_vec()];
    account
        .put(RecordSet::new(name("cafe.lab"), RecordType::Txt, TTL, vec![Value::Txt(Txt::from_strings(strings.clone()))]))
        .await;
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    apply(&account.provider, &[change(&before, &[], &["v=spf1 -all"])]).await;
    let after = account.stored(&name("cafe.lab"), RecordType::Txt).await.unwrap();
    assert!(after.values.iter().any(|value| matches!(value, Value::Txt(txt) if txt.strings() == strings)), "{after:?}");
}

/// P1: people note whose a set is in its metadata, and a set that is written whole would lose it.
#[tokio::test]
async fn p1_metadata_stays_and_an_empty_set_is_filled() {
    let account = start().await;
    let metadata = BTreeMap::from([("team".to_owned(), "web".to_owned())]);
    let empty = azure::RecordSet { metadata: metadata.clone(), ..azure::RecordSet::new("TXT", "@", vec![]) };
    account.server.edit("cafe.lab", |sets| sets.push(empty));
    assert_eq!(read_txt(&account.provider, "cafe.lab").await, None);
    apply(&account.provider, &[create(&txt("cafe.lab", &["v=spf1 -all"]))]).await;
    let sets = account.server.sets("cafe.lab");
    let set = sets.iter().find(|set| set.kind == "TXT").unwrap();
    assert_eq!((set.records.len(), &set.metadata), (1, &metadata));
}

#[tokio::test]
async fn p1_a_set_that_stands_for_a_resource_is_written_by_nobody() {
    let account = start().await;
    let target = Some("/subscriptions/x/resourceGroups/y/providers/Microsoft.Cdn/profiles/z".to_owned());
    let alias = azure::RecordSet { target, ..azure::RecordSet::new("CNAME", "mta-sts", vec![]) };
    account.server.edit("cafe.lab", |sets| sets.push(alias));
    let at = "mta-sts.cafe.lab";
    assert_eq!(read(&account.provider, at, RecordType::Cname).await, None);
    let message = refuse(&account.provider, &[create(&cname(at, "policy.sender.lab"))], ErrorKind::Invalid).await;
    assert!(message.contains("would lose it"), "{message}");
}

/// The race that only the server can see: the set moves between our reading and our writing.
#[tokio::test]
async fn a_set_with_another_etag_is_refused_by_azure_and_what_came_before_it_stays_done() {
    let account = start().await;
    account.put(txt("cafe.lab", &["v=spf1 -all", "foreign"])).await;
    let names = ["cafe.lab", "_mailward.cafe.lab", "_dmarc.cafe.lab"].map(name);
    let before = account.provider.read(&cafe(), &names).await.unwrap();
    let before = before.get(&names[0], RecordType::Txt).unwrap();
    account.put(txt("cafe.lab", &["v=spf1 -all", "other"])).await;
    let spf = change(before, &["v=spf1 -all"], &["v=spf1 mx -all"]);
    let changes = [create(&txt("_mailward.cafe.lab", &["m"])), spf, create(&txt("_dmarc.cafe.lab", &["d"]))];
    let message = refuse(&account.provider, &changes, ErrorKind::Conflict).await;
    assert!(message.contains("PreconditionFailed"), "{message}");
    assert_eq!(account.dump().await, [txt("cafe.lab", &["v=spf1 -all", "other"]), txt("_mailward.cafe.lab", &["m"])]);
}

#[tokio::test]
async fn names_taken_in_between_by_a_text_or_an_alias_are_conflicts_and_so_is_a_set_that_went() {
    let account = start().await;
    for there in [txt("_dmarc.cafe.lab", &["faster"]), cname("_dmarc.cafe.lab", "elsewhere.lab")] {
        account.provider.read(&cafe(), &[name("_dmarc.cafe.lab")]).await.unwrap();
        account.put(there.clone()).await;
        refuse(&account.provider, &[create(&txt("_dmarc.cafe.lab", &["a"]))], ErrorKind::Conflict).await;
        assert_eq!(account.dump().await, std::slice::from_ref(&there));
        account.put(RecordSet { values: vec![], ..there }).await;
    }
    let old = txt("_dmarc.cafe.lab", &["old"]);
    account.put(old.clone()).await;
    account.provider.read(&cafe(), &[name("_dmarc.cafe.lab")]).await.unwrap();
    account.put(RecordSet { values: vec![], ..old.clone() }).await;
    refuse(&account.provider, &[delete(&old)], ErrorKind::Conflict).await;
}

#[tokio::test]
async fn a_value_of_ours_that_is_not_plain_ascii_is_refused_before_anything_is_sent() {
    let account = start().await;
    refuse(&account.provider, &[create(&txt("cafe.lab", &["caf\u{e9}"]))], ErrorKind::Invalid).await;
    assert_eq!(account.calls(), [""; 0]);
}

#[tokio::test]
async fn a_set_that_is_full_is_told_in_azures_words() {
    let account = start().await;
    account.put(txt("cafe.lab", &[&"a".repeat(2040), &"b".repeat(2040)])).await;
    let before = read_txt(&account.provider, "cafe.lab").await.unwrap();
    let message =
        refuse(&account.provider, &[change(&before, &[], &[&format!("v=spf1 {} -all", "mx ".repeat(40))])], ErrorKind::Invalid)
            .await;
    assert!(
        message.contains("BadRequest: The combined length of all TXT records in a record set may not exceed 4096"),
        "{message}"
    );
}
