//! An Application: made from an example, asked to look again, and waited for.

use std::{fs, path::Path, time::Duration};

use k8s_openapi::jiff::Timestamp;
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams},
};
use mailward_sandbox::wait;
use serde_json::{Value, json};

use super::{World, argo};

/// A sync, with what the operator does in it, on a busy machine.
const WITHIN: Duration = Duration::from_mins(3);

/// One that exists.
pub(super) struct Application<'a> {
    world: &'a World,
    api: Api<DynamicObject>,
    name: String,
}

impl<'a> Application<'a> {
    /// The first document of an example, changed as a user would.
    pub(super) async fn of(world: &'a World, example: &str, change: impl FnOnce(&mut Value)) -> Self {
        let mut object = read(example);
        change(&mut object);
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        world.argo.apply(&object).await;
        Self::named(world, &name).await
    }

    /// One that something else makes.
    pub(super) async fn named(world: &'a World, name: &str) -> Self {
        let client: Client = argo::client(&world.lab).await;
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("argoproj.io", "v1alpha1", "Application"));
        Self { world, api: Api::namespaced_with(client, argo::NAMESPACE, &resource), name: name.to_owned() }
    }

    /// Its fields, if it exists.
    pub(super) async fn seen(&self) -> Option<Value> {
        self.api.get_opt(&self.name).await.unwrap().map(|object| object.data)
    }

    /// Waits until its fields are so, and returns them.
    pub(super) async fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let mut seen = None;
        let held = wait::until(what, WITHIN, async || {
            seen = self.seen().await;
            seen.as_ref().is_some_and(&holds)
        });
        if let Err(error) = held.await {
            let told = seen.map(|seen| seen["status"].clone()).unwrap_or_default();
            panic!("{}: {error}\n{told:#}\n{}\n{}", self.name, self.world.argo.logs(), self.world.lab.controller_log());
        }
        seen.unwrap()
    }

    /// Waits until this revision is in the cluster and everything in it has this health.
    pub(super) async fn at(&self, revision: &str, health: &str) -> Value {
        let there = |seen: &Value| {
            let status = &seen["status"];
            let synced = status["sync"]["status"] == "Synced" && status["sync"]["revision"] == revision;
            synced && status["health"]["status"] == health && status["operationState"]["phase"] == "Succeeded"
        };
        self.until(&format!("be Synced and {health} at {revision}"), there).await
    }

    /// Has Argo CD look at Git and the cluster again, forgetting what it rendered before; returns when it has.
    pub(super) async fn look_hard(&self) -> Value {
        self.merge(&json!({"metadata": {"annotations": {"argocd.argoproj.io/refresh": "hard"}}})).await;
        let done = async || {
            let object = self.api.get(&self.name).await.unwrap();
            object.metadata.annotations.is_none_or(|all| !all.contains_key("argocd.argoproj.io/refresh"))
        };
        wait::until("a hard refresh", WITHIN, done).await.unwrap();
        self.seen().await.unwrap()
    }

    /// Merges a patch into it.
    pub(super) async fn merge(&self, patch: &Value) {
        self.api.patch(&self.name, &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    }

    /// Says yes to what asks before it is deleted.
    pub(super) async fn approve_deletions(&self) {
        let now = format!("{:.0}", Timestamp::now());
        self.merge(&json!({"metadata": {"annotations": {"argocd.argoproj.io/deletion-approved": now}}})).await;
    }

    /// What its page shows of an object: `{status, message}` of its health.
    pub(super) async fn health_of(&self, kind: &str, name: &str) -> Value {
        let tree = self.world.argo.get(&format!("/api/v1/applications/{}/resource-tree", self.name)).await;
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        let node = nodes.into_iter().find(|node| node["kind"] == kind && node["name"] == name);
        node.map(|node| node["health"].clone()).unwrap_or_default()
    }

    /// Waits until that health is so.
    pub(super) async fn until_health_of(&self, kind: &str, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Value::Null;
        let held = wait::until("a health", WITHIN, async || {
            seen = self.health_of(kind, name).await;
            holds(&seen)
        });
        assert!(held.await.is_ok(), "{kind} {name} is {seen}\n{}", self.world.argo.logs());
        seen
    }

    /// The messages of the events that its page shows of an object.
    pub(super) async fn events_of(&self, object: &DynamicObject) -> Vec<String> {
        let (name, meta) = (&self.name, &object.metadata);
        let (uid, namespace) = (meta.uid.clone().unwrap(), meta.namespace.clone().unwrap());
        let query = format!("resourceUID={uid}&resourceNamespace={namespace}&resourceName={}", meta.name.clone().unwrap());
        let events = self.world.argo.get(&format!("/api/v1/applications/{name}/events?{query}")).await;
        let items = events["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|event| event["message"].as_str().map(str::to_owned)).collect()
    }

    /// How often it was found out of sync: each time is an event of Argo CD's.
    pub(super) async fn times_out_of_sync(&self) -> usize {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Event"));
        let client = argo::client(&self.world.lab).await;
        let events: Api<DynamicObject> = Api::namespaced_with(client, argo::NAMESPACE, &resource);
        let about = ListParams::default().fields(&format!("involvedObject.name={}", self.name));
        let told = events.list(&about).await.unwrap().items;
        let of = |event: &DynamicObject| event.data["message"].as_str().is_some_and(|text| text.ends_with("-> OutOfSync"));
        told.iter().filter(|event| of(event)).count()
    }
}

/// The first document of an example.
pub(super) fn read(example: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/gitops/argocd").join(example);
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Points an example to a repository and a namespace.
pub(super) fn points_to(object: &mut Value, name: &str, url: &str, path: &str, namespace: &str) {
    object["metadata"]["name"] = name.into();
    object["spec"]["source"]["repoURL"] = url.into();
    object["spec"]["source"]["path"] = path.into();
    object["spec"]["destination"]["namespace"] = namespace.into();
    assert!(object["spec"]["ignoreDifferences"].is_null(), "nothing has to be ignored");
}
