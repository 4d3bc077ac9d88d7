//! What people wait for and look at with kubectl.

use crate::lab::Tenant;

/// The rows below the head of `Events:`, each as one line of words.
fn events(described: &str) -> Vec<String> {
    let (_, table) = described.split_once("\nEvents:").unwrap_or_else(|| panic!("no events in\n{described}"));
    table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[tokio::test]
async fn kubectl_wait_returns_when_a_domain_is_ready_and_describe_shows_what_was_changed_and_what_is_in_the_way() {
    let tenant = Tenant::new("with-kubectl").await;
    let (apex, foreign) = (tenant.name("@"), "v=spf1 include:old.example -all");
    let kubectl = async |arguments: &[&str]| tenant.lab.kubectl(&[arguments, &["--namespace", &tenant.namespace]].concat()).await;
    let wait = async |what: &str| kubectl(&["wait", "md/mail", &format!("--for=condition={what}"), "--timeout=90s"]).await;

    tenant.apply("{dmarc: {policy: None}}").await;
    assert_eq!(wait("Ready").await.trim(), "maildomain.mailward.dev/mail condition met");
    // It did not return before its time.
    assert_eq!(tenant.dns().txt(&tenant.name("_dmarc")).await, ["v=DMARC1; p=none"]);

    tenant.dns().nsupdate(&format!("update add {apex} 300 TXT \"{foreign}\"")).await;
    tenant.apply("{spf: {all: Fail}, dmarc: {policy: None}}").await;
    wait("Ready=False").await;
    wait("Conflict").await;

    // Events are written beside the visit that they tell of.
    let (mut described, mut rows) = (String::new(), vec![]);
    let tells = |rows: &[String], begins: &str, parts: &[&str]| {
        rows.iter().any(|row| row.starts_with(begins) && row.contains("mailward") && parts.iter().all(|part| row.contains(part)))
    };
    let told = tenant.eventually(async || {
        described = kubectl(&["describe", "md/mail"]).await;
        rows = events(&described);
        tells(&rows, "Normal Changed ", &[&tenant.name("_dmarc"), "v=DMARC1; p=none"])
            && tells(&rows, "Warning Conflict ", &[&apex, foreign, "v=spf1 -all"])
    });
    assert!(told.await, "{described}");
    for kind in ["Ready", "Accepted", "Conflict"] {
        assert!(described.lines().any(|line| line.split_whitespace().eq(["Type:", kind])), "{kind} is not in\n{described}");
    }
}
