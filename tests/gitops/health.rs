//! The health script that Argo CD is given, judged in its interpreter, and beside it kstatus as Flux and Helm run it.

use std::{fs, process::Command};

use super::{repository, run};

/// Laid out as the resource customizations of Argo CD itself.
pub(super) const CASES: &str = "deploy/argocd/resource_customizations";
/// Kinds that have a health.
pub(super) const KINDS: [&str; 3] = ["ClusterDNSProvider", "DNSProvider", "MailDomain"];

/// The script of a kind.
pub(super) fn script(kind: &str) -> String {
    fs::read_to_string(repository(CASES).join("mailward.dev").join(kind).join("health.lua")).unwrap()
}

#[test]
fn every_case_has_the_health_that_is_written_beside_it_and_kstatus_means_the_same() {
    let judge = run(&mut Command::new(repository("tools/gitops/build.sh")));
    let said = run(Command::new(judge.trim()).arg("health").arg(repository(CASES)));
    assert!(said.ends_with(" judged\n") && said != "0 judged\n", "{said}");
}

#[test]
fn both_kinds_of_providers_have_one_script() {
    assert_eq!(script("DNSProvider"), script("ClusterDNSProvider"));
}
