//! DNSEndpoint objects, published to a BIND by external-dns' own plan, registry and rfc2136 provider. That provider compares
//! texts in another form than it reads them, so it leaves an old one beside a new one and deletes none: where texts change or
//! go, the tests play the part of a provider that replaces whole sets.

use std::{collections::BTreeSet, fs};

use hickory_proto::rr::RecordType;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams},
};
use mailward::api::{MailDomain, RecordState};
use mailward_sandbox::{
    process::{Launch, Process},
    steps::install,
};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::built;
use crate::{
    documented::{Step, says},
    lab::{Server, Tenant, is_ready, ready_message, status},
};

/// What a user installs beside Mailward: external-dns' definition, and the role of `externalDns.dnsEndpoint.enabled`.
pub(crate) async fn install_kind(tenant: &Tenant) {
    let definition: Value = serde_saphyr::from_str(&fs::read_to_string(built("crd.sh", &[])).unwrap()).unwrap();
    tenant.apply_object(&definition).await;
    install::apply_manifests(&tenant.lab.plane, "deploy/optional/dnsendpoints.yaml").await.unwrap();
    let definitions: Api<CustomResourceDefinition> = Api::all(tenant.client.clone());
    let served = async || {
        let found = definitions.get("dnsendpoints.externaldns.k8s.io").await.unwrap();
        let conditions = found.status.and_then(|status| status.conditions).unwrap_or_default();
        conditions.iter().any(|one| one.type_ == "Established" && one.status == "True")
    };
    assert!(tenant.eventually(served).await, "the definition is never served");
}

/// The same in the shared lab, once.
async fn installed(tenant: &Tenant) {
    static INSTALLED: OnceCell<()> = OnceCell::const_new();
    INSTALLED.get_or_init(async || install_kind(tenant).await).await;
}

/// A tenant whose zone only external-dns may write, with DNS that is `dns`.
struct Published {
    tenant: Tenant,
    dns: Server,
}

impl Published {
    async fn start(name: &str, zone_file: &str) -> Self {
        let dns = Server::start(&format!("{name}.test"), zone_file).await;
        let tenant = Tenant::at(name, &dns, &[dns.address()]).await;
        installed(&tenant).await;
        let spec = json!({
            "externalDnsEndpoint": {},
            "verification": {"nameservers": [dns.address().to_string()]},
        });
        let metadata = json!({"name": "external-dns", "namespace": name});
        let object = json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "DNSProvider", "metadata": metadata, "spec": spec});
        tenant.apply_object(&object).await;
        Self { tenant, dns }
    }

    async fn apply(&self, fields: &str) {
        let provider = "providerRef: {kind: DNSProvider, name: external-dns}";
        self.tenant.apply(&format!("{{{provider}, ttl: 30, {fields}}}")).await;
    }

    async fn endpoints(&self) -> Vec<Value> {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("externaldns.k8s.io", "v1alpha1", "DNSEndpoint"));
        let api: Api<DynamicObject> = Api::namespaced_with(self.tenant.client.clone(), &self.tenant.namespace, &resource);
        let objects = api.list(&ListParams::default()).await.unwrap().items;
        assert!(objects.len() <= 1, "{:?}", objects.iter().map(ResourceExt::name_any).collect::<Vec<_>>());
        objects.iter().flat_map(|object| object.data["spec"]["endpoints"].as_array().unwrap().clone()).collect()
    }

    /// The controller's requests for the objects so far, but for those of the provider's own check.
    async fn requests(&self) -> Vec<String> {
        let mut requests = self.tenant.lab.endpoint_requests(&self.tenant.namespace).await;
        requests.retain(|verb| verb != "list");
        requests
    }

    async fn until_names(&self, wanted: &[&str]) {
        let mut seen = vec![];
        let came = self.tenant.eventually(async || {
            seen = self.endpoints().await.iter().map(|set| set["dnsName"].as_str().unwrap().to_owned()).collect();
            seen == wanted
        });
        assert!(came.await, "there are {seen:?}\n{}", self.tenant.lab.controller_log());
    }

    /// Starts external-dns' own parts; they end with what is returned.
    fn external_dns(&self) -> (Process, tempfile::TempDir) {
        let log = tempfile::tempdir().unwrap();
        let (address, key) = (self.dns.address(), self.dns.key());
        let launch = Launch::new("external-dns", built("build.sh", &["publish"]), log.path())
            .arg(self.tenant.lab.plane.kubeconfig_path())
            .args([&self.tenant.namespace, &self.tenant.domain, &address.ip().to_string(), &address.port().to_string()])
            .args([key.name(), &key.secret_base64()]);
        (launch.spawn().unwrap(), log)
    }

    /// One round of a provider that replaces sets: whole sets, and none that left the objects since the round before.
    async fn publish(&self, before: &mut BTreeSet<(String, String)>) {
        let mut now = BTreeSet::new();
        for set in self.endpoints().await {
            let (name, kind) = (set["dnsName"].as_str().unwrap(), set["recordType"].as_str().unwrap());
            let add = |target: &Value| format!("update add {name} {} {kind} {}\n", set["recordTTL"], target.as_str().unwrap());
            let adds: String = set["targets"].as_array().unwrap().iter().map(add).collect();
            self.dns.nsupdate(&format!("update delete {name} {kind}\n{adds}")).await;
            now.insert((name.to_owned(), kind.to_owned()));
        }
        for (name, kind) in before.difference(&now) {
            self.dns.nsupdate(&format!("update delete {name} {kind}")).await;
        }
        *before = now;
    }
}

fn records_say(object: &MailDomain, words: &str) -> bool {
    status(object).records.iter().any(|record| record.state == RecordState::Propagating && record.message.contains(words))
}

#[tokio::test]
async fn external_dns_publishes_what_mailward_wrote_and_the_status_says_so() {
    let at = Published::start("endpoint", "").await;
    at.apply("spf: {all: Fail}, dmarc: {policy: None}").await;
    at.until_names(&["_dmarc.endpoint.test", "_mailward.endpoint.test", "endpoint.test"]).await;
    assert_eq!(at.requests().await[..2], ["get", "create"]);
    says("externalDnsEndpoint", Step::First, "2 requests to it: one reading of the object, one write");
    let words = "external-dns publishes this record from DNSEndpoint endpoint/endpoint-test-";
    at.tenant.until("say who publishes", |object| records_say(object, words)).await;

    let external_dns = at.external_dns();
    at.tenant.ready().await;
    assert_eq!(at.dns.txt("endpoint.test").await, ["v=spf1 -all"]);
    let registered = at.dns.txt("registry-txt.endpoint.test").await.concat();
    assert!(registered.contains("external-dns/resource=crd/endpoint/endpoint-test-"), "{registered}");
    let (writes, requests) = (at.tenant.controller_writes().await, at.requests().await);
    at.tenant.poke().await;
    at.dns.until_asked(8).await;
    assert_eq!(at.tenant.controller_writes().await, writes, "P7: a settled domain costs nothing");
    assert_eq!(at.requests().await, requests, "P7: and nobody reads its object");
    let all = at.tenant.lab.endpoint_requests(&at.tenant.namespace).await;
    assert_eq!(all.iter().filter(|verb| *verb == "list").count(), 1, "one check of the provider so far");
    says("externalDnsEndpoint", Step::Check, "1 request to the API server every ten minutes");
    drop(external_dns);
}

/// A domain with everything but what differs from one object to the next: it moves, and stays the same object.
const EVERYTHING: &str =
    "spf: {ip4: [192.0.2.25], ip6: ['2001:db8::25'], all: SoftFail}, dmarc: {policy: None, rua: ['mailto:dmarc@same.test']},
    dkim: {keys: [{name: main, secretName: signer}], delegated: [{selector: s1, target: s1.dkim.example.com}]},
    mtaSts: {mode: Testing, mx: [mx.same.test]}, tlsRpt: {rua: ['mailto:tls@example.net']}";

/// Every answer of a server about that domain: name, TTL, type and values as in a zone file.
async fn answers(server: &Server, tenant: &Tenant) -> Vec<String> {
    let selector = format!("{}._domainkey", tenant.selector().await);
    let texts = ["@", "_dmarc", "_mailward", "_mta-sts", "_smtp._tls", &selector].map(|label| (label, RecordType::TXT));
    let others = [("mta-sts", RecordType::A), ("s1._domainkey", RecordType::CNAME)];
    let mut lines = vec![];
    for (label, kind) in texts.into_iter().chain(others) {
        let answer = server.bind().query(&tenant.name(label), kind).await.unwrap();
        assert!(!answer.values().is_empty(), "{label} {kind} is not answered");
        lines.push(format!("{label} {} {kind} {:?}", answer.ttl().unwrap_or_default(), answer.values()));
    }
    lines
}

#[tokio::test]
async fn one_maildomain_is_the_same_answers_through_a_dnsendpoint_as_through_dns_update() {
    let at = Published::start("same", "").await;
    let by_update = Server::start("same.test", "").await;
    at.tenant.lab.provider("same-by-update", &by_update, &[by_update.address()]).await;
    at.tenant.apply(format!("{{providerRef: {{name: same-by-update}}, {EVERYTHING}}}")).await;
    at.tenant.ready().await;
    let expected = answers(&by_update, &at.tenant).await;

    at.apply(EVERYTHING).await;
    let mut published = BTreeSet::new();
    let ready = at.tenant.eventually(async || {
        at.publish(&mut published).await;
        is_ready(&at.tenant.object().await)
    });
    assert!(ready.await, "{:?}\n{}", at.endpoints().await, at.tenant.lab.controller_log());
    assert_eq!(answers(&at.dns, &at.tenant).await, expected);
    // On the way nothing was known of a policy that had been served.
    let writes = at.tenant.controller_writes().await;
    let refused: Vec<_> = writes.iter().filter(|write| write.subresource == "status" && write.code >= 400).collect();
    assert!(refused.is_empty(), "P8: a status that the API server refuses tells nobody: {refused:#?}");
}

#[tokio::test]
async fn a_changed_value_is_a_changed_endpoint() {
    let at = Published::start("changing", "").await;
    at.apply("spf: {all: Fail}").await;
    at.until_names(&["_mailward.changing.test", "changing.test"]).await;
    let mut published = BTreeSet::new();
    at.publish(&mut published).await;
    at.tenant.ready().await;
    let before = at.requests().await.len();
    at.apply("spf: {all: SoftFail}").await;
    let new = async || at.endpoints().await.iter().any(|set| set["targets"] == json!(["\"v=spf1 ~all\""]));
    assert!(at.tenant.eventually(new).await, "{:?}\n{}", at.endpoints().await, at.tenant.lab.controller_log());
    assert_eq!(at.requests().await[before..before + 2], ["get", "patch"]);
    says("externalDnsEndpoint", Step::Change, "2");
    at.publish(&mut published).await;
    at.dns.until_txt("changing.test", &["v=spf1 ~all"]).await;
    at.tenant.ready().await;
}

#[tokio::test]
async fn p1_a_shared_set_with_somebody_elses_value_is_left_to_a_person_and_the_other_records_go_on() {
    let at = Published::start("shared-set", "@ 60 TXT \"google-site-verification=a\"\n").await;
    let external_dns = at.external_dns();
    at.apply("spf: {all: Fail}, dmarc: {policy: None}").await;
    at.until_names(&["_dmarc.shared-set.test", "_mailward.shared-set.test"]).await;
    let says = |object: &_| {
        let message = ready_message(object);
        message.contains("google-site-verification=a") && message.contains("whole set")
    };
    at.tenant.until("say why", says).await;
    at.dns.until_txt("_dmarc.shared-set.test", &["v=DMARC1; p=none"]).await;
    assert_eq!(at.dns.txt("shared-set.test").await, ["google-site-verification=a"]);
    drop(external_dns);
}

#[tokio::test]
async fn p6_a_deletion_takes_the_endpoints_away_in_its_order_and_then_the_object() {
    let at = Published::start("leaving", "").await;
    at.apply("deletionPolicy: Delete, spf: {all: Fail}, dmarc: {policy: None}").await;
    let mut published = BTreeSet::new();
    at.until_names(&["_dmarc.leaving.test", "_mailward.leaving.test", "leaving.test"]).await;
    at.publish(&mut published).await;
    at.tenant.ready().await;
    at.tenant.begin_to_delete().await;
    let gone = at.tenant.eventually(async || {
        at.publish(&mut published).await;
        at.endpoints().await.is_empty() && published.is_empty()
    });
    assert!(gone.await, "{:?}\n{}", at.endpoints().await, at.tenant.lab.controller_log());
    at.tenant.gone().await;
    for name in ["leaving.test", "_dmarc.leaving.test", "_mailward.leaving.test"] {
        assert_eq!(at.dns.txt(name).await, Vec::<String>::new(), "{name}");
    }
}

/// Nobody has to have published what goes: the object itself says what is left.
#[tokio::test]
async fn p6_a_domain_that_goes_before_external_dns_has_published_it_leaves_no_object() {
    let at = Published::start("unpublished", "").await;
    at.apply("deletionPolicy: Delete, spf: {all: Fail}, dmarc: {policy: Reject}").await;
    at.until_names(&["_mailward.unpublished.test", "unpublished.test"]).await;
    at.tenant.delete().await;
    assert_eq!(at.endpoints().await, Vec::<Value>::new());
}
