//! The Secrets of a tenant, and everything of its domain that DNS answers.

use hickory_proto::rr::RecordType;
use k8s_openapi::api::core::v1::Secret;
use kube::{ResourceExt, api::ListParams};

use super::Tenant;
use crate::lab::{status, wait::eventually};

impl Tenant {
    /// A Secret of the tenant, once it is there.
    pub(crate) async fn secret(&self, name: &str) -> Secret {
        let api = self.api::<Secret>();
        let mut seen = None;
        let there = eventually(async || {
            seen = api.get_opt(name).await.unwrap();
            seen.is_some()
        });
        assert!(there.await, "there is no Secret {}/{name}", self.namespace);
        seen.unwrap()
    }

    /// The Secret `dkim`, which signers mount, if it is there.
    pub(crate) async fn stable(&self) -> Option<Secret> {
        self.api::<Secret>().get_opt("dkim").await.unwrap()
    }

    /// The Secrets of the namespace, by name.
    pub(crate) async fn secrets(&self) -> Vec<Secret> {
        let mut secrets = self.api::<Secret>().list(&ListParams::default()).await.unwrap().items;
        secrets.sort_by_key(ResourceExt::name_any);
        secrets
    }

    /// The Secrets that hold one key under one selector.
    pub(crate) async fn key_secrets(&self) -> Vec<Secret> {
        let mut secrets = self.secrets().await;
        secrets.retain(|secret| secret.labels().get("mailward.dev/part").is_some_and(|part| part == "dkim-key"));
        secrets
    }

    /// The selector that signers use, as status says.
    pub(crate) async fn selector(&self) -> String {
        let status = status(&self.object().await);
        let selector = status.dkim.as_ref().and_then(|dkim| dkim.keys.first()?.active_selector.clone());
        selector.unwrap_or_else(|| panic!("{} has no active selector: {status:#?}", self.domain))
    }

    /// Everything we could have published for the domain, one line a value.
    pub(crate) async fn zone(&self) -> Vec<String> {
        let mut names: Vec<String> = vec![];
        for secret in self.key_secrets().await {
            names.push(self.name(&format!("{}._domainkey", secret.annotations()["mailward.dev/selector"])));
        }
        names.extend(["_dmarc", "_mta-sts", "_smtp._tls", "@"].map(|label| self.name(label)));
        let mut lines = vec![];
        for name in names {
            lines.extend(self.dns().txt(&name).await.into_iter().map(|text| format!("{name} {text}")));
        }
        let host = self.name("mta-sts");
        let addresses = self.dns().values(&host, RecordType::A).await;
        lines.extend(addresses.into_iter().map(|address| format!("{host} {address}")));
        lines
    }
}
