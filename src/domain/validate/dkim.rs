//! The `dkim` block (RFC 6376). Its entries are judged one by one: a bad one leaves the others alone.

use std::collections::BTreeSet;

use mail_records::{
    dkim::{KeyRecord, Selector, parse_pasted},
    lint::is_rejected,
    name,
};

use super::{Complaint, Dkim, DkimName, RecordNames};
use crate::{
    api::{DkimDelegated, DkimKey, DkimPublished, DkimSpec},
    dns::Name,
    domain::keys::{self, KeySpec},
};

/// Eight digits as a key's fingerprint would give them, for judging the length of its selectors.
const DIGITS: &str = "00000000";

/// Judges the block.
pub(super) fn judge(spec: Option<&DkimSpec>, names: &RecordNames, complaints: &mut Vec<Complaint>) -> Dkim {
    let Some(DkimSpec { keys, published, delegated }) = spec else { return Dkim::default() };
    let mut judge = Judge { names, complaints, taken: BTreeSet::new(), dkim: Dkim::default() };
    keys.iter().enumerate().for_each(|(at, key)| judge.key(at, key));
    published.iter().enumerate().for_each(|(at, entry)| judge.published(at, entry, keys));
    delegated.iter().enumerate().for_each(|(at, entry)| judge.delegated(at, entry, keys));
    judge.dkim
}

/// DNS does not tell case apart, and whose a selector is would depend on it.
fn lower_case(field: &str, name: &str) -> Result<(), Complaint> {
    let upper = name.chars().any(|c| c.is_ascii_uppercase());
    if upper { Err(Complaint::reject(field, "DKIM-R1", format!("write {name} in lower case"))) } else { Ok(()) }
}

/// Sizes that we make (RFC 8301 3.2).
fn sized(at: usize, key: &DkimKey) -> Result<(), Complaint> {
    let why = || format!("an RSA key has 2048, 3072 or 4096 bits, not {}", key.size);
    let fits = matches!(key.size, 2048 | 3072 | 4096);
    if fits { Ok(()) } else { Err(Complaint::reject(format!("spec.dkim.keys[{at}].size"), "DKIM-R1", why())) }
}

struct Judge<'a> {
    names: &'a RecordNames,
    complaints: &'a mut Vec<Complaint>,
    /// Selectors and key names that are in use.
    taken: BTreeSet<String>,
    dkim: Dkim,
}

impl Judge<'_> {
    fn key(&mut self, at: usize, key: &DkimKey) {
        let field = format!("spec.dkim.keys[{at}].name");
        let fits = keys::selector_of(&key.name, DIGITS)
            .map_err(|why| Complaint::reject(&field, why.cause.rule(), &why))
            .and_then(|selector| self.fits(&field, &selector))
            .and_then(|()| lower_case(&field, &key.name))
            .and_then(|()| self.alone(&field, &key.name))
            .and_then(|()| sized(at, key))
            .and_then(|()| self.secret_of_its_own(at, key));
        let spec =
            || KeySpec { name: key.name.clone(), algorithm: key.algorithm, size: key.size, secret_name: key.secret_name.clone() };
        match fits {
            Ok(()) => self.dkim.keys.push(spec()),
            Err(complaint) => self.refuse(complaint),
        }
    }

    /// Two keys in one Secret would push each other out at every visit.
    fn secret_of_its_own(&self, at: usize, key: &DkimKey) -> Result<(), Complaint> {
        let other = self.dkim.keys.iter().find(|other| other.secret_name == key.secret_name);
        other.map_or(Ok(()), |other| {
            let why = format!("key {} has this Secret already; give each key one of its own", other.name);
            Err(Complaint::reject(format!("spec.dkim.keys[{at}].secretName"), "DKIM-R1", why))
        })
    }

    fn published(&mut self, at: usize, entry: &DkimPublished, keys: &[DkimKey]) {
        let field = format!("spec.dkim.published[{at}]");
        let selector = self.selector(&field, &entry.selector, keys);
        let record = self.pasted(&format!("{field}.publicKey"), &entry.public_key);
        match (selector, record) {
            (Ok(selector), Ok(record)) => self.dkim.published.push((DkimName::Selector(selector), record)),
            (selector, record) => selector.err().into_iter().chain(record.err()).for_each(|bad| self.refuse(bad)),
        }
    }

    fn delegated(&mut self, at: usize, entry: &DkimDelegated, keys: &[DkimKey]) {
        let field = format!("spec.dkim.delegated[{at}]");
        let selector = self.selector(&field, &entry.selector, keys);
        let target = target(&format!("{field}.target"), &entry.target);
        match (selector, target) {
            (Ok(selector), Ok(target)) => self.dkim.delegated.push((selector, target)),
            (selector, target) => selector.err().into_iter().chain(target.err()).for_each(|bad| self.refuse(bad)),
        }
    }

    /// A selector of somebody else's: a legal name that no key of ours can get.
    fn selector(&mut self, field: &str, text: &str, keys: &[DkimKey]) -> Result<Selector, Complaint> {
        let field = format!("{field}.selector");
        let selector = Selector::new(text).map_err(|why| {
            let rule = if why.cause.rule() == "DNS-R1" { "DNS-R1" } else { "DKIM-R1" };
            Complaint::reject(&field, rule, why)
        })?;
        self.fits(&field, &selector)?;
        if let Some(key) = keys.iter().find(|key| keys::belongs_to(&selector, &key.name)) {
            let why = format!("selectors that begin with {0}- are kept for key {0}", key.name);
            return Err(Complaint::reject(field, "DKIM-R1", why));
        }
        self.alone(&field, selector.as_str())?;
        Ok(selector)
    }

    fn fits(&self, field: &str, selector: &Selector) -> Result<(), Complaint> {
        let name = self.names.selector(selector);
        name.map(|_| ()).map_err(|why| Complaint::reject(field, "DNS-R1", why))
    }

    fn alone(&mut self, field: &str, name: &str) -> Result<(), Complaint> {
        if self.taken.insert(name.to_owned()) {
            return Ok(());
        }
        Err(Complaint::reject(field, "DKIM-R1", format!("{name} stands twice; a selector has one key")))
    }

    fn pasted(&mut self, field: &str, text: &str) -> Result<KeyRecord, Complaint> {
        let record = parse_pasted(text).map_err(|why| Complaint::reject(field, "DKIM-R1", why))?;
        let findings = record.lint();
        if is_rejected(&findings) {
            let rejected = findings.into_iter().find(|finding| is_rejected(std::slice::from_ref(finding)));
            return rejected.map_or(Ok(record), |finding| Err(Complaint::new(field, finding)));
        }
        self.complaints.extend(findings.into_iter().map(|finding| Complaint::new(field, finding)));
        Ok(record)
    }

    fn refuse(&mut self, complaint: Complaint) {
        self.dkim.rejected = true;
        self.complaints.push(complaint);
    }
}

/// Underscores are usual in a target (`selector1-example-com._domainkey.contoso.onmicrosoft.com`).
fn target(field: &str, text: &str) -> Result<Name, Complaint> {
    let owner = name::check_owner(text).map_err(|why| Complaint::new(field, why))?;
    owner.parse().map_err(|why| Complaint::reject(field, "DNS-R1", why))
}
