//! Requests over the shared transport: the token, pages, etags, and from an answer to a value or an error.

use std::{sync::Arc, time::Duration};

use reqwest::{
    Method, Request, StatusCode,
    header::{AUTHORIZATION, HeaderValue, IF_MATCH, IF_NONE_MATCH},
};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use url::Url;

use super::{
    Settings,
    fault::{self, Act},
    identity::{Login, Token},
    records::Write,
    wire::{Page, RecordSet, ZoneItem},
};
use crate::{
    dns::Zone,
    provider::{
        Result,
        http::{Answer, Failure, MOST_PAGES, Rate, Transport, is_loopback},
    },
};

/// The version of the API for public zones.
const VERSION: &str = "2018-05-01";
/// Things on a page; without it there are 100, and readings are what Azure counts.
const PER_PAGE: &str = "500";

/// The API as one application, for one resource group.
pub(super) struct Api {
    transport: Arc<Transport>,
    login: Login,
    base: Url,
    subscription: String,
    resource_group: String,
}

type Outcome<T> = std::result::Result<T, Failure>;

impl Api {
    /// Checks addresses and ids.
    pub(super) fn new(settings: Settings, rate: Rate, deadline: Option<Duration>) -> Result<Self> {
        let Settings { identity, subscription, resource_group, cloud, api } = settings;
        let base = api.map_or_else(|| Url::parse(cloud.resource_manager()).map_err(|_| fault::no_address()), Ok)?;
        let transport = Transport::new("Azure DNS", rate)?;
        let transport = Arc::new(match deadline {
            Some(deadline) => transport.with_deadline(deadline),
            None => transport,
        });
        // A gateway in front of Resource Manager gives no tokens; only where all of Azure stands on this machine do both move.
        let login = Login::new(identity, cloud, is_loopback(&base).then_some(&base), transport.clone())?;
        Ok(Self { transport, login, base, subscription, resource_group })
    }

    /// Where the zones are, for a person.
    pub(super) fn account(&self) -> String {
        format!("{}/{}", self.subscription, self.resource_group)
    }

    /// The first page of zones, and whether there is another.
    pub(super) async fn first_zones(&self) -> Result<(Vec<ZoneItem>, bool)> {
        let url = self.first(&[]);
        let page: Page<ZoneItem> = self.page(url, Act::ListZones).await.map_err(Failure::into_error)?;
        Ok((page.value, page.next_link.is_some()))
    }

    /// Every zone.
    pub(super) async fn zones(&self) -> Result<Vec<ZoneItem>> {
        self.all(self.first(&[]), Act::ListZones).await.map_err(Failure::into_error)
    }

    /// Every record set of a zone.
    pub(super) async fn record_sets(&self, zone: &Zone) -> Outcome<Vec<RecordSet>> {
        self.all(self.first(&[&zone.id, "recordsets"]), Act::ListSets(&zone.name)).await
    }

    /// Writes or deletes one set, if it still is what was read.
    pub(super) async fn carry_out(&self, zone: &Zone, write: &Write) -> Outcome<()> {
        let url = self.url(&[&zone.id, &write.kind.to_string(), &write.name]);
        let request = |token: &Token| {
            let builder = match &write.body {
                Some(body) => self.transport.client().request(Method::PUT, url.clone()).json(body),
                None => self.transport.client().request(Method::DELETE, url.clone()),
            };
            let builder = match &write.expected {
                Some(etag) => builder.header(IF_MATCH, etag),
                None => builder.header(IF_NONE_MATCH, "*"),
            };
            authorized(builder.build().map_err(|_| fault::no_address())?, token)
        };
        self.call(request, Act::Write(&zone.name)).await.map(drop)
    }

    async fn all<T: DeserializeOwned>(&self, first: Url, act: Act<'_>) -> Outcome<Vec<T>> {
        let (mut all, mut next) = (Vec::new(), Some(first));
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { break };
            let page: Page<T> = self.page(url, act).await?;
            all.extend(page.value);
            next = page.next_link.map(|link| self.next(&link, act)).transpose()?;
        }
        Ok(all)
    }

    async fn page<T: DeserializeOwned>(&self, url: Url, act: Act<'_>) -> Outcome<Page<T>> {
        let request = |token: &Token| {
            let builder = self.transport.client().request(Method::GET, url.clone());
            authorized(builder.build().map_err(|_| fault::no_address())?, token)
        };
        let answer = self.call(request, act).await?;
        serde_json::from_slice(&answer.body).map_err(|error| fault::unreadable(act, &error).into())
    }

    /// A token may end before its time: one that is not taken is replaced, once.
    async fn call(&self, request: impl Fn(&Token) -> Result<Request>, act: Act<'_>) -> Outcome<Answer> {
        let mut token = self.login.token().await?;
        let mut answer = self.transport.send(request(&token)?).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            self.login.forget(&token)?;
            token = self.login.token().await?;
            answer = self.transport.send(request(&token)?).await?;
        }
        if answer.status.is_success() { Ok(answer) } else { Err(fault::refused(act, &answer, &token.secret)) }
    }

    fn first(&self, path: &[&str]) -> Url {
        let mut url = self.url(path);
        url.query_pairs_mut().append_pair("$top", PER_PAGE);
        url
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        let group = ["subscriptions", &self.subscription, "resourceGroups", &self.resource_group];
        // Only an address without a host has no path, and none such is taken.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(group).extend(["providers", "Microsoft.Network", "dnsZones"]).extend(path);
        }
        url.query_pairs_mut().append_pair("api-version", VERSION);
        url
    }

    /// The next page, at the same place: the token goes with the request.
    fn next(&self, link: &str, act: Act<'_>) -> Result<Url> {
        let url = Url::parse(link).ok().filter(|url| url.origin() == self.base.origin());
        url.ok_or_else(|| fault::led_away(act))
    }
}

fn authorized(mut request: Request, token: &Token) -> Result<Request> {
    let value = HeaderValue::try_from(format!("Bearer {}", token.secret.expose_secret()));
    let mut value = value.map_err(|_| fault::no_token("it is no text"))?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(request)
}
