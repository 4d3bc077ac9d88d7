//! A watch that the API server may refuse, begun anew with its list once it no longer does.
//!
//! kube's watcher goes on from where it was when a refusal ends, and then tells nothing until the next change. Whoever repeats a
//! refusal until a list is told (`absence`) would do so for as long as nothing changes.

use std::fmt::Debug;

use futures::{
    FutureExt, Stream, StreamExt, TryStreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use kube::{
    Api, Resource,
    api::WatchParams,
    runtime::{
        WatchStreamExt,
        watcher::{self, Event, watcher},
    },
};
use serde::de::DeserializeOwned;

use super::{absence, together};
use crate::backoff::WatchBackoff;

/// The API server's answer about a kind that there is not: plain text, in which kube's `is_not_found`, which goes by the reason
/// alone, sees none.
const NOT_FOUND: u16 = 404;
/// Its answer to who has no right.
const FORBIDDEN: u16 = 403;

type Events<K> = BoxStream<'static, watcher::Result<Event<K>>>;

/// Whatever this Api sees, with a growing pause after each failure.
pub(super) fn watch<K>(api: Api<K>, config: watcher::Config) -> Events<K>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + Sync + 'static,
{
    let params = WatchParams {
        label_selector: config.label_selector.clone(),
        field_selector: config.field_selector.clone(),
        ..WatchParams::default()
    };
    let asked = api.clone();
    let ask = move || {
        let (api, params) = (asked.clone(), params.clone());
        async move { api.watch(&params, "0").await.map(drop) }.boxed()
    };
    anew(move || watcher(api.clone(), config.clone()).boxed(), ask)
        .backoff(WatchBackoff::default())
        .inspect_err(complain::<K>)
        .boxed()
}

/// What `follow` tells, and after a refusal what it tells when it begins again, which waits until `ask` is granted.
fn anew<K: 'static>(
    follow: impl Fn() -> Events<K>,
    ask: impl Fn() -> BoxFuture<'static, kube::Result<()>>,
) -> impl Stream<Item = watcher::Result<Event<K>>> {
    stream::unfold((Some(follow()), follow, ask), |(following, follow, ask)| async move {
        let mut events = match following {
            Some(events) => events,
            None => match ask().await {
                Ok(()) => follow(),
                Err(error) => return Some((Err(watcher::Error::WatchStartFailed(error)), (None, follow, ask))),
            },
        };
        let event = events.next().await?;
        let following = (!is_refusal(&event)).then_some(events);
        Some((event, (following, follow, ask)))
    })
}

/// A refused list is none: the watcher reads it again by itself.
fn is_refusal<K>(event: &watcher::Result<Event<K>>) -> bool {
    let Err(error) = event else { return false };
    let listed = !matches!(error, watcher::Error::InitialListFailed(_));
    listed && absence::answer(error).is_some_and(|status| [NOT_FOUND, FORBIDDEN].contains(&status.code))
}

/// A kind that the cluster lacks is said once, by `absence`.
fn complain<K: Resource<DynamicType = ()>>(error: &watcher::Error) {
    if absence::answer(error).is_none_or(|status| status.code != NOT_FOUND) {
        together::complain::<K>("", error);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use std::{iter, sync::Mutex};

    use futures::future;
    use kube::core::Status;

    use super::*;
    use crate::api::Gateway;

    fn api(code: u16) -> kube::Error {
        kube::Error::Api(Box::new(Status { code, ..Status::default() }))
    }

    fn refused(code: u16) -> watcher::Result<Event<Gateway>> {
        Err(watcher::Error::WatchStartFailed(api(code)))
    }

    /// The events of watches that tell these scripts one after the other, while asking is refused as often as said.
    async fn told(scripts: Vec<Vec<watcher::Result<Event<Gateway>>>>, refusals: usize) -> Vec<&'static str> {
        let scripts = Mutex::new(scripts.into_iter());
        let follow = move || stream::iter(scripts.lock().unwrap().next().unwrap()).boxed();
        let answers = iter::repeat_n(FORBIDDEN, refusals).map(|code| Err(api(code))).chain(iter::repeat_with(|| Ok(())));
        let answers = Mutex::new(answers);
        let ask = move || future::ready(answers.lock().unwrap().next().unwrap()).boxed();
        let word = |event: watcher::Result<Event<Gateway>>| match event {
            Ok(Event::InitDone) => "listed",
            Ok(_) => "changed",
            Err(_) => "failed",
        };
        anew(follow, ask).map(word).collect().await
    }

    #[tokio::test]
    async fn p8_a_watch_that_is_allowed_again_begins_with_its_list() {
        let scripts = vec![vec![Ok(Event::InitDone), refused(403), Ok(Event::Init)], vec![Ok(Event::InitDone)]];
        assert_eq!(told(scripts, 2).await, ["listed", "failed", "failed", "failed", "listed"]);
    }

    #[tokio::test]
    async fn an_api_server_in_trouble_begins_nothing_anew() {
        let scripts = vec![vec![Ok(Event::InitDone), refused(503), Ok(Event::Init)]];
        assert_eq!(told(scripts, 0).await, ["listed", "failed", "changed"]);
    }

    #[tokio::test]
    async fn a_refused_list_is_read_again_by_the_watch_itself() {
        let failed = Err(watcher::Error::InitialListFailed(api(403)));
        assert_eq!(told(vec![vec![failed, Ok(Event::InitDone)]], 0).await, ["failed", "listed"]);
    }
}
