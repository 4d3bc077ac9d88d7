//! Mailward's marker: the TXT at `_mailward.<domain>` that says which records are ours. Not a standard.
//!
//! `heritage=mailward; v=1; owner=<owner>; uid=<uid>; has=spf,dmarc,sel:main-3f9a2c7d; took=spf`

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::tag_list::{TagError, TagList};

/// Stands in front of the domain: `_mailward.<domain>`.
pub const PREFIX: &str = "_mailward";

/// Who manages a domain, and which of its records.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Marker {
    owner: String,
    uid: String,
    /// `has=`: the records that are ours.
    pub has: BTreeSet<Slot>,
    /// `took=`: those among them that replaced a foreign value.
    pub took: BTreeSet<Slot>,
}

/// One record that can be ours, such as `spf` or `sel:main-3f9a2c7d`: lower-case letters, digits and `- . _ :`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(String);

/// Why a text is no marker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkerError {
    /// No `heritage=` in front.
    #[error("the text does not start with heritage=mailward")]
    NotAMarker,
    /// Another tool's mark.
    #[error("the text is the mark of {0:?}, not of mailward")]
    OtherHeritage(String),
    /// A version this reader does not know.
    #[error(
        "the marker has version {0:?}, this release reads version 1 only: upgrade before touching the domain"
    )]
    UnknownVersion(String),
    /// A tag that must be there.
    #[error("the marker has no {0}= tag")]
    Missing(&'static str),
    /// The tags cannot be read.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// A value that cannot stand in a marker.
    #[error(
        "{tag}={value:?}: printable ASCII without spaces, semicolons, quotes and backslashes belongs here"
    )]
    Value {
        /// The tag.
        tag: &'static str,
        /// Its value.
        value: String,
    },
    /// A slot name that cannot stand in a list.
    #[error("{0:?} is not a slot name: lower-case letters, digits and - . _ : only")]
    BadSlot(String),
}

impl Marker {
    /// A marker without slots.
    pub fn new(owner: impl Into<String>, uid: impl Into<String>) -> Result<Self, MarkerError> {
        let (owner, uid) = (owner.into(), uid.into());
        check_value("owner", &owner)?;
        check_value("uid", &uid)?;
        Ok(Self {
            owner,
            uid,
            has: BTreeSet::new(),
            took: BTreeSet::new(),
        })
    }

    /// Who manages the domain: `<owner-id>/<namespace>/<name>`.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The UID of the object that does.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// Reads a joined TXT. Unknown tags are passed over; another heritage and another version are refused.
    pub fn parse(text: &str) -> Result<Self, MarkerError> {
        refuse_other_heritage(text)?;
        let tags = TagList::read_strict(text)?;
        match tags.get("v") {
            Some("1") => {}
            Some(version) => return Err(MarkerError::UnknownVersion(version.to_owned())),
            None => return Err(MarkerError::Missing("v")),
        }
        let required = |name| tags.get(name).ok_or(MarkerError::Missing(name));
        let marker = Self::new(required("owner")?, required("uid")?)?;
        Ok(Self {
            has: read_slots(tags.get("has"))?,
            took: read_slots(tags.get("took"))?,
            ..marker
        })
    }
}

/// Other tools separate with commas (`heritage=external-dns,...`), so this looks before the tags are read.
fn refuse_other_heritage(text: &str) -> Result<(), MarkerError> {
    let value = text
        .trim_start()
        .strip_prefix("heritage=")
        .ok_or(MarkerError::NotAMarker)?;
    match value.split([';', ',']).next().unwrap_or(value).trim() {
        "mailward" => Ok(()),
        other => Err(MarkerError::OtherHeritage(other.to_owned())),
    }
}

fn check_value(tag: &'static str, value: &str) -> Result<(), MarkerError> {
    let fits = |octet: u8| octet.is_ascii_graphic() && !b";\"\\".contains(&octet);
    if !value.is_empty() && value.bytes().all(fits) {
        return Ok(());
    }
    Err(MarkerError::Value {
        tag,
        value: value.to_owned(),
    })
}

fn read_slots(list: Option<&str>) -> Result<BTreeSet<Slot>, MarkerError> {
    let list = list.unwrap_or_default();
    list.split(',')
        .map(str::trim)
        .filter(|slot| !slot.is_empty())
        .map(Slot::new)
        .collect()
}

impl Slot {
    /// Checks a name.
    pub fn new(name: impl Into<String>) -> Result<Self, MarkerError> {
        let name = name.into();
        let fits = |octet: u8| {
            octet.is_ascii_lowercase() || octet.is_ascii_digit() || b"-._:".contains(&octet)
        };
        if name.is_empty() || !name.bytes().all(fits) {
            return Err(MarkerError::BadSlot(name));
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slot {
    type Err = MarkerError;

    fn from_str(name: &str) -> Result<Self, MarkerError> {
        Self::new(name)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Marker {
    type Err = MarkerError;

    fn from_str(text: &str) -> Result<Self, MarkerError> {
        Self::parse(text)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "heritage=mailward; v=1; owner={}; uid={}",
            self.owner, self.uid
        )?;
        for (tag, slots) in [("has", &self.has), ("took", &self.took)] {
            if !slots.is_empty() {
                let list: Vec<_> = slots.iter().map(Slot::as_str).collect();
                write!(f, "; {tag}={}", list.join(","))?;
            }
        }
        Ok(())
    }
}
