//! The `manual` provider: a person publishes, Mailward says what and verifies that it answers.
//!
//! Nothing here reaches a network. Verification is `resolve`'s work and the same as for every other provider.

use async_trait::async_trait;

use super::{Atomicity, Change, Error, ErrorKind, Limits, Provider, Result, Snapshot, ZoneLookup};
use crate::dns::{Name, Zone};

/// Longest TTL (RFC 2181 8).
const MAX_TTL: u32 = i32::MAX as u32;
/// What fits one record (RFC 1035 3.2.1: 16-bit RDLENGTH) with its string lengths; whoever types it in may allow less.
const MAX_TXT: usize = 65_000;

/// A provider that publishes nothing.
///
/// The apex is told, never guessed: where a zone begins cannot be seen from its name.
#[derive(Clone, Debug)]
pub struct Manual {
    apex: Name,
}

impl Manual {
    /// A person keeps the zone at `apex`.
    pub fn new(apex: Name) -> Self {
        Self { apex }
    }
}

#[async_trait]
impl Provider for Manual {
    fn limits(&self) -> Limits {
        Limits { min_ttl: 0, max_ttl: MAX_TTL, max_txt_octets: MAX_TXT, atomicity: Atomicity::Value, publishes: false }
    }

    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup> {
        if !name.is_at_or_below(&self.apex) {
            return Ok(ZoneLookup::NotFound);
        }
        Ok(ZoneLookup::Found(Zone { name: self.apex.clone(), id: self.apex.to_string() }))
    }

    async fn read(&self, _zone: &Zone, _names: &[Name]) -> Result<Snapshot> {
        Ok(Snapshot::default())
    }

    async fn apply(&self, zone: &Zone, _changes: &[Change]) -> Result<()> {
        let message = format!("provider `manual` writes nothing: enter the records of status by hand in zone `{}`", zone.name);
        Err(Error::new(ErrorKind::Invalid, message))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use futures::executor::block_on;

    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn manual_publishes_nothing_and_says_who_does() {
        let manual = Manual::new(name("cafe.lab"));
        let ZoneLookup::Found(zone) = block_on(manual.zone_of(&name("_dmarc.cafe.lab"))).unwrap() else {
            unreachable!("the apex was told")
        };
        assert_eq!(zone.name, name("cafe.lab"));
        assert!(!manual.limits().publishes);
        assert_eq!(block_on(manual.read(&zone, &[name("cafe.lab")])).unwrap(), Snapshot::default());
        let error = block_on(manual.apply(&zone, &[])).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.message.contains("by hand"), "{error}");
    }

    #[test]
    fn manual_has_no_zone_for_other_names() {
        let manual = Manual::new(name("cafe.lab"));
        assert_eq!(block_on(manual.zone_of(&name("notcafe.lab"))).unwrap(), ZoneLookup::NotFound);
    }
}
