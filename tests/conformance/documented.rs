//! What `docs/providers.md` says of the requests of each provider, held to what is counted here.

/// A column of the table of requests.
#[derive(Clone, Copy)]
pub enum Step {
    Check = 1,
    First,
    Change,
    Settled,
}

/// The rows of a table, by provider; `heading` begins its line of headings.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let after = include_str!("../../docs/providers.md").split(heading).nth(1).unwrap();
    let lines = after.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// That the table says these words of what a step costs.
pub fn says(provider: &str, step: Step, words: &str) {
    let rows = rows("| Provider | The check of the credential |");
    let row = rows.iter().find(|row| row[0] == format!("`{provider}`")).unwrap_or_else(|| panic!("{provider} has no row"));
    assert!(row[step as usize].contains(words), "{words:?} is not in {:?}", row[step as usize]);
}

/// P7. What a visit of a settled domain costs is no business of a provider, so it is counted with the operator: it is never asked.
#[test]
fn p7_every_provider_has_a_row_and_a_settled_domain_costs_nothing_anywhere() {
    let known: Vec<String> = rows("| Provider | Atomic change of |")
        .iter()
        .filter_map(|row| Some(row[0].strip_prefix("[`")?.split_once('`')?.0.to_owned()))
        .filter(|name| name != "manual")
        .collect();
    let counted: Vec<&str> =
        rows("| Provider | The check of the credential |").iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(known, counted);
    for provider in counted {
        says(provider, Step::Settled, "0");
    }
}
