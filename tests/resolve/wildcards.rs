//! Owned data told from synthesis, and wildcards that a first record would hide (DNS-R3, DNS-W1, RFC 4592).

use mailward::{
    dns::{RecordType, Value},
    plan::HiddenWildcard,
    resolve::Answer,
};

use crate::lab::{DEAD, FIRST, Lab, name, question};

/// Whether the TXT that answers at `owner` comes from a wildcard.
async fn synthesised(records: &str, owner: &str) -> bool {
    let lab = Lab::new().with_child(FIRST, records).await;
    let asker = lab.asker();
    let authority = lab.authority(&asker, &[FIRST]).await;
    let seen = asker.observe(&authority, &question(owner, RecordType::Txt)).await;
    let Some(Answer::Values(set)) = seen.usable() else { panic!("no text at {owner}: {seen:?}") };
    asker.synthesised(&name(owner), RecordType::Txt, &set.values, &authority).await.unwrap()
}

/// What a record of `kind` at `owner` would hide.
async fn hidden(records: &str, owner: &str, kind: RecordType) -> Option<HiddenWildcard> {
    let lab = Lab::new().with_child(FIRST, records).await;
    let asker = lab.asker();
    let authority = lab.authority(&asker, &[FIRST]).await;
    asker.hidden_wildcard(&name(owner), kind, &authority).await.unwrap()
}

fn wildcard(node: &str, wildcard: &str, types: &[&str]) -> HiddenWildcard {
    let types = types.iter().map(ToString::to_string).collect();
    HiddenWildcard { node: name(node), wildcard: name(wildcard), types }
}

const STRAY: &str = r#"* TXT "stray""#;

#[tokio::test]
async fn dns_w1_the_answer_of_a_stray_wildcard_is_synthesised_at_any_depth() {
    assert!(synthesised(STRAY, "_dmarc.post.lab").await);
    assert!(synthesised(STRAY, "s1._domainkey.post.lab").await);
}

#[tokio::test]
async fn an_owned_text_under_a_wildcard_is_not_synthesised() {
    assert!(!synthesised(&format!("{STRAY}\n_dmarc TXT \"own\""), "_dmarc.post.lab").await);
}

#[tokio::test]
async fn rfc4592_an_owned_text_whose_parent_stops_the_wildcard_is_not_synthesised_though_equal() {
    let records = format!("{STRAY}\ns1._domainkey TXT \"stray\"");
    assert!(!synthesised(&records, "s1._domainkey.post.lab").await);
}

#[tokio::test]
async fn an_owned_wildcard_name_is_not_taken_for_its_own_synthesis() {
    assert!(!synthesised(r#"*._domainkey TXT "v=DKIM1; p=""#, "*._domainkey.post.lab").await);
    assert!(synthesised(STRAY, "*._domainkey.post.lab").await);
}

#[tokio::test]
async fn the_apex_is_never_synthesised() {
    assert!(!synthesised(&format!("{STRAY}\n@ TXT \"stray\""), "post.lab").await);
}

#[tokio::test]
async fn dns_r3_the_first_name_below_a_synthesised_host_hides_its_wildcard() {
    let records = "* MX 10 mx1\n* A 192.0.2.7";
    let expected = Some(wildcard("news.post.lab", "*.post.lab", &["A", "MX"]));
    assert_eq!(hidden(records, "_dmarc.news.post.lab", RecordType::Txt).await, expected);
    assert_eq!(hidden(records, "s1._domainkey.news.post.lab", RecordType::Cname).await, expected);
}

#[tokio::test]
async fn dns_r3_a_first_text_at_the_host_itself_hides_its_wildcard_too() {
    assert_eq!(
        hidden("* MX 10 mx1", "news.post.lab", RecordType::Txt).await,
        Some(wildcard("news.post.lab", "*.post.lab", &["MX"]))
    );
}

#[tokio::test]
async fn dns_r3_a_wildcard_two_labels_up_is_named_where_it_stands() {
    let expected = Some(wildcard("eu.news.post.lab", "*.post.lab", &["MX"]));
    assert_eq!(hidden("* MX 10 mx1", "_dmarc.eu.news.post.lab", RecordType::Txt).await, expected);
}

#[tokio::test]
async fn dns_r3_a_cname_wildcard_counts() {
    let expected = Some(wildcard("news.post.lab", "*.post.lab", &["CNAME"]));
    assert_eq!(hidden("* CNAME www.else.lab.", "_dmarc.news.post.lab", RecordType::Txt).await, expected);
}

#[tokio::test]
async fn a_host_with_data_of_its_own_or_with_a_name_below_it_hides_nothing_new() {
    assert_eq!(hidden("* MX 10 mx1\nnews A 192.0.2.7", "_dmarc.news.post.lab", RecordType::Txt).await, None);
    assert_eq!(hidden("* MX 10 mx1\nwww.news A 192.0.2.7", "_dmarc.news.post.lab", RecordType::Txt).await, None);
}

#[tokio::test]
async fn dns_r3_a_host_that_owns_the_very_records_of_its_wildcard_hides_nothing_new() {
    assert_eq!(hidden("* MX 10 mx1\nnews MX 10 mx1", "_dmarc.news.post.lab", RecordType::Txt).await, None);
}

#[tokio::test]
async fn records_directly_below_the_apex_and_the_policy_host_hide_nothing_of_use() {
    let records = "* MX 10 mx1\n* A 192.0.2.7";
    assert_eq!(hidden(records, "_dmarc.post.lab", RecordType::Txt).await, None);
    assert_eq!(hidden(records, "s1._domainkey.post.lab", RecordType::Txt).await, None);
    assert_eq!(hidden(records, "mta-sts.post.lab", RecordType::A).await, None);
}

#[tokio::test]
async fn when_nobody_answers_it_is_not_known_whether_a_wildcard_would_be_hidden() {
    let lab = Lab::new();
    let asker = lab.asker();
    let authority = lab.authority(&asker, &[DEAD]).await;
    assert!(asker.hidden_wildcard(&name("_dmarc.news.post.lab"), RecordType::Txt, &authority).await.is_err());
    assert!(asker.synthesised(&name("_dmarc.post.lab"), RecordType::Txt, &[Value::text("x")], &authority).await.is_err());
}
