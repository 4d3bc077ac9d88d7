//! TXT content as the API writes it: character-strings in quotes, one after the other (RFC 1035 5.1).
//!
//! Content without quotes is older than the rule, or came from a tool that does not know it: it is one text as it stands.

use crate::dns::Txt;

/// Longest character-string (RFC 1035 3.3).
const LONGEST: usize = 255;

/// The content of a value.
pub(super) fn content(txt: &Txt) -> String {
    let quoted: Vec<String> = txt.strings().iter().map(|string| quoted(string)).collect();
    if quoted.is_empty() { "\"\"".to_owned() } else { quoted.join(" ") }
}

fn quoted(string: &[u8]) -> String {
    let escaped: String = string.iter().map(|octet| escaped(*octet)).collect();
    format!("\"{escaped}\"")
}

fn escaped(octet: u8) -> String {
    match octet {
        b'"' | b'\\' => format!("\\{}", char::from(octet)),
        b' '..=b'~' => char::from(octet).to_string(),
        other => format!("\\{other:03}"),
    }
}

/// The value of a content.
pub(super) fn value(content: &str) -> Txt {
    let strings = strings(content).unwrap_or_else(|| content.as_bytes().chunks(LONGEST).map(<[u8]>::to_vec).collect());
    Txt::from_strings(strings)
}

/// The quoted strings; `None` if anything else stands there.
fn strings(content: &str) -> Option<Vec<Vec<u8>>> {
    let mut rest = content.trim().as_bytes();
    let mut strings = Vec::new();
    while let Some(inside) = rest.strip_prefix(b"\"") {
        let (string, after) = one(inside)?;
        strings.push(string);
        rest = after.trim_ascii_start();
    }
    (rest.is_empty() && !strings.is_empty()).then_some(strings)
}

/// One string up to its closing quote, and what stands behind it.
fn one(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut string = Vec::new();
    loop {
        let (octet, after) = match rest {
            [b'"', after @ ..] => return Some((string, after)),
            [b'\\', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', after @ ..] => (decimal([*a, *b, *c])?, after),
            [b'\\', escaped, after @ ..] => (*escaped, after),
            [plain, after @ ..] => (*plain, after),
            [] => return None,
        };
        string.push(octet);
        rest = after;
    }
}

fn decimal(digits: [u8; 3]) -> Option<u8> {
    let number = digits.iter().fold(0_u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    u8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(content: &str) -> Vec<Vec<u8>> {
        value(content).strings().to_vec()
    }

    #[test]
    fn dns_g2_quotes_backslashes_and_odd_octets_are_escaped() {
        let txt = Txt::from_strings(vec![br#"a"b\c;d"#.to_vec(), vec![0, 0xff], vec![]]);
        assert_eq!(content(&txt), r#""a\"b\\c;d" "\000\255" """#);
        assert_eq!(content(&Txt::from_strings(vec![])), r#""""#);
    }

    #[test]
    fn content_without_quotes_is_one_text_as_it_stands() {
        assert_eq!(read("v=spf1 -all"), [b"v=spf1 -all".to_vec()]);
        assert_eq!(read(r"a\; b"), [br"a\; b".to_vec()]);
        assert_eq!(read(r#"say "hi""#), [br#"say "hi""#.to_vec()]);
        assert_eq!(read(r#""open"#), [br#""open"#.to_vec()]);
        assert_eq!(read(&"x".repeat(300)), [vec![b'x'; 255], vec![b'x'; 45]]);
    }

    #[test]
    fn quoted_strings_are_told_apart_with_any_space_between() {
        assert_eq!(read(r#" "a"  "b""c" "#), [b"a".to_vec(), b"b".to_vec(), b"c".to_vec()]);
        assert_eq!(read(r#""\065\"""#), [b"A\"".to_vec()]);
    }

    proptest! {
        #[test]
        fn dns_g1_what_is_written_is_read_back_octet_by_octet(strings in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..5)) {
            prop_assert_eq!(read(&content(&Txt::from_strings(strings.clone()))), strings);
        }
    }
}
