//! Access tokens, by the `azure_identity` crate over our own transport.
//!
//! The crate knows how a token is asked for and keeps it until shortly before its end. Where its requests go is said here: to
//! the authority of the cloud, whatever the environment names (P9), within the budget, the deadline and the sizes of every
//! HTTP provider. It tries nothing again.

use std::{
    error::Error as StdError,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use azure_core::{
    cloud::CloudConfiguration,
    credentials::{Secret, TokenCredential},
    error::ErrorKind as CrateErrorKind,
    http::{
        AsyncRawResponse, Body, ClientOptions, HttpClient, Request, RetryOptions, Transport as CrateTransport, headers::Headers,
    },
};
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use reqwest::{Method, header::CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Cloud, Identity, fault};
use crate::provider::{Error, Result, http::Transport};

/// One identity and its current token.
pub(super) struct Login {
    identity: Identity,
    cloud: Cloud,
    door: Arc<Door>,
    /// The crate forgets no token, so whoever was refused begins anew with another one of these, counted.
    current: Mutex<(u64, Arc<dyn TokenCredential>)>,
}

/// A token, and which of the credentials gave it.
pub(super) struct Token {
    pub(super) secret: SecretString,
    given_by: u64,
}

impl Login {
    /// `local`: the authority stands there instead, for tests and demonstrations.
    pub(super) fn new(identity: Identity, cloud: Cloud, local: Option<&Url>, transport: Arc<Transport>) -> Result<Self> {
        let authority =
            local.map_or_else(|| Url::parse(cloud.authority()).map_err(|_| fault::no_address()), |url| Ok(url.clone()))?;
        let door = Arc::new(Door { authority, transport });
        let current = Mutex::new((0, credential(&identity, cloud, &door)?));
        Ok(Self { identity, cloud, door, current })
    }

    /// A token that is good for a while. Whoever asks meanwhile waits for the same one.
    pub(super) async fn token(&self) -> Result<Token> {
        let (given_by, credential) = self.current().clone();
        let granted = credential.get_token(&[&self.cloud.scope()], None).await.map_err(|error| ours(&error))?;
        Ok(Token { secret: SecretString::from(granted.token.secret()), given_by })
    }

    /// Resource Manager did not take this token: the next one is asked for anew, unless somebody has begun to.
    pub(super) fn forget(&self, token: &Token) -> Result<()> {
        let mut current = self.current();
        if current.0 == token.given_by {
            *current = (token.given_by + 1, credential(&self.identity, self.cloud, &self.door)?);
        }
        Ok(())
    }

    fn current(&self) -> MutexGuard<'_, (u64, Arc<dyn TokenCredential>)> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn credential(identity: &Identity, cloud: Cloud, door: &Arc<Door>) -> Result<Arc<dyn TokenCredential>> {
    let client_options = options(cloud, door);
    match identity {
        Identity::Secret { tenant, client, secret } => {
            let secret = Secret::new(secret.expose_secret().trim().to_owned());
            let options = ClientSecretCredentialOptions { client_options };
            let made = ClientSecretCredential::new(tenant, client.clone(), secret, Some(options));
            made.map(|made| made as Arc<dyn TokenCredential>).map_err(|error| fault::no_application(&error.to_string()))
        }
        Identity::Workload { tenant, client, token_file } => {
            let options = WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions { client_options },
                tenant_id: tenant.clone(),
                client_id: client.clone(),
                token_file_path: token_file.clone(),
            };
            let made = WorkloadIdentityCredential::new(Some(options));
            made.map(|made| made as Arc<dyn TokenCredential>).map_err(|error| fault::no_workload(&error.to_string()))
        }
    }
}

/// The cloud is said even where it is the usual one: otherwise an environment variable would name the authority.
fn options(cloud: Cloud, door: &Arc<Door>) -> ClientOptions {
    let cloud = match cloud {
        Cloud::Public => CloudConfiguration::AzurePublic,
        Cloud::China => CloudConfiguration::AzureChina,
        Cloud::UsGovernment => CloudConfiguration::AzureGovernment,
    };
    ClientOptions {
        retry: RetryOptions::none(),
        transport: Some(CrateTransport::new(door.clone())),
        cloud: Some(Arc::new(cloud)),
        ..ClientOptions::default()
    }
}

/// The one way out for the crate's requests.
struct Door {
    authority: Url,
    transport: Arc<Transport>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the way to {}", self.authority)
    }
}

#[async_trait]
impl HttpClient for Door {
    /// All requests are forms with what proves the identity; a refusal is put into our words at once.
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let url = self.authority.join(request.url().path()).map_err(|_| theirs(fault::no_address()))?;
        let Body::Bytes(form) = request.body() else { return Err(theirs(fault::no_address())) };
        let builder = self.transport.client().request(Method::POST, url).body(form.to_vec());
        let request = builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded").build();
        let answer = self.transport.send(request.map_err(|_| theirs(fault::no_address()))?).await.map_err(theirs)?;
        if !answer.status.is_success() {
            return Err(theirs(fault::not_granted(&answer)));
        }
        Ok(AsyncRawResponse::from_bytes(answer.status.as_u16().into(), Headers::new(), answer.body))
    }
}

/// Our error on its way through the crate.
fn theirs(error: Error) -> azure_core::Error {
    azure_core::Error::with_error(CrateErrorKind::Other, error, "no token")
}

/// And out of it again.
fn ours(error: &azure_core::Error) -> Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(ours) = error.downcast_ref::<Error>() {
            return ours.clone();
        }
        cause = error.source();
    }
    fault::no_token(&error.to_string())
}
