//! Which module may see which.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    paths::{Use, uses},
    source::{Source, product},
    table::{Sight, Table, table},
};

/// The two roots see everything: they are the house itself and its door.
const ROOTS: [&str; 2] = ["lib", "main"];

#[test]
fn no_module_sees_another_against_the_table_in_the_crate_documentation() {
    let table = table();
    let forbidden: Vec<String> = product()
        .iter()
        .filter(|source| !ROOTS.contains(&source.module.as_str()))
        .flat_map(|source| uses(source).into_iter().filter_map(|found| verdict(&table, source, &found)).collect::<Vec<_>>())
        .collect();
    assert!(forbidden.is_empty(), "\n{}\n", forbidden.join("\n"));
}

/// The sentence about a path that the table does not allow.
fn verdict(table: &Table, source: &Source, found: &Use) -> Option<String> {
    let module = &source.module;
    if found.module == *module {
        return None;
    }
    let allowed = match table.get(module).and_then(|seen| seen.get(&found.module)) {
        Some(Sight::Whole) => true,
        Some(Sight::Items(items)) => items.contains(&found.item),
        None => false,
    };
    let Use { module: seen, item, line } = found;
    let path = if item.is_empty() { seen.clone() } else { format!("{seen}::{item}") };
    (!allowed).then(|| format!("{}:{line}: `{module}` must not see `{path}` (the table is in src/lib.rs)", source.path))
}

#[test]
fn the_table_names_every_module_and_no_arrow_that_is_gone() {
    let table = table();
    let mut drawn: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for source in product().iter().filter(|source| !ROOTS.contains(&source.module.as_str())) {
        let outward = uses(source).into_iter().filter(|found| found.module != source.module);
        drawn.entry(source.module.clone()).or_default().extend(outward.map(|found| (found.module, found.item)));
    }
    assert_eq!(table.keys().collect::<Vec<_>>(), drawn.keys().collect::<Vec<_>>(), "modules in the table and below src");
    for (module, seen) in &table {
        for (other, sight) in seen {
            let needed = |item: Option<&String>| {
                drawn[module].iter().any(|(seen, name)| seen == other && item.is_none_or(|item| item == name))
            };
            let gone = match sight {
                Sight::Whole => (!needed(None)).then(|| other.clone()),
                Sight::Items(items) => items.iter().find(|item| !needed(Some(item))).map(|item| format!("{other}::{item}")),
            };
            assert_eq!(gone, None, "`{module}` may see this in src/lib.rs and does not");
        }
    }
}

#[test]
fn nobody_sees_the_controller_and_the_lowest_modules_see_nothing() {
    let table = table();
    assert!(table.values().all(|seen| !seen.contains_key("controller")));
    for module in ["api", "dns"] {
        assert!(table[module].is_empty(), "{module}");
    }
}

#[test]
fn a_forbidden_arrow_is_named_with_file_and_line() {
    let source = Source {
        path: "src/dns/record.rs".into(),
        module: "dns".into(),
        depth: 2,
        code: "\nuse crate::{\n    plan::Plan,\n};".into(),
    };
    let found = uses(&source);
    let sentence = "src/dns/record.rs:3: `dns` must not see `plan::Plan` (the table is in src/lib.rs)";
    assert_eq!(verdict(&table(), &source, &found[0]).as_deref(), Some(sentence));
}
