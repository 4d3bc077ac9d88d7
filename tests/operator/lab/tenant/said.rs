//! What a MailDomain says, and waiting for it to say something.

use k8s_openapi::{api::events::v1::Event, apimachinery::pkg::apis::meta::v1::Condition};
use kube::api::ListParams;
use mailward::api::MailDomain;

use super::Tenant;
use crate::lab::{condition, is, is_ready, status, wait::eventually};

impl Tenant {
    /// The MailDomain `mail` as it is now.
    pub(crate) async fn object(&self) -> MailDomain {
        self.api().get("mail").await.unwrap()
    }

    /// Waits until the MailDomain `name` is as `holds` says.
    pub(crate) async fn until_of(&self, name: &str, what: &str, holds: impl Fn(&MailDomain) -> bool) -> MailDomain {
        let api = self.api();
        let mut seen = None;
        let held = eventually(async || {
            seen = api.get_opt(name).await.unwrap();
            seen.as_ref().is_some_and(&holds)
        });
        let held = held.await;
        assert!(held, "{}/{name} never came to {what}\n{}", self.namespace, self.plight(seen.as_ref()));
        seen.unwrap()
    }

    /// The same of `mail`.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&MailDomain) -> bool) -> MailDomain {
        self.until_of("mail", what, holds).await
    }

    /// Waits until the spec of `mail` holds.
    pub(crate) async fn ready(&self) -> MailDomain {
        self.until("be ready", is_ready).await
    }

    /// Waits until a condition of `mail` is true and returns it.
    pub(crate) async fn until_true(&self, kind: &str) -> Condition {
        let object = self.until(&format!("{kind}=True"), |object| is(object, kind, "True")).await;
        condition(&object, kind).unwrap()
    }

    /// Waits until a condition of `mail` has this status and its message contains all of `words`; returns it.
    pub(crate) async fn says(&self, kind: &str, value: &str, words: &[&str]) -> Condition {
        let said = |object: &MailDomain| {
            let found = condition(object, kind).filter(|found| found.status == value);
            found.is_some_and(|found| words.iter().all(|word| found.message.contains(word)))
        };
        let object = self.until(&format!("{kind}={value} saying {words:?}"), said).await;
        condition(&object, kind).unwrap()
    }

    /// Waits until `Ready` is false for this reason, and returns what it says.
    pub(crate) async fn until_not_ready(&self, reason: &str) -> String {
        self.until_not_ready_of("mail", reason).await
    }

    /// The same of another MailDomain.
    pub(crate) async fn until_not_ready_of(&self, name: &str, reason: &str) -> String {
        let because = |object: &MailDomain| {
            is(object, "Ready", "False") && condition(object, "Ready").is_some_and(|ready| ready.reason == reason)
        };
        let object = self.until_of(name, &format!("be not ready because of {reason}"), because).await;
        condition(&object, "Ready").unwrap().message
    }

    /// Waits until `mail` is gone.
    pub(crate) async fn gone(&self) {
        let api = self.api();
        let mut seen = None;
        let gone = eventually(async || {
            seen = api.get_opt("mail").await.unwrap();
            seen.is_none()
        });
        assert!(gone.await, "{}/mail never went\n{}", self.namespace, self.plight(seen.as_ref()));
    }

    /// Notes of the events about `mail` that have this reason, oldest first.
    pub(crate) async fn notes(&self, reason: &str) -> Vec<String> {
        let mut events = self.api::<Event>().list(&ListParams::default()).await.unwrap().items;
        events.retain(|event| event.reason.as_deref() == Some(reason));
        events.sort_by_key(|event| event.event_time.clone().map(|time| time.0));
        events.into_iter().filter_map(|event| event.note).collect()
    }

    /// What somebody needs who must find out why a wait was in vain.
    fn plight(&self, object: Option<&MailDomain>) -> String {
        let status = object.map_or_else(|| "no object".to_owned(), |object| serde_saphyr::to_string(&status(object)).unwrap());
        format!("{status}\n{}", self.lab.controller_log())
    }
}
