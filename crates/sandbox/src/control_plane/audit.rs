//! Reading the API server's audit log, so that a test can count what somebody asked for.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{DeleteParams, ObjectMeta, PostParams};
use kube::{Api, Client, ResourceExt};
use serde::Deserialize;
use serde_json::Value;

use crate::wait;

const SETTLE_WITHIN: Duration = Duration::from_secs(20);

/// One answered request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Who asked.
    pub user: String,
    /// `create`, `update`, `patch`, `delete` or `deletecollection`; `get`, `list` or `watch`.
    pub verb: String,
    /// Plural, lower case: `configmaps`.
    pub resource: String,
    /// `status`, `token` ...; empty for the object itself.
    pub subresource: String,
    /// Empty for objects without one.
    pub namespace: String,
    /// Empty where the request names none (`generateName`, `deletecollection`).
    pub name: String,
    /// HTTP status of the answer.
    pub code: u16,
    /// Why it was refused; empty where it was not.
    pub message: String,
    /// The request URI, with its query: `fieldManager`, `dryRun`.
    pub uri: String,
    /// What was sent, for the status of a MailDomain only.
    pub body: Option<Value>,
}

impl AuditEvent {
    /// Whether it may have changed something.
    pub fn is_write(&self) -> bool {
        !["get", "list", "watch"].contains(&self.verb.as_str())
    }
}

/// The wire form, as far as we read it: `audit.k8s.io/v1` Event.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    verb: String,
    #[serde(rename = "requestURI")]
    request_uri: String,
    user: User,
    object_ref: Option<ObjectRef>,
    response_status: Option<Status>,
    request_object: Option<Value>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    username: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ObjectRef {
    resource: String,
    subresource: String,
    namespace: String,
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    code: u16,
    message: String,
}

impl From<Line> for AuditEvent {
    fn from(line: Line) -> Self {
        let object = line.object_ref.unwrap_or_default();
        let answer = line.response_status.unwrap_or_default();
        Self {
            user: line.user.username,
            verb: line.verb,
            resource: object.resource,
            subresource: object.subresource,
            namespace: object.namespace,
            name: object.name,
            code: answer.code,
            message: answer.message,
            uri: line.request_uri,
            body: line.request_object,
        }
    }
}

/// All events of `user` in the log.
pub(super) fn requests_by(user: &str, log: &Path) -> Result<Vec<AuditEvent>> {
    let mut events = read(log)?;
    events.retain(|event| event.user == user);
    Ok(events)
}

/// Makes one write of our own and waits until the log shows it: what was answered before is then in it as well.
pub(super) async fn settle(admin: Client, log: &Path) -> Result<()> {
    let api: Api<ConfigMap> = Api::namespaced(admin, "default");
    let metadata = ObjectMeta { generate_name: Some("audit-mark-".to_owned()), ..ObjectMeta::default() };
    let mark = api.create(&PostParams::default(), &ConfigMap { metadata, ..ConfigMap::default() }).await?;
    let name = mark.name_any();
    api.delete(&name, &DeleteParams::default()).await?;
    wait::until("the audit log to show our own write", SETTLE_WITHIN, async || {
        read(log).is_ok_and(|events| events.iter().any(|event| event.verb == "delete" && event.name == name))
    })
    .await
}

fn read(log: &Path) -> Result<Vec<AuditEvent>> {
    let text = fs::read_to_string(log).with_context(|| format!("read {}", log.display()))?;
    // The last line may be half written.
    let complete = text.rfind('\n').map_or("", |end| &text[..end]);
    complete.lines().map(parse).collect()
}

fn parse(line: &str) -> Result<AuditEvent> {
    let line: Line = serde_json::from_str(line).with_context(|| format!("audit line {line:?}"))?;
    Ok(line.into())
}
