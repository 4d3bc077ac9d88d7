//! Macro strings (RFC 7208 7.1): taken apart, never expanded. Expansion needs a message and belongs to a receiver.

use std::fmt;

/// A text with macros, as it stands in a term.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MacroString {
    text: String,
    parts: Vec<Part>,
}

/// A piece of a [`MacroString`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Plain text.
    Literal(String),
    /// `%%`.
    Percent,
    /// `%_`, one space.
    Space,
    /// `%-`, a space in URL encoding.
    UrlSpace,
    /// `%{...}`.
    Macro {
        /// `s l o d i p v h` in any case; upper case asks for URL encoding of the result.
        letter: char,
        /// How many right-hand parts to keep; `None` keeps all.
        keep: Option<u32>,
        /// `r`: reverse the parts first.
        reverse: bool,
        /// Where to split; empty means at dots.
        delimiters: String,
    },
}

/// What is wrong with a macro.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MacroError {
    /// A percent sign that starts no macro.
    #[error("% must be followed by {{, %, _ or -; write %% for a percent sign")]
    LonePercent,
    /// `%{` without `}`.
    #[error("%{{ has no closing }}")]
    Unclosed,
    /// A letter outside `slodipvh`.
    #[error(
        "%{{{0}}}: the macro letters are s l o d i p v h (c, r and t only in explanation texts)"
    )]
    BadLetter(String),
    /// Something after the letter that is neither digits, `r` nor a delimiter.
    #[error(
        "%{{{0}}}: after the letter come digits above zero, r, then delimiters out of . - + , / _ ="
    )]
    BadTransformer(String),
    /// A space, control or non-ASCII character.
    #[error("{0:?} may not stand in a term")]
    BadCharacter(char),
}

impl MacroString {
    /// Takes a text apart.
    pub fn parse(text: &str) -> Result<Self, MacroError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (part, after) = read_part(rest)?;
            parts.push(part);
            rest = after;
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pieces in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether the text means itself, the same for every message.
    pub fn is_literal(&self) -> bool {
        self.parts
            .iter()
            .all(|part| matches!(part, Part::Literal(_)))
    }

    /// Whether `%{p}` stands in it, which SHOULD NOT be published (RFC 7208 7.2).
    pub fn uses_p(&self) -> bool {
        self.parts.iter().any(|part| {
            matches!(
                part,
                Part::Macro {
                    letter: 'p' | 'P',
                    ..
                }
            )
        })
    }
}

impl fmt::Display for MacroString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn read_part(text: &str) -> Result<(Part, &str), MacroError> {
    let Some(after) = text.strip_prefix('%') else {
        return read_literal(text);
    };
    let mut characters = after.chars();
    match characters.next() {
        Some('%') => Ok((Part::Percent, characters.as_str())),
        Some('_') => Ok((Part::Space, characters.as_str())),
        Some('-') => Ok((Part::UrlSpace, characters.as_str())),
        Some('{') => {
            let (body, rest) = characters
                .as_str()
                .split_once('}')
                .ok_or(MacroError::Unclosed)?;
            Ok((read_macro(body)?, rest))
        }
        _ => Err(MacroError::LonePercent),
    }
}

fn read_literal(text: &str) -> Result<(Part, &str), MacroError> {
    let (literal, rest) = text.split_at(text.find('%').unwrap_or(text.len()));
    match literal.chars().find(|c| !c.is_ascii_graphic()) {
        Some(character) => Err(MacroError::BadCharacter(character)),
        None => Ok((Part::Literal(literal.to_owned()), rest)),
    }
}

/// Reads `letter [digits] [r] delimiters`, the inside of `%{...}`.
fn read_macro(body: &str) -> Result<Part, MacroError> {
    let mut characters = body.chars();
    let letter = characters
        .next()
        .filter(|letter| "slodipvh".contains(letter.to_ascii_lowercase()))
        .ok_or_else(|| MacroError::BadLetter(body.to_owned()))?;
    let rest = characters.as_str();
    let after_digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &rest[..rest.len() - after_digits.len()];
    let delimiters = after_digits
        .strip_prefix(['r', 'R'])
        .unwrap_or(after_digits);
    let bad = || MacroError::BadTransformer(body.to_owned());
    if !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
        return Err(bad());
    }
    let keep = match digits {
        "" => None,
        _ => Some(
            digits
                .parse()
                .ok()
                .filter(|keep| *keep > 0)
                .ok_or_else(bad)?,
        ),
    };
    Ok(Part::Macro {
        letter,
        keep,
        reverse: delimiters.len() < after_digits.len(),
        delimiters: delimiters.to_owned(),
    })
}
