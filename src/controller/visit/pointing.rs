//! What the domain's own zone must hold in a delegation, as the user reads it. No IO.

use std::collections::BTreeSet;

use super::{Subject, decide::Decisions, describe::borne, facts::Facts, patience::Patience};
use crate::{
    api::{RecordState, RecordStatus},
    domain::delegation::{Pointer, Pointing},
};

/// One entry for each name at which a record of ours is wanted.
pub(super) fn pointers(patience: &Patience<'_>, subject: &Subject, facts: &Facts, decisions: &Decisions) -> Vec<RecordStatus> {
    let wanted: BTreeSet<_> = decisions.desired.wanted.iter().map(|wanted| &wanted.name).collect();
    let led = wanted.into_iter().filter_map(|name| facts.pointers.get(name));
    let mut all: Vec<RecordStatus> = led.map(|(pointer, pointing)| entry(patience, subject, pointer, pointing)).collect();
    all.sort_by(|one, other| (&one.name, &one.kind).cmp(&(&other.name, &other.kind)));
    all
}

fn entry(patience: &Patience<'_>, subject: &Subject, pointer: &Pointer, pointing: &Pointing) -> RecordStatus {
    let mut status = RecordStatus {
        name: pointer.name.to_string(),
        kind: pointer.kind().to_string(),
        values: vec![pointer.value()],
        state: RecordState::Verified,
        message: String::new(),
    };
    (status.state, status.message) = match pointing {
        Pointing::Stands => (RecordState::Verified, String::new()),
        Pointing::Missing(why) => {
            let message = format!("enter {} once, in the zone of {}; {why}", pointer.value(), subject.me.domain);
            (RecordState::Propagating, message)
        }
        Pointing::Unknown(why) => borne(patience, subject, &status).unwrap_or_else(|| (RecordState::Unknown, why.clone())),
    };
    status
}
