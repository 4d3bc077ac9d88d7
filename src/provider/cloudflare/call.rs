//! Carries an endpoint over the shared transport: the token, pages, and from an answer to a value or an error.

use std::time::Duration;

use cloudflare::framework::{
    Environment,
    auth::Credentials,
    endpoint::{RequestBody, spec::EndpointSpec},
};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::{
    Settings,
    endpoints::{ListRecords, ListZones, Write},
    fault::{self, Act},
    wire::{Batch, Envelope, Record, ZoneItem},
};
use crate::{
    dns::{Name, Zone},
    provider::{
        Result,
        http::{Failure, MOST_PAGES, Rate, Transport, one_word},
    },
};

/// The API with one token.
pub(super) struct Api {
    transport: Transport,
    environment: Environment,
    token: SecretString,
}

impl Api {
    /// Checks that the token can stand in a header.
    pub(super) fn new(settings: Settings, rate: Rate) -> Result<Self> {
        let token = one_word(settings.token.expose_secret()).ok_or_else(fault::no_token)?;
        Ok(Self {
            transport: Transport::new("Cloudflare", rate)?,
            environment: environment(settings.api.map(|url| url.to_string())),
            token: SecretString::from(token),
        })
    }

    /// Another deadline for each request.
    pub(super) fn with_deadline(self, deadline: Duration) -> Self {
        Self { transport: self.transport.with_deadline(deadline), ..self }
    }

    /// The first page of zones, and how many there are.
    pub(super) async fn first_zones(&self) -> Result<(Vec<ZoneItem>, usize)> {
        let (page, count) = self.page(&ListZones { page: 1 }, Act::ListZones).await.map_err(Failure::into_error)?;
        Ok((page.0, count))
    }

    /// Every zone.
    pub(super) async fn zones(&self) -> Result<Vec<ZoneItem>> {
        let (mut zones, mut page) = (Vec::new(), 1);
        loop {
            let answer = self.page(&ListZones { page }, Act::ListZones).await;
            let (items, count) = answer.map_err(Failure::into_error)?;
            let last = items.0.is_empty() || page == MOST_PAGES;
            zones.extend(items.0);
            if last || zones.len() >= count {
                return Ok(zones);
            }
            page += 1;
        }
    }

    /// Every record at `scope` or below.
    pub(super) async fn records(&self, zone: &Zone, scope: &Name) -> std::result::Result<Vec<Record>, Failure> {
        let ends_with = (*scope != zone.name).then(|| scope.as_str());
        let (mut records, mut page) = (Vec::new(), 1);
        loop {
            let endpoint = ListRecords { zone: &zone.id, ends_with, page };
            let (items, count) = self.page(&endpoint, Act::ListRecords(&zone.name)).await?;
            let last = items.0.is_empty() || page == MOST_PAGES;
            records.extend(items.0);
            if last || records.len() >= count {
                return Ok(records);
            }
            page += 1;
        }
    }

    /// Carries a batch out.
    pub(super) async fn write(&self, zone: &Zone, batch: &Batch) -> std::result::Result<(), Failure> {
        let act = Act::Write(&zone.name);
        self.call(&Write { zone: &zone.id, batch }, act).await?;
        Ok(())
    }

    /// One page, and the number of things on all of them.
    async fn page<E: EndpointSpec>(&self, endpoint: &E, act: Act<'_>) -> std::result::Result<(E::JsonResponse, usize), Failure> {
        let envelope = self.call(endpoint, act).await?;
        let count = envelope.result_info.unwrap_or_default().total_count;
        Ok((envelope.result.ok_or_else(|| fault::without_result(act))?, count))
    }

    async fn call<E: EndpointSpec>(&self, endpoint: &E, act: Act<'_>) -> std::result::Result<Envelope<E::JsonResponse>, Failure> {
        let client = self.transport.client();
        let mut request = client.request(endpoint.method(), endpoint.url(&self.environment)).headers(self.headers()?);
        if let Some(RequestBody::Json(json)) = endpoint.body() {
            request = request.header(CONTENT_TYPE, "application/json").body(json);
        }
        let request = request.build().map_err(|error| fault::unsendable(&error.without_url()))?;
        let answer = self.transport.send(request).await?;
        let envelope = serde_json::from_slice::<Envelope<E::JsonResponse>>(&answer.body);
        match envelope {
            Ok(envelope) if envelope.success && answer.status.is_success() => Ok(envelope),
            Ok(envelope) => Err(fault::refused(act, answer.status, &envelope.errors, &self.token)),
            Err(error) => Err(fault::unreadable(act, answer.status, &error).into()),
        }
    }

    fn headers(&self) -> Result<reqwest::header::HeaderMap> {
        let credentials = Credentials::UserAuthToken { token: self.token.expose_secret().to_owned() };
        let mut headers = reqwest::header::HeaderMap::new();
        for (_, value) in credentials.headers() {
            let mut value = HeaderValue::try_from(value).map_err(|_| fault::no_token())?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }
}

/// Without its last slash the last part of the address would be lost.
fn environment(api: Option<String>) -> Environment {
    match api {
        None => Environment::Production,
        Some(url) if url.ends_with('/') => Environment::Custom(url),
        Some(url) => Environment::Custom(format!("{url}/")),
    }
}
