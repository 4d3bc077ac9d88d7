//! Whatever the operator says, the page for operators explains: metrics, conditions, reasons.

use std::collections::BTreeSet;

use super::{OPERATIONS, files, read};

/// Where a user meets words of ours.
const SPEAKERS: [&str; 5] = ["src/provider", "src/plan", "src/domain", "src/controller", "src/status"];
/// CamelCase texts in those files that nobody is told.
const UNSAID: [&str; 26] = [
    "Reconcile",
    "Normal",
    "Warning",
    "True",
    "Exact",
    "Prefix",
    "KeyTable",
    "SigningTable",
    "Adopt",
    "Cloudflare",
    "Google",
    "ScopeLocked",
    "ARecords",
    "AAAARecords",
    "CNAMERecord",
    "TXTRecords",
    "DNSEndpoint",
    "Quoted",
    "Plain",
    "Ingress",
    "Gateway",
    "HTTPRoute",
    "PathPrefix",
    "Service",
    "IPAddress",
    "Hostname",
];

#[test]
fn every_metric_is_explained() {
    let page = read(OPERATIONS);
    let names = ["src/metrics/mod.rs", "src/metrics/domains.rs"].map(|file| metrics(&read(file))).concat();
    assert!(names.len() > 10, "{names:?}");
    let missing: Vec<&String> = names.iter().filter(|name| !page.contains(&format!("`mailward_{name}"))).collect();
    assert!(missing.is_empty(), "{OPERATIONS} says nothing of {missing:?}");
}

/// First text of each registration.
fn metrics(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]").next().unwrap();
    let calls = ["add(", "add_metric("].into_iter().flat_map(|call| code.split(call).skip(1));
    let quoted = calls.filter_map(|rest| rest.split_once('"'));
    // The registry stands before the name, and nothing else does.
    let named = quoted.filter(|(before, _)| before.matches(',').count() == 1);
    named.filter_map(|(_, rest)| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn every_condition_and_every_reason_is_explained() {
    let page = read(OPERATIONS);
    let said: BTreeSet<String> = SPEAKERS
        .iter()
        .flat_map(|folder| files(folder, "rs"))
        .filter(|file| !file.components().any(|part| ["tests", "tests.rs"].iter().any(|test| part.as_os_str() == *test)))
        .flat_map(|file| reasons(&std::fs::read_to_string(file).unwrap()))
        .collect();
    assert!(said.len() > 40, "{said:?}");
    let missing: Vec<&String> = said.iter().filter(|word| !page.contains(&format!("`{word}`"))).collect();
    assert!(missing.is_empty(), "{OPERATIONS} says nothing of {missing:?}");
}

/// The texts of a line, but for those that something heard is compared with. A pattern may go on in the next line.
fn texts<'a>(line: &'a str, next: &str) -> Vec<&'a str> {
    let pieces: Vec<&str> = line.split('"').collect();
    let text = |at: usize| {
        let (before, after) = (pieces[at - 1].trim_end(), pieces.get(at + 1)?.trim_start());
        let after = if after.is_empty() { next.trim_start() } else { after };
        let heard = before.ends_with(['|', '=']) || ["|", "=>", "if "].iter().any(|sign| after.starts_with(sign));
        (!heard).then(|| pieces[at])
    };
    (1..pieces.len()).step_by(2).filter_map(text).collect()
}

/// CamelCase texts of product code.
fn reasons(code: &str) -> Vec<String> {
    let product = code.split("#[cfg(test)]").next().unwrap();
    let lines: Vec<&str> = product.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let texts = lines.iter().enumerate().flat_map(|(at, line)| texts(line, lines.get(at + 1).unwrap_or(&"")));
    let camel = |text: &&str| {
        text.len() > 2
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_alphabetic())
            && text.contains(|c: char| c.is_ascii_lowercase())
    };
    texts.filter(camel).filter(|text| !UNSAID.contains(text)).map(str::to_owned).collect()
}
