//! A lab of its own in which one scenario after the other is played: without the right, and with it.

use std::sync::Arc;

use kube::{
    Api, Client,
    api::{ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams},
};
use mailward_sandbox::steps::operator::POLICY_NAMESPACE;

use super::{
    role::Right,
    scenario::{Change, Scenario, Write},
    scene::{Scene, settle, settle_behind_a_gateway},
    table::{Need, Told},
};
use crate::{
    external_dns::endpoint::install_kind,
    gateway::install,
    lab::{Lab, Tenant, eventually},
};

/// Nobody looks at a settled domain but when told to, and deletions wait for somebody.
pub(super) const FLAGS: &[&str] =
    &["--drift-interval=1h", "--deletion-patience=10m", "--delete-cap=10000", "--gateway=gateways/public"];
/// Refusals after a change that tell "not heard of" from "not yet".
const TRIES: usize = 1;

/// The lab, and what stands in it all the time.
pub(super) struct Stage {
    pub(super) lab: Arc<Lab>,
    pub(super) client: Client,
    /// A domain with a policy, settled.
    pub(super) kept: Tenant,
    /// The same behind a Gateway.
    pub(super) routed: Tenant,
    /// Of the scenario.
    pub(super) number: usize,
}

impl Stage {
    pub(super) async fn set() -> Self {
        let lab = Lab::start(FLAGS).await;
        let (client, kept) = (lab.plane.client().await.unwrap(), lab.tenant("kept").await);
        install_kind(&kept).await;
        install::whole(&kept).await;
        settle(&kept).await;
        let routed = lab.tenant("routed").await;
        settle_behind_a_gateway(&routed).await;
        Self { lab, client, kept, routed, number: 0 }
    }

    /// Of the Gateway, in this scenario.
    pub(super) fn address(&self) -> String {
        format!("127.0.1.{}", self.number)
    }

    /// A namespace and a domain of its own for each scenario.
    pub(super) async fn scene(&mut self, scenario: Scenario) -> Scene {
        self.number += 1;
        let tenant = self.lab.tenant(&format!("scene-{}", self.number)).await;
        Scene { scenario, tenant, candidate: None, server: None }
    }

    /// Plays a scenario without the right until the refusal is told, and with it until its end.
    pub(super) async fn play(&mut self, right: &Right, need: &Need) {
        eprintln!("without {right}");
        let what = format!("without the right \"{right}\": {}", need.fails);
        right.take(&self.client).await;
        let scene = need.scenario.begin(self).await;
        self.until_refused(&scene, right, need, &what).await;
        // A visit that began before the change may have seen it: then it is made once more.
        if scene.is_done(self).await && scene.change_again(self).await {
            self.until_refused(&scene, right, need, &what).await;
        }
        assert!(!scene.is_done(self).await, "{what}; but it happened: the right is not needed\n{}", self.lab.controller_log());
        right.give(&self.client).await;
        self.until_done(&scene, &what).await;
        if let Some(candidate) = scene.candidate {
            candidate.stop().await;
        }
    }

    async fn until_refused(&self, scene: &Scene, right: &Right, need: &Need, what: &str) {
        let more = if matches!(scene.scenario, Scenario::Hears(_)) { TRIES } else { 0 };
        let wanted = (self.refusals(scene, right, need.told).await + more).max(1);
        let refused = eventually(async || self.refusals(scene, right, need.told).await >= wanted);
        assert!(refused.await, "{what}; but {:?} never says so\n{}", need.told, self.lab.controller_log());
    }

    async fn until_done(&self, scene: &Scene, what: &str) {
        // Each is ten looks or more apart from the next one: what was begun should not be begun anew.
        const LOOKS: usize = 20;
        let mut looks = 0;
        let done = eventually(async || {
            if looks % LOOKS == 0 {
                scene.nudge(self, 1 + looks / LOOKS).await;
            }
            looks += 1;
            scene.is_done(self).await
        });
        assert!(done.await, "{what}; and it does not happen with it either\n{}", self.lab.controller_log());
    }

    /// How often the API server's refusal is found where it should be.
    async fn refusals(&self, scene: &Scene, right: &Right, told: Told) -> usize {
        if scene.scenario == Scenario::Writes(Write::EndpointRemoval) {
            scene.publish().await;
        }
        let text = match told {
            Told::Log if scene.server.is_some() => self.lab.log_of("one-more"),
            Told::Log => self.lab.log_of("controller"),
            Told::Status => {
                let object = scene.tenant.api::<mailward::api::MailDomain>().get_opt("mail").await.unwrap();
                object
                    .and_then(|object| object.status)
                    .map(|status| serde_saphyr::to_string(&status).unwrap())
                    .unwrap_or_default()
            }
            Told::Provider => self.provider_statuses(&scene.tenant).await.concat(),
            Told::Audit => return self.refused_writes(scene, right).await,
        };
        let plain = text.replace("\\\"", "\"").split_whitespace().collect::<Vec<_>>().join(" ");
        match plain.matches(&right.refusal()).count() {
            // What server-side apply may not create is refused without a word on the verb.
            0 if right.to_string().contains(": create ") => {
                plain.split(&format!("{} \"", right.resource())).skip(1).filter(|rest| names_and_forbids(rest)).count()
            }
            found => found,
        }
    }

    async fn refused_writes(&self, scene: &Scene, right: &Right) -> usize {
        let writes = scene.tenant.controller_writes().await;
        let of = |verb: &str, resource: &str| right.refusal() == format!("cannot {verb} resource \"{resource}\"");
        writes.iter().filter(|write| write.code == 403 && of(&write.verb, &write.resource)).count()
    }

    /// The statuses of the provider objects with the tenant's name.
    async fn provider_statuses(&self, tenant: &Tenant) -> Vec<String> {
        let mut statuses = vec![];
        for (kind, namespaced) in [("DNSProvider", true), ("ClusterDNSProvider", false)] {
            let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("mailward.dev", "v1alpha1", kind));
            let api: Api<DynamicObject> = if namespaced {
                Api::namespaced_with(self.client.clone(), &tenant.namespace, &resource)
            } else {
                Api::all_with(self.client.clone(), &resource)
            };
            let found = api.get_opt(&tenant.namespace).await.unwrap();
            statuses.extend(found.map(|object| object.data["status"].to_string()));
        }
        statuses
    }

    /// Whether such a provider says `Ready` with this status.
    pub(super) async fn provider_is(&self, tenant: &Tenant, wanted: &str) -> bool {
        let says = |text: &String| {
            let status: serde_json::Value = serde_json::from_str(text).unwrap();
            let conditions = status["conditions"].as_array().cloned().unwrap_or_default();
            conditions.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == wanted)
        };
        self.provider_statuses(tenant).await.iter().any(says)
    }

    pub(super) async fn until_provider(&self, tenant: &Tenant, wanted: &str) {
        let is = eventually(async || self.provider_is(tenant, wanted).await);
        assert!(is.await, "a provider is not Ready={wanted}: {:?}", self.provider_statuses(tenant).await);
    }

    /// Deletes the object of a settled domain in the policy namespace that the change is about.
    pub(super) async fn delete_policy_object(&self, change: Change) {
        let (gvk, domain) = match change {
            Change::Ingress => (GroupVersionKind::gvk("networking.k8s.io", "v1", "Ingress"), &self.kept.domain),
            Change::Route => (GroupVersionKind::gvk("gateway.networking.k8s.io", "v1", "HTTPRoute"), &self.routed.domain),
            _ => (GroupVersionKind::gvk("", "v1", "ConfigMap"), &self.kept.domain),
        };
        let api: Api<DynamicObject> = Api::namespaced_with(self.client.clone(), POLICY_NAMESPACE, &ApiResource::from_gvk(&gvk));
        let of = ListParams::default().labels("app.kubernetes.io/managed-by=mailward");
        for object in api.list(&of).await.unwrap() {
            let annotations = object.metadata.annotations.unwrap_or_default();
            if annotations.get("mailward.dev/domain") == Some(domain) {
                api.delete(&object.metadata.name.unwrap(), &DeleteParams::default()).await.unwrap();
            }
        }
    }
}

/// `<name>" is forbidden`
fn names_and_forbids(rest: &str) -> bool {
    rest.split_once('"').is_some_and(|(name, rest)| !name.contains(' ') && rest.starts_with(" is forbidden"))
}
