//! P6 and P7: killed anywhere it converges, and what is settled costs nothing, also after a restart.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use futures::future::join_all;
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, api::ListParams};
use serde_json::{Value, json};

use crate::lab::{Lab, Tenant, is_ready};

const DOMAINS: usize = 20;
const KILLS: usize = 10;
/// The most steps (UPDATE messages and Secrets) that a controller is waited for before it is killed: twenty domains need about
/// eighty.
const MOST_STEPS: u64 = 14;
/// The shortest drift interval there is, so that whole intervals can be watched.
const SHORT: &[&str] = &["--drift-interval=10s", "--lost-key-wait=10m"];

#[tokio::test]
async fn p6_killed_at_ten_random_points_of_a_run_over_twenty_domains_it_converges_with_each_key_stored_and_published_once() {
    let lab = Lab::start(SHORT).await;
    let tenants = tenants(&lab).await;
    kill_at_random_points(&lab, &tenants).await;
    lab.start_controller(SHORT).await;
    for tenant in &tenants {
        tenant.ready().await;
        everything_is_there_once(tenant).await;
    }
    no_status_is_written_twice(&lab, &tenants).await;
    a_restart_writes_nothing_in_a_whole_drift_interval(&lab).await;
    after_a_restart_nothing_is_visited_before_its_own_moment(&lab).await;
}

async fn tenants(lab: &Arc<Lab>) -> Vec<Tenant> {
    join_all((0..DOMAINS).map(|number| async move {
        let tenant = lab.tenant(&format!("crash-{number}")).await;
        tenant.has_mx(&tenant.name("mx1")).await;
        tenant
    }))
    .await
}

/// `run` makes the spec another one each time, so that there is something to do again.
async fn give_work(tenants: &[Tenant], run: usize) {
    join_all(tenants.iter().map(|tenant| tenant.apply(own_mail_servers(&tenant.domain, run)))).await;
}

fn own_mail_servers(domain: &str, run: usize) -> Value {
    json!({
        "spf": {"ip4": [format!("192.0.2.{run}")], "all": "Fail"},
        "dkim": {"keys": [{"name": "main", "secretName": "dkim"}]},
        "dmarc": {"policy": "Reject", "rua": [format!("mailto:dmarc@{domain}")]},
        "mtaSts": {"mode": "Testing", "mx": [format!("mx1.{domain}")]},
        "tlsRpt": {"rua": [format!("mailto:tls@{domain}")]},
    })
}

/// Each time after a random number of steps, which is as good as any instant: steps of twenty domains overlap.
async fn kill_at_random_points(lab: &Lab, tenants: &[Tenant]) {
    let mut random = Random::from_environment();
    lab.kill_controller();
    let mut run = 0;
    for kill in 1..=KILLS {
        if run == 0 || all_are_ready(tenants).await {
            run += 1;
            give_work(tenants, run).await;
        }
        let (before, more) = (steps(lab).await, random.below(MOST_STEPS) + 1);
        // Few workers, so that a step is a small part of the whole.
        lab.throw_in_controller(&[SHORT, &["--workers=2"]].concat()).await;
        lab.until(&format!("kill {kill}, {more} steps after {before}"), async || steps(lab).await >= before + more).await;
        lab.kill_controller();
        println!("run {run}, kill {kill}: wanted {more} steps after {before}, made after {}", steps(lab).await);
    }
}

/// What was done so far, as others see it.
async fn steps(lab: &Lab) -> u64 {
    let all: Api<Secret> = Api::all(lab.plane.client().await.unwrap());
    let ours = ListParams::default().labels("app.kubernetes.io/managed-by=mailward");
    let secrets = all.list_metadata(&ours).await.unwrap().items.len();
    lab.dns.bind().updates_seen().await.unwrap() + u64::try_from(secrets).unwrap()
}

async fn all_are_ready(tenants: &[Tenant]) -> bool {
    join_all(tenants.iter().map(Tenant::object)).await.iter().all(is_ready)
}

async fn everything_is_there_once(tenant: &Tenant) {
    let keys = tenant.key_secrets().await;
    assert_eq!(keys.len(), 1, "{}: one key, one Secret: {keys:?}", tenant.domain);
    let selector = tenant.selector().await;
    assert_eq!(keys[0].metadata.annotations.as_ref().unwrap()["mailward.dev/selector"], selector);
    let zone = tenant.zone().await;
    let of = |part: &str| zone.iter().filter(|line| line.contains(part)).count();
    for part in ["v=spf1", "v=DMARC1", "v=STSv1", "v=TLSRPTv1", "v=DKIM1"] {
        assert_eq!(of(part), 1, "{part}: {zone:#?}");
    }
    let marker = tenant.dns().txt(&tenant.name("_mailward")).await;
    assert!(marker.len() == 1 && marker[0].matches("sel:").count() == 1, "one selector of ours: {marker:?}");
}

/// P7, also where a visit follows another before the API server has told of what that one wrote. Nobody is killed meanwhile: what
/// the next controller reads may be older than the last write of the one before.
async fn no_status_is_written_twice(lab: &Lab, tenants: &[Tenant]) {
    let before = lab.controller_writes().await.len();
    give_work(tenants, 100).await;
    for tenant in tenants {
        tenant.ready().await;
    }
    let mut last: HashMap<String, Value> = HashMap::new();
    for write in lab.controller_writes().await.split_off(before) {
        let Some(status) = write.body.map(|mut body| body["status"].take()) else { continue };
        assert_ne!(last.get(&write.namespace), Some(&status), "written again in {}", write.namespace);
        last.insert(write.namespace, status);
    }
    assert_eq!(last.len(), DOMAINS, "the status of each was written");
}

async fn a_restart_writes_nothing_in_a_whole_drift_interval(lab: &Lab) {
    lab.kill_controller();
    let (writes, updates) = (lab.controller_writes().await.len(), lab.dns.bind().updates_seen().await.unwrap());
    lab.start_controller(SHORT).await;
    // The first look at each only says when it is due; two more rounds are at least one whole interval.
    let rounds = u64::try_from(3 * DOMAINS).unwrap();
    lab.until("three looks at every domain", async || lab.counted("mailward_reconciles_total", "").await >= rounds).await;
    let written = lab.controller_writes().await.split_off(writes);
    assert!(written.is_empty(), "P7: nothing to do costs no write: {written:#?}");
    assert_eq!(lab.dns.bind().updates_seen().await.unwrap(), updates, "P7: nothing to do costs no UPDATE");
    no_domain_calls_the_provider(lab).await;
}

async fn after_a_restart_nothing_is_visited_before_its_own_moment(lab: &Lab) {
    lab.kill_controller();
    // Within a week nobody's moment comes while we look.
    lab.start_controller(&["--drift-interval=168h"]).await;
    let all = u64::try_from(DOMAINS).unwrap();
    lab.until("one look at every domain", async || lab.counted("mailward_reconciles_total", "").await >= all).await;
    no_domain_calls_the_provider(lab).await;
    assert_eq!(lab.counted("mailward_policy_checks_total", "").await, 0, "P7: no visit after a restart");
}

/// The one call is the check of the provider's credential, whatever the number of domains.
async fn no_domain_calls_the_provider(lab: &Lab) {
    let calls = lab.counted("mailward_provider_calls_total", "").await;
    assert!(calls <= 1, "P7: {calls} provider calls although there was nothing to do");
}

/// Small and repeatable: set `MAILWARD_SEED` to what a failed run printed.
struct Random(u64);

impl Random {
    fn from_environment() -> Self {
        let clock = || u64::from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos());
        let seed = std::env::var("MAILWARD_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(clock);
        println!("MAILWARD_SEED={seed}");
        Self(seed)
    }

    /// From 0 to `bound`, without it: the upper bits of a linear congruential generator (Knuth's constants).
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}
