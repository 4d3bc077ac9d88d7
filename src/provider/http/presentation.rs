//! Values in the presentation format (RFC 1035 5.1). TXT has character-strings in quotes, one after the other.
//!
//! Pure. Providers that store text instead of octets write this format. They differ in how they number an octet that is
//! no printable character, and in what they make of text without quotes; the second is a matter of the provider's folder.

use crate::dns::{Txt, Value};

/// How an octet that is no printable ASCII character is written after the backslash, in three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// As in RFC 1035.
    Decimal,
    /// As Route 53 has it.
    Octal,
}

impl Escapes {
    fn written(self, octet: u8) -> String {
        match self {
            Self::Decimal => format!("\\{octet:03}"),
            Self::Octal => format!("\\{octet:03o}"),
        }
    }

    /// The octet of three digits, if they are digits of this kind and name one.
    fn read(self, digits: [u8; 3]) -> Option<u8> {
        let base = match self {
            Self::Decimal => 10,
            Self::Octal => 8,
        };
        let number = digits.iter().try_fold(0, |sum, digit| Some(sum * base + char::from(*digit).to_digit(base)?))?;
        u8::try_from(number).ok()
    }
}

/// The value that `text` is, if its type is one that is ever written.
pub fn value(kind: &str, text: &str, escapes: Escapes) -> Option<Value> {
    match kind {
        "TXT" => read(text, escapes).map(Value::Txt),
        _ => plain(kind, text),
    }
}

/// The same for the types that every vendor writes alike; TXT is not among them.
pub fn plain(kind: &str, text: &str) -> Option<Value> {
    match kind {
        "CNAME" => text.parse().ok().map(Value::Cname),
        "A" => text.parse().ok().map(Value::A),
        "AAAA" => text.parse().ok().map(Value::Aaaa),
        _ => None,
    }
}

/// A value as text.
pub fn text(value: &Value, escapes: Escapes) -> String {
    match value {
        Value::Txt(txt) => written(txt, escapes),
        other => other.to_string(),
    }
}

/// A TXT value as text. Without a string it is one empty string: no record can be without any.
pub fn written(txt: &Txt, escapes: Escapes) -> String {
    let quoted: Vec<String> = txt.strings().iter().map(|string| quoted(string, escapes)).collect();
    if quoted.is_empty() { "\"\"".to_owned() } else { quoted.join(" ") }
}

fn quoted(string: &[u8], escapes: Escapes) -> String {
    let text: String = string.iter().map(|octet| escaped(*octet, escapes)).collect();
    format!("\"{text}\"")
}

fn escaped(octet: u8, escapes: Escapes) -> String {
    match octet {
        b'"' | b'\\' => format!("\\{}", char::from(octet)),
        b' '..=b'~' => char::from(octet).to_string(),
        other => escapes.written(other),
    }
}

/// The TXT value of a text; `None` if anything but quoted strings stands there.
pub fn read(text: &str, escapes: Escapes) -> Option<Txt> {
    let mut rest = text.trim().as_bytes();
    let mut strings = Vec::new();
    while let Some(inside) = rest.strip_prefix(b"\"") {
        let (string, after) = one(inside, escapes)?;
        strings.push(string);
        rest = after.trim_ascii_start();
    }
    (rest.is_empty() && !strings.is_empty()).then(|| Txt::from_strings(strings))
}

/// One string up to its closing quote, and what stands behind it.
fn one(mut rest: &[u8], escapes: Escapes) -> Option<(Vec<u8>, &[u8])> {
    let mut string = Vec::new();
    loop {
        let (octet, after) = match rest {
            [b'"', after @ ..] => return Some((string, after)),
            [b'\\', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', after @ ..] => (escapes.read([*a, *b, *c])?, after),
            [b'\\', plain, after @ ..] | [plain, after @ ..] => (*plain, after),
            [] => return None,
        };
        string.push(octet);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strings(text: &str) -> Option<Vec<Vec<u8>>> {
        read(text, Escapes::Decimal).map(|txt| txt.strings().to_vec())
    }

    #[test]
    fn dns_g2_quotes_backslashes_and_odd_octets_are_escaped() {
        let txt = Txt::from_strings(vec![br#"a"b\c;d"#.to_vec(), vec![0, 0xff], vec![]]);
        assert_eq!(written(&txt, Escapes::Decimal), r#""a\"b\\c;d" "\000\255" """#);
        assert_eq!(written(&txt, Escapes::Octal), r#""a\"b\\c;d" "\000\377" """#);
        assert_eq!(written(&Txt::from_strings(vec![]), Escapes::Decimal), r#""""#);
    }

    #[test]
    fn quoted_strings_are_told_apart_with_any_space_between() {
        assert_eq!(strings(r#" "a"  "b""c" "#), Some(vec![b"a".to_vec(), b"b".to_vec(), b"c".to_vec()]));
        assert_eq!(strings(r#""\065\"""#), Some(vec![b"A\"".to_vec()]));
    }

    #[test]
    fn what_is_no_quoted_string_is_not_guessed_at() {
        for text in ["", "v=spf1 -all", r#"say "hi""#, r#""open"#, r#""a" b"#, r#""\999""#] {
            assert_eq!(strings(text), None, "{text}");
        }
        assert_eq!(read(r#""\189""#, Escapes::Octal), None);
    }

    proptest! {
        #[test]
        fn dns_g1_what_is_written_is_read_back_octet_by_octet(
            strings in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..5),
            octal in any::<bool>(),
        ) {
            let escapes = if octal { Escapes::Octal } else { Escapes::Decimal };
            let txt = Txt::from_strings(strings);
            prop_assert_eq!(read(&written(&txt, escapes), escapes), Some(txt));
        }
    }
}
