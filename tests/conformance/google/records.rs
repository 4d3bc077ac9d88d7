//! What only Google's record sets can be, and the change set as the one act.

use mailward::provider::{ErrorKind, Provider};

use super::{start, *};
use crate::fixtures::*;

/// P1: answers that depend on who asks have no values of their own, and writing the set would lose them.
#[tokio::test]
async fn p1_a_set_with_a_routing_policy_is_seen_by_nobody_and_written_by_nobody() {
    let project = start().await;
    let policy = serde_json::json!({"geo": {"items": [{"location": "europe-west1", "rrdatas": ["\"a\""]}]}});
    let weighted = google::RecordSet { routing_policy: Some(policy), rrdatas: vec![], ..stored(&txt("cafe.lab", &["a"])) };
    project.server.edit("cafe.lab", |sets| sets.push(weighted.clone()));
    assert_eq!(read_txt(&project.provider, "cafe.lab").await, None);
    let message = refuse(&project.provider, &[create(&txt("cafe.lab", &["v=spf1 -all"]))], ErrorKind::Invalid).await;
    assert!(message.contains("TXT `cafe.lab`") && message.contains("would lose it"), "{message}");
    assert!(project.server.sets("cafe.lab").contains(&weighted));
}

/// P2: the set that moved is refused by Google, and nothing else of the domain is done with it.
#[tokio::test]
async fn p2_a_set_that_moves_while_the_change_is_on_its_way_refuses_all_of_it() {
    let project = start().await;
    project.put(txt("cafe.lab", &["v=spf1 -all", "foreign"])).await;
    let names = ["cafe.lab", "_dmarc.cafe.lab"].map(name);
    let before = project.provider.read(&cafe(), &names).await.unwrap();
    let before = before.get(&names[0], mailward::dns::RecordType::Txt).unwrap();
    project.put(txt("cafe.lab", &["v=spf1 -all", "other"])).await;
    let changes = [create(&txt("_dmarc.cafe.lab", &["a"])), change(before, &["v=spf1 -all"], &["v=spf1 mx -all"])];
    let message = refuse(&project.provider, &changes, ErrorKind::Conflict).await;
    assert!(message.contains("conditionNotMet"), "{message}");
    assert_eq!(project.dump().await, [txt("cafe.lab", &["v=spf1 -all", "other"])]);
}

/// DNS-R5: a new TTL that somebody set in between is another set, and is not taken back.
#[tokio::test]
async fn dns_r5_a_ttl_that_changed_since_the_reading_is_a_conflict() {
    let project = start().await;
    project.put(txt("cafe.lab", &["foreign"])).await;
    let before = read_txt(&project.provider, "cafe.lab").await.unwrap();
    let slower = RecordSet { ttl: 7200, ..before.clone() };
    project.put(slower.clone()).await;
    refuse(&project.provider, &[change(&before, &[], &["v=spf1 -all"])], ErrorKind::Conflict).await;
    assert_eq!(project.dump().await, [slower]);
}

#[tokio::test]
async fn names_taken_in_between_by_a_text_or_an_alias_are_conflicts() {
    let project = start().await;
    for there in [txt("_dmarc.cafe.lab", &["faster"]), cname("_dmarc.cafe.lab", "elsewhere.lab")] {
        project.provider.read(&cafe(), &[name("_dmarc.cafe.lab")]).await.unwrap();
        project.put(there.clone()).await;
        refuse(&project.provider, &[create(&txt("_dmarc.cafe.lab", &["a"]))], ErrorKind::Conflict).await;
        assert_eq!(project.dump().await, std::slice::from_ref(&there));
        project.put(RecordSet { values: vec![], ..there }).await;
    }
}
