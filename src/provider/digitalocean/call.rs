//! Requests over the shared transport: the token, pages, and from an answer to a value or an error.

use std::time::Duration;

use reqwest::{
    Method,
    header::{AUTHORIZATION, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::{
    Settings, fault,
    records::Act,
    wire::{Domain, DomainsPage, Record, RecordsPage, Write},
};
use crate::{
    dns::Zone,
    provider::{
        Result,
        http::{Answer, Failure, MOST_PAGES, Rate, Transport, one_word},
    },
};

/// Things on a page: the API's largest number.
const PER_PAGE: usize = 200;

type Outcome<T> = std::result::Result<T, Failure>;

/// The API with one token.
pub(super) struct Api {
    transport: Transport,
    base: Url,
    token: SecretString,
}

impl Api {
    /// Checks that the token can stand in a header.
    pub(super) fn new(settings: Settings, rate: Rate) -> Result<Self> {
        let token = one_word(settings.token.expose_secret()).ok_or_else(fault::no_token)?;
        let base = match settings.api {
            None => "https://api.digitalocean.com/v2".to_owned(),
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        };
        let base = Url::parse(&base).map_err(|_| fault::no_address())?;
        Ok(Self { transport: Transport::new("DigitalOcean's API", rate)?, base, token: SecretString::from(token) })
    }

    /// Another deadline for each request.
    pub(super) fn with_deadline(self, deadline: Duration) -> Self {
        Self { transport: self.transport.with_deadline(deadline), ..self }
    }

    /// The first page of domains, and how many there are.
    pub(super) async fn first_domains(&self) -> Result<(Vec<Domain>, usize)> {
        let page: DomainsPage = self.page(&["domains"], 1, "to list the domains").await.map_err(Failure::into_error)?;
        Ok((page.domains, page.meta.total))
    }

    /// Every domain.
    pub(super) async fn domains(&self) -> Result<Vec<Domain>> {
        let mut all = Vec::new();
        for number in 1..=MOST_PAGES {
            let page: DomainsPage = self.page(&["domains"], number, "to list the domains").await.map_err(Failure::into_error)?;
            let last = page.domains.is_empty();
            all.extend(page.domains);
            if last || all.len() >= page.meta.total {
                break;
            }
        }
        Ok(all)
    }

    /// Every record of a zone.
    pub(super) async fn records(&self, zone: &Zone) -> Outcome<Vec<Record>> {
        let mut all = Vec::new();
        for number in 1..=MOST_PAGES {
            let doing = format!("to list the records of {}", zone.name);
            let page: RecordsPage = self.page(&["domains", &zone.id, "records"], number, &doing).await?;
            let last = page.domain_records.is_empty();
            all.extend(page.domain_records);
            if last || all.len() >= page.meta.total {
                break;
            }
        }
        Ok(all)
    }

    /// One request of a change.
    pub(super) async fn carry_out(&self, zone: &Zone, act: &Act) -> Outcome<()> {
        let (method, id, write) = match act {
            Act::Create(write) => (Method::POST, None, Some(write)),
            Act::Update(id, write) => (Method::PATCH, Some(id.to_string()), Some(write)),
            Act::Delete(id) => (Method::DELETE, Some(id.to_string()), None),
        };
        let path: Vec<&str> = ["domains", &zone.id, "records"].into_iter().chain(id.as_deref()).collect();
        let doing = format!("to write records of {}", zone.name);
        let answer = self.send(method, self.url(&path), write).await?;
        if answer.status.is_success() { Ok(()) } else { Err(fault::refused(&doing, &answer, &self.token, id.is_some())) }
    }

    async fn page<T: DeserializeOwned>(&self, path: &[&str], number: usize, doing: &str) -> Outcome<T> {
        let mut url = self.url(path);
        url.query_pairs_mut().append_pair("per_page", &PER_PAGE.to_string()).append_pair("page", &number.to_string());
        let answer = self.send(Method::GET, url, None).await?;
        if !answer.status.is_success() {
            return Err(fault::refused(doing, &answer, &self.token, false));
        }
        serde_json::from_slice(&answer.body).map_err(|error| fault::unreadable(doing, &error).into())
    }

    async fn send(&self, method: Method, url: Url, body: Option<&Write>) -> Result<Answer> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.token.expose_secret())).map_err(|_| fault::no_token())?;
        value.set_sensitive(true);
        let request = self.transport.client().request(method, url).header(AUTHORIZATION, value);
        let request = match body {
            Some(write) => request.json(write),
            None => request,
        };
        self.transport.send(request.build().map_err(|_| fault::no_address())?).await
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only an address without a host has no path, and none such is taken.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}
