//! The access token of a service account: asked for once, kept until shortly before its end, shared by all domains.

use std::time::{Duration, SystemTime};

use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use super::{
    Identity, fault,
    key_file::{AUDIENCE, SCOPE},
    no_token,
    wire::Granted,
};
use crate::provider::{
    Result,
    http::{Answer, Transport},
};

/// A token is renewed this long before its end; a request that is on its way may still need it.
const BEFORE_THE_END: Duration = Duration::from_mins(2);
/// The platform's own service. Reached in clear: the name leads to a link-local address of the node.
const METADATA: &str = "http://metadata.google.internal/computeMetadata/v1/";

/// Where tokens come from. Never what a Secret or a key file says: `local` is an address of this machine, and replaces
/// Google's own for tests and demonstrations.
pub(super) struct Tokens {
    identity: Identity,
    exchange: Url,
    metadata: Url,
    kept: Mutex<Option<Kept>>,
}

#[derive(Clone)]
struct Kept {
    token: SecretString,
    until: Instant,
}

impl Tokens {
    /// `local`: where both services stand instead of Google's.
    pub(super) fn new(identity: Identity, local: Option<&Url>) -> Result<Self> {
        let at = |own: &str, path: &str| match local {
            None => Url::parse(own).map_err(|_| fault::no_address()),
            Some(local) => local.join(path).map_err(|_| fault::no_address()),
        };
        let (exchange, metadata) = (at(AUDIENCE, "/token")?, at(METADATA, "/computeMetadata/v1/")?);
        Ok(Self { identity, exchange, metadata, kept: Mutex::new(None) })
    }

    /// A token that is good for a while. Whoever asks meanwhile waits for the same one.
    pub(super) async fn token(&self, transport: &Transport) -> Result<SecretString> {
        let mut kept = self.kept.lock().await;
        if let Some(good) = kept.as_ref().filter(|kept| kept.until > Instant::now()) {
            return Ok(good.token.clone());
        }
        let granted = self.granted(transport).await?;
        let life = Duration::from_secs(granted.expires_in).saturating_sub(BEFORE_THE_END);
        let token = SecretString::from(granted.access_token);
        *kept = Some(Kept { token: token.clone(), until: Instant::now() + life });
        Ok(token)
    }

    /// The API did not take this token: another is asked for, unless somebody has done so.
    pub(super) async fn forget(&self, token: &SecretString) {
        let mut kept = self.kept.lock().await;
        if kept.as_ref().is_some_and(|kept| kept.token.expose_secret() == token.expose_secret()) {
            *kept = None;
        }
    }

    /// The project that the identity itself is of.
    pub(super) async fn project(&self, transport: &Transport) -> Result<String> {
        match &self.identity {
            Identity::Key(key) => key.project().map(str::to_owned).ok_or_else(fault::no_project),
            Identity::Ambient => {
                let answer = self.ask_platform(transport, "project/project-id").await?;
                let text = String::from_utf8(answer.body).unwrap_or_default();
                Some(text.trim().to_owned()).filter(|text| is_project(text)).ok_or_else(fault::no_project)
            }
        }
    }

    async fn granted(&self, transport: &Transport) -> Result<Granted> {
        match &self.identity {
            Identity::Key(key) => {
                let statement = key.statement(SystemTime::now())?;
                let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &statement)];
                let request = transport.client().request(Method::POST, self.exchange.clone()).form(&form);
                let answer = transport.send(request.build().map_err(|_| fault::no_address())?).await?;
                if !answer.status.is_success() {
                    return Err(no_token::not_granted(&answer));
                }
                read(&answer)
            }
            Identity::Ambient => {
                let path = format!("instance/service-accounts/default/token?scopes={SCOPE}");
                read(&self.ask_platform(transport, &path).await?)
            }
        }
    }

    async fn ask_platform(&self, transport: &Transport, path: &str) -> Result<Answer> {
        let url = self.metadata.join(path).map_err(|_| fault::no_address())?;
        // Without this header nothing is answered: no redirected browser can send it.
        let request = transport.client().request(Method::GET, url).header("Metadata-Flavor", "Google");
        let answer = transport.send(request.build().map_err(|_| fault::no_address())?).await;
        match answer {
            Ok(answer) if answer.status == StatusCode::OK => Ok(answer),
            Ok(answer) => Err(no_token::no_platform(&answer)),
            Err(error) => Err(no_token::platform_away(&error)),
        }
    }
}

/// A project's id may stand in a path (6 to 30 letters, digits and hyphens; old ones have a domain and a colon before them).
pub(super) fn is_project(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-.:".contains(&octet))
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    serde_json::from_slice(&answer.body).map_err(|error| fault::unreadable("for an access token", &error))
}
