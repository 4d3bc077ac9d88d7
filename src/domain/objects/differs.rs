//! Whether an object in the cluster still is what we want, judged by our own fields only.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::{
        core::v1::{ConfigMap, Secret},
        networking::v1::Ingress,
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};

use crate::api::HTTPRoute;

/// Compares an object in the cluster with the one we would write.
///
/// Everything wanted must be there; whatever else is there belongs to others and is no difference. Something that has
/// left our intent (an annotation taken out of the spec) shows in the digest annotation, which is wanted too.
pub trait Differs {
    /// Whether writing `wanted` over `self` would change a field of ours.
    fn differs(&self, wanted: &Self) -> bool;
}

impl Differs for ConfigMap {
    fn differs(&self, wanted: &Self) -> bool {
        metadata_differs(&self.metadata, &wanted.metadata) || !holds(self.data.as_ref(), wanted.data.as_ref())
    }
}

impl Differs for Secret {
    fn differs(&self, wanted: &Self) -> bool {
        metadata_differs(&self.metadata, &wanted.metadata)
            || self.type_ != wanted.type_
            || !holds(self.data.as_ref(), wanted.data.as_ref())
    }
}

impl Differs for Ingress {
    fn differs(&self, wanted: &Self) -> bool {
        let fields = |ingress: &Self| {
            let spec = ingress.spec.clone().unwrap_or_default();
            (spec.rules, spec.tls)
        };
        metadata_differs(&self.metadata, &wanted.metadata) || fields(self) != fields(wanted) || class_differs(self, wanted)
    }
}

impl Differs for HTTPRoute {
    fn differs(&self, wanted: &Self) -> bool {
        metadata_differs(&self.metadata, &wanted.metadata) || self.spec != wanted.spec
    }
}

/// Without a wanted class, the class that admission filled in is the cluster's default and none of our business.
fn class_differs(live: &Ingress, wanted: &Ingress) -> bool {
    let class = |ingress: &Ingress| ingress.spec.as_ref().and_then(|spec| spec.ingress_class_name.clone());
    class(wanted).is_some_and(|wanted| class(live) != Some(wanted))
}

fn metadata_differs(live: &ObjectMeta, wanted: &ObjectMeta) -> bool {
    !holds(live.labels.as_ref(), wanted.labels.as_ref()) || !holds(live.annotations.as_ref(), wanted.annotations.as_ref())
}

fn holds<V: PartialEq>(live: Option<&BTreeMap<String, V>>, wanted: Option<&BTreeMap<String, V>>) -> bool {
    wanted.into_iter().flatten().all(|(key, value)| live.and_then(|live| live.get(key)) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config_map(pairs: &[(&str, &str)]) -> ConfigMap {
        let data = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        ConfigMap { data: Some(data), ..ConfigMap::default() }
    }

    #[test]
    fn what_others_add_is_no_difference() {
        assert!(!config_map(&[("ours", "1"), ("theirs", "2")]).differs(&config_map(&[("ours", "1")])));
    }

    #[test]
    fn a_changed_or_missing_field_of_ours_is_one() {
        assert!(config_map(&[("ours", "2")]).differs(&config_map(&[("ours", "1")])));
        assert!(ConfigMap::default().differs(&config_map(&[("ours", "1")])));
    }

    #[test]
    fn a_removed_label_is_a_difference() {
        let mut wanted = ConfigMap::default();
        wanted.metadata.labels = Some([("a".to_owned(), "b".to_owned())].into());
        assert!(ConfigMap::default().differs(&wanted));
        assert!(!wanted.differs(&ConfigMap::default()));
    }
}
