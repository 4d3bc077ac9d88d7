//! The delete cap and the digest that overrides it.

use super::{super::*, world::*};

fn deleting(selectors: &[&str]) -> Plan {
    let world = selectors
        .iter()
        .fold(World::new(), |world, selector| world.there(&format!("{selector}._domainkey.example.com"), "TXT v=DKIM1; p="));
    let listed: Vec<_> = selectors.iter().map(|selector| format!("sel:{selector}")).collect();
    world.ours(&listed.join(" ")).plan()
}

#[test]
fn deletions_up_to_the_cap_pass_and_one_more_waits() {
    let plan = deleting(&["s1", "s2"]);
    assert_eq!(plan.deletions(), 2);
    assert_eq!(DeleteCap(5).allowed(&plan, 3, None), Ok(()));
    let reached = DeleteCap(5).allowed(&plan, 4, None).unwrap_err();
    assert_eq!(reached.digest, plan.deletion_digest());
    assert!(reached.message.contains("2 deletions wait: 4 of 5") && reached.message.contains(&reached.digest), "{reached}");
    assert!(reached.message.contains("when the hour has passed"), "{reached}");
}

#[test]
fn p8_more_deletions_than_any_hour_allows_are_not_said_to_go_on_by_themselves() {
    let reached = DeleteCap(1).allowed(&deleting(&["s1", "s2"]), 0, None).unwrap_err();
    assert!(
        !reached.message.contains("hour has passed") && reached.message.contains("wait until they are allowed as"),
        "{reached}"
    );
}

#[test]
fn only_the_digest_of_these_deletions_lets_them_through() {
    let plan = deleting(&["s1", "s2"]);
    let digest = plan.deletion_digest();
    assert_eq!(digest.len(), 12);
    assert_eq!(DeleteCap(0).allowed(&plan, 9, Some(&digest)), Ok(()));
    assert!(DeleteCap(0).allowed(&deleting(&["s1", "s3"]), 9, Some(&digest)).is_err());
    assert!(DeleteCap(0).allowed(&plan, usize::MAX, Some("")).is_err());
}

#[test]
fn the_digest_names_the_values_and_not_only_where_they_stand() {
    let digest = |value: &str| World::new().there("_dmarc.example.com", value).ours("dmarc").plan().deletion_digest();
    assert_ne!(digest("TXT v=DMARC1; p=none"), digest("TXT v=DMARC1; p=reject"));
}

#[test]
fn a_plan_without_deletions_passes_a_cap_that_is_used_up() {
    let plan = World::new().want("spf", "TXT v=spf1 -all").plan();
    assert_eq!(DeleteCap(0).allowed(&plan, 7, None), Ok(()));
}
