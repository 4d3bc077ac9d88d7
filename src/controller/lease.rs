//! Which of several controllers works: the one that holds the Lease.
//!
//! A Lease is a lock with a clock, and clocks of two machines differ: nobody here compares its own time with a time that
//! another wrote. A candidate waits until the Lease has not changed for as long as it lasts, by its own monotonic clock; the
//! holder counts from before it sent its last renewal. Every write carries the resource version that was read, so of two
//! candidates one is refused.
//!
//! A process can be stopped between a check and the write that follows, so the Lease alone cannot keep a stale write from
//! being sent. What is sent late meets the provider's preconditions on the values last read, or a key Secret that is only
//! ever created.

use std::{process, sync::Arc, time::Duration};

use jiff::Timestamp;
use k8s_openapi::{
    api::coordination::v1::{Lease as Object, LeaseSpec},
    apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta},
};
use kube::{Api, Client, api::PostParams};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use crate::telemetry::Readiness;

/// Name of the Lease, in the operator's own namespace.
pub(crate) const LEASE: &str = "mailward-controller";
/// What `/readyz` calls it.
const CONCERN: &str = "API server";
/// Part of the duration after which the holder renews, and a candidate looks again.
const STEPS: u32 = 6;
/// Part of the duration that must be left for a write to begin: longer than any one call to a provider takes.
const RESERVE: u32 = 3;

/// Where the Lease is, and who we are.
#[derive(Clone)]
pub(crate) struct Lease {
    api: Api<Object>,
    name: String,
    identity: String,
    duration: Duration,
    /// For people who read the Lease; no decision is made on it.
    clock: fn() -> Timestamp,
}

/// Until when we hold the Lease. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Leadership(Arc<watch::Sender<Held>>);

#[derive(Clone, Copy, Debug)]
struct Held {
    /// `None`: for ever, because nobody else can come.
    until: Option<Instant>,
    /// Time that must be left for a write to begin.
    reserve: Duration,
}

impl Leadership {
    /// For a controller that is alone by the word of whoever started it.
    pub(crate) fn alone() -> Self {
        Self::from(Held { until: None, reserve: Duration::ZERO })
    }

    fn from(held: Held) -> Self {
        Self(Arc::new(watch::Sender::new(held)))
    }

    /// Whether a write that begins now ends before anybody else may begin one.
    pub(crate) fn holds(&self) -> bool {
        let held = *self.0.borrow();
        held.until.is_none_or(|until| Instant::now() + held.reserve < until)
    }

    /// The same as an error, for whoever is about to write an object: a process that hung goes on where it was.
    pub(crate) fn check(&self) -> Result<(), kube::Error> {
        let lost = || kube::Error::Service("the Lease was not renewed in time, so nothing is written".into());
        self.holds().then_some(()).ok_or_else(lost)
    }

    /// The longest that a write may take: what is not done by then may be another's to do.
    pub(crate) fn longest_write(&self) -> Option<Duration> {
        let held = *self.0.borrow();
        held.until.map(|_| held.reserve)
    }

    fn extend(&self, until: Instant) {
        self.0.send_modify(|held| held.until = Some(until));
    }
}

/// The time in which this controller works; without a Lease it does not end.
pub(crate) struct Term(Option<(Lease, Object)>);

impl Term {
    /// For a controller that is alone.
    pub(crate) fn without_lease() -> Self {
        Self(None)
    }

    /// Keeps the Lease for as long as that goes, and tells `readiness` how it goes; says why it is lost.
    pub(crate) async fn lost(&self, leadership: &Leadership, readiness: &Readiness) -> String {
        match &self.0 {
            Some((lease, held)) => lease.keep(leadership, held.clone(), readiness).await,
            None => std::future::pending().await,
        }
    }

    /// Ends it, so that another controller begins at once.
    pub(crate) async fn end(self) {
        if let Some((lease, _)) = self.0 {
            lease.release().await;
        }
    }
}

/// Whoever is second is no error.
fn unless_beaten(result: Result<Object, kube::Error>) -> Result<Option<Object>, kube::Error> {
    match result {
        Ok(held) => Ok(Some(held)),
        Err(kube::Error::Api(answer)) if answer.is_conflict() || answer.is_already_exists() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What came of a renewal.
enum Renewed {
    Ours(Box<Object>),
    /// To whom.
    Lost(String),
}

fn holder_of(lease: &Object) -> Option<&str> {
    lease.spec.as_ref()?.holder_identity.as_deref().filter(|holder| !holder.is_empty())
}

/// Whether nobody held it in between.
fn same_term(one: &Object, other: &Object) -> bool {
    let transitions = |lease: &Object| lease.spec.as_ref().and_then(|spec| spec.lease_transitions);
    transitions(one) == transitions(other)
}

/// What a candidate saw of the Lease, and since when it has not changed.
struct Seen {
    version: Option<String>,
    since: Instant,
}

impl Lease {
    /// `who` is for people; the identity is another one for every process, also for two in one pod.
    pub(crate) fn new(client: Client, namespace: &str, who: &str, duration: Duration, clock: fn() -> Timestamp) -> Self {
        let identity = format!("{who}_{:x}-{:x}", process::id(), clock().as_nanosecond());
        Self { api: Api::namespaced(client, namespace), name: LEASE.to_owned(), identity, duration, clock }
    }

    /// Waits until it is ours, and tells `readiness` whether it is another's or cannot be looked at.
    pub(crate) async fn acquire(self, readiness: &Readiness) -> (Term, Leadership) {
        let mut seen = Seen { version: None, since: Instant::now() };
        let mut holder = None;
        loop {
            let before = Instant::now();
            let attempt = self.attempt(&mut seen, &mut holder).await;
            self.tell(readiness, attempt.as_ref().err());
            match attempt {
                Ok(Some(held)) => {
                    let held_until = Held { until: Some(before + self.duration), reserve: self.duration / RESERVE };
                    tracing::info!(lease = %self.name, identity = %self.identity, "the Lease is ours: this controller works");
                    return (Term(Some((self, held))), Leadership::from(held_until));
                }
                Ok(None) => readiness.standby(),
                Err(error) => tracing::warn!(lease = %self.name, %error, "the Lease cannot be read or written; tried again"),
            }
            sleep(self.duration / STEPS).await;
        }
    }

    /// It is asked for all the time, so it shows as well whether the API server can be reached.
    fn tell(&self, readiness: &Readiness, error: Option<&kube::Error>) {
        match error {
            Some(error) => readiness.hindered(CONCERN, format!("Lease {} cannot be read or written: {error}", self.name)),
            None => readiness.unhindered(CONCERN),
        }
    }

    async fn attempt(&self, seen: &mut Seen, holder: &mut Option<String>) -> Result<Option<Object>, kube::Error> {
        let Some(found) = self.in_time(self.api.get_opt(&self.name)).await? else {
            let fresh = self.object(None);
            return unless_beaten(self.in_time(self.api.create(&PostParams::default(), &fresh)).await);
        };
        if seen.version != found.metadata.resource_version {
            *seen = Seen { version: found.metadata.resource_version.clone(), since: Instant::now() };
        }
        let now_held_by = holder_of(&found).filter(|holder| *holder != self.identity).map(str::to_owned);
        if now_held_by.is_some() && seen.since.elapsed() < self.duration_in(&found) {
            if *holder != now_held_by {
                tracing::info!(lease = %self.name, holder = now_held_by.as_deref(), "another controller works; this one waits");
                *holder = now_held_by;
            }
            return Ok(None);
        }
        unless_beaten(self.in_time(self.replace(&self.object(Some(&found)))).await)
    }

    /// Renews until that fails for too long or somebody else holds the Lease; says why.
    async fn keep(&self, leadership: &Leadership, mut held: Object, readiness: &Readiness) -> String {
        loop {
            sleep(self.duration / STEPS).await;
            let before = Instant::now();
            let renewed = self.renew(&held).await;
            self.tell(readiness, renewed.as_ref().err());
            match renewed {
                Ok(Renewed::Ours(renewed)) => {
                    held = *renewed;
                    leadership.extend(before + self.duration);
                }
                Ok(Renewed::Lost(to)) => return format!("{to} holds Lease {} now", self.name),
                Err(error) => tracing::warn!(lease = %self.name, %error, "the Lease could not be renewed; tried again"),
            }
            if !leadership.holds() {
                return format!("Lease {} could not be renewed in time", self.name);
            }
        }
    }

    async fn renew(&self, held: &Object) -> Result<Renewed, kube::Error> {
        let mut next = held.clone();
        if let Some(spec) = &mut next.spec {
            spec.renew_time = Some(MicroTime((self.clock)()));
        }
        match self.in_time(self.replace(&next)).await {
            Ok(renewed) => Ok(Renewed::Ours(Box::new(renewed))),
            Err(kube::Error::Api(answer)) if answer.is_conflict() || answer.is_not_found() => self.look(held).await,
            Err(error) => Err(error),
        }
    }

    /// Somebody wrote the Lease, which need not mean that somebody took it.
    async fn look(&self, held: &Object) -> Result<Renewed, kube::Error> {
        match self.in_time(self.api.get_opt(&self.name)).await? {
            None => Ok(Renewed::Lost("nobody".to_owned())),
            Some(found) if holder_of(&found) == Some(&self.identity) && same_term(&found, held) => {
                Ok(Renewed::Ours(Box::new(found)))
            }
            Some(found) => Ok(Renewed::Lost(holder_of(&found).unwrap_or("nobody").to_owned())),
        }
    }

    /// Gives the Lease away, so that another controller begins at once. Failing changes nothing: it runs out by itself.
    async fn release(&self) {
        let Ok(Some(mut found)) = self.in_time(self.api.get_opt(&self.name)).await else { return };
        if holder_of(&found) != Some(&self.identity) {
            return;
        }
        if let Some(spec) = &mut found.spec {
            spec.holder_identity = None;
        }
        match self.in_time(self.replace(&found)).await {
            Ok(_) => tracing::info!(lease = %self.name, "the Lease is released"),
            Err(error) => tracing::debug!(lease = %self.name, %error, "the Lease could not be released; it runs out"),
        }
    }

    fn object(&self, before: Option<&Object>) -> Object {
        let (now, old) = (MicroTime((self.clock)()), before.and_then(|before| before.spec.as_ref()));
        let metadata = before.map_or_else(
            || ObjectMeta { name: Some(self.name.clone()), ..ObjectMeta::default() },
            |before| before.metadata.clone(),
        );
        let spec = LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: i32::try_from(self.duration.as_secs()).ok(),
            acquire_time: Some(now.clone()),
            renew_time: Some(now),
            lease_transitions: Some(old.and_then(|old| old.lease_transitions).unwrap_or_default() + i32::from(old.is_some())),
            ..LeaseSpec::default()
        };
        Object { metadata, spec: Some(spec) }
    }

    /// What the holder said that it lasts, which another version of us may have set otherwise.
    fn duration_in(&self, found: &Object) -> Duration {
        let seconds = found.spec.as_ref().and_then(|spec| u64::try_from(spec.lease_duration_seconds?).ok());
        seconds.map_or(self.duration, Duration::from_secs)
    }

    async fn replace(&self, object: &Object) -> Result<Object, kube::Error> {
        self.api.replace(&self.name, &PostParams::default(), object).await
    }

    /// kube has no time limit of its own, and an answer after the Lease ran out is no answer.
    async fn in_time<T>(&self, call: impl Future<Output = Result<T, kube::Error>>) -> Result<T, kube::Error> {
        let late = |_| kube::Error::Service("no answer from the API server in time".into());
        timeout(self.duration / RESERVE, call).await.map_err(late)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(until: Option<Duration>) -> Leadership {
        Leadership::from(Held { until: until.map(|left| Instant::now() + left), reserve: Duration::from_secs(10) })
    }

    #[tokio::test(start_paused = true)]
    async fn no_write_begins_when_the_lease_might_run_out_under_it() {
        let leadership = held(Some(Duration::from_secs(30)));
        assert!(leadership.holds());
        tokio::time::advance(Duration::from_secs(20)).await;
        assert!(!leadership.holds(), "ten seconds are left, and a write may take as long");
        leadership.extend(Instant::now() + Duration::from_secs(30));
        assert!(leadership.holds(), "a renewal gives time again");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_alone_stays_so() {
        let leadership = Leadership::alone();
        tokio::time::advance(Duration::from_hours(1000)).await;
        assert!(leadership.holds());
        assert_eq!(leadership.longest_write(), None);
    }
}
