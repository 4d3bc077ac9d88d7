//! What a provider object says of its API: exactly one block, one file for each kind.

mod azure_dns;
mod cloudflare;
mod digitalocean;
mod external_dns;
mod google_cloud_dns;
mod powerdns;
mod rfc2136;
mod route53;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use self::route53::{OWN_KEYS, OWN_KEYS_MESSAGE};
pub use self::{
    azure_dns::{AzureCloud, AzureDns},
    cloudflare::Cloudflare,
    digitalocean::DigitalOcean,
    external_dns::{ExternalDnsEndpoint, ExternalDnsWebhook, TxtFormat},
    google_cloud_dns::GoogleCloudDns,
    powerdns::PowerDns,
    rfc2136::{Rfc2136, Tsig, TsigAlgorithm},
    route53::Route53,
};

pub(super) const ONE_BACKEND: &str = "[has(self.azureDns), has(self.cloudflare), has(self.digitalocean), \
     has(self.externalDnsEndpoint), has(self.externalDnsWebhook), has(self.googleCloudDns), has(self.powerdns), \
     has(self.rfc2136), has(self.route53), has(self.manual)].exists_one(set, set)";
pub(super) const ONE_BACKEND_MESSAGE: &str = "set exactly one provider: azureDns, cloudflare, digitalocean, externalDnsEndpoint, \
     externalDnsWebhook, googleCloudDns, powerdns, rfc2136, route53 or manual";
/// A tenant must not choose where the operator sends a request.
pub(super) const NO_API_URL: &str = "(!has(self.azureDns) || !has(self.azureDns.apiUrl)) && \
     (!has(self.cloudflare) || !has(self.cloudflare.apiUrl)) && \
     (!has(self.digitalocean) || !has(self.digitalocean.apiUrl)) && \
     (!has(self.googleCloudDns) || !has(self.googleCloudDns.apiUrl)) && \
     (!has(self.route53) || !has(self.route53.apiUrl))";
pub(super) const NO_API_URL_MESSAGE: &str = "apiUrl is for a ClusterDNSProvider: a DNSProvider always talks to the vendor itself";
/// A tenant must not act as the operator: what the operator's own identity may do is not the tenant's to use (P9).
pub(super) const NO_AMBIENT: &str = "(!has(self.azureDns) || has(self.azureDns.clientSecretSecretRef)) && \
     (!has(self.googleCloudDns) || has(self.googleCloudDns.serviceAccountKeySecretRef))";
pub(super) const NO_AMBIENT_MESSAGE: &str = "the operator's own identity is for a ClusterDNSProvider: name a Secret";
/// Nor choose an address without a vendor: whoever listens there would be told what the tenant wants said.
pub(super) const NO_WEBHOOK: &str = "!has(self.externalDnsWebhook)";
pub(super) const NO_WEBHOOK_MESSAGE: &str =
    "externalDnsWebhook is for a ClusterDNSProvider: its url is an address that the operator sends requests to";
/// Nor where it writes objects.
pub(super) const OWN_NAMESPACE: &str = "!has(self.externalDnsEndpoint) || !has(self.externalDnsEndpoint.namespace)";
pub(super) const OWN_NAMESPACE_MESSAGE: &str =
    "externalDnsEndpoint.namespace is for a ClusterDNSProvider: a DNSProvider writes in its own namespace";

/// Exactly one provider block. Its fields stand in the spec itself, and so does the rule.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Backend {
    /// Azure DNS, through Azure Resource Manager and an application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azure_dns: Option<AzureDns>,
    /// Cloudflare, through its API and an API token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloudflare: Option<Cloudflare>,
    /// DigitalOcean, through its API and a personal access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digitalocean: Option<DigitalOcean>,
    /// Publishes nothing itself: writes a DNSEndpoint object for each MailDomain, and external-dns publishes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_dns_endpoint: Option<ExternalDnsEndpoint>,
    /// A webhook provider of external-dns, through its protocol: any sidecar that runs already. ClusterDNSProvider only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_dns_webhook: Option<ExternalDnsWebhook>,
    /// Google Cloud DNS, through its API and a service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub google_cloud_dns: Option<GoogleCloudDns>,
    /// PowerDNS Authoritative Server, through its HTTP API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub powerdns: Option<PowerDns>,
    /// DNS UPDATE (RFC 2136) to the primary server of the zones, signed with TSIG (RFC 8945): BIND, Knot, PowerDNS and others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rfc2136: Option<Rfc2136>,
    /// Amazon Route 53, through its API, with an access key or the identity of the operator's pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route53: Option<Route53>,
    /// Publishes nothing: status lists the records for a person to enter, and Mailward checks that they answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual: Option<Manual>,
}

/// The manual provider has no settings.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Manual {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn every_backend_counts_in_the_rule_that_wants_exactly_one() {
        let schema = schemars::schema_for!(Backend);
        let fields: Vec<&String> = schema.get("properties").and_then(|all| all.as_object()).unwrap().keys().collect();
        assert_eq!(fields.len(), ONE_BACKEND.matches("has(").count());
        for field in fields {
            assert!(
                ONE_BACKEND.contains(&format!("has(self.{field})")) && ONE_BACKEND_MESSAGE.contains(field.as_str()),
                "{field}"
            );
        }
    }
}
