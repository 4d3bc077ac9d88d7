//! From text to terms, by the grammar of RFC 7208 12.

use std::str::FromStr;

use super::domain_spec::{DomainError, DomainSpec};
use super::error::{ParseError, TermError};
use super::macro_string::MacroString;
use super::network::{DualCidr, parse_prefix};
use super::term::{Mechanism, Modifier, Qualifier, Term};
use super::{Spf, is_spf};

impl Spf {
    /// Reads a joined TXT. Any syntax error anywhere refuses the whole record, as in an evaluation (RFC 7208 4.6).
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if !is_spf(text) {
            return Err(ParseError::NotSpf);
        }
        let terms = text[6..]
            .split(' ')
            .filter(|term| !term.is_empty())
            .map(parse_term);
        let spf = Self {
            terms: terms.collect::<Result<_, _>>()?,
        };
        refuse_repeated(&spf)?;
        Ok(spf)
    }
}

impl FromStr for Spf {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

impl FromStr for Term {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse_term(text)
    }
}

pub(super) fn refuse_repeated(spf: &Spf) -> Result<(), ParseError> {
    let count = |wanted: fn(&Modifier) -> bool| {
        spf.terms
            .iter()
            .filter(|term| matches!(term, Term::Modifier(modifier) if wanted(modifier)))
            .count()
    };
    if count(|modifier| matches!(modifier, Modifier::Redirect(_))) > 1 {
        return Err(ParseError::Repeated("redirect"));
    }
    if count(|modifier| matches!(modifier, Modifier::Exp(_))) > 1 {
        return Err(ParseError::Repeated("exp"));
    }
    Ok(())
}

fn parse_term(text: &str) -> Result<Term, ParseError> {
    read_term(text).map_err(|cause| ParseError::Term {
        term: text.to_owned(),
        cause,
    })
}

fn read_term(text: &str) -> Result<Term, TermError> {
    if let Some(character) = text.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(TermError::BadCharacter(character));
    }
    match split_modifier(text) {
        Some((name, value)) => Ok(Term::Modifier(read_modifier(name, value)?)),
        None => read_directive(text),
    }
}

/// `name "=" value`, where the name starts with a letter. What has another character before the equals sign, such as
/// `a:x=y.example`, is a directive.
fn split_modifier(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let in_name = |octet: u8| octet.is_ascii_alphanumeric() || b"-_.".contains(&octet);
    (name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(in_name))
        .then_some((name, value))
}

fn read_modifier(name: &str, value: &str) -> Result<Modifier, TermError> {
    match name.to_ascii_lowercase().as_str() {
        "redirect" => Ok(Modifier::Redirect(DomainSpec::parse(value)?)),
        "exp" => Ok(Modifier::Exp(DomainSpec::parse(value)?)),
        _ => Ok(Modifier::Unknown {
            name: name.to_owned(),
            value: MacroString::parse(value)?,
        }),
    }
}

fn read_directive(text: &str) -> Result<Term, TermError> {
    let (qualifier, rest) = match text.as_bytes().first() {
        Some(b'+') => (Qualifier::Pass, &text[1..]),
        Some(b'-') => (Qualifier::Fail, &text[1..]),
        Some(b'~') => (Qualifier::SoftFail, &text[1..]),
        Some(b'?') => (Qualifier::Neutral, &text[1..]),
        _ => (Qualifier::Pass, text),
    };
    let (name, argument) = rest.split_at(rest.find([':', '/']).unwrap_or(rest.len()));
    Ok(Term::Directive {
        qualifier,
        mechanism: read_mechanism(name, argument)?,
    })
}

fn read_mechanism(name: &str, argument: &str) -> Result<Mechanism, TermError> {
    match name.to_ascii_lowercase().as_str() {
        "all" => nothing(argument).map(|()| Mechanism::All),
        "include" => Ok(Mechanism::Include(DomainSpec::parse(value(argument)?)?)),
        "exists" => Ok(Mechanism::Exists(DomainSpec::parse(value(argument)?)?)),
        "a" => domain_and_cidr(argument).map(|(domain, cidr)| Mechanism::A { domain, cidr }),
        "mx" => domain_and_cidr(argument).map(|(domain, cidr)| Mechanism::Mx { domain, cidr }),
        "ptr" => optional_domain(argument).map(Mechanism::Ptr),
        "ip4" => Ok(Mechanism::Ip4(value(argument)?.parse()?)),
        "ip6" => Ok(Mechanism::Ip6(value(argument)?.parse()?)),
        "redirect" => Err(TermError::ModifierAsMechanism("redirect")),
        "exp" => Err(TermError::ModifierAsMechanism("exp")),
        _ => Err(TermError::UnknownMechanism),
    }
}

fn nothing(argument: &str) -> Result<(), TermError> {
    if argument.is_empty() {
        Ok(())
    } else {
        Err(TermError::Unexpected(argument.to_owned()))
    }
}

fn value(argument: &str) -> Result<&str, TermError> {
    match argument.strip_prefix(':') {
        Some("") => Err(DomainError::Empty.into()),
        Some(value) => Ok(value),
        None => Err(TermError::NoValue),
    }
}

fn optional_domain(argument: &str) -> Result<Option<DomainSpec>, TermError> {
    match argument.strip_prefix(':') {
        Some(domain) => Ok(Some(DomainSpec::parse(domain)?)),
        None => nothing(argument).map(|()| None),
    }
}

/// `[":" domain-spec] ["/" v4] ["//" v6]`. A domain-spec may itself hold slashes, so the lengths are taken from the
/// end and only where digits stand.
fn domain_and_cidr(argument: &str) -> Result<(Option<DomainSpec>, DualCidr), TermError> {
    let mut cidr = DualCidr::default();
    let mut rest = argument;
    if let Some((before, digits)) = split_digits(rest)
        && let Some(before) = before.strip_suffix('/')
    {
        cidr.v6 = parse_prefix(digits, 128)?;
        rest = before;
    }
    if let Some((before, digits)) = split_digits(rest) {
        cidr.v4 = parse_prefix(digits, 32)?;
        rest = before;
    }
    Ok((optional_domain(rest)?, cidr))
}

/// Cuts off `"/" digits` at the end.
fn split_digits(text: &str) -> Option<(&str, &str)> {
    let (before, digits) = text.rsplit_once('/')?;
    (!digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit()))
        .then_some((before, digits))
}
