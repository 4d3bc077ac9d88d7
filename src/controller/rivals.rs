//! Two MailDomains for one domain: who may act.
//!
//! Pure. The marker's holder wins, else the older object, else the smaller UID. `manual` publishes nothing, so it
//! neither competes nor is kept out.

use k8s_openapi::jiff::Timestamp;
use mail_records::marker::Marker;

/// A MailDomain that names the same domain through a provider that publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rival {
    /// `<owner-id>/<namespace>/<name>`.
    pub owner: String,
    /// UID.
    pub uid: String,
    /// When the object was created.
    pub created: Option<Timestamp>,
    /// Whether it is being deleted.
    pub deleting: bool,
}

/// What the other objects mean for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody else may act on the domain.
    Ours,
    /// This one acts; we wait.
    Behind(Rival),
}

/// Decides between `me` and the others.
pub(crate) fn standing(me: &Rival, others: &[Rival], marker: Option<&Marker>) -> Standing {
    let holds = |rival: &Rival| marker.is_some_and(|marker| marker.owner() == rival.owner && marker.uid() == rival.uid);
    if holds(me) {
        return Standing::Ours;
    }
    let rank = |rival: &Rival| (!holds(rival), rival.deleting, rival.created, rival.uid.clone());
    match others.iter().min_by_key(|rival| rank(rival)) {
        Some(first) if rank(first) < rank(me) => Standing::Behind(first.clone()),
        _ => Standing::Ours,
    }
}

/// The owner we inherit from: the marker names our own owner-id and namespace under a name that no object bears any more.
pub(crate) fn handover_from(owner: &str, others: &[Rival], marker: Option<&Marker>) -> Option<String> {
    let marker = marker?;
    let (scope, _) = owner.rsplit_once('/')?;
    let (held_scope, _) = marker.owner().rsplit_once('/')?;
    let alive = others.iter().any(|rival| rival.owner == marker.owner());
    (marker.owner() != owner && scope == held_scope && !alive).then(|| marker.owner().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn rival(name: &str, created: i64) -> Rival {
        Rival {
            owner: format!("c1/mail/{name}"),
            uid: format!("uid-{name}"),
            created: Some(Timestamp::from_second(created).unwrap()),
            deleting: false,
        }
    }

    fn marker(name: &str) -> Marker {
        Marker::new(format!("c1/mail/{name}"), format!("uid-{name}")).unwrap()
    }

    #[test]
    fn the_markers_holder_wins_over_an_older_object() {
        let (old, new) = (rival("old", 1), rival("new", 2));
        assert_eq!(standing(&new, std::slice::from_ref(&old), Some(&marker("new"))), Standing::Ours);
        assert_eq!(standing(&old, std::slice::from_ref(&new), Some(&marker("new"))), Standing::Behind(new));
    }

    #[test]
    fn without_a_marker_the_older_object_wins_and_then_the_smaller_uid() {
        let (old, new) = (rival("old", 1), rival("new", 2));
        assert_eq!(standing(&old, std::slice::from_ref(&new), None), Standing::Ours);
        assert_eq!(standing(&new, std::slice::from_ref(&old), None), Standing::Behind(old));
        let (a, b) = (rival("a", 1), rival("b", 1));
        assert_eq!(standing(&a, std::slice::from_ref(&b), None), Standing::Ours);
        assert_eq!(standing(&b, std::slice::from_ref(&a), None), Standing::Behind(a));
    }

    #[test]
    fn an_object_under_deletion_gives_way() {
        let mut old = rival("old", 1);
        old.deleting = true;
        assert_eq!(standing(&rival("new", 2), &[old], None), Standing::Ours);
    }

    #[test]
    fn a_renamed_object_inherits_only_within_its_namespace_and_only_from_one_that_is_gone() {
        let gone = marker("old");
        assert_eq!(handover_from("c1/mail/new", &[], Some(&gone)), Some("c1/mail/old".to_owned()));
        assert_eq!(handover_from("c1/mail/new", &[rival("old", 1)], Some(&gone)), None);
        assert_eq!(handover_from("c1/other/new", &[], Some(&gone)), None);
    }
}
