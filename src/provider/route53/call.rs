//! The three requests that are ever made, through the SDK, and from its errors to ours.

use std::{sync::Arc, time::Duration};

use aws_sdk_route53::{
    Client, Config,
    config::{
        BehaviorVersion, Region, StalledStreamProtectionConfig, http::HttpResponse, retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::{ErrorMetadata, ProvideErrorMetadata, SdkError},
    operation::change_resource_record_sets::ChangeResourceRecordSetsError,
    types::{Change, ChangeBatch, HostedZone},
};
use tokio::{sync::Mutex, time::Instant};

use super::{
    Settings,
    bridge::Bridge,
    fault::{self, Refusal},
    identity::Identity,
    order::Part,
};
use crate::{
    dns::Zone,
    provider::{
        Error, ErrorKind, Result,
        http::{Failure, MOST_PAGES, Rate, Transport},
    },
};

/// Record sets on a page: the API's largest number.
pub(super) const PAGE: i32 = 300;
/// Zones on a page: the API's largest number.
const ZONES: i32 = 100;
/// What is asked for, in a user's words.
const LIST_ZONES: &str = "to list the hosted zones";
/// How long a list of zones that was broken off may be gone on with.
const PAUSE: Duration = Duration::from_mins(1);

/// The API with one identity.
pub(super) struct Api {
    transport: Arc<Transport>,
    client: Client,
    identity: Identity,
    begun: Mutex<Begun>,
}

/// A list of zones that is not complete.
#[derive(Default)]
struct Begun {
    since: Option<Instant>,
    zones: Vec<HostedZone>,
    next: Option<String>,
}

impl Api {
    /// Reaches no network. The SDK neither tries again nor has deadlines of its own: the transport has one, and the controller
    /// decides what is tried again.
    pub(super) fn new(settings: Settings, rate: Rate) -> Result<Self> {
        let transport = Arc::new(Transport::new("Route 53", rate)?);
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(settings.identity.provider(&settings.region)?)
            .region(Region::new(settings.region))
            .http_client(Bridge(transport.clone()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(settings.api.map(|url| url.as_str().trim_end_matches('/').to_owned()));
        Ok(Self { transport, client: Client::from_conf(config.build()), identity: settings.identity, begun: Mutex::default() })
    }

    /// Every hosted zone. The budget may end in the middle of a long list; the next call goes on from there.
    pub(super) async fn zones(&self) -> Result<Vec<HostedZone>> {
        let mut begun = self.begun.lock().await;
        if begun.since.is_none_or(|since| since.elapsed() > PAUSE) {
            *begun = Begun { since: Some(Instant::now()), ..Begun::default() };
        }
        for _ in 0..MOST_PAGES {
            if let Err(error) = self.more_zones(&mut begun).await {
                if !matches!(error.kind, ErrorKind::RateLimited(_)) {
                    *begun = Begun::default();
                }
                return Err(error);
            }
            if begun.next.is_none() {
                return Ok(std::mem::take(&mut *begun).zones);
            }
        }
        *begun = Begun::default();
        Err(fault::endless(LIST_ZONES))
    }

    async fn more_zones(&self, begun: &mut Begun) -> Result<()> {
        let request = self.client.list_hosted_zones().max_items(ZONES).set_marker(begun.next.clone());
        let page = request.send().await.map_err(|error| self.failure(LIST_ZONES, &error).into_error())?;
        begun.zones.extend(page.hosted_zones);
        begun.next = page.next_marker.filter(|_| page.is_truncated);
        Ok(())
    }

    /// The page of record sets that begins at a name, and as many more as the sets of that name need.
    pub(super) async fn sets(&self, zone: &Zone, from: &str) -> std::result::Result<Part, Failure> {
        let doing = format!("to list the records of {}", zone.name);
        let request = || self.client.list_resource_record_sets().hosted_zone_id(&zone.id).max_items(PAGE);
        let (mut sets, mut next) = (Vec::new(), request().start_record_name(from));
        for _ in 0..MOST_PAGES {
            let page = next.send().await.map_err(|error| self.failure(&doing, &error))?;
            sets.extend(page.resource_record_sets);
            let follows = page.next_record_name.filter(|_| page.is_truncated);
            let part = Part::new(from, follows.as_deref(), sets);
            if part.knows_its_first_name() {
                return Ok(part);
            }
            sets = part.into_sets();
            next = request()
                .set_start_record_name(follows)
                .set_start_record_type(page.next_record_type)
                .set_start_record_identifier(page.next_record_identifier);
        }
        Err(Failure::Other(fault::endless(&doing)))
    }

    /// Carries a batch out.
    pub(super) async fn change(&self, zone: &Zone, changes: Vec<Change>) -> std::result::Result<(), Failure> {
        let doing = format!("to write records of {}", zone.name);
        let batch = ChangeBatch::builder().set_changes(Some(changes)).build();
        let batch = batch.map_err(|error| Failure::Other(fault::unbuilt(&error)))?;
        let sent = self.client.change_resource_record_sets().hosted_zone_id(&zone.id).change_batch(batch).send().await;
        sent.map(drop).map_err(|error| match error.as_service_error() {
            // The reasons are in a list of its own, or in the message.
            Some(ChangeResourceRecordSetsError::InvalidChangeBatch(bad)) => self.failed(&doing, &error, bad.messages()),
            _ => self.failure(&doing, &error),
        })
    }

    fn failure<E: ProvideErrorMetadata + std::error::Error + 'static>(
        &self,
        doing: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> Failure {
        self.failed(doing, error, &[])
    }

    fn failed<E: ProvideErrorMetadata + std::error::Error + 'static>(
        &self,
        doing: &str,
        error: &SdkError<E, HttpResponse>,
        reasons: &[String],
    ) -> Failure {
        match error {
            SdkError::ServiceError(refusal) => {
                let (status, said) = (refusal.raw().status().as_u16(), refusal.err());
                let message: Vec<&str> = reasons.iter().map(String::as_str).chain(said.message()).collect();
                let code = said.code().unwrap_or_default().to_owned();
                self.refused(doing, &Refusal { status, code, message: message.join(" ") })
            }
            SdkError::ResponseError(_) => Failure::Other(fault::unanswered(doing, &root_cause(error))),
            // Before anything was sent to Route 53: our own transport, or no keys.
            _ => Failure::Other(ours(error).unwrap_or_else(|| fault::no_identity(&root_cause(error)))),
        }
    }

    fn refused(&self, doing: &str, refusal: &Refusal) -> Failure {
        if refusal.is_throttled() {
            return Failure::Other(self.transport.slow_down());
        }
        let error = fault::refused(doing, refusal, &self.identity.secrets());
        if refusal.is_gone() { Failure::Gone(error) } else { Failure::Other(error) }
    }
}

/// The error of the transport, wherever the SDK put it.
fn ours(error: &(dyn std::error::Error + 'static)) -> Option<Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(ours) = error.downcast_ref::<Error>() {
            return Some(ours.clone());
        }
        cause = error.source();
    }
    None
}

/// What a server said, or else what came first.
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    loop {
        if let Some(said) = cause.downcast_ref::<ErrorMetadata>() {
            return format!("{} ({})", said.message().unwrap_or_default(), said.code().unwrap_or_default());
        }
        match cause.source() {
            Some(source) => cause = source,
            None => return cause.to_string(),
        }
    }
}
