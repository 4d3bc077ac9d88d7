//! MailDomains as a user of the API sees them: the object, its `Ready` condition, its list of records.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use kube::api::{ApiResource, DynamicObject, GroupVersionKind, ListParams};
use kube::{Api, Client, ResourceExt};
use serde_json::Value;

use crate::wait;

/// Long enough for a machine that is busy with compiling.
const READY_WITHIN: Duration = Duration::from_secs(90);

/// The MailDomains of the namespace `default`.
#[derive(Clone)]
pub(super) struct Domains(Api<DynamicObject>);

/// One of them, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// `spec.domain`.
    pub(super) domain: String,
    /// The status of `Ready` for the spec as it is now; absent: not looked at yet.
    pub(super) ready: Option<bool>,
    /// Its reason.
    pub(super) reason: String,
    /// Its message.
    pub(super) message: String,
}

impl Domains {
    /// Read through `client`.
    pub(super) fn new(client: Client) -> Self {
        let kind = GroupVersionKind::gvk("mailward.dev", "v1alpha1", "MailDomain");
        Self(Api::namespaced_with(client, "default", &ApiResource::from_gvk(&kind)))
    }

    /// All, by name.
    pub(super) async fn all(&self) -> Result<Vec<Seen>> {
        let list = self.0.list(&ListParams::default()).await.context("list MailDomains")?;
        Ok(list.items.iter().map(Seen::of).collect())
    }

    /// One.
    pub(super) async fn get(&self, name: &str) -> Result<Seen> {
        Ok(Seen::of(&self.object(name).await?))
    }

    /// The wanted records of one: name and type.
    pub(super) async fn records(&self, name: &str) -> Result<Vec<(String, String)>> {
        let object = self.object(name).await?;
        let records = object.data.pointer("/status/records").and_then(Value::as_array).cloned().unwrap_or_default();
        let text = |record: &Value, field: &str| record[field].as_str().unwrap_or_default().to_owned();
        Ok(records.iter().map(|record| (text(record, "name"), text(record, "type"))).collect())
    }

    /// Waits until `holds`; says what it saw last if that takes too long.
    pub(super) async fn wait(&self, name: &str, what: &str, holds: impl Fn(&Seen) -> bool) -> Result<Seen> {
        let mut last = None;
        let waited = wait::until(&format!("{name} to be {what}"), READY_WITHIN, async || {
            last = self.get(name).await.ok();
            last.as_ref().is_some_and(&holds)
        })
        .await;
        match (waited, last) {
            (Ok(()), Some(seen)) => Ok(seen),
            (Err(error), Some(seen)) => bail!("{error}; it says {}: {}", seen.reason, seen.message),
            (outcome, None) => bail!("{name} cannot be read: {outcome:?}"),
        }
    }

    async fn object(&self, name: &str) -> Result<DynamicObject> {
        self.0.get(name).await.with_context(|| format!("read MailDomain {name}"))
    }
}

impl Seen {
    fn of(object: &DynamicObject) -> Self {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let ready = object.data.pointer("/status/conditions").and_then(Value::as_array).and_then(|conditions| {
            conditions.iter().find(|condition| condition["type"] == "Ready").filter(|ready| is_current(object, ready))
        });
        Self {
            domain: object.data.pointer("/spec/domain").and_then(Value::as_str).map_or_else(|| object.name_any(), str::to_owned),
            ready: ready.map(|ready| ready["status"] == "True"),
            reason: text(ready.and_then(|ready| ready.get("reason"))),
            message: text(ready.and_then(|ready| ready.get("message"))),
        }
    }
}

/// A condition of an older spec says nothing of this one.
fn is_current(object: &DynamicObject, condition: &Value) -> bool {
    condition["observedGeneration"].as_i64() == object.metadata.generation
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may end at the first surprise")]

    use serde_json::json;

    use super::Seen;

    #[test]
    fn a_condition_of_an_older_spec_counts_as_not_looked_at() {
        let object = |generation: i64| {
            let ready =
                json!({"type": "Ready", "status": "True", "reason": "Verified", "message": "ok", "observedGeneration": 2});
            let object = json!({
                "apiVersion": "mailward.dev/v1alpha1", "kind": "MailDomain",
                "metadata": {"name": "a", "generation": generation},
                "spec": {"domain": "a.lab"}, "status": {"conditions": [ready]},
            });
            Seen::of(&serde_json::from_value(object).unwrap())
        };
        assert_eq!(object(2).ready, Some(true));
        assert_eq!(object(3).ready, None);
        assert_eq!(object(3).domain, "a.lab");
    }
}
