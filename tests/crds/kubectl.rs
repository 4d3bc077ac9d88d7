//! What a person sees: columns, short names, field selectors, `kubectl explain`.

use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use mailward_sandbox::kubectl::Kubectl;
use serde_json::json;

use crate::cluster::{api_of, mail_domain, plane, yaml};

async fn kubectl(arguments: &[&str]) -> String {
    Kubectl::of(plane().await).run(arguments).await.unwrap()
}

/// `kubectl apply` of these manifests, checked by the server and not stored.
pub(crate) async fn kubectl_apply_dry_run(manifests: &str) {
    let file = plane().await.state_dir().join("applied.yaml");
    tokio::fs::write(&file, manifests).await.unwrap();
    kubectl(&["apply", "--dry-run=server", "--validate=strict", "-f", file.to_str().unwrap()]).await;
}

/// The words of each line.
fn table(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split_whitespace().collect()).collect()
}

#[tokio::test]
async fn kubectl_get_shows_domain_ready_dmarc_and_the_served_mode() {
    let api = api_of("MailDomain").await;
    let mut object = mail_domain("{domain: columns.example, dmarc: {policy: Quarantine}}");
    object.metadata.name = Some("columns".to_owned());
    api.create(&PostParams::default(), &object).await.unwrap();
    let status = yaml(
        "{observedGeneration: 1, mtaSts: {servedMode: Testing}, conditions: [{type: Ready, status: 'False', reason: Waiting, \
        message: patience, lastTransitionTime: '2026-01-01T00:00:00Z'}]}",
    );
    let patch = Patch::Apply(json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "MailDomain", "status": status}));
    api.patch_status("columns", &PatchParams::apply("tests"), &patch).await.unwrap();

    let short = kubectl(&["get", "md", "--field-selector", "spec.domain=columns.example"]).await;
    let rows = table(&short);
    assert_eq!(rows.len(), 2, "{short}");
    assert_eq!(rows[0], ["NAME", "DOMAIN", "READY", "DMARC", "MTA-STS", "AGE"]);
    assert_eq!(rows[1][..5], ["columns", "columns.example", "False", "Quarantine", "Testing"]);

    let wide = kubectl(&["get", "md", "columns", "-o", "wide"]).await;
    assert_eq!(table(&wide)[1][5..7], ["sandbox", "patience"]);
    assert!(kubectl(&["get", "mailward"]).await.contains("maildomain.mailward.dev/columns"));
    api.delete("columns", &DeleteParams::default()).await.unwrap();
}

#[tokio::test]
async fn kubectl_explain_tells_of_each_dmarc_field_its_tag_and_its_values() {
    let text = kubectl(&["explain", "md.spec.dmarc"]).await;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in [
        "DMARC (RFC 9989): what receivers do with mail that neither SPF nor DKIM vouches for, as a TXT record at `_dmarc.<domain>`.",
        "policy <string> -required- enum: None, Quarantine, Reject `p` (RFC 9989 4.7): what receivers are asked to do",
        "nonexistentPolicy <string> enum: None, Quarantine, Reject `np`: the same for subdomains that do not exist.",
        "psd <string> enum: PublicSuffix, OrganizationalDomain `psd`: what the domain is",
        "rua <[]string> `rua`: where aggregate reports go, as `mailto:` URIs.",
    ] {
        assert!(words.contains(sentence), "{sentence:?} is not in\n{text}");
    }
}
