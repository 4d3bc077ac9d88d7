//! Who signs the requests: a key pair of a Secret, or the identity that the platform gives the operator's pod.

use std::{sync::Arc, time::Duration};

use aws_config::{
    ecs::EcsCredentialsProvider, meta::credentials::CredentialsProviderChain, provider_config::ProviderConfig,
    web_identity_token::WebIdentityTokenCredentialsProvider,
};
use aws_sdk_route53::config::{Credentials, Region, SharedCredentialsProvider, retry::RetryConfig};
use secrecy::{ExposeSecret, SecretString};

use super::bridge::Bridge;
use crate::provider::{
    Result,
    http::{Rate, Transport},
};

/// The exchange of an identity for keys counts for none of Route 53's limits: once an hour as a rule.
const EXCHANGE: Rate = Rate {
    burst: 5,
    refill: Duration::from_secs(1),
    pause: Duration::from_secs(10),
    rule: "what AWS allows for the exchange of identities",
};

/// Who signs.
#[derive(Debug)]
pub enum Identity {
    /// An access key of an IAM user.
    Keys {
        /// Its id; no secret.
        id: String,
        /// The key itself.
        secret: SecretString,
    },
    /// What EKS gives the pod: a role for its service account (IRSA), or one associated with it (Pod Identity). Not the role of the
    /// node: every pod of the node has that one.
    Ambient,
}

impl Identity {
    /// What the SDK asks for keys. An identity of the pod is exchanged for keys, and again before they expire.
    pub(super) fn provider(&self, region: &str) -> Result<SharedCredentialsProvider> {
        Ok(match self {
            Self::Keys { id, secret } => {
                SharedCredentialsProvider::new(Credentials::new(id, secret.expose_secret(), None, None, "a key of a Secret"))
            }
            Self::Ambient => SharedCredentialsProvider::new(ambient(region)?),
        })
    }

    /// What must never be shown.
    pub(super) fn secrets(&self) -> Vec<&str> {
        match self {
            Self::Keys { secret, .. } => vec![secret.expose_secret()],
            Self::Ambient => vec![],
        }
    }
}

fn ambient(region: &str) -> Result<CredentialsProviderChain> {
    let bridge = Bridge(Arc::new(Transport::new("AWS's exchange of identities", EXCHANGE)?));
    // The cluster's own region answers even where only its private endpoints are reached.
    let region = std::env::var("AWS_REGION").unwrap_or_else(|_| region.to_owned());
    let config = ProviderConfig::without_region()
        .with_region(Some(Region::new(region)))
        .with_http_client(bridge)
        .with_retry_config(RetryConfig::disabled());
    let service_account = WebIdentityTokenCredentialsProvider::builder().configure(&config).build();
    let association = EcsCredentialsProvider::builder().configure(&config).build();
    Ok(CredentialsProviderChain::first_try("IRSA", service_account).or_else("Pod Identity", association))
}
