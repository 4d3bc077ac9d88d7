//! The servers of a zone are those that its parent delegates to.

use mailward::resolve::{AuthorityError, Manner};
use mailward_sandbox::bind::Zone;

use crate::lab::{DEAD, FIRST, LAME, Lab, PARENT, SECOND, child, ip, name};

#[tokio::test]
async fn the_parents_set_counts_and_not_what_the_zone_says_of_itself() {
    // The zone itself names a third server, and it need not even answer for its servers to be found.
    let own = Zone::primary("post.lab.", "").with_name_servers(&[("ns9", ip(DEAD))]);
    let lab = Lab::new().with_parent("").await.with(FIRST, vec![own]).await;
    let found = lab.asker().servers_of(&name("post.lab"), &[]).await.unwrap();
    assert_eq!((&found.zone, found.manner), (&name("post.lab"), Manner::Authoritative));
    let expected = [("ns1.post.lab", FIRST), ("ns2.post.lab", SECOND)].map(|(host, last)| (host.to_owned(), lab.address(last)));
    assert_eq!(found.servers.into_iter().map(|server| (server.name, server.address)).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn configured_name_servers_win_over_the_delegation() {
    let lab = Lab::new();
    let found =
        lab.asker().servers_of(&name("post.lab"), &[lab.address(SECOND), lab.address(FIRST), lab.address(FIRST)]).await.unwrap();
    assert_eq!(found.servers.iter().map(|server| server.address).collect::<Vec<_>>(), [lab.address(FIRST), lab.address(SECOND)]);
}

#[tokio::test]
async fn a_zone_that_the_parent_does_not_know_is_not_delegated() {
    // The provider serves it all the same, which is the trap: every write would succeed.
    let lab = Lab::new().with_parent("").await.with(FIRST, vec![Zone::primary("void.lab.", "")]).await;
    let error = lab.asker().servers_of(&name("void.lab"), &[]).await.unwrap_err();
    assert_eq!(error, AuthorityError::NotDelegated { zone: name("void.lab"), parent: "lab".into() });
}

#[tokio::test]
async fn a_zone_two_cuts_below_is_found_by_following_referrals() {
    let records = format!("eu NS ns.eu\nns.eu A {}", ip(SECOND));
    let lab = Lab::new().with_parent("").await.with_child(FIRST, &records).await;
    let found = lab.asker().servers_of(&name("eu.post.lab"), &[]).await.unwrap();
    assert_eq!(found.servers[0].to_string(), format!("ns.eu.post.lab ({})", lab.address(SECOND)));
}

#[tokio::test]
async fn a_parent_that_serves_the_child_too_sends_no_referral_and_is_believed() {
    let zones = vec![Zone::primary("lab.", &format!("post NS ns1.post\nns1.post A {}", ip(PARENT))), child("")];
    let lab = Lab::new().with(PARENT, zones).await;
    let found = lab.asker().servers_of(&name("post.lab"), &[]).await.unwrap();
    assert_eq!(found.servers.len(), 2, "{found:?}");
}

#[tokio::test]
async fn a_host_outside_the_zone_is_looked_up_and_one_without_an_address_is_named() {
    let records = format!("far NS dns.else\nfar NS nowhere.else\ndns.else A {}", ip(SECOND));
    let lab = Lab::new().with_parent(&records).await;
    let found = lab.asker().servers_of(&name("far.lab"), &[]).await.unwrap();
    assert_eq!(found.servers[0].address, lab.address(SECOND));
    assert_eq!(found.unresolved, [name("nowhere.else.lab")]);
}

#[tokio::test]
async fn a_delegation_to_hosts_without_an_address_says_so() {
    let lab = Lab::new().with_parent("far NS nowhere.else").await;
    let error = lab.asker().servers_of(&name("far.lab"), &[]).await.unwrap_err();
    assert_eq!(error.to_string(), "far.lab is delegated to nowhere.else.lab, and none of these hosts has an address");
}

#[tokio::test]
async fn when_no_resolver_answers_nothing_is_said_about_the_delegation() {
    let lab = Lab::new().with(LAME, Vec::new()).await;
    for resolver in [DEAD, LAME] {
        let error = lab.asker_with(vec![lab.address(resolver)]).servers_of(&name("post.lab"), &[]).await.unwrap_err();
        assert!(matches!(error, AuthorityError::Unknown { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_delegation_is_remembered_for_a_while() {
    let lab = Lab::new().with_parent("").await;
    let asker = lab.asker();
    let found = asker.servers_of(&name("post.lab"), &[]).await.unwrap();
    drop(lab);
    assert_eq!(asker.servers_of(&name("post.lab"), &[]).await.unwrap(), found);
}

#[tokio::test]
async fn the_zone_of_a_subdomain_is_the_nearest_delegated_one() {
    let lab = Lab::new().with_parent("").await.with_child(FIRST, "").await;
    let found = lab.asker().holder_of(&name("news.post.lab"), &[]).await.unwrap();
    assert_eq!((found.zone, found.servers.len()), (name("post.lab"), 2));
}

#[tokio::test]
async fn a_delegation_that_cannot_be_found_out_is_no_reason_to_take_the_zone_above() {
    // The parent answers; the child's servers, which alone know whether `news` is a zone, do not.
    let lab = Lab::new().with_parent("").await;
    let error = lab.asker().holder_of(&name("news.post.lab"), &[]).await.unwrap_err();
    assert!(matches!(&error, AuthorityError::Unknown { why, .. } if why.contains("ns1.post.lab")), "{error}");
}

#[tokio::test]
async fn configured_name_servers_say_themselves_which_zone_holds_a_name() {
    let zones = vec![Zone::primary("lab.", ""), child("s1._domainkey 60 CNAME s1.dkim.example.com.\n")];
    let lab = Lab::new().with(PARENT, zones).await;
    let (asker, servers) = (lab.asker(), [lab.address(PARENT), lab.address(DEAD)]);
    for (asked, zone) in
        [("post.lab", "post.lab"), ("eu.news.post.lab", "post.lab"), ("s1._domainkey.post.lab", "post.lab"), ("cafe.lab", "lab")]
    {
        let found = asker.holder_of(&name(asked), &servers).await.unwrap();
        assert_eq!((found.zone, found.servers.len()), (name(zone), 2), "{asked}");
    }
    let error = asker.holder_of(&name("post.example"), &servers).await.unwrap_err();
    assert!(matches!(error, AuthorityError::Unknown { .. }), "{error}");
}
