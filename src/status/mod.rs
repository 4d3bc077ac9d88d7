//! From what one pass saw to what the user is told: conditions, events, the next visit.
//!
//! Pure. A status is made only from a [`Picture`], and a picture only from what was gathered, applied and observed;
//! nothing is read back from the old status except the times at which conditions last changed, and the last provider.

mod bounds;
mod conditions;
mod events;
mod requeue;

use k8s_openapi::jiff::Timestamp;

use crate::api::{DkimStatus, MailDomainStatus, MtaStsStatus, PublishedThrough, RecordState, RecordStatus, SpfStatus, cut};

pub use events::{Event, Severity, events, of_provider};
pub use requeue::{Next, Pace, next_visit};

/// Everything one pass over a MailDomain knows at its end.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Generation of the spec that was looked at.
    pub generation: i64,
    /// When the pass ended.
    pub now: Timestamp,
    /// The owner string in our marker, once it is there.
    pub owner: Option<String>,
    /// Through which provider the records are published, once it is known.
    pub provider: Option<PublishedThrough>,
    /// Why nothing at all is done for the spec, if so.
    pub blocked: Option<Obstacle>,
    /// What the rules refused: one message a finding, naming field and rule.
    pub rejected: Vec<String>,
    /// What the rules found worth a warning.
    pub warnings: Vec<String>,
    /// Every wanted record.
    pub records: Vec<RecordStatus>,
    /// What the domain's own zone must hold, in a delegation.
    pub pointers: Vec<RecordStatus>,
    /// Foreign values in the way: `(reason, sentence)`.
    pub conflicts: Vec<(String, String)>,
    /// Why a stricter DMARC record waits.
    pub dmarc_held: Option<String>,
    /// Other things that wait, each with what would end the wait.
    pub held: Vec<String>,
    /// What failed; the first one is told.
    pub failures: Vec<Obstacle>,
    /// The keys of ours, if the spec names any.
    pub dkim: Option<DkimPicture>,
    /// The policy, if the spec names one or one is being withdrawn.
    pub policy: Option<PolicyPicture>,
    /// What the SPF record costs.
    pub spf: Option<SpfStatus>,
    /// Sentences of the changes that were made in this pass.
    pub done: Vec<String>,
    /// Whether something is said on although nobody answered for it this time (P7).
    pub borne: bool,
}

/// The reason of a domain on its way out.
pub const DELETING: &str = "Deleting";

/// Why a domain is not as its spec wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// CamelCase reason: `Suspended`, `ProviderNotFound`, `ProviderDenied`, `DNSUnreachable`, `ApiServer` ...
    pub reason: &'static str,
    /// What it is and what would end it.
    pub message: String,
    /// Whether it lasts until somebody changes something; others may be gone at the next try.
    pub lasts: bool,
}

impl Obstacle {
    /// One that may be gone at the next try.
    pub fn passing(reason: &'static str, message: String) -> Self {
        Self { reason, message, lasts: false }
    }

    /// One that lasts until somebody changes something.
    pub fn lasting(reason: &'static str, message: String) -> Self {
        Self { reason, message, lasts: true }
    }
}

/// Keys of ours.
#[derive(Clone, Debug)]
pub struct DkimPicture {
    /// Keys, selectors, phases.
    pub status: DkimStatus,
    /// Whether every key has an active selector.
    pub ready: bool,
    /// CamelCase reason.
    pub reason: &'static str,
    /// What is waited for, or what is active.
    pub message: String,
}

/// The MTA-STS policy.
#[derive(Clone, Debug)]
pub struct PolicyPicture {
    /// Id, mode, dates.
    pub status: MtaStsStatus,
    /// Whether every endpoint and the public address serve the wanted policy.
    pub served: bool,
    /// CamelCase reason.
    pub reason: &'static str,
    /// Who serves what, or what is waited for.
    pub message: String,
    /// Set while a policy is being withdrawn: until when and why.
    pub withdrawing: Option<String>,
}

impl Picture {
    /// A picture of nothing yet.
    pub fn new(generation: i64, now: Timestamp) -> Self {
        Self {
            generation,
            now,
            owner: None,
            provider: None,
            blocked: None,
            rejected: vec![],
            warnings: vec![],
            records: vec![],
            pointers: vec![],
            conflicts: vec![],
            dmarc_held: None,
            held: vec![],
            failures: vec![],
            dkim: None,
            policy: None,
            spf: None,
            done: vec![],
            borne: false,
        }
    }

    /// Whether some record is in this state.
    fn any(&self, state: RecordState) -> bool {
        self.all_records().any(|record| record.state == state)
    }

    /// The records, and what leads to them.
    fn all_records(&self) -> impl Iterator<Item = &RecordStatus> {
        self.records.iter().chain(&self.pointers)
    }
}

/// The status of a picture. `previous` gives the times at which conditions last changed, and the last provider.
pub fn status(picture: &Picture, previous: Option<&MailDomainStatus>) -> MailDomainStatus {
    let mut records = bounds::records(&picture.records);
    records.sort_by(|a, b| (&a.name, &a.kind).cmp(&(&b.name, &b.kind)));
    MailDomainStatus {
        observed_generation: picture.generation,
        conditions: conditions::conditions(picture, previous.map_or(&[], |status| status.conditions.as_slice())),
        owner: picture.owner.as_deref().map(|owner| cut(owner, MailDomainStatus::LONGEST_OWNER)),
        // While nothing can be done the last one stays named: a change of `providerRef` meanwhile must not hide it.
        provider: picture.provider.clone().or_else(|| previous?.provider.clone()),
        records,
        delegation: bounds::records(&picture.pointers),
        dkim: picture.dkim.as_ref().map(|dkim| dkim.status.clone()),
        // The trap: an empty object in a server-side apply, where there were fields of ours, becomes null, which the schema refuses.
        mta_sts: picture.policy.as_ref().map(|policy| policy.status.clone()).filter(|status| *status != MtaStsStatus::default()),
        spf: picture.spf.clone(),
        warnings: bounds::list(&picture.warnings, MailDomainStatus::MOST_WARNINGS, MailDomainStatus::LONGEST_WARNING),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p8_a_status_fits_its_schema_whatever_others_wrote() {
        let long = "ö".repeat(40_000);
        let record = RecordStatus {
            name: "_dmarc.cafe.lab".to_owned(),
            kind: "TXT".to_owned(),
            values: vec![],
            state: RecordState::Conflict,
            message: long.clone(),
        };
        let picture = Picture {
            owner: Some(long.clone()),
            warnings: vec![long; 200],
            records: vec![record.clone()],
            pointers: vec![record],
            ..Picture::new(1, Timestamp::UNIX_EPOCH)
        };
        let status = status(&picture, None);
        let characters = |text: &String| text.chars().count();
        assert_eq!(status.owner.as_ref().map(characters), Some(MailDomainStatus::LONGEST_OWNER));
        assert_eq!(status.warnings.len(), MailDomainStatus::MOST_WARNINGS);
        assert_eq!(status.warnings.iter().map(characters).max(), Some(MailDomainStatus::LONGEST_WARNING));
        for record in status.records.iter().chain(&status.delegation) {
            assert_eq!(characters(&record.message), RecordStatus::LONGEST_MESSAGE);
        }
    }
}
