//! Which names have to be read before a plan can be made.

use std::collections::BTreeSet;

use mail_records::marker::Marker;

use super::{Wanted, heritage::mark_names, marker_name, slots::place};
use crate::dns::Name;

/// Every name that [`compute`](super::compute()) looks at: the marker's, the wanted ones, those of the slots that the
/// marker lists, and those where another tool would have left its mark.
///
/// The marker has to be read first, at [`marker_name`]; its slots decide what else is read. A name that was not read
/// looks empty to the plan, so all of them go into `Input::observed`, and into `Input::zones`.
pub fn names_of_interest(domain: &Name, wanted: &[Wanted], marker: Option<&Marker>) -> BTreeSet<Name> {
    let places = marker.into_iter().flat_map(|marker| &marker.has).filter_map(|slot| place(slot, domain));
    let marks = wanted.iter().flat_map(|one| mark_names(&one.name, one.role));
    let ours = wanted.iter().map(|one| one.name.clone());
    marker_name(domain).into_iter().chain(ours).chain(places.map(|place| place.name)).chain(marks).collect()
}
