//! Report addresses: the URIs of `rua=` and `ruf=` (RFC 9989 4.6, RFC 8460 3).

use std::fmt;

use crate::name::{self, NameError};

/// An address that reports are sent to: `mailto:` or `https:`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uri {
    text: String,
    scheme: Scheme,
    host: String,
}

/// How reports travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// `mailto:`, the only scheme that every reporter supports.
    Mailto,
    /// `https:`, for TLS reports (RFC 8460 3).
    Https,
}

/// Why a text is no report address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// Nothing there.
    #[error("a report address is empty")]
    Empty,
    /// A mail address without a scheme.
    #[error("{0:?} is a bare address: write mailto:{0}")]
    Bare(String),
    /// Neither `mailto:` nor `https:`.
    #[error("{0:?}: only mailto: and https: addresses are used for reports")]
    Scheme(String),
    /// A character that a URI cannot hold.
    #[error("{uri:?} holds {character:?}: encode it as {encoded}, and domains as A-labels")]
    Character {
        /// The address.
        uri: String,
        /// The first such character.
        character: char,
        /// What to write instead.
        encoded: String,
    },
    /// `mailto:` without `local@domain`.
    #[error("{0:?} is not of the form mailto:local-part@domain")]
    NoAddress(String),
    /// `https:` that is no URL.
    #[error("{0:?} is not a valid https URL")]
    BadUrl(String),
    /// A wrong domain.
    #[error("{uri:?}: {cause}")]
    Host {
        /// The address.
        uri: String,
        /// What is wrong with its domain.
        cause: NameError,
    },
}

impl Uri {
    /// Checks an address. `,` `!` and `;` end it in a record, so they must be percent-encoded.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let (scheme, rest) = split_scheme(text)?;
        let host = match scheme {
            Scheme::Mailto => mail_host(text, rest)?,
            Scheme::Https => url_host(text)?,
        };
        if let Some(character) = text
            .chars()
            .find(|c| !c.is_ascii_graphic() || ",!;\"\\<>^`{|}".contains(*c))
        {
            return Err(UriError::Character {
                uri: text.to_owned(),
                character,
                encoded: percent_encode(character),
            });
        }
        Ok(Self {
            text: text.to_owned(),
            scheme,
            host,
        })
    }

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How reports travel to it.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The domain that receives, in lower case.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// For comparing: scheme and domain without regard to case.
    pub(crate) fn folded(&self) -> String {
        match self.scheme {
            Scheme::Mailto => {
                let local = self.text[7..]
                    .split_once('@')
                    .map_or("", |(local, _)| local);
                let query = self.text.split_once('?').map_or("", |(_, query)| query);
                format!("mailto:{local}@{}?{query}", self.host)
            }
            Scheme::Https => {
                url::Url::parse(&self.text).map_or_else(|_| self.text.clone(), String::from)
            }
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

/// Reads a comma-separated list; white space around an address is allowed.
pub(crate) fn parse_list(text: &str) -> impl Iterator<Item = Result<Uri, UriError>> {
    text.split(',')
        .map(|uri| Uri::parse(uri.trim_matches(crate::tag_list::is_space)))
}

/// Writes a list as it stands in a record.
pub(crate) fn join_list(uris: &[Uri]) -> String {
    uris.iter().map(Uri::as_str).collect::<Vec<_>>().join(",")
}

fn split_scheme(text: &str) -> Result<(Scheme, &str), UriError> {
    if text.is_empty() {
        return Err(UriError::Empty);
    }
    match text.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto") => Ok((Scheme::Mailto, rest)),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => Ok((Scheme::Https, rest)),
        None if text.contains('@') => Err(UriError::Bare(text.to_owned())),
        _ => Err(UriError::Scheme(text.to_owned())),
    }
}

fn mail_host(uri: &str, rest: &str) -> Result<String, UriError> {
    let address = rest.split('?').next().unwrap_or(rest);
    match address.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !local.contains('@') => {
            // An obsolete size suffix is reported as the character it is, not as a strange domain.
            let domain = domain.split(['!', ';', ',']).next().unwrap_or(domain);
            name::check_domain(domain).map_err(|cause| UriError::Host {
                uri: uri.to_owned(),
                cause,
            })
        }
        _ => Err(UriError::NoAddress(uri.to_owned())),
    }
}

fn url_host(uri: &str) -> Result<String, UriError> {
    let bad = || UriError::BadUrl(uri.to_owned());
    // The parser would turn a U-label into an A-label, which then is not what stands in the record.
    let authority = uri.split('/').nth(2).ok_or_else(bad)?;
    let host_and_port = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = host_and_port.split(':').next().unwrap_or(host_and_port);
    if !host.is_ascii() {
        name::check_domain(host).map_err(|cause| UriError::Host {
            uri: uri.to_owned(),
            cause,
        })?;
    }
    match url::Url::parse(uri) {
        Ok(url) if uri[6..].starts_with("//") => url.host_str().map(str::to_owned).ok_or_else(bad),
        _ => Err(bad()),
    }
}

fn percent_encode(character: char) -> String {
    let mut buffer = [0; 4];
    let octets = character.encode_utf8(&mut buffer).bytes();
    octets.fold(String::new(), |encoded, octet| {
        encoded + &format!("%{octet:02X}")
    })
}
