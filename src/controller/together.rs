//! Where a kind is watched: in the whole cluster with one watch, or with one for each namespace, which are one to the store
//! behind them.
//!
//! A store takes what a list does not name for gone. So the first lists of several watches are told to it as one list, once all
//! of them are there, and a later list of one of them as the changes that it means.

use std::{collections::HashSet, fmt::Debug};

use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream, select_all},
};
use k8s_openapi::NamespaceResourceScope;
use kube::{
    Api, Client, Resource, ResourceExt,
    runtime::{
        WatchStreamExt,
        reflector::{ObjectRef, Store},
        watcher::{self, Event, watcher},
    },
};
use serde::de::DeserializeOwned;

use crate::{backoff::WatchBackoff, telemetry::sentence};

/// Answer of the API server to a watch that begins too far back: the list is read again, and nothing is wrong.
const GONE: u16 = 410;

/// The watches of one kind, each with the place that it sees: a namespace, or the name of the only object.
pub(crate) struct Watched<K>(Vec<(String, Api<K>, watcher::Config)>);

/// What a watch tells.
pub(crate) type Told<K> = BoxStream<'static, watcher::Result<Event<K>>>;

impl<K> Watched<K>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + Sync + 'static,
{
    /// One watch on whatever this Api sees.
    pub(crate) fn one(api: Api<K>, config: watcher::Config) -> Self {
        Self(vec![(String::new(), api, config)])
    }

    /// In these namespaces; in all where none is named.
    pub(crate) fn within(client: &Client, namespaces: &[String], config: &watcher::Config) -> Self
    where
        K: Resource<Scope = NamespaceResourceScope>,
    {
        if namespaces.is_empty() {
            return Self::one(Api::all(client.clone()), config.clone());
        }
        let watch = |place: &String| (place.clone(), Api::namespaced(client.clone(), place), config.clone());
        Self(namespaces.iter().map(watch).collect())
    }

    /// The objects with these names, which have no namespace; all where none is named. RBAC can be narrowed to names only where
    /// the watch says the name.
    pub(crate) fn named(client: &Client, names: &[String]) -> Self {
        let (api, all) = (Api::all(client.clone()), watcher::Config::default());
        if names.is_empty() {
            return Self::one(api, all);
        }
        let watch = |name: &String| (name.clone(), api.clone(), all.clone().fields(&format!("metadata.name={name}")));
        Self(names.iter().map(watch).collect())
    }

    /// Each watch by itself, with a growing pause after failures, which are told to the log (P8).
    fn streams(self) -> Vec<(String, Told<K>)> {
        let stream = |(place, api, config): (String, Api<K>, watcher::Config)| {
            let of = place.clone();
            let told = watcher(api, config).backoff(WatchBackoff::default()).inspect_err(move |error| complain::<K>(&of, error));
            (place, told.boxed())
        };
        self.0.into_iter().map(stream).collect()
    }

    /// All of them for whoever keeps no store: each list comes as it is.
    pub(crate) fn apart(self) -> Told<K> {
        select_all(self.streams().into_iter().map(|(_, stream)| stream)).boxed()
    }

    /// All of them as one watch for `store`.
    pub(crate) fn together(self, store: Store<K>) -> Told<K> {
        let mut streams = self.streams();
        if streams.len() == 1 {
            return streams.remove(0).1;
        }
        let mut lists: Vec<List<K>> = streams.iter().map(|(place, _)| List::new(place)).collect();
        let tagged =
            streams.into_iter().enumerate().map(|(number, (_, stream))| stream.map(move |event| (number, event)).boxed());
        let told = select_all(tagged).map(move |(number, event)| match event {
            Ok(event) => told(&mut lists, number, event, &store).into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        });
        told.flat_map(stream::iter).boxed()
    }
}

/// Says in the log what a watch failed with.
pub(super) fn complain<K: Resource<DynamicType = ()>>(place: &str, error: &watcher::Error) {
    if let watcher::Error::WatchError(answer) = error
        && answer.code == GONE
    {
        return;
    }
    let kind = K::plural(&());
    tracing::warn!(%kind, place, error = sentence(error), "a watch was interrupted and is taken up again");
}

/// What one of several watches has listed.
struct List<K> {
    place: String,
    /// The list that is being read, or the first one while others are still missing.
    objects: Vec<K>,
    /// Whether its first list is there.
    complete: bool,
}

impl<K: Resource<DynamicType = ()>> List<K> {
    fn new(place: &str) -> Self {
        Self { place: place.to_owned(), objects: vec![], complete: false }
    }

    /// Until the first lists are told, changes are changes of them.
    fn change(&mut self, object: K, stays: bool) {
        let me = ObjectRef::from_obj(&object);
        self.objects.retain(|other| ObjectRef::from_obj(other) != me);
        if stays {
            self.objects.push(object);
        }
    }

    fn sees(&self, object: &K) -> bool {
        object.meta().namespace.as_deref().unwrap_or(&object.name_any()) == self.place
    }
}

/// What the store is told when one of the watches tells `event`.
fn told<K>(lists: &mut [List<K>], number: usize, event: Event<K>, store: &Store<K>) -> Vec<Event<K>>
where
    K: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + 'static,
{
    let open = lists.iter().all(|list| list.complete);
    let Some(list) = lists.get_mut(number) else { return vec![] };
    match event {
        Event::Init => list.objects.clear(),
        Event::InitApply(object) => list.objects.push(object),
        Event::InitDone if open => return changes(list, store),
        Event::InitDone => {
            list.complete = true;
            if lists.iter().all(|list| list.complete) {
                let objects = lists.iter_mut().flat_map(|list| std::mem::take(&mut list.objects)).map(Event::InitApply);
                return [Event::Init].into_iter().chain(objects).chain([Event::InitDone]).collect();
            }
        }
        change if open => return vec![change],
        Event::Apply(object) => list.change(object, true),
        Event::Delete(object) => list.change(object, false),
    }
    vec![]
}

/// A list that was read again, as the changes that it means.
fn changes<K>(list: &mut List<K>, store: &Store<K>) -> Vec<Event<K>>
where
    K: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + 'static,
{
    let listed: HashSet<ObjectRef<K>> = list.objects.iter().map(ObjectRef::from_obj).collect();
    let gone = store.state_filter(|object| list.sees(object) && !listed.contains(&ObjectRef::from_obj(object)));
    let gone = gone.into_iter().map(|object| Event::Delete(object.as_ref().clone()));
    let there: Vec<K> = std::mem::take(&mut list.objects);
    gone.chain(there.into_iter().map(Event::Apply)).collect()
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;
    use kube::runtime::reflector;

    use super::*;

    fn object(namespace: &str, name: &str) -> ConfigMap {
        let mut object = ConfigMap::default();
        object.metadata.namespace = Some(namespace.to_owned());
        object.metadata.name = Some(name.to_owned());
        object
    }

    fn path(object: &ConfigMap) -> String {
        format!("{}/{}", object.namespace().unwrap_or_default(), object.name_any())
    }

    fn word(event: &Event<ConfigMap>) -> String {
        match event {
            Event::Init => "init".to_owned(),
            Event::InitApply(object) => format!("there {}", path(object)),
            Event::InitDone => "done".to_owned(),
            Event::Apply(object) => format!("apply {}", path(object)),
            Event::Delete(object) => format!("delete {}", path(object)),
        }
    }

    /// The watches `a` and `b`, and what a store has after these events of theirs.
    fn after(events: Vec<(usize, Event<ConfigMap>)>) -> (Vec<String>, Vec<String>) {
        let (store, mut writer) = reflector::store();
        let mut lists = vec![List::new("a"), List::new("b")];
        let mut words = vec![];
        for (number, event) in events {
            for event in told(&mut lists, number, event, &store) {
                writer.apply_watcher_event(&event);
                words.push(word(&event));
            }
        }
        let mut stored: Vec<String> = store.state().iter().map(|object| path(object)).collect();
        stored.sort();
        (words, stored)
    }

    fn listed(number: usize, objects: &[ConfigMap]) -> Vec<(usize, Event<ConfigMap>)> {
        let there = objects.iter().cloned().map(Event::InitApply);
        [Event::Init].into_iter().chain(there).chain([Event::InitDone]).map(|event| (number, event)).collect()
    }

    #[test]
    fn p6_nothing_is_told_before_every_list_is_there() {
        let (words, stored) = after([listed(0, &[object("a", "one")]), vec![(1, Event::Init)]].concat());
        assert!(words.is_empty() && stored.is_empty(), "{words:?} {stored:?}");
        let (words, stored) = after([listed(0, &[object("a", "one")]), listed(1, &[object("b", "two")])].concat());
        assert_eq!(words, ["init", "there a/one", "there b/two", "done"]);
        assert_eq!(stored, ["a/one", "b/two"]);
    }

    #[test]
    fn what_changes_meanwhile_is_in_the_first_list() {
        let early = vec![(0, Event::Delete(object("a", "one"))), (0, Event::Apply(object("a", "new")))];
        let (words, stored) = after([listed(0, &[object("a", "one")]), early, listed(1, &[])].concat());
        assert_eq!(words, ["init", "there a/new", "done"]);
        assert_eq!(stored, ["a/new"]);
    }

    #[test]
    fn p6_a_list_that_is_read_again_takes_away_what_is_gone_there_and_nothing_of_another_place() {
        let first = [listed(0, &[object("a", "one"), object("a", "two")]), listed(1, &[object("b", "one")])].concat();
        let again = listed(0, &[object("a", "two"), object("a", "three")]);
        let (words, stored) = after([first, again].concat());
        assert_eq!(words[5..], ["delete a/one", "apply a/two", "apply a/three"]);
        assert_eq!(stored, ["a/three", "a/two", "b/one"]);
    }

    #[test]
    fn p6_a_list_that_breaks_off_takes_nothing_away() {
        let first = [listed(0, &[object("a", "one")]), listed(1, &[])].concat();
        let broken = vec![(0, Event::Init), (0, Event::InitApply(object("a", "two")))];
        let (_, stored) = after([first, broken].concat());
        assert_eq!(stored, ["a/one"]);
    }

    #[test]
    fn changes_pass_as_they_are_once_all_is_told() {
        let first = [listed(0, &[]), listed(1, &[])].concat();
        let later = vec![(1, Event::Apply(object("b", "one"))), (1, Event::Delete(object("b", "one")))];
        let (words, stored) = after([first, later].concat());
        assert_eq!(words, ["init", "done", "apply b/one", "delete b/one"]);
        assert!(stored.is_empty());
    }
}
