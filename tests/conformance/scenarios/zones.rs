//! Finding the zone of a name.

use mailward::{
    dns::{Name, Zone},
    provider::ZoneLookup,
};

use crate::{Bench, fixtures::*};

async fn zone_of(bench: &impl Bench, at: &str) -> ZoneLookup {
    bench.provider().zone_of(&name(at)).await.unwrap()
}

fn found(apex: &str) -> ZoneLookup {
    ZoneLookup::Found(Zone { name: name(apex), id: apex.into() })
}

pub async fn the_longest_zone_holds_the_name(bench: &impl Bench) {
    assert_eq!(zone_of(bench, "cafe.lab").await, found("cafe.lab"));
    assert_eq!(zone_of(bench, "s1._domainkey.cafe.lab").await, found("cafe.lab"));
    assert_eq!(zone_of(bench, "shop.cafe.lab").await, found("shop.cafe.lab"));
    assert_eq!(zone_of(bench, "_dmarc.shop.cafe.lab").await, found("shop.cafe.lab"));
    assert_eq!(zone_of(bench, "_dmarc.workshop.cafe.lab").await, found("cafe.lab"));
    assert_eq!(zone_of(bench, "elsewhere.lab").await, ZoneLookup::NotFound);
    assert_eq!(zone_of(bench, "lab").await, ZoneLookup::NotFound);
}

pub async fn dns_r4_a_delegated_name_is_never_found(bench: &impl Bench) {
    bench.put(ns("_domainkey.cafe.lab", "ns.elsewhere.lab")).await;
    bench.put(ns("deep.branch.cafe.lab", "ns.elsewhere.lab")).await;
    let cut = |at: &str| ZoneLookup::Delegated { cut: name(at) };
    assert_eq!(zone_of(bench, "_domainkey.cafe.lab").await, cut("_domainkey.cafe.lab"));
    assert_eq!(zone_of(bench, "s1._domainkey.cafe.lab").await, cut("_domainkey.cafe.lab"));
    assert_eq!(zone_of(bench, "_dmarc.deep.branch.cafe.lab").await, cut("deep.branch.cafe.lab"));
    assert_eq!(zone_of(bench, "_dmarc.branch.cafe.lab").await, found("cafe.lab"));
}

/// The target's zone would be the wrong answer, whether this server has it or not.
pub async fn an_alias_is_in_the_zone_of_its_owner(bench: &impl Bench) {
    let aliases: [(&str, &str); 3] = [
        ("inside.cafe.lab", "www.shop.cafe.lab"),
        ("outside.cafe.lab", "host.sender.example"),
        ("*.wild.cafe.lab", "www.shop.cafe.lab"),
    ];
    for (owner, target) in aliases {
        bench.put(cname(owner, target)).await;
    }
    let asked: [Name; 4] = ["inside", "below.inside", "outside", "a.wild"].map(|at| name(&format!("{at}.cafe.lab")));
    for at in asked {
        assert_eq!(bench.provider().zone_of(&at).await.unwrap(), found("cafe.lab"), "{at}");
    }
}
