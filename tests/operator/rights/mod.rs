//! P9: the operator has the rights of the chart and no other, and needs each of them.
//!
//! Each right is taken away by itself, at a real API server, from an operator that has all others: what the table names then
//! fails, and the API server's refusal is where the table says that a user finds it. Then the right is given back, and the same
//! thing succeeds without anybody's help: that is the proof that nothing else was wrong.

mod role;
mod scenario;
mod scene;
mod stage;
mod table;

use std::collections::BTreeSet;

use crate::lab::Lab;

use self::{
    role::{Right, Roles},
    stage::Stage,
    table::TABLE,
};

#[tokio::test]
async fn p9_this_operator_has_the_roles_of_deploy_and_no_other() {
    let lab = Lab::shared().await;
    let (written, bound) = (Roles::written(), Roles::bound(&lab.plane.client().await.unwrap()).await);
    for (grant, rules) in &bound.grants {
        assert_eq!(Some(rules), written.grants.get(grant), "{grant:?} is not as deploy/ has it");
    }
    let missing: Vec<_> =
        written.grants.keys().filter(|grant| !grant.is_optional() && !bound.grants.contains_key(*grant)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn p9_every_right_has_a_scenario_and_every_scenario_a_right() {
    let rights: BTreeSet<String> = Roles::written().rights().iter().map(Right::to_string).collect();
    let named: BTreeSet<String> = TABLE.iter().map(|need| need.right.to_owned()).collect();
    assert_eq!(named.len(), TABLE.len(), "two scenarios for one right");
    let (idle, gone): (Vec<_>, Vec<_>) = (rights.difference(&named).collect(), named.difference(&rights).collect());
    assert!(idle.is_empty(), "no scenario shows what fails without {idle:#?}: add it to tests/operator/rights/table.rs");
    assert!(gone.is_empty(), "the table names rights that no role has: {gone:#?}");
}

#[tokio::test]
async fn p9_without_any_one_of_its_rights_the_operator_fails_as_the_table_says_and_heals_when_it_has_it_again() {
    let rights = Roles::written().rights();
    let mut stage = Stage::set().await;
    for need in TABLE {
        let right = rights.iter().find(|right| right.to_string() == need.right).expect(need.right);
        stage.play(right, need).await;
    }
}
