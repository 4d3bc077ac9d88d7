//! Keeping the table as the ConfigMaps are.

use std::sync::Arc;

use futures::{Stream, StreamExt};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, Client,
    runtime::{
        WatchStreamExt,
        watcher::{self, Event, watcher},
    },
};
use tokio::sync::watch as channel;

use super::{Listing, PolicyTable, Unusable};
use crate::{
    backoff::WatchBackoff,
    domain::objects::{label, part},
    telemetry::sentence,
};

/// Watches the policy ConfigMaps of one namespace, with a growing pause after failures.
pub fn events(client: Client, namespace: &str) -> impl Stream<Item = watcher::Result<Event<ConfigMap>>> + Send + 'static {
    let selector = format!("{}={},{}={}", label::MANAGED_BY, label::MAILWARD, label::PART, part::POLICY);
    let api = Api::<ConfigMap>::namespaced(client, namespace);
    watcher(api, watcher::Config::default().labels(&selector)).backoff(WatchBackoff::default())
}

/// Applies events to the table until they end; `listed` becomes true with the first full list. A broken watch changes nothing:
/// what was served stays served, since a policy does not become wrong because the API server is away.
pub async fn follow(
    events: impl Stream<Item = watcher::Result<Event<ConfigMap>>> + Send,
    table: Arc<PolicyTable>,
    listed: channel::Sender<bool>,
) {
    let mut listing = Listing::default();
    let mut events = std::pin::pin!(events);
    while let Some(event) = events.next().await {
        match event {
            Ok(Event::Init) => listing = Listing::default(),
            Ok(Event::InitApply(config_map)) => complain(&config_map, listing.put(&config_map, &table)),
            Ok(Event::InitDone) => {
                table.replace(std::mem::take(&mut listing));
                listed.send_replace(true);
                tracing::info!(policies = table.len(), "policies listed");
            }
            Ok(Event::Apply(config_map)) => complain(&config_map, table.put(&config_map)),
            Ok(Event::Delete(config_map)) => table.remove(&config_map),
            Err(error) => {
                tracing::warn!(error = sentence(&error), "watching policies failed; serving what is known and trying again");
            }
        }
    }
}

fn complain(config_map: &ConfigMap, outcome: Result<(), Unusable>) {
    if let Err(why) = outcome {
        let name = config_map.metadata.name.as_deref().unwrap_or_default();
        tracing::warn!(config_map = name, %why, "this policy ConfigMap is not served; an earlier text of it stays");
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;
    use crate::policy_server::table::tests::config_map;

    async fn after(events: Vec<watcher::Result<Event<ConfigMap>>>) -> (Arc<PolicyTable>, bool) {
        let (table, (listed, known)) = (Arc::new(PolicyTable::default()), channel::channel(false));
        follow(stream::iter(events), Arc::clone(&table), listed).await;
        let known = *known.borrow();
        (table, known)
    }

    fn text(table: &PolicyTable, domain: &str) -> Option<Vec<u8>> {
        table.get(&format!("mta-sts.{domain}")).map(|text| text.to_vec())
    }

    #[tokio::test]
    async fn nothing_is_known_before_the_first_full_list() {
        let listing = || vec![Ok(Event::Init), Ok(Event::InitApply(config_map("a.lab", "one")))];
        let (table, known) = after(listing()).await;
        assert!(!known && table.is_empty());
        let (table, known) = after(listing().into_iter().chain([Ok(Event::InitDone)]).collect()).await;
        assert!(known);
        assert_eq!(text(&table, "a.lab").as_deref(), Some(&b"one"[..]));
    }

    #[tokio::test]
    async fn changes_and_deletions_follow_at_once() {
        let events = [
            Event::Init,
            Event::InitDone,
            Event::Apply(config_map("a.lab", "one")),
            Event::Apply(config_map("b.lab", "one")),
            Event::Apply(config_map("a.lab", "two")),
            Event::Delete(config_map("b.lab", "one")),
        ];
        let (table, _) = after(events.into_iter().map(Ok).collect()).await;
        assert_eq!(text(&table, "a.lab").as_deref(), Some(&b"two"[..]));
        assert_eq!(text(&table, "b.lab"), None);
    }

    #[tokio::test]
    async fn a_broken_watch_and_a_list_that_does_not_end_leave_everything_served() {
        let events = vec![
            Ok(Event::Init),
            Ok(Event::InitApply(config_map("a.lab", "one"))),
            Ok(Event::InitDone),
            Err(watcher::Error::NoResourceVersion),
            Ok(Event::Init),
        ];
        let (table, known) = after(events).await;
        assert!(known);
        assert_eq!(text(&table, "a.lab").as_deref(), Some(&b"one"[..]));
    }
}
