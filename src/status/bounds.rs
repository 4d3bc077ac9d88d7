//! How long what is told may be. A status that breaks one bound of its schema is refused as a whole, and then nothing is
//! told at all (P8): what others decide the length of is cut, as a warning that names each of somebody's MX.

use crate::api::{RecordStatus, cut};

/// The records, each with a message that fits.
pub(super) fn records(records: &[RecordStatus]) -> Vec<RecordStatus> {
    let message = |record: &RecordStatus| cut(&record.message, RecordStatus::LONGEST_MESSAGE);
    records.iter().map(|record| RecordStatus { message: message(record), ..record.clone() }).collect()
}

/// At most `most` texts, each in at most `longest` characters; the last one says how many are missing.
pub(super) fn list(texts: &[String], most: usize, longest: usize) -> Vec<String> {
    let shown = if texts.len() > most { most - 1 } else { texts.len() };
    let missing = (texts.len() > shown).then(|| format!("{} more are not listed", texts.len() - shown));
    texts[..shown].iter().map(|shown| cut(shown, longest)).chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_how_many_it_leaves_out() {
        let texts = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(list(&texts, 4, 9), texts);
        assert_eq!(list(&texts, 3, 9), ["a", "b", "2 more are not listed"]);
    }
}
