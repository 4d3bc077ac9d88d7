//! The suite's YAML as values. Its keys are the suite's words.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// One YAML document: cases over one zone.
#[derive(Debug, Deserialize)]
pub(crate) struct Scenario {
    pub(crate) description: String,
    pub(crate) tests: BTreeMap<String, Case>,
    pub(crate) zonedata: BTreeMap<String, Vec<Entry>>,
}

/// One evaluation and the results that the suite allows.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) helo: String,
    pub(crate) host: String,
    pub(crate) mailfrom: String,
    pub(crate) result: OneOrMany,
}

/// A text, or several of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<Scalar>),
}

/// The suite mixes numbers and texts in lists (`MX: [0, mail.example.com]`).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Scalar {
    Text(String),
    Number(serde::de::IgnoredAny),
}

/// One record of a name, or the word `TIMEOUT`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Entry {
    Timeout(Word),
    Record(BTreeMap<String, OneOrMany>),
}

/// `TIMEOUT`, the only word that stands for a record.
#[derive(Debug, Deserialize)]
pub(crate) enum Word {
    #[serde(rename = "TIMEOUT")]
    Timeout,
}

impl Entry {
    /// The joined texts of the record, if it has any.
    pub(crate) fn record_texts(&self) -> Vec<String> {
        let Self::Record(record) = self else {
            return Vec::new();
        };
        record
            .values()
            .map(|value| value.texts().concat())
            .collect()
    }
}

impl OneOrMany {
    /// The texts, numbers left out.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(list) => list.iter().filter_map(Scalar::text).collect(),
        }
    }
}

impl Scalar {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) => None,
        }
    }
}

impl Case {
    /// The domain whose record is evaluated: of MAIL FROM, or of HELO where MAIL FROM is empty (RFC 7208 2.4).
    pub(crate) fn domain(&self) -> &str {
        self.mailfrom
            .rsplit_once('@')
            .map_or(&self.helo, |(_, domain)| domain)
    }
}

/// All scenarios. Without the file this fails: a suite that is silently not run proves nothing.
pub(crate) fn load() -> Vec<Scenario> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/rfc7208");
    let path =
        std::env::var_os("RFC7208_DIR").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let path = path.join("rfc7208-tests.yml");
    let yaml = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; run tests/readers/fetch-rfc7208.sh first",
            path.display()
        )
    });
    serde_saphyr::from_multiple(&yaml).expect("the suite is valid YAML of the known form")
}
