//! Writing a record (DMARC-G1).

use std::fmt;

use super::Dmarc;
use super::values::{Alignment, FailureOption, Psd};
use crate::uri;

/// Tags in the order v, p, sp, np, adkim, aspf, t, psd, fo, rua, ruf; defaults left out. Obsolete tags come last, and
/// only where [`Dmarc::obsolete`] holds them.
impl fmt::Display for Dmarc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=DMARC1")?;
        self.tags()
            .into_iter()
            .filter_map(|(tag, value)| Some((tag, value?)))
            .try_for_each(|(tag, value)| write!(f, "; {tag}={value}"))
    }
}

impl Dmarc {
    fn tags(&self) -> [(&'static str, Option<String>); 13] {
        let uris = |uris: &[uri::Uri]| (!uris.is_empty()).then(|| uri::join_list(uris));
        let strict = |alignment| (alignment == Alignment::Strict).then(|| "s".to_owned());
        [
            ("p", Some(self.policy.to_string())),
            ("sp", self.subdomain_policy.map(|policy| policy.to_string())),
            (
                "np",
                self.nonexistent_policy.map(|policy| policy.to_string()),
            ),
            ("adkim", strict(self.adkim)),
            ("aspf", strict(self.aspf)),
            ("t", self.testing.then(|| "y".to_owned())),
            ("psd", self.psd_value()),
            ("fo", self.fo_value()),
            ("rua", uris(&self.rua)),
            ("ruf", uris(&self.ruf)),
            ("pct", self.obsolete.pct.map(|pct| pct.to_string())),
            ("rf", self.obsolete.rf.clone()),
            ("ri", self.obsolete.ri.map(|ri| ri.to_string())),
        ]
    }

    fn psd_value(&self) -> Option<String> {
        match self.psd {
            Psd::Undecided => None,
            Psd::Yes => Some("y".to_owned()),
            Psd::No => Some("n".to_owned()),
        }
    }

    fn fo_value(&self) -> Option<String> {
        let values: Vec<_> = self.fo.iter().map(|option| option.as_str()).collect();
        let is_default = self.fo.iter().all(|option| *option == FailureOption::All);
        (!is_default).then(|| values.join(":"))
    }
}
