//! A vendor that is down for a while.

use k8s_openapi::api::events::v1::Event;
use kube::{Api, api::ListParams};
use mailward::api::MailDomain;

use super::{Vendor, digitalocean::DigitalOcean, zone::Zone};
use crate::lab::{is_ready, ready_message};

const DOMAINS: [&str; 5] = ["one", "two", "three", "four", "five"];

impl Zone<DigitalOcean> {
    /// Applies each domain, a part of the one zone, with this SPF.
    async fn apply_all(&self, spf: &str) {
        for domain in DOMAINS {
            self.apply(domain, &format!("domain: {domain}.{}, spf: {spf}", self.tenant.domain)).await;
        }
    }

    async fn until_all(&self, what: &str, holds: impl Fn(&MailDomain) -> bool) {
        for domain in DOMAINS {
            self.tenant.until_of(domain, what, &holds).await;
        }
    }

    /// Reasons of the warnings about objects of one namespace, or of the provider object.
    async fn warnings(&self, namespace: &str, about: Option<&str>) -> Vec<String> {
        let api: Api<Event> = Api::namespaced(self.tenant.client.clone(), namespace);
        let events = api.list(&ListParams::default()).await.unwrap().items.into_iter();
        let meant = |event: &Event| {
            let name = event.regarding.as_ref().and_then(|about| about.name.as_deref());
            event.type_.as_deref() == Some("Warning") && about.is_none_or(|about| name == Some(about))
        };
        events.filter(meant).filter_map(|event| event.reason).collect()
    }
}

/// P8: a thousand domains that say the same are no news; each has it in its conditions all the same.
#[tokio::test]
async fn p8_an_outage_is_one_event_on_the_provider_whatever_the_number_of_domains_and_all_heal() {
    let at = Zone::<DigitalOcean>::start("vendor-down", Vendor::right).await;
    at.apply_all("{all: Fail}").await;
    at.until_records(2 * DOMAINS.len()).await;
    at.propagate().await;
    at.until_all("be ready", is_ready).await;

    at.vendor.server.set_down(true);
    at.apply_all("{ip4: [192.0.2.1], all: Fail}").await;
    at.until_all("say that DigitalOcean is down", |object| ready_message(object).contains("status 500")).await;
    at.until_provider("False", |message| message.contains("status 500")).await;
    let told = at.tenant.eventually(async || !at.warnings("default", Some(&at.name())).await.is_empty());
    assert!(told.await, "there is no event");
    assert_eq!(at.warnings("default", Some(&at.name())).await, ["ProviderUnreachable"]);
    assert_eq!(at.warnings(&at.tenant.namespace, None).await, [""; 0]);

    at.vendor.server.set_down(false);
    at.until_provider("True", |_| true).await;
    let written = |records: &[[String; 4]]| records.iter().filter(|[.., value]| value.contains("ip4:192.0.2.1")).count();
    let came = at.tenant.eventually(async || written(&at.vendor.records().await) == DOMAINS.len());
    assert!(came.await, "{:#?}", at.vendor.records().await);
    at.propagate().await;
    at.until_all("be ready again", is_ready).await;
    assert_eq!(at.warnings("default", Some(&at.name())).await, ["ProviderUnreachable"]);
}
