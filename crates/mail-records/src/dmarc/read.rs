//! Reading as a receiver does (RFC 9989 4.7, 4.8, 4.10.1): what is wrong in a tag gives that tag's default. Every
//! such mistake is also handed out, for the lint of a text.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::Dmarc;
use super::error::ParseError;
use super::values::{Alignment, FailureOption, Obsolete, Policy, Psd};
use crate::tag_list::{TagError, TagList, is_space};
use crate::uri::{Uri, UriError};

/// Whether a joined TXT is a DMARC record: the first tag is `v=DMARC1`. Others at the name are passed over, and of
/// several that are, none counts (RFC 9989 4.10).
pub fn is_dmarc(text: &str) -> bool {
    starts_with_version(text, &TagList::read(text))
}

impl Dmarc {
    /// Reads a joined TXT.
    ///
    /// Unknown tags and wrong values are passed over. A record without a valid `p`, or with a wrong `sp` or `np`, is
    /// `p=none` if it has a valid `rua`, otherwise no record (RFC 9989 4.10.1). A tag that stands twice makes the
    /// whole list invalid (RFC 6376 3.2).
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        read(text).map(|(record, _)| record)
    }
}

impl FromStr for Dmarc {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

/// The record and everything that was passed over in it.
pub(super) fn read(text: &str) -> Result<(Dmarc, Vec<ParseError>), ParseError> {
    let list = TagList::read(text);
    if !starts_with_version(text, &list) {
        return Err(ParseError::NotDmarc);
    }
    if let Some(duplicate) = list
        .problems
        .iter()
        .find(|problem| matches!(problem, TagError::Duplicate(_)))
    {
        return Err(duplicate.clone().into());
    }
    let mut reader = Reader {
        passed_over: list
            .problems
            .iter()
            .cloned()
            .map(ParseError::from)
            .collect(),
        list,
    };
    let record = reader.record()?;
    Ok((record, reader.passed_over))
}

/// White space may stand around the equals sign, not in front (RFC 9989 4.8).
fn starts_with_version(text: &str, list: &TagList<'_>) -> bool {
    text.starts_with('v') && list.starts_with("v", "DMARC1")
}

struct Reader<'a> {
    list: TagList<'a>,
    passed_over: Vec<ParseError>,
}

impl Reader<'_> {
    fn record(&mut self) -> Result<Dmarc, ParseError> {
        let policy = self.value("p", Policy::read);
        let subdomain_policy = self.value("sp", Policy::read);
        let nonexistent_policy = self.value("np", Policy::read);
        let rest = Dmarc {
            testing: self.value("t", read_yes).unwrap_or_default(),
            psd: self.value("psd", Psd::read).unwrap_or_default(),
            adkim: self.value("adkim", Alignment::read).unwrap_or_default(),
            aspf: self.value("aspf", Alignment::read).unwrap_or_default(),
            fo: self.value("fo", read_failure_options).unwrap_or_default(),
            rua: self.uris("rua"),
            ruf: self.uris("ruf"),
            obsolete: self.obsolete(),
            ..Dmarc::default()
        };
        let wrong = |tag, policy: Option<Policy>| policy.is_none() && self.list.get(tag).is_some();
        match policy {
            Some(policy) if !wrong("sp", subdomain_policy) && !wrong("np", nonexistent_policy) => {
                Ok(Dmarc {
                    policy,
                    subdomain_policy,
                    nonexistent_policy,
                    ..rest
                })
            }
            _ if rest.rua.is_empty() => Err(self.no_policy()),
            _ => {
                if self.list.get("p").is_none() {
                    self.passed_over.push(ParseError::NoPolicy);
                }
                Ok(rest)
            }
        }
    }

    /// The most telling reason why there is no policy.
    fn no_policy(&self) -> ParseError {
        let wrong_value = self.passed_over.iter().find(|error| {
            matches!(
                error,
                ParseError::Value {
                    tag: "p" | "sp" | "np",
                    ..
                }
            )
        });
        wrong_value.cloned().unwrap_or(ParseError::NoPolicy)
    }

    fn value<T>(&mut self, tag: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = self.list.get(tag)?;
        let read = read(value);
        if read.is_none() {
            self.passed_over.push(ParseError::Value {
                tag,
                value: value.to_owned(),
            });
        }
        read
    }

    fn uris(&mut self, tag: &'static str) -> Vec<Uri> {
        let mut uris = Vec::new();
        for text in self
            .list
            .get(tag)
            .unwrap_or_default()
            .split(',')
            .map(|text| text.trim_matches(is_space))
        {
            match read_uri(tag, text) {
                Ok((uri, limit)) => {
                    uris.push(uri);
                    self.passed_over.extend(limit);
                }
                Err(UriError::Empty) if self.list.get(tag).is_none() => {}
                Err(cause) => self.passed_over.push(ParseError::Uri { tag, cause }),
            }
        }
        uris
    }

    fn obsolete(&mut self) -> Obsolete {
        Obsolete {
            pct: self.value("pct", |value| value.parse().ok().filter(|pct| *pct <= 100)),
            rf: self.value("rf", |value| Some(value.to_ascii_lowercase())),
            ri: self.value("ri", |value| value.parse().ok()),
        }
    }
}

/// An address, and the complaint about its size limit if it has one.
fn read_uri(tag: &'static str, text: &str) -> Result<(Uri, Option<ParseError>), UriError> {
    match text.rsplit_once('!') {
        Some((uri, limit)) if is_size_limit(limit) => Ok((
            Uri::parse(uri)?,
            Some(ParseError::SizeLimit {
                tag,
                uri: text.to_owned(),
            }),
        )),
        _ => Ok((Uri::parse(text)?, None)),
    }
}

/// Digits and an optional unit (RFC 7489 6.4).
fn is_size_limit(text: &str) -> bool {
    let digits = text
        .strip_suffix(['k', 'm', 'g', 't', 'K', 'M', 'G', 'T'])
        .unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit())
}

fn read_yes(value: &str) -> Option<bool> {
    match value {
        "y" | "Y" => Some(true),
        "n" | "N" => Some(false),
        _ => None,
    }
}

fn read_failure_options(value: &str) -> Option<BTreeSet<FailureOption>> {
    value
        .split(':')
        .map(|option| FailureOption::read(option.trim_matches(is_space)))
        .collect()
}
