//! How a webhook writes texts. The protocol leaves it open, and webhooks differ.
//!
//! external-dns puts the texts of its own registry in quotes, so a webhook copes with those; most hand them on to an API
//! that wants the presentation format. A webhook that takes quotes for a part of the text needs [`TxtFormat::Plain`]. What is
//! listed in the other form is not guessed at: the two mean different records.

use crate::{
    dns::{Txt, Value},
    provider::http::presentation::{Escapes, read, written},
};

/// Longest character-string (RFC 1035 3.3).
const LONGEST: usize = 255;

/// How texts stand in a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TxtFormat {
    /// In quotes, as RFC 1035 5.1 has it; a long text is several strings.
    Quoted,
    /// As it is, in one piece.
    Plain,
}

impl TxtFormat {
    /// A text as a target; `None` if this form cannot carry it.
    pub(super) fn target(self, txt: &Txt) -> Option<String> {
        match self {
            Self::Quoted => Some(written(txt, Escapes::Decimal)),
            Self::Plain => String::from_utf8(txt.octets()).ok().filter(|text| looks_plain(text)),
        }
    }

    /// The text of a target; `None` if it has the other form.
    pub(super) fn value(self, target: &str) -> Option<Value> {
        let txt = match self {
            Self::Quoted => read(target, Escapes::Decimal)?,
            Self::Plain if looks_plain(target) => {
                Txt::from_strings(target.as_bytes().chunks(LONGEST).map(<[u8]>::to_vec).collect())
            }
            Self::Plain => return None,
        };
        Some(Value::Txt(txt))
    }

    /// The value of the setting, and the other one.
    pub(super) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Quoted => ("Quoted", "Plain"),
            Self::Plain => ("Plain", "Quoted"),
        }
    }
}

/// A text that begins with a quote may be one in the other form.
fn looks_plain(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('"')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn txt(text: &str) -> Txt {
        Txt::from_text(text)
    }

    #[test]
    fn dns_g1_a_long_text_is_several_strings_in_quotes_and_one_piece_without() {
        let long = "k".repeat(410);
        let quoted = TxtFormat::Quoted.target(&txt(&long)).unwrap();
        assert_eq!(quoted, format!("\"{}\" \"{}\"", &long[..255], &long[255..]));
        assert_eq!(TxtFormat::Quoted.value(&quoted), Some(Value::text(&long)));
        assert_eq!(TxtFormat::Plain.target(&txt(&long)).as_deref(), Some(long.as_str()));
        assert_eq!(TxtFormat::Plain.value(&long), Some(Value::text(&long)));
    }

    #[test]
    fn p1_what_is_listed_in_the_other_form_is_not_guessed_at() {
        assert_eq!(TxtFormat::Quoted.value("v=spf1 -all"), None);
        assert_eq!(TxtFormat::Plain.value("\"v=spf1 -all\""), None);
    }

    #[test]
    fn a_text_that_would_be_taken_for_the_other_form_has_no_plain_target() {
        assert_eq!(TxtFormat::Plain.target(&txt("\"a\"")), None);
        assert_eq!(TxtFormat::Plain.target(&Txt::from_strings(vec![vec![0xff]])), None);
    }
}
