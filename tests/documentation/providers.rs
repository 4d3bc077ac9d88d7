//! Every provider has what a user looks for: a page with the least permissions, limits and when they were checked, a manifest,
//! and a feature that a small build can leave out.

use std::fs;

use super::{
    documented::{PROVIDERS, names},
    files, read,
};

const PAGE: &str = "docs/providers.md";

/// How a page begins to speak of what it needs to be granted.
const PERMISSIONS: [&str; 9] = [
    "east permissions",
    "least scopes",
    "least privileges",
    "No other permission",
    "needs no other credential",
    "Its own credential needs",
    "### The role\n",
    "### The policy\n",
    "### The token\n",
];

/// The part of the page about one provider.
fn section<'a>(page: &'a str, provider: &str) -> &'a str {
    let after = page.split(&format!("\n## {provider}\n")).nth(1).unwrap_or_else(|| panic!("{PAGE} has no `## {provider}`"));
    after.split("\n## ").next().unwrap()
}

/// All but the one that writes nowhere and asks nobody.
fn writing() -> Vec<String> {
    names(PROVIDERS).into_iter().filter(|name| name != "manual").collect()
}

#[test]
fn every_providers_page_has_limits_with_the_day_they_were_checked_and_the_least_permissions() {
    let page = read(PAGE);
    for provider in writing() {
        let section = section(&page, &provider);
        let limits = section.split("\n### Limits").nth(1).unwrap_or_else(|| panic!("{provider}: no limits"));
        assert!(limits.contains("Checked on 20"), "{provider}: nobody says when its limits were checked");
        let granted = PERMISSIONS.iter().any(|words| section.contains(words));
        assert!(granted, "{provider}: which permissions does it need?");
    }
}

#[test]
fn every_provider_has_a_manifest() {
    let manifests: Vec<String> =
        files("examples/providers", "yaml").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    for provider in names(PROVIDERS) {
        let wanted = format!("\n  {provider}:");
        assert!(manifests.iter().any(|manifest| manifest.contains(&wanted)), "no manifest in examples/providers has {provider}");
    }
}

/// `manual` has none: it is what is left when all others are left out.
#[test]
fn every_provider_that_writes_is_a_feature_that_is_on_by_default() {
    let (manifest, page) = (read("Cargo.toml"), read(PAGE));
    let default = manifest.lines().find(|line| line.starts_with("default = [")).unwrap();
    for provider in writing() {
        let feature = match provider.as_str() {
            "azureDns" => "azure",
            "googleCloudDns" => "google",
            "externalDnsEndpoint" | "externalDnsWebhook" => "external-dns",
            same => same,
        };
        assert!(default.contains(&format!("\"{feature}\"")), "{provider}: {feature} is not in {default}");
        assert!(page.contains(&format!("`{feature}`")), "{provider}: {PAGE} does not name its feature {feature}");
    }
}
