//! The four requests of the protocol over the shared transport.

use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use super::{
    fault,
    wire::{Changes, DomainFilter, Endpoint, MEDIA_TYPE},
};
use crate::provider::{
    Result,
    http::{Answer, Rate, Transport},
};

/// One webhook's address and connection.
pub(super) struct Api {
    transport: Transport,
    base: Url,
}

impl Api {
    pub(super) fn new(base: Url, rate: Rate) -> Result<Self> {
        if !base.has_host() {
            return Err(fault::no_address());
        }
        Ok(Self { transport: Transport::new("the external-dns webhook", rate)?, base })
    }

    /// Whether it speaks this version of the protocol, and which names it takes.
    pub(super) async fn negotiate(&self) -> Result<DomainFilter> {
        let doing = "to negotiate";
        let request = self.transport.client().get(self.base.clone()).header(ACCEPT, MEDIA_TYPE);
        let (answer, media_type) = self.transport.send_for_media_type(request.build().map_err(|_| fault::no_address())?).await?;
        let answer = accepted(doing, answer)?;
        // As external-dns does: whatever else listens there is found out before anything is written to it.
        match media_type {
            Some(found) if found.replace(' ', "").eq_ignore_ascii_case(MEDIA_TYPE) => parsed(doing, &answer),
            found => Err(fault::no_webhook(found.as_deref())),
        }
    }

    /// Everything the webhook lists, of every zone.
    pub(super) async fn records(&self) -> Result<Vec<Endpoint>> {
        let doing = "to list records";
        let endpoints: Option<Vec<Endpoint>> = parsed(doing, &self.send(doing, Method::GET, "records", None::<&()>).await?)?;
        Ok(endpoints.unwrap_or_default())
    }

    /// The sets as the webhook would have them.
    pub(super) async fn adjust(&self, wanted: &[Endpoint]) -> Result<Vec<Endpoint>> {
        let doing = "to adjust endpoints";
        let answer = self.send(doing, Method::POST, "adjustendpoints", Some(wanted)).await?;
        Ok(parsed::<Option<Vec<Endpoint>>>(doing, &answer)?.unwrap_or_default())
    }

    /// Carries a change set out.
    pub(super) async fn apply(&self, changes: &Changes) -> Result<()> {
        self.send("to write records", Method::POST, "records", Some(changes)).await.map(drop)
    }

    async fn send(&self, doing: &str, method: Method, path: &str, body: Option<&(impl Serialize + ?Sized)>) -> Result<Answer> {
        let mut url = self.base.clone();
        // Only an address without a host has no path, and none such is taken.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(path);
        }
        let request = self.transport.client().request(method, url).header(ACCEPT, MEDIA_TYPE);
        let request = match body {
            // The client keeps a content type that is already there.
            Some(body) => request.header(CONTENT_TYPE, MEDIA_TYPE).json(body),
            None => request,
        };
        accepted(doing, self.transport.send(request.build().map_err(|_| fault::no_address())?).await?)
    }
}

fn accepted(doing: &str, answer: Answer) -> Result<Answer> {
    if answer.status.is_success() { Ok(answer) } else { Err(fault::refused(doing, &answer)) }
}

fn parsed<T: DeserializeOwned>(doing: &str, answer: &Answer) -> Result<T> {
    serde_json::from_slice(&answer.body).map_err(|error| fault::unreadable(doing, &error))
}
