//! One scenario under way: whether its end is reached, and what makes the operator look again.

use std::fmt::Write as _;

use hickory_proto::rr::RecordType;
use k8s_openapi::api::{
    core::v1::{ConfigMap, Secret},
    events::v1::Event,
    networking::v1::Ingress,
};
use kube::{
    Api, Resource, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams},
};
use mailward::api::{HTTPRoute, MailDomain};
use mailward_sandbox::steps::operator::POLICY_NAMESPACE;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{
    scenario::{Change, EXTERNAL, NOBODY, Scenario, Write, provider},
    stage::{FLAGS, Stage},
};
use crate::{
    gateway::{answer, through_gateway},
    lab::{Candidate, OneMore, Tenant, condition, status},
    policy::policy,
};

/// What a scenario needs besides the stage.
pub(super) struct Scene {
    pub(super) scenario: Scenario,
    pub(super) tenant: Tenant,
    pub(super) candidate: Option<Candidate>,
    pub(super) server: Option<OneMore>,
}

impl Scene {
    /// Whether what the scenario is about has happened.
    pub(super) async fn is_done(&self, stage: &Stage) -> bool {
        match self.scenario {
            Scenario::Starts => stage.lab.controller_is_ready().await,
            Scenario::Claims => self.candidate.as_ref().unwrap().is_ready().await,
            Scenario::Serves => self.server.as_ref().unwrap().is_ready().await,
            Scenario::Hears(change) => self.has_heard(change, stage).await,
            Scenario::Writes(write) => self.has_written(write, stage).await,
        }
    }

    async fn has_heard(&self, change: Change, stage: &Stage) -> bool {
        let tenant = &self.tenant;
        match change {
            Change::Domain => !status(&tenant.object().await).conditions.is_empty(),
            Change::Provider | Change::ClusterProvider | Change::Credential => stage.provider_is(tenant, "True").await,
            Change::Label => {
                let ready = condition(&tenant.object().await, "Ready");
                ready.is_some_and(|ready| ready.reason != "ProviderNotAllowed")
            }
            Change::Policy => stage.policy_objects::<ConfigMap>(&stage.kept).await == 1,
            Change::Ingress => stage.policy_objects::<Ingress>(&stage.kept).await == 1,
            Change::Route => stage.policy_objects::<HTTPRoute>(&stage.routed).await == 1,
            Change::Gateway => {
                let host = stage.routed.name("mta-sts");
                stage.routed.dns().values(&host, RecordType::A).await == [stage.address()]
            }
            Change::Endpoint => Self::says(&tenant.object().await, NOBODY),
            Change::Served => self.server.as_ref().unwrap().serves(&tenant.domain).await,
        }
    }

    async fn has_written(&self, write: Write, stage: &Stage) -> bool {
        let tenant = &self.tenant;
        let mail = || async { tenant.api::<MailDomain>().get_opt("mail").await.unwrap() };
        match write {
            Write::Finalizer => mail().await.is_some_and(|mail| !mail.finalizers().is_empty()),
            Write::Report => mail().await.is_some_and(|mail| !status(&mail).conditions.is_empty()),
            Write::ProviderReport | Write::ClusterProviderReport | Write::EndpointProvider => {
                stage.provider_is(tenant, "True").await
            }
            Write::Event => !self.events().await.is_empty(),
            Write::EventAgain => {
                self.events().await.iter().any(|event| event.series.as_ref().is_some_and(|series| series.count > 1))
            }
            Write::Key => !tenant.key_secrets().await.is_empty(),
            Write::ActiveKey => tenant.stable().await.is_some(),
            Write::KeyRemoval => mail().await.is_none() && tenant.api::<Secret>().get_opt("dkim").await.unwrap().is_none(),
            Write::Policy => stage.policy_objects::<ConfigMap>(tenant).await == 1,
            Write::Ingress => stage.policy_objects::<Ingress>(tenant).await == 1,
            Write::Route => stage.policy_objects::<HTTPRoute>(tenant).await == 1,
            Write::PolicyRemoval => stage.policy_objects::<ConfigMap>(tenant).await == 0,
            Write::IngressRemoval => stage.policy_objects::<Ingress>(tenant).await == 0,
            Write::RouteRemoval => stage.policy_objects::<HTTPRoute>(tenant).await == 0,
            Write::Endpoint => self.endpoints().await.contains("-all"),
            Write::EndpointChange => self.endpoints().await.contains("~all"),
            Write::EndpointRemoval => {
                self.publish().await;
                self.endpoints().await.is_empty()
            }
        }
    }

    /// Makes the change once more, where that means anything.
    pub(super) async fn change_again(&self, stage: &Stage) -> bool {
        match self.scenario {
            Scenario::Hears(change @ (Change::Policy | Change::Ingress | Change::Route)) => {
                stage.delete_policy_object(change).await;
                true
            }
            _ => false,
        }
    }

    /// Makes the operator look again at what its own pace would let wait.
    pub(super) async fn nudge(&self, stage: &Stage, number: usize) {
        let (tenant, zones) = (&self.tenant, json!({"manual": {}, "zones": [format!("z{number}.example")]}));
        match self.scenario {
            Scenario::Starts if stage.lab.controller_has_ended() => stage.lab.throw_in_controller(FLAGS).await,
            Scenario::Writes(Write::ProviderReport) => provider(tenant, "DNSProvider", &zones).await,
            Scenario::Writes(Write::ClusterProviderReport) => provider(tenant, "ClusterDNSProvider", &zones).await,
            Scenario::Writes(Write::EndpointProvider) => self.external_dns_with(json!(["z.lab"])).await,
            Scenario::Writes(Write::Event) => {
                tenant.apply(format!("{{spf: {{ip4: [192.0.2.{number}], all: Fail}}}}")).await;
            }
            // Somebody who goes on taking a value away is told to be a rival: so this is done once, and at another name.
            Scenario::Writes(Write::EventAgain) if number == 1 => self.healed_twice("_dmarc").await,
            Scenario::Writes(Write::EventAgain) => {}
            Scenario::Hears(Change::Route | Change::Gateway) => stage.routed.poke().await,
            Scenario::Writes(_) | Scenario::Hears(Change::Label | Change::Endpoint) => self.poke().await,
            _ => {}
        }
    }

    async fn poke(&self) {
        if self.tenant.api::<MailDomain>().get_opt("mail").await.unwrap().is_some() {
            self.tenant.poke().await;
        }
    }

    /// Whether the status of a MailDomain contains these words anywhere.
    pub(super) fn says(object: &MailDomain, words: &str) -> bool {
        let quoted = words.replace('"', "\\\"");
        serde_json::to_string(&status(object)).unwrap().contains(&quoted)
    }

    /// Takes the tenant's value at a name away, twice, and waits until it is back.
    pub(super) async fn healed_twice(&self, label: &str) {
        let (tenant, name) = (&self.tenant, self.tenant.name(label));
        let value = tenant.dns().txt(&name).await;
        for _ in 0..2 {
            tenant.dns().nsupdate(&format!("update delete {name} TXT")).await;
            tenant.poke().await;
            tenant.dns().until_txt(&name, &value.iter().map(String::as_str).collect::<Vec<_>>()).await;
        }
    }

    async fn events(&self) -> Vec<Event> {
        self.tenant.api::<Event>().list(&ListParams::default()).await.unwrap().items
    }

    /// The provider object of an external-dns that nobody runs.
    pub(super) async fn external_dns(&self) {
        self.external_dns_with(json!([])).await;
    }

    async fn external_dns_with(&self, zones: serde_json::Value) {
        let nameservers = [self.tenant.dns().address().to_string()];
        let spec = json!({"externalDnsEndpoint": {}, "zones": zones, "verification": {"nameservers": nameservers}});
        provider(&self.tenant, "DNSProvider", &spec).await;
    }

    /// Applies a MailDomain that external-dns is to publish.
    pub(super) async fn endpoint(&self, fields: &str) {
        self.external_dns().await;
        let reference = EXTERNAL.replace("external-dns", &self.tenant.namespace);
        self.tenant.apply(format!("{{{reference}, {fields}}}")).await;
    }

    pub(super) async fn until_endpoint(&self, words: &str) {
        let there = self.tenant.eventually(async || self.endpoints().await.contains(words));
        assert!(there.await, "no DNSEndpoint says {words}: {}", self.tenant.lab.controller_log());
    }

    /// Plays the part of external-dns: DNS has what the DNSEndpoint says, and nothing else of ours.
    pub(super) async fn publish(&self) {
        let tenant = &self.tenant;
        let gone = [&tenant.domain, &tenant.name("_mailward")].map(|name| format!("update delete {name} TXT\n"));
        let mut there = String::new();
        for object in self.endpoint_objects().await {
            for set in object.data["spec"]["endpoints"].as_array().into_iter().flatten() {
                let (name, ttl) = (set["dnsName"].as_str().unwrap(), &set["recordTTL"]);
                for target in set["targets"].as_array().unwrap() {
                    writeln!(there, "update add {name} {ttl} TXT {}", target.as_str().unwrap()).unwrap();
                }
            }
        }
        tenant.dns().nsupdate(&(gone.concat() + &there)).await;
    }

    /// What is given to external-dns, as text; empty without an object.
    async fn endpoints(&self) -> String {
        self.endpoint_objects().await.iter().map(|object| object.data.to_string()).collect()
    }

    async fn endpoint_objects(&self) -> Vec<DynamicObject> {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("externaldns.k8s.io", "v1alpha1", "DNSEndpoint"));
        let api: Api<DynamicObject> = Api::namespaced_with(self.tenant.client.clone(), &self.tenant.namespace, &resource);
        api.list(&ListParams::default()).await.unwrap().items
    }
}

impl Stage {
    /// How many objects of a kind stand in the policy namespace for this domain.
    pub(super) async fn policy_objects<K>(&self, tenant: &Tenant) -> usize
    where
        K: Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope> + Clone + DeserializeOwned + std::fmt::Debug,
    {
        let all = Api::<K>::namespaced(self.client.clone(), POLICY_NAMESPACE).list(&ListParams::default()).await.unwrap();
        let of = |object: &&K| object.annotations().get("mailward.dev/domain") == Some(&tenant.domain);
        all.items.iter().filter(of).count()
    }
}

/// A domain with a policy, settled.
pub(super) async fn settle(tenant: &Tenant) {
    tenant.apply(policy("Testing", 86_400, &[&tenant.name("mx1")])).await;
    tenant.ready().await;
}

/// The same behind the Gateway.
pub(super) async fn settle_behind_a_gateway(tenant: &Tenant) {
    tenant.apply(through_gateway(tenant)).await;
    answer(tenant, "True", "Accepted").await;
    tenant.ready().await;
}
