//! One domain of the story: `<name>.lab`, with its MailDomain `mail` in the namespace `<name>`.

use anyhow::{Context, Result};
use k8s_openapi::{
    api::{
        core::v1::{ConfigMap, Secret},
        networking::v1::Ingress,
    },
    apimachinery::pkg::apis::meta::v1::Condition,
};
use kube::{Api, ResourceExt, api::ListParams};
use mailward::api::{HTTPRoute, MailDomain, MailDomainStatus};
use serde_json::{Value, json};

use crate::{
    release::{POLICY_NAMESPACE, PROVIDER},
    services::apply,
    world::World,
};

/// A domain and whoever owns it.
pub(crate) struct Domain<'a> {
    pub(crate) world: &'a World,
    namespace: &'static str,
    /// Without its last dot.
    pub(crate) name: String,
}

impl<'a> Domain<'a> {
    /// One that is there already.
    pub(crate) fn of(world: &'a World, namespace: &'static str) -> Self {
        Self { world, namespace, name: format!("{namespace}.lab") }
    }

    /// A new one, with a mail server and a namespace.
    pub(crate) async fn new(world: &'a World, namespace: &'static str) -> Result<Self> {
        world.kubectl.run(&["create", "namespace", namespace]).await?;
        let domain = Self::of(world, namespace);
        world.dns.has_mx(&domain.name, "mx1").await?;
        Ok(domain)
    }

    /// What a domain has whose MX are covered by a policy in this mode; with every kind of record.
    pub(crate) fn everything(&self, mode: &str, max_age: u32, deletion: &str) -> Value {
        json!({
            "deletionPolicy": deletion,
            "spf": {"ip4": ["192.0.2.0/28"], "all": "Fail"},
            "dkim": {"keys": [{"name": "main", "secretName": "dkim"}]},
            "dmarc": {"policy": "Reject", "rua": [format!("mailto:dmarc@{}", self.name)]},
            "tlsRpt": {"rua": [format!("mailto:tls@{}", self.name)]},
            "mtaSts": {"mode": mode, "maxAge": max_age, "mx": [format!("mx1.{}", self.name)]},
        })
    }

    /// The same, with the policy served through the Gateway that the install offers.
    pub(crate) fn through_gateway(&self, mode: &str, max_age: u32, deletion: &str) -> Value {
        let mut fields = self.everything(mode, max_age, deletion);
        fields["mtaSts"]["serving"] = json!({"gateway": {}});
        fields
    }

    /// `kubectl apply` of `mail` with these fields, beside domain, provider and the shortest TTL.
    pub(crate) async fn apply(&self, fields: &Value) -> Result<()> {
        let mut spec = json!({"domain": self.name, "providerRef": {"name": PROVIDER}, "ttl": 30});
        let fields = fields.as_object().context("fields are an object")?.clone();
        spec.as_object_mut().context("a spec is an object")?.extend(fields);
        let metadata = json!({"name": "mail", "namespace": self.namespace});
        let object = json!({"apiVersion": "mailward.dev/v1alpha1", "kind": "MailDomain", "metadata": metadata, "spec": spec});
        apply(&self.world.kubectl, &object.to_string()).await
    }

    /// `kubectl delete` of `mail`, without waiting.
    pub(crate) async fn begin_to_delete(&self) -> Result<()> {
        let command = ["delete", "maildomain", "mail", "--wait=false", "--namespace", self.namespace];
        self.world.kubectl.run(&command).await.map(drop)
    }

    /// The same, and waits until it is gone.
    pub(crate) async fn delete(&self) -> Result<()> {
        self.begin_to_delete().await?;
        let gone = async || self.api::<MailDomain>().get_opt("mail").await.is_ok_and(|object| object.is_none());
        self.world.until(format!("the MailDomain of {} to go", self.name), gone).await
    }

    /// The MailDomain as it is now.
    pub(crate) async fn object(&self) -> Result<MailDomain> {
        Ok(self.api().get("mail").await?)
    }

    /// Waits until the spec as it is now holds.
    pub(crate) async fn ready(&self) -> Result<MailDomain> {
        self.says("Ready", "True", &[]).await
    }

    /// Waits until a condition that speaks of the spec as it is now has this status and its message has all of `words`.
    pub(crate) async fn says(&self, kind: &str, value: &str, words: &[&str]) -> Result<MailDomain> {
        let fits = |found: Condition| found.status == value && words.iter().all(|word| found.message.contains(word));
        let holds = async || self.object().await.is_ok_and(|object| condition(&object, kind).is_some_and(fits));
        self.world.until(format!("{} to say {kind}={value} {words:?}", self.name), holds).await?;
        self.object().await
    }

    /// The texts that the policy servers give for it, each asked by itself, and what a sender gets.
    pub(crate) async fn policies(&self) -> Result<Vec<String>> {
        let mut texts = vec![self.world.policy(&self.name).await?];
        for pod in self.world.policy_servers().await? {
            let address = pod.status.and_then(|status| status.pod_ip).context("a policy server has no address")?;
            texts.push(crate::senders::plain(format!("{address}:8080").parse()?, &self.name).await?);
        }
        Ok(texts)
    }

    /// The selector that signers use, as status says.
    pub(crate) async fn selector(&self) -> Result<String> {
        let status = status(&self.object().await?);
        let selector = status.dkim.as_ref().and_then(|dkim| dkim.keys.first()?.active_selector.clone());
        selector.with_context(|| format!("{} has no active selector", self.name))
    }

    /// Everything in DNS that Mailward could have published, one line a value.
    pub(crate) async fn zone(&self) -> Result<Vec<String>> {
        let mut names = ["_mailward.", "_dmarc.", "_mta-sts.", "_smtp._tls.", ""].map(str::to_owned).to_vec();
        for secret in self.keys().await? {
            names.push(format!("{}._domainkey.", secret.annotations()["mailward.dev/selector"]));
        }
        let mut lines = vec![];
        for label in names {
            let name = format!("{label}{}", self.name);
            lines.extend(self.world.dns.txt(&name).await?.into_iter().map(|text| format!("{name} {text}")));
        }
        let host = format!("mta-sts.{}", self.name);
        lines.extend(self.world.dns.addresses(&host).await?.into_iter().map(|address| format!("{host} {address}")));
        Ok(lines)
    }

    /// The Secrets that hold one key under one selector.
    pub(crate) async fn keys(&self) -> Result<Vec<Secret>> {
        let keys = ListParams::default().labels("mailward.dev/part=dkim-key");
        Ok(self.api::<Secret>().list(&keys).await?.items)
    }

    /// What stands for its policy in the policy namespace: `ConfigMap`, `Ingress` and `HTTPRoute`, while they are there.
    pub(crate) async fn policy_objects(&self) -> Result<Vec<&'static str>> {
        let mut left = vec![];
        let client = &self.world.client;
        let maps = Api::<ConfigMap>::namespaced(client.clone(), POLICY_NAMESPACE).list(&ListParams::default()).await?;
        left.extend(maps.iter().filter(|map| self.is_about(*map)).map(|_| "ConfigMap"));
        let ingresses = Api::<Ingress>::namespaced(client.clone(), POLICY_NAMESPACE);
        left.extend(
            ingresses.list(&ListParams::default()).await?.iter().filter(|ingress| self.is_about(*ingress)).map(|_| "Ingress"),
        );
        let routes = Api::<HTTPRoute>::namespaced(client.clone(), POLICY_NAMESPACE).list(&ListParams::default()).await?;
        left.extend(routes.iter().filter(|route| self.is_about(*route)).map(|_| "HTTPRoute"));
        Ok(left)
    }

    /// Whether an object of the policy namespace is there for this domain.
    pub(crate) fn is_about(&self, object: &impl ResourceExt) -> bool {
        object.annotations().get("mailward.dev/domain") == Some(&self.name)
    }

    fn api<K: kube::Resource<DynamicType = (), Scope = kube::core::NamespaceResourceScope>>(&self) -> Api<K> {
        Api::namespaced(self.world.client.clone(), self.namespace)
    }
}

/// A condition that speaks of the spec as it is now.
pub(crate) fn condition(object: &MailDomain, kind: &str) -> Option<Condition> {
    let current = |condition: &Condition| condition.observed_generation == object.metadata.generation;
    status(object).conditions.into_iter().find(|condition| condition.type_ == kind).filter(current)
}

fn status(object: &MailDomain) -> MailDomainStatus {
    object.status.clone().unwrap_or_default()
}
