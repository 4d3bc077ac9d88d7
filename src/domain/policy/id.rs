//! The id of a policy, derived from its text (STS-G1).

use mail_records::mta_sts::TxtRecord;

use super::{Confirmation, IdDecision, IdSight, PolicyFacts};
use crate::{domain::objects::names::hex_digest, plan::Hold};

/// Hex digits of an id: as many as RFC 8461 3.1 allows.
const DIGITS: usize = 32;

/// The id of a text: the first 32 hex digits of its SHA-256. Equal texts have equal ids, and another text another id.
pub fn id_of(text: &str) -> String {
    hex_digest(text.as_bytes()).chars().take(DIGITS).collect()
}

/// The record that announces `serve`. It may be written once the ConfigMap holds that text and everybody serves it (P4).
pub(super) fn decide(facts: &PolicyFacts<'_>, serve: &str) -> Option<IdDecision> {
    let id = id_of(serve);
    let hold = match &facts.confirmed {
        _ if facts.id_in_dns == IdSight::Known(Some(id.clone())) => None,
        _ if facts.served != Some(serve) => Some("the new policy text is not stored yet".to_owned()),
        Confirmation::Confirmed => None,
        Confirmation::Not { who, why } => Some(format!("{who}: {why}")),
        Confirmation::Silent(why) | Confirmation::Unknown(why) => Some(why.clone()),
    };
    let record = TxtRecord::new(id).ok()?;
    Some(IdDecision { record, hold: hold.map(|missing| held(&missing)) })
}

fn held(missing: &str) -> Hold {
    Hold {
        reason: "PolicyNotConfirmed",
        message: format!(
            "P4: the id is written once every endpoint and the public address serve the policy text; missing: {missing}"
        ),
    }
}
