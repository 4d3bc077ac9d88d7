//! What real servers say, told apart: right, wrong, missing, dead, lame, aliased, delegated (P4, P7).

use mailward::{
    dns::{RecordSet, RecordType, Value},
    resolve::{Answer, MxAnswer, Observation, Verdict, judge},
};
use mailward_sandbox::bind::Zone;

use crate::lab::{DEAD, FIRST, LAME, Lab, SECOND, name, question};

const DMARC: &str = "_dmarc.post.lab";

fn new_value(set: &RecordSet) -> bool {
    set.values == [Value::text("v=DMARC1; p=reject")]
}

/// What these servers say about `_dmarc.post.lab` TXT.
async fn dmarc(lab: &Lab, servers: &[u8]) -> Observation {
    let asker = lab.asker();
    asker.observe(&lab.authority(&asker, servers).await, &question(DMARC, RecordType::Txt)).await
}

/// The first server has the new value.
async fn lab() -> Lab {
    Lab::new().with_child(FIRST, r#"_dmarc 7 TXT "v=DMARC1; p=reject""#).await
}

#[tokio::test]
async fn a_value_comes_with_its_ttl_from_every_server() {
    let lab = lab().await.with_child(SECOND, r#"_dmarc 7 TXT "v=DMARC1; " "p=reject""#).await;
    let seen = dmarc(&lab, &[FIRST, SECOND]).await;
    assert!(seen.answers.iter().all(|(_, answer)| matches!(answer, Answer::Values(set) if set.ttl == 7)), "{seen:?}");
    assert_eq!(judge(&seen, new_value), Verdict::Verified, "DNS-G1: how a text is cut into strings does not matter");
}

#[tokio::test]
async fn one_of_two_servers_answering_the_old_value_is_wrong_and_is_named() {
    let lab = lab().await.with_child(SECOND, r#"_dmarc TXT "v=DMARC1; p=none""#).await;
    let verdict = judge(&dmarc(&lab, &[FIRST, SECOND]).await, new_value);
    assert_eq!(verdict.to_string(), format!("{} answers TXT \"v=DMARC1; p=none\"", lab.address(SECOND)));
}

#[tokio::test]
async fn one_of_two_servers_not_having_it_yet_is_missing() {
    let lab = lab().await.with_child(SECOND, "").await;
    let verdict = judge(&dmarc(&lab, &[FIRST, SECOND]).await, new_value);
    assert!(matches!(&verdict, Verdict::Missing { servers } if servers[0].address == lab.address(SECOND)), "{verdict}");
}

#[tokio::test]
async fn p7_a_dead_server_is_unreachable_and_a_lame_one_not_authoritative_and_neither_is_wrong() {
    let lab = lab().await.with(LAME, Vec::new()).await;
    let verdict = judge(&dmarc(&lab, &[FIRST, LAME, DEAD]).await, new_value);
    let Verdict::Partly { right, silent } = &verdict else { panic!("{verdict}") };
    assert_eq!(right[0].address, lab.address(FIRST));
    assert_eq!(silent[0].to_string(), format!("{}: answered REFUSED", lab.address(LAME)));
    assert!(silent[1].to_string().starts_with(&format!("{}: no answer over UDP", lab.address(DEAD))), "{verdict}");
}

#[tokio::test]
async fn p7_when_nobody_answers_nothing_is_known() {
    let lab = Lab::new().with(LAME, Vec::new()).await;
    let verdict = judge(&dmarc(&lab, &[LAME, DEAD]).await, new_value);
    assert!(matches!(verdict, Verdict::Unknown { .. }), "{verdict}");
}

#[tokio::test]
async fn a_server_that_serves_only_the_parent_is_lame_for_the_child() {
    let lab = Lab::new().with_parent("").await;
    let seen = dmarc(&lab, &[crate::lab::PARENT]).await;
    assert!(
        matches!(&seen.answers[0].1, Answer::NotAuthoritative(why) if why.contains("refers to the servers of post.lab")),
        "{seen:?}"
    );
}

#[tokio::test]
async fn no_data_is_told_from_no_name_and_both_carry_the_negative_ttl() {
    let zone = Zone::primary("post.lab.", "_dmarc HINFO a b").with_minimum(17);
    let lab = Lab::new().with(FIRST, vec![zone]).await;
    let asker = lab.asker();
    let authority = lab.authority(&asker, &[FIRST]).await;
    let seen = asker.ask(&authority, &[question(DMARC, RecordType::Txt), question("gone.post.lab", RecordType::Txt)]).await;
    // The zone's SOA has a TTL of 2, which is smaller than its minimum.
    assert_eq!(seen[0].answers[0].1, Answer::NoData { negative_ttl: 2 });
    assert_eq!(seen[1].answers[0].1, Answer::NxDomain { negative_ttl: 2 });
    assert_eq!(asker.soa(&authority).await.unwrap(), 2);
}

#[tokio::test]
async fn dns_r2_a_cname_is_not_followed_even_where_the_server_offers_its_target() {
    let lab = Lab::new().with_child(FIRST, "_dmarc CNAME elsewhere\nelsewhere TXT \"v=DMARC1; p=reject\"").await;
    let seen = dmarc(&lab, &[FIRST]).await;
    assert_eq!(seen.answers[0].1, Answer::Cname(name("elsewhere.post.lab"), 2));
    assert!(matches!(judge(&seen, new_value), Verdict::Wrong { .. }));
}

#[tokio::test]
async fn dns_r4_a_delegation_below_the_zone_is_seen_as_a_cut() {
    let lab = Lab::new().with_child(FIRST, "_domainkey NS ns.else.lab.").await;
    let asker = lab.asker();
    let authority = lab.authority(&asker, &[FIRST]).await;
    let seen = asker.observe(&authority, &question("s1._domainkey.post.lab", RecordType::Txt)).await;
    assert_eq!(seen.answers[0].1, Answer::Delegated { cut: name("_domainkey.post.lab") });
}

#[tokio::test]
async fn an_answer_too_large_for_udp_is_fetched_over_tcp() {
    let strings = (0..8).map(|i| format!("\"{}\"", i.to_string().repeat(250))).collect::<Vec<_>>().join(" ");
    let lab = Lab::new().with_child(FIRST, &format!("_dmarc TXT {strings}")).await;
    let seen = dmarc(&lab, &[FIRST]).await;
    assert!(matches!(&seen.answers[0].1, Answer::Values(set) if set.values[0].as_text().unwrap().len() == 2000), "{seen:?}");
}

#[tokio::test]
async fn rfc2308_the_negative_ttl_of_a_zone_is_the_largest_that_any_server_says() {
    let lab = Lab::new().with(FIRST, vec![Zone::primary("post.lab.", "").with_minimum(1)]).await.with_child(SECOND, "").await;
    let asker = lab.asker();
    let authority = lab.authority(&asker, &[FIRST, SECOND, DEAD]).await;
    assert_eq!(asker.soa(&authority).await.unwrap(), 2);
}

#[tokio::test]
async fn without_any_answer_there_is_no_negative_ttl_and_the_error_names_the_servers() {
    let lab = Lab::new().with(LAME, Vec::new()).await;
    let asker = lab.asker();
    let error = asker.soa(&lab.authority(&asker, &[LAME]).await).await.unwrap_err().to_string();
    assert!(error.contains(&lab.address(LAME).to_string()) && error.contains("post.lab"), "{error}");
}

#[tokio::test]
async fn sts_g3_mx_hosts_come_from_every_server_and_a_null_mx_is_none_of_them() {
    let lab = Lab::new()
        .with_child(FIRST, "@ MX 10 mx2\n@ MX 20 mx1.else.lab.\nnull MX 0 .")
        .await
        .with_child(SECOND, "@ MX 10 mx3")
        .await;
    let asker = lab.asker();
    let authority = lab.authority(&asker, &[FIRST, SECOND]).await;
    let hosts = ["mx1.else.lab", "mx2.post.lab", "mx3.post.lab"].map(name).to_vec();
    assert_eq!(asker.mx(&name("post.lab"), &authority).await, MxAnswer::Hosts(hosts));
    assert_eq!(asker.mx(&name("null.post.lab"), &authority).await, MxAnswer::NullMx);
    assert_eq!(asker.mx(&name("none.post.lab"), &authority).await, MxAnswer::None);
    let dead = lab.authority(&asker, &[DEAD]).await;
    assert!(matches!(asker.mx(&name("post.lab"), &dead).await, MxAnswer::Failed(why) if why.contains("127.0.0.6")));
}

#[tokio::test]
async fn resolvers_can_be_asked_in_place_of_the_zones_own_servers() {
    let lab = lab().await;
    let asker = lab.asker_with(vec![lab.address(FIRST)]);
    let authority = asker.resolvers_for(&name("post.lab"));
    let seen = asker.observe(&authority, &question(DMARC, RecordType::Txt)).await;
    assert_eq!(judge(&seen, new_value), Verdict::Verified);
}
