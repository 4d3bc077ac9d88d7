//! TXT content as the API writes it: the presentation format.
//!
//! Content without quotes is older than the rule, or came from a tool that does not know it: it is one text as it stands.

use crate::{
    dns::Txt,
    provider::http::presentation::{self, Escapes},
};

/// Longest character-string (RFC 1035 3.3).
const LONGEST: usize = 255;

/// The content of a value.
pub(super) fn content(txt: &Txt) -> String {
    presentation::written(txt, Escapes::Decimal)
}

/// The value of a content.
pub(super) fn value(content: &str) -> Txt {
    let as_it_stands = || Txt::from_strings(content.as_bytes().chunks(LONGEST).map(<[u8]>::to_vec).collect());
    presentation::read(content, Escapes::Decimal).unwrap_or_else(as_it_stands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_without_quotes_is_one_text_as_it_stands() {
        let read = |content: &str| value(content).strings().to_vec();
        assert_eq!(read(r#""a" "b""#), [b"a".to_vec(), b"b".to_vec()]);
        assert_eq!(read("v=spf1 -all"), [b"v=spf1 -all".to_vec()]);
        assert_eq!(read(r"a\; b"), [br"a\; b".to_vec()]);
        assert_eq!(read(r#"say "hi""#), [br#"say "hi""#.to_vec()]);
        assert_eq!(read(r#""open"#), [br#""open"#.to_vec()]);
        assert_eq!(read(&"x".repeat(300)), [vec![b'x'; 255], vec![b'x'; 45]]);
    }
}
