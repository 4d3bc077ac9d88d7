//! A credential whose requests are used up, beside one of the same vendor whose are not; and one whose rights were taken away.

use mailward::api::MailDomain;
use mailward_provider_apis::{Fault, digitalocean::Token};

use super::{Vendor, digitalocean::DigitalOcean, zone::Zone};
use crate::lab::{condition, is_ready};

/// Records of one domain.
async fn published(at: &Zone<DigitalOcean>, domain: &str) -> usize {
    at.vendor.records().await.iter().filter(|[name, ..]| name.ends_with(domain)).count()
}

#[tokio::test]
async fn p8_a_credential_that_is_limited_says_by_which_rule_and_until_when_and_delays_its_own_domains_only() {
    let at = Zone::<DigitalOcean>::start("vendor-limited", Vendor::right).await;
    let other = format!("{}-other", at.name());
    for token in ["another-token", "a-third-token"] {
        at.vendor.server.set_token(Token::editor(token));
    }
    at.secret(&other, "another-token").await;
    at.provider(&other).await;
    for provider in [&at.name(), &other] {
        at.until_provider_of(provider, "True", |_| true).await;
    }

    at.vendor.server.inject(Fault::Limited(Some("3600".to_owned())));
    at.apply("slow", "domain: slow.vendor-limited.test, spf: {all: Fail}").await;
    let limited = at.tenant.until_not_ready_of("slow", "RateLimited").await;
    for words in ["250 requests", "not before ", " UTC"] {
        assert!(limited.contains(words), "{words:?} is not in {limited:?}");
    }
    at.apply_through(&other, "quick", "domain: quick.vendor-limited.test, spf: {all: Fail}").await;
    at.until_records(2).await;
    at.propagate().await;
    at.tenant.until_of("quick", "be ready", is_ready).await;
    assert_eq!((published(&at, "slow").await, published(&at, "quick").await), (0, 2));
    let slow: MailDomain = at.tenant.api().get("slow").await.unwrap();
    assert_eq!(condition(&slow, "Ready").unwrap().reason, "RateLimited");

    // Whoever replaces a token waits for nothing.
    at.set_credential("a-third-token").await;
    at.until_records(4).await;
}

#[tokio::test]
async fn p8_rights_that_were_taken_away_are_said_at_the_next_use_on_the_provider_as_well() {
    let at = Zone::<DigitalOcean>::start("vendor-revoked", Vendor::right).await;
    at.apply("mail", "spf: {all: Fail}").await;
    at.until_records(2).await;
    at.propagate().await;
    at.tenant.ready().await;
    at.vendor.server.set_token(Token { read: false, write: false, ..Token::editor(&at.vendor.right()) });
    at.apply("mail", "spf: {all: SoftFail}").await;
    let said = at.tenant.until_not_ready("ProviderDenied").await;
    assert!(said.contains("forbidden") && said.contains(&at.place()), "{said}");
    at.until_provider("False", |message| message.contains("forbidden")).await;
}
