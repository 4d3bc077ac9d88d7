//! P9: an operator for named namespaces, with the Roles that the chart gives it there and nothing for the rest of the cluster but
//! what ADR 38 lists.

use mailward_sandbox::steps::install;
use serde_json::json;

use crate::lab::{Lab, Tenant, status};

const FLAG: &str = "--watch-namespaces=mail,shop";
const SPF: &str = "spf: {all: Fail}";

/// A lab whose operator has lost the rights of the whole cluster, with the two namespaces and one that it has no business in.
async fn confined() -> (std::sync::Arc<Lab>, [Tenant; 3]) {
    let lab = Lab::start(&[]).await;
    lab.kill_controller();
    let roles = ["mailward-controller", "mailward-controller-secrets"];
    for kind in ["clusterrolebinding", "clusterrole"] {
        lab.kubectl(&[&["delete", kind], &roles[..]].concat()).await;
    }
    let tenants = [lab.tenant("mail").await, lab.tenant("shop").await, lab.tenant("elsewhere").await];
    install::apply_manifests(&lab.plane, "deploy/optional/watch-namespaces.yaml").await.unwrap();
    lab.start_controller(&[FLAG]).await;
    (lab, tenants)
}

/// A provider of the tenant's own, with its credential beside it.
async fn own_provider(tenant: &Tenant) {
    let metadata = json!({"name": "own", "namespace": tenant.namespace});
    let data = json!({"secret": tenant.dns().key().secret_base64()});
    tenant.apply_object(&json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data})).await;
    let tsig = json!({"keyName": tenant.dns().key().name(), "secretRef": {"name": "own", "key": "secret"}});
    let address = tenant.dns().address().to_string();
    let spec = json!({"rfc2136": {"server": address, "tsig": tsig}, "verification": {"nameservers": [address]}});
    let object = json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "DNSProvider", "metadata": metadata, "spec": spec});
    tenant.apply_object(&object).await;
}

#[tokio::test]
async fn p9_with_roles_in_two_namespaces_it_works_there_and_nowhere_else_and_asks_for_no_more() {
    let (lab, [mail, shop, elsewhere]) = confined().await;
    elsewhere.apply(format!("{{{SPF}}}")).await;
    // The cluster's provider, keys, and a policy.
    let mx = mail.name("mx1");
    let spec = json!({
        "spf": {"all": "Fail"}, "dkim": {"keys": [{"name": "main", "secretName": "dkim"}]},
        "mtaSts": {"mode": "Testing", "maxAge": 86_400, "mx": [mx]}, "deletionPolicy": "Delete",
    });
    mail.apply(spec).await;
    own_provider(&shop).await;
    shop.apply(format!("{{providerRef: {{kind: DNSProvider, name: own}}, {SPF}, dmarc: {{policy: None}}}}")).await;
    mail.ready().await;
    shop.ready().await;
    assert!(mail.stable().await.is_some() && !mail.notes("Changed").await.is_empty());

    // A label of a named namespace is heard of.
    let limited = json!({"manual": {}, "allowedNamespaces": {"matchLabels": {"team": "shop"}}});
    let object = json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "ClusterDNSProvider", "metadata": {"name": "limited"}, "spec": limited});
    shop.apply_object(&object).await;
    shop.apply(format!("{{providerRef: {{name: limited}}, {SPF}}}")).await;
    shop.until_not_ready("ProviderNotAllowed").await;
    let metadata = json!({"name": "shop", "labels": {"team": "shop"}});
    shop.apply_object(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})).await;
    let allowed = shop.eventually(async || {
        shop.poke().await;
        !lab.kubectl(&["get", "maildomain", "mail", "-n", "shop", "-o", "jsonpath={.status}"])
            .await
            .contains("ProviderNotAllowed")
    });
    assert!(allowed.await, "{}", lab.controller_log());

    mail.delete().await;
    assert!(mail.secrets().await.is_empty(), "{:?}", mail.secrets().await);
    let seen = status(&elsewhere.object().await);
    assert_eq!((seen.observed_generation, seen.conditions.len()), (-1, 0), "{seen:#?}");
    assert_eq!(elsewhere.dns().txt(&elsewhere.domain).await, [""; 0]);
    let log = lab.log_of("controller");
    assert!(!log.contains("is forbidden"), "it asks for more than it has:\n{log}");
    let refused: Vec<_> = lab.controller_writes().await.into_iter().filter(|write| write.code == 403).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}
