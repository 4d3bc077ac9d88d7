//! DNS records in the words of `dig`, fitted to the screen.

use hickory_proto::rr::{RData, Record};

use super::screen::{Screen, Style, cut, painted, wrap};

/// Prints records: one line each where all fit, else the value below the name. Of a key only the beginning is shown.
pub(super) fn print(screen: Screen, records: &[Record]) {
    let longest = records.iter().map(|record| record.name.to_string().len()).max().unwrap_or_default();
    let lines: Vec<(String, String)> = records.iter().map(|record| (head(record, longest), value(record))).collect();
    let fits = |(head, value): &(String, String)| head.chars().count() + 1 + value.chars().count() <= screen.columns();
    let one_line_each = lines.iter().all(fits);
    for (head, value) in &lines {
        if one_line_each {
            painted(&format!("{} {value}", screen.paint(Style::Dim, head)));
        } else {
            painted(&screen.paint(Style::Dim, head));
            for line in below(screen.columns().saturating_sub(4), value) {
                painted(&format!("    {line}"));
            }
        }
    }
}

/// Words are wrapped; what has none to speak of, a key, is cut.
fn below(columns: usize, value: &str) -> Vec<String> {
    let has_long_word = value.split_whitespace().any(|word| word.chars().count() > columns);
    if has_long_word { vec![cut(value, columns)] } else { wrap(value, columns) }
}

fn head(record: &Record, longest: usize) -> String {
    format!("{:<longest$} {:>5} IN {}", record.name.to_string(), record.ttl, record.record_type())
}

/// The strings of a TXT record each in quotes.
fn value(record: &Record) -> String {
    match &record.data {
        RData::TXT(txt) => {
            let strings = txt.txt_data.iter().map(|string| format!("\"{}\"", String::from_utf8_lossy(string)));
            strings.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn a_key_is_cut_and_a_sentence_is_not() {
        assert_eq!(below(10, "p=MIIBIjANBgkqhki k4"), ["p=MIIBIjA…"]);
        assert_eq!(below(10, "heritage=a v=1"), ["heritage=a", "v=1"]);
    }
}
