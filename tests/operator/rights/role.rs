//! Roles as files and as the API server has them, and taking one right out of one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

use k8s_openapi::api::{
    authorization::v1::{ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec},
    rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject},
};
use kube::{
    Api, Client, ResourceExt,
    api::{ListParams, PostParams},
};
use mailward_sandbox::steps::operator::{CONTROLLER, NAMESPACE, POLICY_NAMESPACE, POLICY_SERVER};
use serde_json::Value;

/// What an install always applies, and what it applies when asked to.
const FILES: [&str; 3] = ["deploy/rbac.yaml", "deploy/optional/dnsendpoints.yaml", "deploy/optional/gateways.yaml"];
/// Parts of the names of the roles that are in no other file than those for who asks.
const OPTIONAL: [&str; 3] = ["-dnsendpoints", "-httproutes", "-gateway-"];

/// A role and whom it is given to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grant {
    /// Name of the ServiceAccount.
    account: String,
    /// Namespace of the role; empty for a ClusterRole.
    namespace: String,
    role: String,
}

impl Grant {
    /// Whether an install may go without it.
    pub(super) fn is_optional(&self) -> bool {
        OPTIONAL.iter().any(|part| self.role.contains(part))
    }
}

/// Roles of the operator's two accounts.
pub(super) struct Roles {
    /// The rules of each grant, taken apart: one for each verb of each resource.
    pub(super) grants: BTreeMap<Grant, BTreeSet<String>>,
    rights: Vec<Right>,
}

/// One verb on one resource for one account, in the one role that has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Right {
    grant: Grant,
    /// What of the role it is.
    rule: PolicyRule,
}

impl fmt::Display for Right {
    /// `mailward-controller: patch maildomains.mailward.dev/status`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.grant.account, sentence(&self.rule))
    }
}

impl Roles {
    /// Those of `deploy/`, which are the chart's (ADR 33).
    pub(super) fn written() -> Self {
        let mut objects = vec![];
        for path in FILES {
            let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
            objects.extend(text.split("\n---\n").map(|one| serde_saphyr::from_str::<Value>(one).unwrap()));
        }
        Self::of(&objects)
    }

    /// Whatever the API server grants to our accounts by name.
    pub(super) async fn bound(client: &Client) -> Self {
        let mut objects = vec![];
        let all = ListParams::default();
        for role in Api::<ClusterRole>::all(client.clone()).list(&all).await.unwrap() {
            objects.push(kinded("ClusterRole", &role));
        }
        for role in Api::<Role>::all(client.clone()).list(&all).await.unwrap() {
            objects.push(kinded("Role", &role));
        }
        for binding in Api::<ClusterRoleBinding>::all(client.clone()).list(&all).await.unwrap() {
            objects.push(kinded("ClusterRoleBinding", &binding));
        }
        for binding in Api::<RoleBinding>::all(client.clone()).list(&all).await.unwrap() {
            objects.push(kinded("RoleBinding", &binding));
        }
        Self::of(&objects)
    }

    /// Each right by itself.
    pub(super) fn rights(&self) -> Vec<Right> {
        self.rights.clone()
    }

    fn of(objects: &[Value]) -> Self {
        let mut roles = Self { grants: BTreeMap::new(), rights: vec![] };
        for binding in objects.iter().filter(|object| object["kind"].as_str().unwrap().ends_with("RoleBinding")) {
            let subjects: Vec<Subject> = serde_json::from_value(binding["subjects"].clone()).unwrap_or_default();
            for subject in subjects.iter().filter(|subject| is_ours(subject)) {
                roles.add(binding, subject, objects);
            }
        }
        roles
    }

    fn add(&mut self, binding: &Value, subject: &Subject, objects: &[Value]) {
        let reference: RoleRef = serde_json::from_value(binding["roleRef"].clone()).unwrap();
        let within = binding["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
        let namespace = if reference.kind == "Role" { within } else { String::new() };
        let is_role = |object: &&Value| {
            object["kind"] == reference.kind
                && object["metadata"]["name"] == reference.name
                && object["metadata"]["namespace"].as_str().unwrap_or_default() == namespace
        };
        let role = objects.iter().find(is_role).unwrap_or_else(|| panic!("{reference:?} is nowhere"));
        let rules: Vec<PolicyRule> = serde_json::from_value(role["rules"].clone()).unwrap();
        let grant = Grant { account: subject.name.clone(), namespace, role: reference.name };
        let apart: Vec<PolicyRule> = rules.iter().flat_map(apart).collect();
        self.rights.extend(apart.iter().map(|rule| Right { grant: grant.clone(), rule: rule.clone() }));
        self.grants.insert(grant, apart.iter().map(|rule| format!("{rule:?}")).collect());
    }
}

fn kinded(kind: &str, object: &impl serde::Serialize) -> Value {
    let mut object = serde_json::to_value(object).unwrap();
    object["kind"] = kind.into();
    object
}

fn is_ours(subject: &Subject) -> bool {
    let place = (subject.name.as_str(), subject.namespace.as_deref().unwrap_or_default());
    [(CONTROLLER, NAMESPACE), (POLICY_SERVER, POLICY_NAMESPACE)].contains(&place)
}

/// A rule for each verb of each resource.
fn apart(rule: &PolicyRule) -> Vec<PolicyRule> {
    let mut rules = vec![];
    for group in rule.api_groups.iter().flatten() {
        for resource in rule.resources.iter().flatten() {
            rules.extend(rule.verbs.iter().map(|verb| PolicyRule {
                api_groups: Some(vec![group.clone()]),
                resources: Some(vec![resource.clone()]),
                resource_names: rule.resource_names.clone().filter(|names| !names.is_empty()),
                verbs: vec![verb.clone()],
                non_resource_urls: None,
            }));
        }
    }
    rules
}

fn only(list: Option<&Vec<String>>) -> &str {
    list.and_then(|list| list.first()).map(String::as_str).unwrap_or_default()
}

/// `patch maildomains.mailward.dev/status`
fn sentence(rule: &PolicyRule) -> String {
    let (resource, below) = only(rule.resources.as_ref()).split_once('/').unwrap_or((only(rule.resources.as_ref()), ""));
    let group = Some(only(rule.api_groups.as_ref())).filter(|group| !group.is_empty());
    let group = group.map(|group| format!(".{group}")).unwrap_or_default();
    let below = Some(below).filter(|below| !below.is_empty()).map(|below| format!("/{below}")).unwrap_or_default();
    format!("{} {resource}{group}{below}", rule.verbs[0])
}

impl Right {
    /// The words by which the API server refuses it.
    pub(super) fn refusal(&self) -> String {
        format!("cannot {} resource \"{}\"", self.rule.verbs[0], only(self.rule.resources.as_ref()))
    }

    /// The resource, without what is below it.
    pub(super) fn resource(&self) -> &str {
        let resource = only(self.rule.resources.as_ref());
        resource.split_once('/').map_or(resource, |(resource, _)| resource)
    }

    /// Whether a policy server has it.
    pub(super) fn is_policy_servers(&self) -> bool {
        self.grant.account == POLICY_SERVER
    }

    /// Takes it out of its role; returns when the API server refuses it.
    pub(super) async fn take(&self, client: &Client) {
        self.rewrite(client, |rules| rules.retain(|rule| *rule != self.rule)).await;
        self.until(client, false).await;
    }

    /// Puts it back; returns when the API server allows it.
    pub(super) async fn give(&self, client: &Client) {
        self.rewrite(client, |rules| rules.push(self.rule.clone())).await;
        self.until(client, true).await;
    }

    async fn rewrite(&self, client: &Client, change: impl FnOnce(&mut Vec<PolicyRule>)) {
        let Grant { namespace, role, .. } = &self.grant;
        let changed = |rules: Option<Vec<PolicyRule>>| {
            let mut rules: Vec<PolicyRule> = rules.unwrap_or_default().iter().flat_map(apart).collect();
            change(&mut rules);
            Some(rules)
        };
        if namespace.is_empty() {
            let api: Api<ClusterRole> = Api::all(client.clone());
            let mut found = api.get(role).await.unwrap();
            found.rules = changed(found.rules);
            api.replace(&found.name_any(), &PostParams::default(), &found).await.unwrap();
        } else {
            let api: Api<Role> = Api::namespaced(client.clone(), namespace);
            let mut found = api.get(role).await.unwrap();
            found.rules = changed(found.rules);
            api.replace(&found.name_any(), &PostParams::default(), &found).await.unwrap();
        }
    }

    /// The authorizer follows the roles by a watch.
    async fn until(&self, client: &Client, wanted: bool) {
        let account = &self.grant.account;
        let home = if self.is_policy_servers() { POLICY_NAMESPACE } else { NAMESPACE };
        let resource = only(self.rule.resources.as_ref());
        let attributes = ResourceAttributes {
            verb: self.rule.verbs.first().cloned(),
            group: self.rule.api_groups.as_ref().and_then(|groups| groups.first().cloned()),
            resource: Some(self.resource().to_owned()),
            subresource: resource.split_once('/').map(|(_, below)| below.to_owned()),
            namespace: Some(self.grant.namespace.clone()),
            name: self.rule.resource_names.as_ref().and_then(|names| names.first().cloned()),
            ..ResourceAttributes::default()
        };
        let spec = SubjectAccessReviewSpec {
            user: Some(format!("system:serviceaccount:{home}:{account}")),
            resource_attributes: Some(attributes),
            ..SubjectAccessReviewSpec::default()
        };
        let review = SubjectAccessReview { spec, ..SubjectAccessReview::default() };
        let api: Api<SubjectAccessReview> = Api::all(client.clone());
        let changed = crate::lab::eventually(async || {
            let answer = api.create(&PostParams::default(), &review).await.unwrap();
            answer.status.unwrap().allowed == wanted
        });
        assert!(changed.await, "{self} never became {wanted}");
    }
}
