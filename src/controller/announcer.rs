//! Writing events, aside from the visits that they tell of: a slow or refused event holds nothing up and fails nothing.
//!
//! kube's own `Recorder` folds events by type, action and reason, so of two changes to one domain within minutes only the
//! first note would ever be read. Here the note counts too: only the very same event becomes a series.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::{
    api::{core::v1::ObjectReference, events::v1::Event},
    apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta},
};
use kube::{
    Api, Client,
    api::{Patch, PatchParams, PostParams},
};
use serde_json::json;
use tokio::sync::mpsc;

use crate::{
    metrics::{ApiObject, Metrics},
    status::{self, Severity},
};

/// Most octets of a note that the API server takes.
const MAX_NOTE: usize = 1024;
/// Most octets of an object's name within an event's own name.
const MAX_NAME: usize = 230;
/// Events that may wait to be written; more are counted as dropped.
const QUEUE: usize = 8192;
/// Writes under way at once: events must not crowd out the visits' own writes.
const AT_ONCE: usize = 2;
/// How long the same event counts as a repetition.
const SERIES: SignedDuration = SignedDuration::from_mins(6);

/// Takes events and returns at once.
pub(crate) struct Announcer {
    /// `None` once nothing more is taken.
    queue: Mutex<Option<mpsc::Sender<Said>>>,
    metrics: Arc<Metrics>,
}

/// An event and the object that it is about.
struct Said {
    about: ObjectReference,
    event: status::Event,
}

/// What the events are written from; they go out while [`Outbox::write`] runs.
pub(crate) struct Outbox {
    queue: mpsc::Receiver<Said>,
    client: Client,
    metrics: Arc<Metrics>,
    clock: fn() -> Timestamp,
}

impl Announcer {
    /// Both ends.
    pub(crate) fn new(client: Client, metrics: Arc<Metrics>, clock: fn() -> Timestamp) -> (Self, Outbox) {
        let (sender, queue) = mpsc::channel(QUEUE);
        (Self { queue: Mutex::new(Some(sender)), metrics: metrics.clone() }, Outbox { queue, client, metrics, clock })
    }

    /// Logs an event and has it written.
    pub(crate) fn say(&self, about: ObjectReference, event: status::Event) {
        let object = format!("{}/{}", about.namespace.as_deref().unwrap_or_default(), about.name.as_deref().unwrap_or_default());
        match event.severity {
            Severity::Normal => tracing::info!(object, reason = %event.reason, "{}", event.note),
            Severity::Warning => tracing::warn!(object, reason = %event.reason, "{}", event.note),
        }
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = queue.as_ref().is_some_and(|queue| queue.try_send(Said { about, event }).is_ok());
        if !taken {
            self.metrics.event_dropped();
        }
    }

    /// Takes nothing more, so that the outbox ends once it is empty.
    pub(crate) fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Outbox {
    /// Writes what was said until the announcer is closed.
    pub(crate) async fn write(self) {
        let Self { queue, client, metrics, clock } = self;
        let mut told = Told::default();
        let said = stream::unfold(queue, |mut queue| async move { queue.recv().await.map(|said| (said, queue)) });
        said.map(|said| told.letter(said, clock()))
            .for_each_concurrent(AT_ONCE, |letter| {
                let (client, metrics) = (client.clone(), &metrics);
                async move {
                    metrics.api_write(ApiObject::Event);
                    if let Err(error) = letter.send(client).await {
                        metrics.event_dropped();
                        tracing::debug!(%error, "an event could not be written");
                    }
                }
            })
            .await;
    }
}

/// One write to the API server.
#[derive(Debug)]
enum Letter {
    First(Box<Event>),
    Again { namespace: String, name: String, count: i32, at: Timestamp },
}

impl Letter {
    async fn send(self, client: Client) -> Result<(), kube::Error> {
        match self {
            Self::First(event) => {
                let api: Api<Event> = Api::namespaced(client, event.metadata.namespace.as_deref().unwrap_or("default"));
                api.create(&PostParams::default(), &event).await.map(drop)
            }
            Self::Again { namespace, name, count, at } => {
                let api: Api<Event> = Api::namespaced(client, &namespace);
                let series = json!({ "series": { "count": count, "lastObservedTime": MicroTime(at) } });
                api.patch(&name, &PatchParams::default(), &Patch::Merge(&series)).await.map(drop)
            }
        }
    }
}

/// Events of the last minutes.
#[derive(Default)]
struct Told {
    /// By object, reason and note.
    sent: HashMap<(String, String, String), Once>,
    /// When the old ones were last thrown out.
    swept: Timestamp,
    /// How many there have been.
    number: u64,
}

struct Once {
    name: String,
    count: i32,
    at: Timestamp,
}

impl Told {
    fn letter(&mut self, said: Said, now: Timestamp) -> Letter {
        self.sweep(now);
        let Said { about, event } = said;
        let namespace = about.namespace.clone().unwrap_or_else(|| "default".to_owned());
        let key = (about.uid.clone().unwrap_or_default(), event.reason.clone(), event.note.clone());
        if let Some(once) = self.sent.get_mut(&key).filter(|once| is_fresh(once, now)) {
            (once.count, once.at) = (once.count.saturating_add(1), now);
            return Letter::Again { namespace, name: once.name.clone(), count: once.count, at: now };
        }
        self.number += 1;
        let name = name(about.name.as_deref().unwrap_or_default(), now, self.number);
        self.sent.insert(key, Once { name: name.clone(), count: 1, at: now });
        Letter::First(Box::new(first(name, namespace, about, event, now)))
    }

    /// Now and then, because it looks at all of them.
    fn sweep(&mut self, now: Timestamp) {
        if now.duration_since(self.swept) >= SERIES {
            self.sent.retain(|_, once| is_fresh(once, now));
            self.swept = now;
        }
    }
}

fn is_fresh(once: &Once, now: Timestamp) -> bool {
    now.duration_since(once.at) < SERIES
}

/// A name that no other event of this process has: two of one object may be told within one tick of the clock.
fn name(object: &str, now: Timestamp, number: u64) -> String {
    let readable = object[..object.floor_char_boundary(MAX_NAME)].trim_end_matches(['.', '-']);
    format!("{readable}.{:x}-{number:x}", now.as_microsecond())
}

fn first(name: String, namespace: String, about: ObjectReference, event: status::Event, now: Timestamp) -> Event {
    let type_ = match event.severity {
        Severity::Normal => "Normal",
        Severity::Warning => "Warning",
    };
    Event {
        metadata: ObjectMeta { name: Some(name), namespace: Some(namespace), ..ObjectMeta::default() },
        action: Some("Reconcile".to_owned()),
        event_time: Some(MicroTime(now)),
        note: Some(cut(event.note)),
        reason: Some(event.reason),
        regarding: Some(about),
        reporting_controller: Some("mailward".to_owned()),
        reporting_instance: Some("mailward".to_owned()),
        type_: Some(type_.to_owned()),
        ..Event::default()
    }
}

fn cut(mut note: String) -> String {
    const MORE: &str = " ...";
    if note.len() > MAX_NOTE {
        note.truncate(note.floor_char_boundary(MAX_NOTE - MORE.len()));
        note.push_str(MORE);
    }
    note
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn said(note: &str) -> Said {
        let about =
            ObjectReference { name: Some("shop.lab".to_owned()), uid: Some("u".to_owned()), ..ObjectReference::default() };
        Said { about, event: status::Event { severity: Severity::Normal, reason: "Changed".to_owned(), note: note.to_owned() } }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn note_of(letter: Letter) -> Option<String> {
        match letter {
            Letter::First(event) => event.note,
            Letter::Again { .. } => None,
        }
    }

    #[test]
    fn p8_two_changes_of_one_reason_are_both_told() {
        let mut told = Told::default();
        assert_eq!(note_of(told.letter(said("SPF published"), at(0))).as_deref(), Some("SPF published"));
        assert_eq!(note_of(told.letter(said("DMARC published"), at(0))).as_deref(), Some("DMARC published"));
    }

    #[test]
    fn the_same_event_again_is_a_series_of_the_first() {
        let mut told = Told::default();
        let Letter::First(first) = told.letter(said("held"), at(0)) else { panic!("the first is no repetition") };
        let Letter::Again { name, count, .. } = told.letter(said("held"), at(60)) else { panic!("the second is one") };
        assert_eq!((Some(name), count), (first.metadata.name, 2));
        assert!(note_of(told.letter(said("held"), at(60 + 6 * 60))).is_some(), "and much later it is news again");
    }

    #[test]
    fn a_long_note_is_cut_between_two_characters() {
        let long = cut("ö".repeat(600));
        assert!(long.len() <= MAX_NOTE && long.ends_with("ö ..."), "{}", long.len());
        assert_eq!(cut("short".to_owned()), "short");
    }

    #[test]
    fn an_events_name_is_one_whatever_its_object_is_called() {
        let name = name(&"a.".repeat(126), at(0), 7);
        assert!(name.len() <= 253 && !name.contains(".."), "{name}");
    }
}
