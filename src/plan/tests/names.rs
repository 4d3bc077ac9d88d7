//! What has to be read before planning.

use super::{super::*, world::*};

fn names(wanted: &[Wanted], marker: Option<&Marker>) -> Vec<String> {
    names_of_interest(&name(DOMAIN), wanted, marker).iter().map(ToString::to_string).collect()
}

#[test]
fn the_markers_name_is_always_read() {
    assert_eq!(names(&[], None), ["_mailward.example.com"]);
}

#[test]
fn wanted_names_and_those_of_listed_slots_are_read() {
    let mut marker = Marker::new(ME, MY_UID).unwrap();
    marker.has = slots("sel:s1 dmarc later:thing");
    let expected = ["_dmarc.example.com", "_mailward.example.com", "example.com", "s1._domainkey.example.com"];
    assert_eq!(names(&[wanted("spf", "TXT v=spf1 -all")], Some(&marker)), expected);
}

#[test]
fn marks_of_other_tools_are_looked_for_at_the_policy_host() {
    let expected = [
        "_mailward.example.com",
        "a-mta-sts.example.com",
        "aaaa-mta-sts.example.com",
        "cname-mta-sts.example.com",
        "mta-sts.example.com",
    ];
    assert_eq!(names(&[wanted("policy-host", "A 192.0.2.1")], None), expected);
}
