//! SECURITY.md speaks of every right that the golden list has, under the identity that has it, and of no other.

use std::collections::BTreeSet;

use super::read;

/// `resource` of each right of an account, wherever it holds.
fn granted(account: &str) -> BTreeSet<String> {
    let golden = read("tests/golden/rights.txt");
    let mut found = BTreeSet::new();
    let mut ours = false;
    for line in golden.lines() {
        match line.strip_prefix("  ") {
            None => ours = line.starts_with(&format!("{account} in ")),
            Some(right) if ours => {
                let name = right.split([':', ' ']).next().unwrap();
                let (name, below) =
                    name.split_once('/').map_or((name, String::new()), |(name, below)| (name, format!("/{below}")));
                found.insert(format!("{}{below}", name.split('.').next().unwrap()));
            }
            Some(_) => {}
        }
    }
    found
}

/// What the first column of the tables below a heading names in backticks.
fn explained(heading: &str) -> BTreeSet<String> {
    let page = read("SECURITY.md");
    let section = page.split(&format!("### {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let section = section.split("\n### ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').nth(1).unwrap());
    rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn p9_what_a_stolen_token_could_do_is_said_for_every_right() {
    // What an install adds on request is not in the golden list.
    let optional = BTreeSet::from(["dnsendpoints", "gateways", "httproutes"].map(str::to_owned));
    let controller: BTreeSet<String> = explained("The controller").difference(&optional).cloned().collect();
    assert_eq!(controller, granted("mailward-controller"));
    assert_eq!(explained("The policy server"), granted("mailward-policy-server"));
}
