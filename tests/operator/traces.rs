//! What a collector is told of the visits to a domain.

use std::collections::BTreeSet;

use crate::lab::{Lab, Span, Tenant};

/// Every attribute there is.
const ATTRIBUTES: [&str; 4] = ["domain", "k8s.namespace.name", "mailward.maildomain.name", "result"];

fn visits(lab: &Lab, tenant: &Tenant) -> Vec<Span> {
    let of = |span: &Span| span.name == "reconcile" && span.attributes.get("domain") == Some(&tenant.domain);
    lab.spans().into_iter().filter(of).collect()
}

/// The names of the steps right below a visit.
fn steps(lab: &Lab, visit: &Span) -> BTreeSet<String> {
    let below = |span: &Span| span.parent == visit.id && span.trace == visit.trace;
    lab.spans().into_iter().filter(below).map(|span| span.name).collect()
}

#[tokio::test]
async fn each_visit_is_a_trace_with_a_span_for_each_of_its_steps() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("traced").await;
    tenant.apply("{spf: {all: Fail}}").await;
    tenant.ready().await;
    let all: BTreeSet<String> = ["gather", "validate", "desire", "apply", "observe", "report"].map(str::to_owned).into();
    lab.until("the trace of a visit that writes", async || visits(lab, &tenant).iter().any(|visit| steps(lab, visit) == all))
        .await;
    let ready = |visit: &Span| visit.attributes.get("result").map(String::as_str) == Some("ready");
    lab.until("the trace of a visit that is content", async || visits(lab, &tenant).iter().any(ready)).await;
    assert!(visits(lab, &tenant).iter().all(|visit| visit.parent.is_empty()), "a visit is nobody's step");
    let visit = visits(lab, &tenant).into_iter().find(|visit| steps(lab, visit) == all).unwrap();
    let within = |span: &Span| span.name == "plan" && span.trace == visit.trace;
    assert!(lab.spans().iter().any(within), "the plan is made within apply");
}

#[tokio::test]
async fn p8_spans_name_objects_and_results_and_nothing_that_a_record_or_a_credential_holds() {
    let lab = Lab::shared().await;
    let tenant = lab.tenant("traced-words").await;
    tenant.apply("{spf: {all: Fail}, dkim: {keys: [{name: main, secretName: signer}]}}").await;
    tenant.ready().await;
    lab.until("its traces", async || !visits(lab, &tenant).is_empty()).await;
    let known: BTreeSet<&str> = ATTRIBUTES.into();
    for span in lab.spans() {
        let strange: Vec<_> = span.attributes.iter().filter(|(key, _)| !known.contains(key.as_str())).collect();
        assert!(strange.is_empty(), "{}: {strange:?}", span.name);
        assert!(span.attributes.values().all(|value| value.len() <= 253), "{span:?}");
    }
}
