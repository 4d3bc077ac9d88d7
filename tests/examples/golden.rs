//! Each example beside what Mailward makes of it: records, objects and remarks, as a person would check them.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use mailward::{
    api::MailDomain,
    dns::{Name, Zone},
    domain::{
        delegation::Pointer,
        objects::{
            IngressInstall, PolicyIngress, PolicyObject, PolicyRoute, key_secret_name, policy_config_map, policy_ingress,
            policy_route,
        },
        policy_host::Address,
        validate::{ReportName, StsServing},
    },
    plan::{self, Identity, Input, Plan, Takeover, Wanted},
    provider::{Atomicity, Limits, Snapshot, ZoneLookup},
};

use crate::{
    documents, manifests,
    world::{Decided, decided},
};

/// Rewrites the files instead of comparing them.
const REGENERATE: &str = "MAILWARD_REGENERATE";
/// The namespace of `deploy/namespaces.yaml` in which policies are served.
const POLICIES: &str = "mailward-policy";

#[test]
fn every_example_becomes_the_records_and_objects_of_its_golden_file() {
    let mut wrong = vec![];
    for (path, text) in mail_domains() {
        let documents = documents(&text);
        let object = documents.iter().find(|document| document["kind"] == "MailDomain").unwrap();
        let by_hand = documents.iter().any(|document| !document["spec"]["manual"].is_null());
        let found = page(&serde_json::from_value(object.clone()).unwrap(), by_hand);
        let golden = golden(&path);
        if env::var_os(REGENERATE).is_some() {
            fs::write(&golden, &found).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        wrong.extend((found != expected).then(|| format!("{} should be\n{found}", golden.display())));
    }
    assert!(wrong.is_empty(), "{}\nIf that is right, set {REGENERATE}=1 and look at the difference", wrong.join("\n"));
}

#[test]
fn every_golden_file_belongs_to_an_example() {
    let wanted: BTreeSet<PathBuf> = mail_domains().iter().map(|(path, _)| golden(path)).collect();
    let found: BTreeSet<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(found, wanted);
}

fn mail_domains() -> Vec<(PathBuf, String)> {
    ["", "delegation", "gateway"].into_iter().flat_map(manifests).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/examples")
}

fn golden(example: &Path) -> PathBuf {
    folder().join(example.file_name().unwrap()).with_extension("txt")
}

/// The whole page about one example.
fn page(object: &MailDomain, by_hand: bool) -> String {
    let decided = decided(object);
    let mut page = vec![
        "Findings".to_owned(),
        list(decided.validated.complaints.iter().map(ToString::to_string)),
        "Others have to publish".to_owned(),
        list(decided.validated.report_authorizations.iter().map(ReportName::unauthorized).chain(pointers(&decided))),
        if by_hand { "Records for a person to enter" } else { "Records, in the order in which they are written" }.to_owned(),
        list(if by_hand { to_enter(&decided) } else { records(&plan_of(&decided)) }),
        "Secrets".to_owned(),
        list(secrets(&decided)),
    ];
    page.extend(objects(&decided).into_iter().map(|object| format!("---\n{object}")));
    page.join("\n")
}

/// What a customer enters once.
fn pointers(decided: &Decided) -> Vec<String> {
    let names = &decided.validated.names;
    let led = decided.wanted.iter().filter(|_| names.are_delegated());
    let pointers: BTreeSet<Pointer> = led.filter_map(|wanted| Pointer::to(&wanted.name, &names.domain, &names.home)).collect();
    pointers.iter().map(|pointer| format!("{} {} {}", pointer.name.fqdn(), pointer.kind(), pointer.value())).collect()
}

fn list(lines: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<String> = lines.into_iter().map(|line| format!("  {line}\n")).collect();
    if lines.is_empty() { "  none\n".to_owned() } else { lines.concat() }
}

/// The plan on a zone in which nothing of this stands yet.
fn plan_of(decided: &Decided) -> Plan {
    let domain = &decided.validated.names.home;
    let names: BTreeSet<Name> = plan::names_of_interest(domain, &decided.wanted, None);
    let zone = Zone { name: domain.clone(), id: domain.to_string() };
    plan::compute(&Input {
        me: &Identity { owner: decided.owner.clone(), uid: decided.me.uid.clone() },
        domain,
        wanted: &decided.wanted,
        keep: &BTreeSet::new(),
        prune: true,
        observed: &Snapshot::default(),
        zones: &names.into_iter().map(|name| (name, ZoneLookup::Found(zone.clone()))).collect::<BTreeMap<_, _>>(),
        hidden: &BTreeMap::new(),
        takeover: &Takeover::default(),
        handover_from: None,
        contested: &BTreeSet::new(),
        marker_ttl: 300,
        limits: Limits { min_ttl: 0, max_ttl: 604_800, max_txt_octets: 65_535, atomicity: Atomicity::ChangeSet, publishes: true },
    })
}

/// Name, TTL, type, value; and what is held back, which no fresh domain of an example has.
fn records(plan: &Plan) -> Vec<String> {
    let changes = plan.changes.iter().flat_map(|zone| &zone.changes);
    let written = changes.flat_map(|change| {
        change.add.iter().map(|value| format!("{} {} {} {value}", change.name.fqdn(), change.ttl, change.kind))
    });
    let others = plan.items.iter().filter(|item| !matches!(item.outcome, plan::Outcome::Create));
    written.chain(others.map(|item| format!("NOT WRITTEN: {}", item.sentence))).collect()
}

/// Nobody writes a marker where a person writes.
fn to_enter(decided: &Decided) -> Vec<String> {
    let line = |wanted: &Wanted| format!("{} {} {} {}", wanted.name.fqdn(), wanted.ttl, wanted.value.kind(), wanted.value);
    decided.wanted.iter().map(line).collect()
}

fn secrets(decided: &Decided) -> Vec<String> {
    let keys = decided.validated.dkim.keys.iter().zip(&decided.keys);
    keys.flat_map(|(spec, decision)| {
        let selector = decision.stable.as_ref().unwrap();
        let namespace = &decided.me.namespace;
        let own = key_secret_name(&decided.me, &spec.name, 0);
        [
            format!("{namespace}/{own}: the key of selector {selector}, for ever"),
            format!("{namespace}/{}: the key to sign with, now that of selector {selector}", spec.secret_name),
        ]
    })
    .collect()
}

/// ConfigMap and Ingress or HTTPRoute of the policy, as YAML.
fn objects(decided: &Decided) -> Vec<String> {
    let (Some(spec), Some(policy)) = (decided.validated.mta_sts.accepted(), &decided.policy) else { return vec![] };
    let text = policy.serve.clone().unwrap();
    let stored = PolicyObject { text, memory: policy.memory.clone() };
    let config_map = policy_config_map(&decided.me, POLICIES, &stored).unwrap();
    let install = IngressInstall {
        class: Some("nginx".into()),
        cluster_issuer: Some("letsencrypt".into()),
        service_name: "mailward-policy".into(),
        service_port: 80,
        allowed_annotations: BTreeSet::new(),
    };
    let mut objects = vec![serde_saphyr::to_string(&config_map).unwrap()];
    let external_address = spec.address == Address::External;
    match &spec.serving {
        StsServing::Ingress(_) => {
            let wishes = PolicyIngress { external_address, ..PolicyIngress::default() };
            objects.push(serde_saphyr::to_string(&policy_ingress(&decided.me, POLICIES, &install, &wishes).unwrap()).unwrap());
        }
        StsServing::Gateway(parents) => {
            let wishes = PolicyRoute { parents, service: ("mailward-policy", 80), external_address };
            objects.push(serde_saphyr::to_string(&policy_route(&decided.me, POLICIES, &wishes)).unwrap());
        }
        StsServing::External => {}
    }
    objects
}
