//! What a collector is told of the visits to a domain.

use std::collections::BTreeSet;

use crate::lab::{Lab, Span, Tenant};

/// Every attribute there is.
const ATTRIBUTES: [&str; 4] = ["domain", "k8s.namespace.name", "mailward.maildomain.name", "result"];

fn visits(tenant: &Tenant) -> Vec<Span> {
    let of = |span: &Span| span.name == "reconcile" && span.attributes.get("domain") == Some(&tenant.domain);
    Lab::spans().into_iter().filter(of).collect()
}

/// The names of the steps right below a visit.
fn steps(visit: &Span) -> BTreeSet<String> {
    let below = |span: &Span| span.parent == visit.id && span.trace == visit.trace;
    Lab::spans().into_iter().filter(below).map(|span| span.name).collect()
}

#[tokio::test]
async fn each_visit_is_a_trace_with_a_span_for_each_of_its_steps() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("traced").await;
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.ready().await;
    let all: BTreeSet<String> = ["gather", "validate", "desire", "apply", "observe", "report"].map(str::to_owned).into();
    lab.until("the trace of a visit that writes", async || visits(&tenant).iter().any(|visit| steps(visit) == all)).await;
    let ready = |visit: &Span| visit.attributes.get("result").map(String::as_str) == Some("ready");
    lab.until("the trace of a visit that is content", async || visits(&tenant).iter().any(ready)).await;
    assert!(visits(&tenant).iter().all(|visit| visit.parent.is_empty()), "a visit is nobody's step");
    let visit = visits(&tenant).into_iter().find(|visit| steps(visit) == all).unwrap();
    let within = |span: &Span| span.name == "plan" && span.trace == visit.trace;
    assert!(Lab::spans().iter().any(within), "the plan is made within apply");
}

#[tokio::test]
async fn p8_spans_name_objects_and_results_and_nothing_that_a_record_or_a_credential_holds() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("traced-words").await;
    tenant.apply("{spf: {all: Fail}, dkim: {keys: [{name: main, secretName: signer}]}}").await;
    tenant.ready().await;
    lab.until("its traces", async || !visits(&tenant).is_empty()).await;
    let known: BTreeSet<&str> = ATTRIBUTES.into();
    for span in Lab::spans() {
        let strange: Vec<_> = span.attributes.iter().filter(|(key, _)| !known.contains(key.as_str())).collect();
        assert!(strange.is_empty(), "{}: {strange:?}", span.name);
        assert!(span.attributes.values().all(|value| value.len() <= 253), "{span:?}");
    }
}
