//! Delegation: the records stand in a zone of ours, and the domain's own zone points to them.
//!
//! Pure. A pointer is a CNAME, but at the domain itself, where no CNAME can stand (RFC 1034 3.6.2), it is an SPF record
//! that redirects. Pointers are made once, by whoever holds the domain's zone; we only look whether they are there.

use mail_records::spf::{self, Mechanism, Spf, Term};

use crate::dns::{Name, NameError, RecordType, Value};

/// Where the records of a domain stand: the domain itself, or below a zone of ours.
pub fn home(domain: &Name, zone: Option<&Name>) -> Result<Name, NameError> {
    zone.map_or_else(|| Ok(domain.clone()), |zone| zone.child(domain.as_str()))
}

/// What the domain's own zone must say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pointer {
    /// Where receivers look.
    pub name: Name,
    /// Where the record stands.
    pub target: Name,
    /// Whether the name is the domain itself.
    apex: bool,
}

/// Whether a pointer is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointing {
    /// It leads to us.
    Stands,
    /// It does not; the half sentence says what stands there instead.
    Missing(String),
    /// Nobody could be asked.
    Unknown(String),
}

impl Pointer {
    /// The pointer to a record; `None` for a record that is not below `home`.
    pub fn to(target: &Name, domain: &Name, home: &Name) -> Option<Self> {
        if target == home {
            return Some(Self { name: domain.clone(), target: target.clone(), apex: true });
        }
        let prefix = target.as_str().strip_suffix(home.as_str())?.strip_suffix('.')?;
        Some(Self { name: domain.child(prefix).ok()?, target: target.clone(), apex: false })
    }

    /// The type that is asked for.
    pub fn kind(&self) -> RecordType {
        if self.apex { RecordType::Txt } else { RecordType::Cname }
    }

    /// What to enter.
    pub fn value(&self) -> String {
        if self.apex { format!("v=spf1 redirect={}", self.target) } else { self.target.fqdn() }
    }

    /// Judges what stands there.
    pub fn judge(&self, values: &[Value]) -> Pointing {
        let found = values.iter().find(|value| if self.apex { is_spf(value) } else { value.kind() == RecordType::Cname });
        match found {
            Some(value) if self.leads(value) => Pointing::Stands,
            Some(value) => Pointing::Missing(format!("\"{value}\" stands there")),
            None => Pointing::Missing("there is none".to_owned()),
        }
    }

    /// An include is as good as a redirect to whoever has senders of his own beside.
    fn leads(&self, value: &Value) -> bool {
        let here = |name: &str| name.parse::<Name>().is_ok_and(|name| name == self.target);
        match value {
            Value::Cname(target) => *target == self.target,
            other => other.as_text().and_then(|text| text.parse::<Spf>().ok()).is_some_and(|spf| {
                spf.redirect().is_some_and(|target| here(&target.to_string())) || includes(&spf).any(|name| here(&name))
            }),
        }
    }
}

fn is_spf(value: &Value) -> bool {
    value.as_text().is_some_and(|text| spf::is_spf(&text))
}

fn includes(spf: &Spf) -> impl Iterator<Item = String> {
    spf.terms.iter().filter_map(|term| match term {
        Term::Directive { mechanism: Mechanism::Include(name), .. } => Some(name.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn pointer(prefix: &str) -> Pointer {
        let home = home(&name("example.com"), Some(&name("mail.hoster.net"))).unwrap();
        let target = if prefix == "@" { home.clone() } else { home.child(prefix).unwrap() };
        Pointer::to(&target, &name("example.com"), &home).unwrap()
    }

    #[test]
    fn a_domain_is_at_home_in_its_own_zone_or_below_ours() {
        assert_eq!(home(&name("example.com"), None).unwrap(), name("example.com"));
        assert_eq!(home(&name("example.com"), Some(&name("mail.hoster.net"))).unwrap(), name("example.com.mail.hoster.net"));
    }

    #[test]
    fn every_record_has_the_pointer_that_its_readers_follow() {
        for (prefix, name, kind, value) in [
            ("_dmarc", "_dmarc.example.com", RecordType::Cname, "_dmarc.example.com.mail.hoster.net."),
            ("s1.a._domainkey", "s1.a._domainkey.example.com", RecordType::Cname, "s1.a._domainkey.example.com.mail.hoster.net."),
            ("@", "example.com", RecordType::Txt, "v=spf1 redirect=example.com.mail.hoster.net"),
        ] {
            let pointer = pointer(prefix);
            assert_eq!((pointer.name.as_str(), pointer.kind(), pointer.value().as_str()), (name, kind, value));
        }
        assert_eq!(Pointer::to(&name("elsewhere.net"), &name("example.com"), &name("example.com.mail.hoster.net")), None);
    }

    #[test]
    fn a_cname_leads_to_us_or_somewhere_else() {
        let pointer = pointer("_dmarc");
        assert_eq!(pointer.judge(&[Value::Cname(pointer.target.clone())]), Pointing::Stands);
        assert_eq!(pointer.judge(&[]), Pointing::Missing("there is none".to_owned()));
        let elsewhere = Pointing::Missing("\"x.net.\" stands there".to_owned());
        assert_eq!(pointer.judge(&[Value::Cname(name("x.net"))]), elsewhere);
    }

    #[test]
    fn at_the_domain_itself_an_spf_record_leads_to_us_beside_other_texts() {
        let pointer = pointer("@");
        let judged = |text: &str| pointer.judge(&[Value::text("google-site-verification=1"), Value::text(text)]);
        for text in ["v=spf1 redirect=example.com.mail.hoster.net", "v=spf1 mx include:Example.com.mail.hoster.net -all"] {
            assert_eq!(judged(text), Pointing::Stands, "{text}");
        }
        assert_eq!(judged("v=spf1 -all"), Pointing::Missing("\"v=spf1 -all\" stands there".to_owned()));
        assert_eq!(judged("v=spf10 redirect=x"), Pointing::Missing("there is none".to_owned()));
    }
}
