//! Install, upgrade, roll back, uninstall, install again: nothing of a user's is lost on the way.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    helm::{NAMESPACE, POLICY_NAMESPACE, arguments, chart, documents, find, template},
};

/// What is a user's, and what the operator would have made of it: as it stands after some months of use.
const USERS: &str = "
apiVersion: v1
kind: Secret
metadata: {name: dns-key, namespace: mailward-system}
stringData: {secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}
---
apiVersion: mailward.dev/v1alpha1
kind: ClusterDNSProvider
metadata: {name: primary}
spec:
  rfc2136: {server: 'ns1.post.lab:53', tsig: {keyName: post., secretRef: {name: dns-key, key: secret}}}
  allowedNamespaces: {}
---
apiVersion: mailward.dev/v1alpha1
kind: DNSProvider
metadata: {name: by-hand, namespace: default}
spec: {manual: {}}
---
apiVersion: mailward.dev/v1alpha1
kind: MailDomain
metadata: {name: post.lab, namespace: default, finalizers: [mailward.dev/records]}
spec:
  domain: post.lab
  providerRef: {kind: ClusterDNSProvider, name: primary}
  spf: {ip4: [192.0.2.25], all: Fail}
  dkim: {keys: [{name: main, secretName: post-dkim}]}
---
apiVersion: v1
kind: Secret
metadata:
  {name: post-dkim-s1, namespace: default, labels: {app.kubernetes.io/managed-by: mailward}}
immutable: true
stringData: {tls.key: a key that signs mail}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {name: post-lab-policy, namespace: mailward-policy, labels: {app.kubernetes.io/managed-by: mailward}}
data: {policy: 'version: STSv1'}
";

/// Where each of those is, and where the definitions and the policy namespace are.
const KEPT: [&[&str]; 10] = [
    &["secret", "dns-key", "--namespace=mailward-system"],
    &["clusterdnsproviders.mailward.dev", "primary"],
    &["dnsproviders.mailward.dev", "by-hand", "--namespace=default"],
    &["maildomains.mailward.dev", "post.lab", "--namespace=default"],
    &["secret", "post-dkim-s1", "--namespace=default"],
    &["configmap", "post-lab-policy", "--namespace=mailward-policy"],
    &["namespace", "mailward-policy"],
    &["crd", "maildomains.mailward.dev"],
    &["crd", "dnsproviders.mailward.dev"],
    &["crd", "clusterdnsproviders.mailward.dev"],
];

/// The UIDs of all of it: the same objects, not others of the same names. None is on its way out.
fn uids(cluster: &Cluster) -> Vec<String> {
    let uid = |place: &&[&str]| {
        let object = cluster.get(place).unwrap_or_else(|| panic!("{place:?} is lost"));
        assert!(object["metadata"]["deletionTimestamp"].is_null(), "{place:?} is being deleted");
        object["metadata"]["uid"].as_str().unwrap().to_owned()
    };
    KEPT.iter().map(uid).collect()
}

/// The chart as an earlier release might have been: another version, and a definition that lacks something.
fn earlier_chart(into: &Path) {
    copy(&chart(), into);
    let described = fs::read_to_string(into.join("Chart.yaml")).unwrap();
    let version = format!("version: {}", env!("CARGO_PKG_VERSION"));
    fs::write(into.join("Chart.yaml"), described.replacen(&version, "version: 0.0.1", 1)).unwrap();
    let definition = into.join("files/crds/maildomains.yaml");
    let text = fs::read_to_string(&definition).unwrap();
    let category = "\n    - mail\n";
    assert_eq!(text.matches(category).count(), 1, "{text}");
    fs::write(definition, text.replace(category, "\n")).unwrap();
}

/// What the notes say to apply next.
fn next_manifest(notes: &str) -> String {
    let (_, rest) = notes.split_once("kubectl apply -f - <<'EOF'\n").expect("the notes print the next manifest");
    let manifest = rest.split_once("  EOF\n").unwrap().0.replace("\n  ", "\n");
    assert!(manifest.contains("kind: MailDomain"), "{manifest}");
    manifest.trim_start().to_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(path, target).unwrap();
        }
    }
}

fn drift_interval(cluster: &Cluster) -> String {
    let place = ["deployment", "mailward-controller", &format!("--namespace={NAMESPACE}")];
    let line = arguments(&cluster.get(&place).expect("the controller is installed"));
    line.iter().find(|argument| argument.starts_with("--drift-interval=")).unwrap().clone()
}

fn categories(cluster: &Cluster) -> Value {
    cluster.get(KEPT[7]).unwrap()["spec"]["names"]["categories"].clone()
}

#[tokio::test]
async fn install_upgrade_rollback_and_uninstall_lose_no_domain_no_provider_no_key_and_no_policy() {
    let cluster = Cluster::start().await;
    let earlier = tempfile::tempdir().unwrap();
    earlier_chart(earlier.path());

    let notes = cluster.helm(&["install", "mailward", "--create-namespace"], Some(earlier.path()));
    cluster.established().await;
    cluster.apply(&next_manifest(&notes));
    cluster.apply(USERS);
    let before = uids(&cluster);
    assert_eq!((drift_interval(&cluster).as_str(), categories(&cluster)), ("--drift-interval=1h", json!(["mailward"])));

    cluster.helm(&["upgrade", "mailward", "--set", "controller.driftInterval=2h"], Some(&chart()));
    assert_eq!(drift_interval(&cluster), "--drift-interval=2h");
    assert_eq!(categories(&cluster), json!(["mailward", "mail"]), "an upgrade brings the new definitions");
    assert_eq!(uids(&cluster), before);

    cluster.helm(&["rollback", "mailward", "1"], None);
    assert_eq!((drift_interval(&cluster).as_str(), uids(&cluster)), ("--drift-interval=1h", before.clone()));

    cluster.helm(&["uninstall", "mailward"], None);
    assert!(cluster.get(&["deployment", "--all-namespaces"]).is_none());
    assert!(cluster.get(&["clusterrole", "mailward-controller-secrets"]).is_none());
    assert_eq!(uids(&cluster), before, "what is kept is kept, and no finalizer was asked to release anything");

    cluster.helm(&["install", "mailward"], Some(&chart()));
    assert_eq!(uids(&cluster), before, "the next install goes on with what the last one left");
    cluster.stop().await;
}

/// Values that render every object that the API server knows by itself.
const MUCH: &str = "
commonLabels: {team: post}
image: {pullSecrets: [registry]}
ownerId: blue
controller:
  podLabels: {a: b}
  podAnnotations: {a.example/b: c}
  nodeSelector: {kubernetes.io/os: linux}
  priorityClassName: system-cluster-critical
  tolerations: [{key: a, operator: Equal, value: b, effect: NoExecute, tolerationSeconds: 5}]
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
    {matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [amd64, arm64]}]}]}}}
policyServer:
  replicas: 3
  spread: {nodes: DoNotSchedule}
  service: {type: LoadBalancer, annotations: {a.example/b: c}}
  tls: {enabled: true, secretName: wild, hosts: {mta-sts.post.lab: own}}
caBundle: {pem: '-----BEGIN CERTIFICATE-----'}
proxy: {https: 'http://proxy.lab:3128', except: .svc}
networkPolicy:
  enabled: true
  policyServerFrom: [{namespaceSelector: {matchLabels: {a: b}}}, {ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.1/32]}}]
  metricsFrom: [{podSelector: {matchExpressions: [{key: a, operator: Exists}]}}]
  controllerEgress: [{to: [{ipBlock: {cidr: 192.0.2.9/32}}], ports: [{protocol: TCP, port: 5353}]}]
monitoring: {dashboard: {enabled: true, annotations: {folder: mail}}}
";

/// The pod of a Deployment, as the Deployment's controller would make it.
fn pod_of(deployment: &Value) -> String {
    let template = &deployment["spec"]["template"];
    let name = &deployment["metadata"]["name"];
    let namespace = &deployment["metadata"]["namespace"];
    json!({
        "apiVersion": "v1", "kind": "Pod", "spec": template["spec"],
        "metadata": {"name": name, "namespace": namespace, "labels": template["metadata"]["labels"]},
    })
    .to_string()
}

#[tokio::test]
async fn the_api_server_knows_every_field_and_its_strictest_pod_rules_take_the_pods() {
    let cluster = Cluster::start().await;
    for namespace in [NAMESPACE, POLICY_NAMESPACE] {
        cluster.kubectl(&["create", "namespace", namespace], "").unwrap();
        let restricted = "pod-security.kubernetes.io/enforce=restricted";
        cluster.kubectl(&["label", "namespace", namespace, restricted], "").unwrap();
    }
    for values in ["{}", MUCH] {
        let rendered = template(values).unwrap();
        cluster.apply(&rendered);
        let objects = documents(&rendered);
        for name in ["-controller", "-policy-server"] {
            let pod = pod_of(find(&objects, "Deployment", name));
            let taken = cluster.kubectl(&["create", "--dry-run=server", "--validate=strict"], &pod);
            assert!(taken.is_ok(), "{name}: {taken:?}");
        }
    }
    let privileged = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "mailward-system"},
        "spec": {"containers": [{"name": "a", "image": "a"}]}}"#;
    let refused = cluster.kubectl(&["create", "--dry-run=server"], privileged).unwrap_err();
    assert!(refused.contains("violates PodSecurity"), "the rules are in force: {refused}");
    cluster.stop().await;
}
