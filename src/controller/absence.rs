//! Why a kind cannot be watched: the cluster has none of it, or we may not see it.

use std::sync::{Arc, Mutex, PoisonError};

use kube::{
    Resource,
    core::Status,
    runtime::watcher::{self, Event},
};

/// What the watch of one kind was told last; shared with it.
#[derive(Clone, Debug)]
pub(crate) struct Absence {
    /// What is watched, for the message.
    what: String,
    why: Arc<Mutex<Option<String>>>,
}

impl Absence {
    /// Of nothing yet.
    pub(crate) fn of(what: String) -> Self {
        Self { what, why: Arc::default() }
    }

    /// Why nothing is seen, if so.
    pub(crate) fn why(&self) -> Option<String> {
        self.why.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes what the watch says; answers whether it is an answer at all. An API server that cannot be reached gives none.
    pub(super) fn see<K: Resource<DynamicType = ()>>(&self, event: &watcher::Result<Event<K>>) -> bool {
        let why = match event {
            Ok(Event::InitDone) => None,
            Ok(_) => return false,
            Err(error) => match self.refused::<K>(error) {
                Some(why) => Some(why),
                None => return false,
            },
        };
        let mut known = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != why {
            if let Some(why) = &why {
                tracing::warn!(%why, "policies cannot be served through a Gateway");
            } else {
                tracing::debug!(what = %self.what, "followed");
            }
            *known = why;
        }
        true
    }

    fn refused<K: Resource<DynamicType = ()>>(&self, error: &watcher::Error) -> Option<String> {
        match answer(error)?.code {
            404 => Some(format!(
                "the cluster has no {} of {}: install Gateway API, standard channel, version 1.0 or newer",
                K::kind(&()),
                K::api_version(&())
            )),
            403 => Some(format!("Mailward may not watch {}: install it with this Gateway in the chart's gateways", self.what)),
            _ => None,
        }
    }
}

/// What the API server said, if it said anything.
pub(super) fn answer(error: &watcher::Error) -> Option<&Status> {
    use watcher::Error::{InitialListFailed, WatchError, WatchFailed, WatchStartFailed};
    match error {
        InitialListFailed(kube::Error::Api(status))
        | WatchStartFailed(kube::Error::Api(status))
        | WatchFailed(kube::Error::Api(status))
        | WatchError(status) => Some(status),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::HTTPRoute;

    fn failed(code: u16) -> watcher::Result<Event<HTTPRoute>> {
        let status = Status { code, ..Status::default() };
        Err(watcher::Error::InitialListFailed(kube::Error::Api(Box::new(status))))
    }

    #[test]
    fn p8_a_kind_or_a_right_that_is_missing_says_what_to_install() {
        for (code, words) in [(404, "no HTTPRoute of gateway.networking.k8s.io/v1"), (403, "may not watch HTTPRoutes in lab")] {
            let absence = Absence::of("HTTPRoutes in lab".to_owned());
            assert!(absence.see(&failed(code)), "{code} is an answer");
            assert!(absence.why().is_some_and(|why| why.contains(words)), "{:?}", absence.why());
        }
    }

    #[test]
    fn a_kind_that_comes_later_is_there_from_then_on() {
        let absence = Absence::of("HTTPRoutes".to_owned());
        absence.see(&failed(404));
        assert!(absence.see::<HTTPRoute>(&Ok(Event::InitDone)) && absence.why().is_none());
    }

    #[test]
    fn an_api_server_in_trouble_says_nothing_about_what_there_is() {
        let absence = Absence::of("HTTPRoutes".to_owned());
        assert!(!absence.see(&failed(503)) && absence.why().is_none());
    }
}
