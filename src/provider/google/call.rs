//! Requests over the shared transport: the project, the token, pages, and from an answer to a value or an error.

use std::time::Duration;

use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::OnceCell;
use url::Url;

use super::{
    Settings,
    fault::{self, Act},
    token::{Tokens, is_project},
    wire::{ChangeBody, ManagedZone, RecordSet, SetsPage, ZonesPage},
};
use crate::{
    dns::Zone,
    provider::{
        Result,
        http::{Answer, Failure, MOST_PAGES, Rate, Transport, is_loopback},
    },
};

/// Things on a page: what Google's own tools ask for. The API may send fewer.
const PER_PAGE: &str = "1000";
/// The API's own address.
const OWN: &str = "https://dns.googleapis.com/";

/// The API as one service account.
pub(super) struct Api {
    transport: Transport,
    tokens: Tokens,
    base: Url,
    project: OnceCell<String>,
}

type Outcome<T> = std::result::Result<T, Failure>;

impl Api {
    /// Checks the project and the address.
    pub(super) fn new(settings: Settings, rate: Rate) -> Result<Self> {
        let base = settings.api.map_or_else(|| Url::parse(OWN).map_err(|_| fault::no_address()), Ok)?;
        // A gateway in front of the API gives no tokens; only where all of Google stands on this machine do both move.
        let tokens = Tokens::new(settings.identity, is_loopback(&base).then_some(&base))?;
        if settings.project.as_deref().is_some_and(|project| !is_project(project)) {
            return Err(fault::no_project());
        }
        let project = settings.project.map_or_else(OnceCell::new, |project| OnceCell::new_with(Some(project)));
        Ok(Self { transport: Transport::new("Google Cloud DNS", rate)?, tokens, base, project })
    }

    /// Another deadline for each request.
    pub(super) fn with_deadline(self, deadline: Duration) -> Self {
        Self { transport: self.transport.with_deadline(deadline), ..self }
    }

    /// The project that holds the zones. Who it is where nobody says so is asked once.
    pub(super) async fn project(&self) -> Result<String> {
        self.project.get_or_try_init(|| self.tokens.project(&self.transport)).await.cloned()
    }

    /// The first page of zones, and whether there is another.
    pub(super) async fn first_zones(&self) -> Result<(Vec<ManagedZone>, bool)> {
        let page: ZonesPage = self.page(&["managedZones"], None, Act::ListZones).await.map_err(Failure::into_error)?;
        Ok((page.managed_zones, page.next_page_token.is_some()))
    }

    /// Every zone.
    pub(super) async fn zones(&self) -> Result<Vec<ManagedZone>> {
        let (mut zones, mut from) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let page: ZonesPage = self.page(&["managedZones"], from, Act::ListZones).await.map_err(Failure::into_error)?;
            zones.extend(page.managed_zones);
            from = page.next_page_token;
            if from.is_none() {
                break;
            }
        }
        Ok(zones)
    }

    /// Every record set of a zone.
    pub(super) async fn record_sets(&self, zone: &Zone) -> Outcome<Vec<RecordSet>> {
        let (mut sets, mut from) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let path = ["managedZones", &zone.id, "rrsets"];
            let page: SetsPage = self.page(&path, from, Act::ListSets(&zone.name)).await?;
            sets.extend(page.rrsets);
            from = page.next_page_token;
            if from.is_none() {
                break;
            }
        }
        Ok(sets)
    }

    /// Makes a change. What Google answers is the change again, mostly `pending`.
    pub(super) async fn write(&self, zone: &Zone, change: &ChangeBody) -> Outcome<()> {
        let url = self.url(&["managedZones", &zone.id, "changes"]).await?;
        self.call(Method::POST, url, Some(change), Act::Write(&zone.name)).await.map(drop)
    }

    async fn page<T: DeserializeOwned>(&self, path: &[&str], from: Option<String>, act: Act<'_>) -> Outcome<T> {
        let mut url = self.url(path).await?;
        url.query_pairs_mut().append_pair("maxResults", PER_PAGE).extend_pairs(from.map(|from| ("pageToken", from)));
        let answer = self.call(Method::GET, url, None::<&()>, act).await?;
        let read = serde_json::from_slice(&answer.body);
        read.map_err(|error| fault::unreadable(&act.sentence(), &error).into())
    }

    /// A token may end before its time: one that is not taken is replaced, once.
    async fn call<B: Serialize>(&self, method: Method, url: Url, body: Option<&B>, act: Act<'_>) -> Outcome<Answer> {
        let mut token = self.tokens.token(&self.transport).await?;
        let mut answer = self.send(&method, &url, body, &token).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            self.tokens.forget(&token).await;
            token = self.tokens.token(&self.transport).await?;
            answer = self.send(&method, &url, body, &token).await?;
        }
        if answer.status.is_success() {
            return Ok(answer);
        }
        let limit = fault::is_a_limit(&answer).then(|| self.transport.slow_down().into());
        Err(limit.unwrap_or_else(|| fault::refused(act, &answer, &token)))
    }

    async fn send<B: Serialize>(&self, method: &Method, url: &Url, body: Option<&B>, token: &SecretString) -> Result<Answer> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| fault::no_address())?;
        value.set_sensitive(true);
        let request = self.transport.client().request(method.clone(), url.clone()).header(AUTHORIZATION, value);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        self.transport.send(request.build().map_err(|_| fault::no_address())?).await
    }

    async fn url(&self, path: &[&str]) -> Result<Url> {
        let project = self.project().await?;
        let mut url = self.base.clone();
        // Only an address without a host has no path, and none such is taken.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["dns", "v1", "projects", &project]).extend(path);
        }
        Ok(url)
    }
}
