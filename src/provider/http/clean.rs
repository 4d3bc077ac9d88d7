//! Makes a provider's text fit for a condition: one short line, and nothing of the credential in it; and the credential fit for a
//! header.

/// Characters that are shown at most.
const LONGEST: usize = 300;
/// Stands where the credential was.
const HIDDEN: &str = "[credential]";

/// The text on one line, cut, with every secret taken out.
pub fn clean(text: &str, secrets: &[&str]) -> String {
    let hidden =
        secrets.iter().filter(|secret| !secret.is_empty()).fold(text.to_owned(), |text, secret| text.replace(*secret, HIDDEN));
    let words: Vec<&str> = hidden.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

/// A credential without the spaces and line ends around it; `None` if what is left could not stand in a header.
pub fn one_word(secret: &str) -> Option<&str> {
    let word = secret.trim();
    (!word.is_empty() && word.bytes().all(|octet| octet.is_ascii_graphic())).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_one_short_line() {
        assert_eq!(clean(" a\n\tb\u{7}c  d ", &[]), "a b c d");
        let long = clean(&"ä".repeat(1000), &[]);
        assert_eq!((long.chars().count(), long.ends_with("...")), (LONGEST + 3, true));
    }

    #[test]
    fn a_credential_is_one_word_and_what_is_around_it_is_no_part_of_it() {
        assert_eq!(one_word(" s3cr3t-_=\n"), Some("s3cr3t-_="));
        for none in ["", " \n", "two words", "line\nend", "schl\u{fc}ssel", "\u{7}"] {
            assert_eq!(one_word(none), None, "{none:?}");
        }
    }

    #[test]
    fn p8_a_credential_that_the_provider_repeats_is_taken_out() {
        assert_eq!(clean("token s3cr3t is wrong: s3cr3t", &["s3cr3t", ""]), "token [credential] is wrong: [credential]");
    }
}
