//! When two values mean the same, and which values at a name compete with ours.
//!
//! Reading is strict for "the same" (a text nobody can parse is the same only as itself) and generous for
//! "competes" (a DMARC record with a typo still stands where ours should go).

use mail_records::{dkim, dmarc, mta_sts, spf, tls_rpt};

use crate::dns::{RecordType, Value};

/// What a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// SPF policy; shares its name with any other TXT (DNS-G4).
    Spf,
    /// A DKIM key record we hold or were given.
    DkimKey,
    /// A CNAME to somebody else's DKIM key.
    DkimCname,
    /// DMARC policy record.
    Dmarc,
    /// The `_mta-sts` id record.
    MtaSts,
    /// Address or CNAME of the policy host.
    PolicyHost,
    /// The `_smtp._tls` record.
    TlsRpt,
}

impl Role {
    /// Whether a value at the role's name does what ours does, so that only one of them can be there.
    pub fn competes(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Spf, Value::Txt(txt)) => spf::is_spf(&txt.text()),
            (Self::Dmarc, Value::Txt(txt)) => starts_with_version(&txt.text(), "DMARC1"),
            (Self::MtaSts, Value::Txt(txt)) => starts_with_version(&txt.text(), "STSv1"),
            (Self::TlsRpt, Value::Txt(txt)) => starts_with_version(&txt.text(), "TLSRPTv1"),
            // Two TXT at a selector are undefined, whatever the second says (RFC 6376 3.6.2.2).
            (Self::DkimKey, Value::Txt(_))
            | (Self::DkimCname, Value::Cname(_))
            | (Self::PolicyHost, Value::A(_) | Value::Aaaa(_) | Value::Cname(_)) => true,
            _ => false,
        }
    }

    /// Whether a value belongs to the role's slot in any of its shapes: a selector is a TXT or a CNAME, and the spec
    /// may turn one into the other (DNS-R2). For other roles the same as [`Role::competes`].
    pub fn owns(self, value: &Value) -> bool {
        match self {
            Self::DkimKey | Self::DkimCname => Self::DkimKey.competes(value) || Self::DkimCname.competes(value),
            _ => self.competes(value),
        }
    }

    /// Whether two values mean the same to every reader.
    pub fn same(self, left: &Value, right: &Value) -> bool {
        if left == right {
            return true;
        }
        match (left.as_text(), right.as_text()) {
            (Some(left), Some(right)) => self.same_text(&left, &right),
            _ => false,
        }
    }

    fn same_text(self, left: &str, right: &str) -> bool {
        match self {
            Self::Spf => both(spf::Spf::parse, left, right, spf::Spf::same_meaning),
            Self::DkimKey => both(dkim::KeyRecord::parse, left, right, dkim::KeyRecord::same_meaning),
            Self::Dmarc => both(dmarc::Dmarc::parse, left, right, dmarc::Dmarc::same_meaning),
            Self::MtaSts => both(mta_sts::TxtRecord::parse, left, right, PartialEq::eq),
            Self::TlsRpt => both(tls_rpt::TlsRpt::parse, left, right, tls_rpt::TlsRpt::same_meaning),
            Self::DkimCname | Self::PolicyHost => false,
        }
    }

    /// Whether the slot may hold several values at once.
    pub(super) fn is_multiple(self) -> bool {
        self == Self::PolicyHost
    }

    /// Whether the role shares its name with foreign values by its nature, so that the set's TTL is never ours.
    pub(super) fn is_shared(self) -> bool {
        self == Self::Spf
    }

    /// Types a set at the role's name can have, for messages about deletions.
    pub(super) fn kind(self) -> RecordType {
        match self {
            Self::DkimCname => RecordType::Cname,
            Self::PolicyHost => RecordType::A,
            _ => RecordType::Txt,
        }
    }
}

/// Compares two texts that both parse.
fn both<T, E>(parse: fn(&str) -> Result<T, E>, left: &str, right: &str, same: fn(&T, &T) -> bool) -> bool {
    match (parse(left), parse(right)) {
        (Ok(left), Ok(right)) => same(&left, &right),
        _ => false,
    }
}

/// Whether a text begins with `v=<version>` as a whole word, in any case, with blanks where people put them.
fn starts_with_version(text: &str, version: &str) -> bool {
    let after_tag = text.trim_start().strip_prefix(['v', 'V']).map(str::trim_start);
    let Some(value) = after_tag.and_then(|rest| rest.strip_prefix('=')).map(str::trim_start) else {
        return false;
    };
    let Some((head, rest)) = value.split_at_checked(version.len()) else {
        return false;
    };
    head.eq_ignore_ascii_case(version) && !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}
