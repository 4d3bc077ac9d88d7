//! The table of arrows, read from the documentation of the crate: what is documented is what is held.

use std::collections::BTreeMap;

/// What a module may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// All of it.
    Whole,
    /// These items of it.
    Items(Vec<String>),
}

/// Seen modules, by seeing module.
pub(crate) type Table = BTreeMap<String, BTreeMap<String, Sight>>;

/// The lines `module -> seen, seen::{Item, Item}` in `src/lib.rs`.
pub(crate) fn table() -> Table {
    let text = include_str!("../../src/lib.rs");
    let lines = text.lines().filter_map(|line| line.strip_prefix("//! ")).filter_map(|line| line.split_once("->"));
    let table: Table = lines.map(|(module, seen)| (module.trim().to_owned(), parse(seen))).collect();
    assert!(table.len() > 10, "the table of arrows in src/lib.rs was not found");
    table
}

fn parse(seen: &str) -> BTreeMap<String, Sight> {
    let mut found = BTreeMap::new();
    let mut rest = seen.trim();
    while !rest.is_empty() && rest != "nothing" {
        let end = rest.find([',', ':']).unwrap_or(rest.len());
        let (module, after) = rest.split_at(end);
        let items = after.strip_prefix("::{").and_then(|inside| inside.split_once('}'));
        let (sight, next) = match items {
            Some((items, next)) => (Sight::Items(items.split(',').map(|item| item.trim().to_owned()).collect()), next),
            None => (Sight::Whole, after),
        };
        found.insert(module.trim().to_owned(), sight);
        rest = next.trim_start_matches(',').trim();
    }
    found
}

#[test]
fn a_line_of_the_table_names_whole_modules_and_single_items() {
    let seen = parse(" dns, provider::{Change, Limits}, status ");
    assert_eq!(seen["dns"], Sight::Whole);
    assert_eq!(seen["provider"], Sight::Items(vec!["Change".into(), "Limits".into()]));
    assert_eq!((seen.len(), parse("nothing").len()), (3, 0));
}
