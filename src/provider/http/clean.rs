//! Makes a provider's text fit for a condition: one short line, and nothing of the credential in it.

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
    fn p8_a_credential_that_the_provider_repeats_is_taken_out() {
        assert_eq!(clean("token s3cr3t is wrong: s3cr3t", &["s3cr3t", ""]), "token [credential] is wrong: [credential]");
    }
}
