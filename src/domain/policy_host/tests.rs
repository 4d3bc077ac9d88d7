//! Which address the policy host gets.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use super::*;

fn address(text: &str) -> LoadBalancer {
    LoadBalancer::Address(text.parse().unwrap())
}

fn host(text: &str) -> LoadBalancer {
    LoadBalancer::Host(text.parse().unwrap())
}

fn from_serving(balancers: &[LoadBalancer]) -> PolicyHost {
    policy_host(&Address::FromServing, Way::Ingress, balancers, false)
}

#[test]
fn dns_r2_addresses_win_over_host_names_and_order_does_not_matter() {
    let values = |texts: [&str; 2]| from_serving(&[address(texts[0]), host("lb.test"), address(texts[1])]);
    let one = values(["203.0.113.7", "2001:db8::7"]);
    assert_eq!(one, values(["2001:db8::7", "203.0.113.7"]));
    assert_eq!(one, PolicyHost::Values(vec![value("203.0.113.7".parse().unwrap()), value("2001:db8::7".parse().unwrap())]));
}

#[test]
fn of_several_host_names_one_becomes_the_cname() {
    let cname = Value::Cname("a.test".parse().unwrap());
    assert_eq!(from_serving(&[host("b.test"), host("a.test")]), PolicyHost::Values(vec![cname]));
}

#[test]
fn an_ingress_without_an_address_is_waited_for() {
    assert!(matches!(from_serving(&[]), PolicyHost::Waiting(why) if why.contains("status.loadBalancer")));
}

#[test]
fn a_gateway_is_held_to_the_same_rules_and_named_as_one() {
    let from = |balancers: &[LoadBalancer]| policy_host(&Address::FromServing, Way::Gateway, balancers, false);
    assert!(matches!(from(&[]), PolicyHost::Waiting(why) if why.contains("Gateway has no address in status.addresses")));
    assert!(matches!(from(&[address("10.0.0.1")]), PolicyHost::Waiting(why) if why.contains("Gateway has address 10.0.0.1")));
    assert_eq!(from(&[address("203.0.113.7"), host("lb.test")]), from_serving(&[address("203.0.113.7")]));
}

#[test]
fn private_and_local_addresses_are_refused_unless_allowed() {
    let local = [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.1.1",
        "0.0.0.0",
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
    ];
    for text in local {
        assert!(matches!(from_serving(&[address(text)]), PolicyHost::Waiting(why) if why.contains("private or local")), "{text}");
        assert!(
            matches!(policy_host(&Address::FromServing, Way::Ingress, &[address(text)], true), PolicyHost::Values(_)),
            "{text}"
        );
    }
    assert_eq!(check_public("100.128.0.1".parse().unwrap()), Ok(()));
}

#[test]
fn an_address_of_somebody_else_is_none_of_our_business() {
    assert_eq!(policy_host(&Address::External, Way::Ingress, &[address("203.0.113.7")], false), PolicyHost::NotOurs);
}
