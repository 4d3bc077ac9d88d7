//! Finds watched objects by something else than their name, without looking at all of them: with ten thousand domains, a
//! look at everything in every visit is what a drift pass costs most.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use kube::{
    Resource,
    runtime::{
        reflector::{ObjectRef, Store},
        watcher::Event,
    },
};

/// What an object is found by; `None`: it is not.
type Key<K> = fn(&K) -> Option<String>;
type Entries<K> = HashMap<String, HashSet<ObjectRef<K>>>;

/// References by key, as the watch told them. The store has the last word, so an entry may be out of date and no harm done.
pub(crate) struct Index<K: Resource<DynamicType = ()>> {
    key: Key<K>,
    /// In use, and being listed anew.
    entries: Mutex<(Entries<K>, Entries<K>)>,
}

impl<K: Resource<DynamicType = ()> + Clone> Index<K>
where
    ObjectRef<K>: Eq + Hash,
{
    /// An empty one.
    pub(crate) fn new(key: Key<K>) -> Arc<Self> {
        Arc::new(Self { key, entries: Mutex::default() })
    }

    /// Takes what the watch tells, after the store has taken it.
    pub(crate) fn see(&self, event: &Event<K>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, listing) = &mut *entries;
        match event {
            Event::Init => listing.clear(),
            Event::InitApply(object) => self.add(listing, object),
            Event::InitDone => *known = std::mem::take(listing),
            Event::Apply(object) => self.add(known, object),
            Event::Delete(object) => self.remove(known, object),
        }
    }

    /// The objects with this key.
    pub(crate) fn find(&self, store: &Store<K>, key: &str) -> Vec<Arc<K>> {
        let references: Vec<ObjectRef<K>> = {
            let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            entries.0.get(key).into_iter().flatten().cloned().collect()
        };
        let found = references.iter().filter_map(|reference| store.get(reference));
        found.filter(|object| (self.key)(object).as_deref() == Some(key)).collect()
    }

    fn add(&self, entries: &mut Entries<K>, object: &K) {
        if let Some(key) = (self.key)(object) {
            entries.entry(key).or_default().insert(ObjectRef::from_obj(object));
        }
    }

    fn remove(&self, entries: &mut Entries<K>, object: &K) {
        let Some(key) = (self.key)(object) else { return };
        if let Some(references) = entries.get_mut(&key) {
            references.remove(&ObjectRef::from_obj(object));
            if references.is_empty() {
                entries.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;
    use kube::runtime::reflector::store::Writer;

    use super::*;

    fn by_colour(object: &ConfigMap) -> Option<String> {
        object.data.as_ref()?.get("colour").cloned()
    }

    fn object(name: &str, colour: &str) -> ConfigMap {
        let mut object = ConfigMap::default();
        object.metadata.name = Some(name.to_owned());
        object.data = Some([("colour".to_owned(), colour.to_owned())].into());
        object
    }

    /// What an index and a store that saw `events` know of red things.
    fn red(events: &[Event<ConfigMap>]) -> Vec<String> {
        let (index, mut writer) = (Index::new(by_colour), Writer::<ConfigMap>::default());
        for event in events {
            writer.apply_watcher_event(event);
            index.see(event);
        }
        let found = index.find(&writer.as_reader(), "red");
        let mut names: Vec<String> = found.iter().filter_map(|object| object.metadata.name.clone()).collect();
        names.sort();
        names
    }

    fn listed(objects: &[ConfigMap]) -> Vec<Event<ConfigMap>> {
        let middle = objects.iter().cloned().map(Event::InitApply);
        [Event::Init].into_iter().chain(middle).chain([Event::InitDone]).collect()
    }

    #[test]
    fn objects_are_found_by_key_as_they_come_and_go() {
        let mut events = listed(&[object("a", "red"), object("b", "blue")]);
        events.extend([Event::Apply(object("c", "red")), Event::Delete(object("a", "red"))]);
        assert_eq!(red(&events), ["c"]);
    }

    #[test]
    fn an_object_that_changed_its_key_is_not_found_by_the_old_one() {
        let mut events = listed(&[object("a", "red")]);
        events.push(Event::Apply(object("a", "blue")));
        assert!(red(&events).is_empty());
    }

    #[test]
    fn a_new_list_replaces_the_old_one() {
        let mut events = listed(&[object("a", "red"), object("b", "red")]);
        events.extend(listed(&[object("b", "red")]));
        assert_eq!(red(&events), ["b"]);
    }
}
