//! Host to policy text.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use axum::body::Bytes;
use k8s_openapi::api::core::v1::ConfigMap;

use crate::{
    dns::{Name, NameError},
    domain::objects::{DOMAIN_KEY, POLICY_KEY, policy_object_name},
};

/// Longest policy that senders are told to read (RFC 8461 3.3).
const MAX_POLICY: usize = 64 * 1024;

/// The policies that are served now. Shared by all requests; a lookup copies a pointer, not a text.
#[derive(Debug, Default)]
pub struct PolicyTable {
    /// By domain, without `mta-sts.`.
    texts: RwLock<HashMap<String, Bytes>>,
}

/// Why a ConfigMap is not served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// No domain in it.
    #[error("it has no `{DOMAIN_KEY}`")]
    NoDomain,
    /// The domain is no name.
    #[error("its `{DOMAIN_KEY}` is no domain: {0}")]
    Domain(#[from] NameError),
    /// Two ConfigMaps could otherwise claim one host.
    #[error("its name is not the one that belongs to {domain}, {expected}")]
    OtherName {
        /// What it claims.
        domain: Name,
        /// The one name under which it could.
        expected: String,
    },
    /// Nothing to serve.
    #[error("its `{POLICY_KEY}` is missing, empty or over 64 KiB")]
    Text,
}

impl PolicyTable {
    /// The policy of a host `mta-sts.<domain>`, given in lower case without port and trailing dot.
    pub fn get(&self, host: &str) -> Option<Bytes> {
        let domain = host.strip_prefix("mta-sts.")?;
        self.texts.read().unwrap_or_else(PoisonError::into_inner).get(domain).cloned()
    }

    /// How many policies are served.
    pub fn len(&self) -> usize {
        self.texts.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes in a new or changed ConfigMap. An unusable one changes nothing: what was served stays served, because no
    /// answer at all would be worse than an old one.
    pub fn put(&self, config_map: &ConfigMap) -> Result<(), Unusable> {
        let (domain, text) = read(config_map)?;
        self.texts.write().unwrap_or_else(PoisonError::into_inner).insert(domain, text);
        Ok(())
    }

    /// Takes out a deleted ConfigMap.
    pub fn remove(&self, config_map: &ConfigMap) {
        if let Ok(domain) = domain_of(config_map) {
            self.texts.write().unwrap_or_else(PoisonError::into_inner).remove(domain.as_str());
        }
    }

    /// Replaces everything by a full list.
    pub fn replace(&self, listing: Listing) {
        *self.texts.write().unwrap_or_else(PoisonError::into_inner) = listing.texts;
    }
}

/// A full list in the making; holds texts only, not the ConfigMaps they came in.
#[derive(Debug, Default)]
pub struct Listing {
    texts: HashMap<String, Bytes>,
}

impl Listing {
    /// Takes in a listed ConfigMap. For one that is there but unusable, the text served so far by `earlier` stays.
    pub fn put(&mut self, config_map: &ConfigMap, earlier: &PolicyTable) -> Result<(), Unusable> {
        let read = read(config_map);
        let kept = || {
            let domain = domain_of(config_map).ok()?;
            let text = earlier.get(&format!("mta-sts.{domain}"))?;
            Some((domain.into(), text))
        };
        self.texts.extend(read.as_ref().ok().cloned().or_else(kept));
        read.map(drop)
    }
}

fn read(config_map: &ConfigMap) -> Result<(String, Bytes), Unusable> {
    let domain = domain_of(config_map)?;
    let text = entry(config_map, POLICY_KEY).filter(|text| !text.is_empty() && text.len() <= MAX_POLICY);
    let text = text.ok_or(Unusable::Text)?;
    Ok((domain.into(), Bytes::copy_from_slice(text.as_bytes())))
}

/// The domain a ConfigMap may speak for: the one its name was made from.
fn domain_of(config_map: &ConfigMap) -> Result<Name, Unusable> {
    let domain: Name = entry(config_map, DOMAIN_KEY).ok_or(Unusable::NoDomain)?.parse()?;
    let expected = policy_object_name(&domain);
    if config_map.metadata.name.as_ref() != Some(&expected) {
        return Err(Unusable::OtherName { domain, expected });
    }
    Ok(domain)
}

fn entry<'a>(config_map: &'a ConfigMap, key: &str) -> Option<&'a str> {
    config_map.data.as_ref()?.get(key).map(String::as_str)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    pub(in crate::policy_server) fn config_map(domain: &str, text: &str) -> ConfigMap {
        let mut made = ConfigMap::default();
        made.metadata.name = Some(policy_object_name(&domain.parse().unwrap()));
        let data = [(DOMAIN_KEY.to_owned(), domain.to_owned()), (POLICY_KEY.to_owned(), text.to_owned())];
        made.data = Some(data.into());
        made
    }

    fn text(table: &PolicyTable, host: &str) -> Option<String> {
        table.get(host).map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn a_policy_comes_changes_and_goes() {
        let table = PolicyTable::default();
        table.put(&config_map("a.lab", "one")).unwrap();
        assert_eq!(text(&table, "mta-sts.a.lab").as_deref(), Some("one"));
        assert_eq!(text(&table, "a.lab"), None);
        table.put(&config_map("a.lab", "two")).unwrap();
        assert_eq!(text(&table, "mta-sts.a.lab").as_deref(), Some("two"));
        table.remove(&config_map("a.lab", ""));
        assert!(table.is_empty());
    }

    #[test]
    fn no_config_map_speaks_for_the_host_of_another() {
        let table = PolicyTable::default();
        let mut thief = config_map("b.lab", "mode: none");
        thief.data.as_mut().unwrap().insert(DOMAIN_KEY.into(), "a.lab".into());
        assert!(matches!(table.put(&thief), Err(Unusable::OtherName { .. })));
        assert!(table.is_empty());
    }

    #[test]
    fn an_emptied_or_oversized_policy_leaves_the_earlier_one_served() {
        let table = PolicyTable::default();
        table.put(&config_map("a.lab", "one")).unwrap();
        assert_eq!(table.put(&config_map("a.lab", "")), Err(Unusable::Text));
        assert_eq!(table.put(&config_map("a.lab", &"x".repeat(MAX_POLICY + 1))), Err(Unusable::Text));
        assert_eq!(text(&table, "mta-sts.a.lab").as_deref(), Some("one"));
    }

    #[test]
    fn a_full_list_drops_what_is_gone_and_keeps_what_is_only_broken() {
        let table = PolicyTable::default();
        for domain in ["a.lab", "b.lab", "c.lab"] {
            table.put(&config_map(domain, "old")).unwrap();
        }
        let mut listing = Listing::default();
        listing.put(&config_map("a.lab", "new"), &table).unwrap();
        assert_eq!(listing.put(&config_map("b.lab", ""), &table), Err(Unusable::Text));
        table.replace(listing);
        assert_eq!(text(&table, "mta-sts.a.lab").as_deref(), Some("new"));
        assert_eq!(text(&table, "mta-sts.b.lab").as_deref(), Some("old"));
        assert_eq!(text(&table, "mta-sts.c.lab"), None);
    }
}
