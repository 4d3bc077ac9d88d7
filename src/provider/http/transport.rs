//! One client with one connection pool for one credential.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use reqwest::{Client, Request, Response, StatusCode, header::CONTENT_TYPE, redirect, retry};
use rustls::ClientConfig;

use super::{
    budget::{Budget, Rate},
    outside,
    reach::{self, Reach, Resolver},
    retry_after::retry_after,
};
use crate::{
    provider::{Error, ErrorKind, Result},
    trust,
};

/// From the first octet sent to the last one received, unless another deadline was set.
const DEADLINE: Duration = Duration::from_secs(30);
/// Until a connection stands, TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// Largest body that is read. The largest honest one is a page of a few thousand records.
const LARGEST: usize = 16 << 20;

/// A complete answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// Its status; never 429.
    pub status: StatusCode,
    /// Its body.
    pub body: Vec<u8>,
}

/// Sends the requests of one credential.
pub struct Transport {
    vendor: &'static str,
    client: Client,
    budget: Budget,
    deadline: Duration,
    reach: Option<Reach>,
}

impl Transport {
    /// A client for `vendor`, as a user would call it. Reaches no network.
    pub fn new(vendor: &'static str, rate: Rate) -> Result<Self> {
        Ok(Self { vendor, client: client(vendor, None)?, budget: Budget::new(rate), deadline: DEADLINE, reach: None })
    }

    /// Connects only to addresses that `reach` allows, and through no proxy: that would connect in our place.
    pub fn with_reach(self, reach: Reach) -> Result<Self> {
        Ok(Self { client: client(self.vendor, Some(&reach))?, reach: Some(reach), ..self })
    }

    /// Another deadline for each request.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Builds requests for [`Transport::send`].
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Sends one request. Limits are answered here, for the whole credential; what other statuses mean is the vendor's to say.
    pub async fn send(&self, request: Request) -> Result<Answer> {
        self.send_for_media_type(request).await.map(|(answer, _)| answer)
    }

    /// The same, with the content type of the answer as it came.
    pub async fn send_for_media_type(&self, mut request: Request) -> Result<(Answer, Option<String>)> {
        if self.reach.as_ref().is_some_and(|reach| !reach::allows(reach, request.url())) {
            return Err(self.out_of_reach());
        }
        *request.timeout_mut() = Some(self.deadline);
        self.budget.take().map_err(|wait| self.limited(wait))?;
        let response = self.client.execute(request).await.map_err(|error| self.unreachable(error))?;
        let status = response.status();
        let named = retry_after(response.headers(), SystemTime::now());
        if status == StatusCode::TOO_MANY_REQUESTS || (status == StatusCode::SERVICE_UNAVAILABLE && named.is_some()) {
            return Err(self.limited(self.budget.close(named)));
        }
        let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok((Answer { status, body: self.body(response).await? }, media_type))
    }

    /// The vendor said "too many requests" with another status than 429: nobody of the credential sends before its usual pause is
    /// over.
    pub fn slow_down(&self) -> Error {
        self.limited(self.budget.close(None))
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Error::new(ErrorKind::Bug, format!("{} sent an answer of more than {LARGEST} octets", self.vendor)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Times are told by the minute: the same fault gives the same sentence for a while.
    fn limited(&self, wait: Duration) -> Error {
        let then = SystemTime::now().checked_add(wait).and_then(|then| Timestamp::try_from(then).ok());
        let when = then.map_or_else(String::new, |then| format!(", not before {} UTC", then.strftime("%H:%M")));
        let message = format!(
            "{} limits this credential ({}, shared by all its domains and other programs): tried again by itself{when}",
            self.vendor,
            self.budget.rule()
        );
        Error::new(ErrorKind::RateLimited(wait), message)
    }

    /// The address is left out: a user knows it, and a query may hold more than a status should.
    fn unreachable(&self, error: reqwest::Error) -> Error {
        let vendor = self.vendor;
        if reach::is_out_of_reach(&error) {
            return self.out_of_reach();
        }
        let why = if error.is_timeout() {
            format!("gave no answer within {} s", self.deadline.as_secs_f32())
        } else {
            format!("cannot be reached: {}", root_cause(&error.without_url()))
        };
        Error::new(ErrorKind::Transient, format!("{vendor} {why}"))
    }

    fn out_of_reach(&self) -> Error {
        let why = "has an address that this provider may not connect to: name a server outside the cluster";
        Error::new(ErrorKind::Invalid, format!("{} {why}", self.vendor))
    }
}

/// No redirect is followed, since it would carry the credential elsewhere, and nothing is sent twice: the caller decides.
fn client(vendor: &str, reach: Option<&Reach>) -> Result<Client> {
    let broken = |error: &dyn std::error::Error| {
        Error::new(ErrorKind::Bug, format!("{vendor}: no HTTP client can be made: {}", root_cause(error)))
    };
    let builder = Client::builder()
        .use_preconfigured_tls(tls().map_err(|error| broken(&error))?)
        .user_agent(concat!("mailward/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .connect_timeout(CONNECT);
    let builder = match reach {
        Some(reach) => builder.no_proxy().dns_resolver(Arc::new(Resolver(reach.clone()))),
        None => outside::proxied(builder),
    };
    builder.build().map_err(|error| broken(&error))
}

fn tls() -> std::result::Result<ClientConfig, rustls::Error> {
    let mut config = trust::client_config(outside::roots())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
