//! What `docs/providers.md` says of the requests of each provider, held to what a test has counted.
//!
//! Whoever counts says what the page says of it; `tests/documentation/costs.rs` wants that of every cell.

/// A column of the table of requests.
#[derive(Clone, Copy)]
pub enum Step {
    Check = 1,
    First,
    Change,
    Settled,
}

/// How the line of headings of the table of providers begins.
pub const PROVIDERS: &str = "| Provider | Atomic change of |";
/// The same of the table of requests.
pub const REQUESTS: &str = "| Provider | The check of the credential |";

/// The rows of a table, by provider; `heading` begins its line of headings.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let after = include_str!("../../docs/providers.md").split(heading).nth(1).unwrap();
    let lines = after.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The providers of a table.
pub fn names(heading: &str) -> Vec<String> {
    rows(heading).iter().filter_map(|row| Some(row[0].split('`').nth(1)?.to_owned())).collect()
}

/// That the table says these words of what a step costs.
pub fn says(provider: &str, step: Step, words: &str) {
    let rows = rows(REQUESTS);
    let row = rows.iter().find(|row| row[0] == format!("`{provider}`")).unwrap_or_else(|| panic!("{provider} has no row"));
    assert!(row[step as usize].contains(words), "{words:?} is not in {:?}", row[step as usize]);
}
