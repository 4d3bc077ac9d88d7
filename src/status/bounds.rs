//! How long what is told may be. A status that breaks one bound of its schema is refused as a whole, and then nothing is
//! told at all (P8): what others decide the length of is cut here, as a warning that names each of somebody's MX.

/// What stands where the rest is missing.
const CUT: &str = " ...";

/// Characters of a condition's message: a sentence or two, the rest is in `status.records`.
const CONDITION: usize = 1024;

/// What a condition says of `told`.
pub fn condition_message(told: &str) -> String {
    text(told, CONDITION)
}

/// The text in at most `most` characters.
pub(super) fn text(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    text.chars().take(most - CUT.len()).chain(CUT.chars()).collect()
}

/// At most `most` texts, each in at most `longest` characters; the last one says how many are missing.
pub(super) fn list(texts: &[String], most: usize, longest: usize) -> Vec<String> {
    let shown = if texts.len() > most { most - 1 } else { texts.len() };
    let missing = (texts.len() > shown).then(|| format!("{} more are not listed", texts.len() - shown));
    texts[..shown].iter().map(|shown| text(shown, longest)).chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(text("ööööö", 5), "ööööö");
        assert_eq!(text("öööööö", 5), "ö ...");
    }

    #[test]
    fn a_list_says_how_many_it_leaves_out() {
        let texts = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(list(&texts, 4, 9), texts);
        assert_eq!(list(&texts, 3, 9), ["a", "b", "2 more are not listed"]);
    }
}
