//! Zone-file text, as `nsupdate` takes it and `dig` gives it: how somebody else speaks of records.

use mailward::dns::{Name, RecordSet, RecordType, Txt, Value};

use crate::fixtures::name;

/// `name ttl TYPE rdata`, fully qualified and quoted.
pub fn line(owner: &Name, ttl: u32, value: &Value) -> String {
    let data = match value {
        Value::Txt(txt) => txt.strings().iter().map(|string| quoted(string)).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    format!("{} {ttl} {} {data}", owner.fqdn(), value.kind())
}

/// The `nsupdate` commands that put a set in place of whatever stands at its name and type.
pub fn replacement(set: &RecordSet) -> String {
    let delete = format!("update delete {} {}\n", set.name.fqdn(), set.kind);
    let add = |value| format!("update add {}\n", line(&set.name, set.ttl, value));
    delete + &set.values.iter().map(add).collect::<String>()
}

/// The `nsupdate` command that takes one value away.
pub fn removal(owner: &Name, value: &Value) -> String {
    format!("update delete {}", line(owner, 0, value))
}

/// Octets that mean something in a zone file go as `\DDD` (RFC 1035 5.1).
pub fn quoted(string: &[u8]) -> String {
    let escaped: String = string
        .iter()
        .map(|octet| match octet {
            b'"' | b'\\' | b';' | 0..=0x1f | 0x7f.. => format!("\\{octet:03}"),
            plain => char::from(*plain).to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// The sets of a zone as `dig AXFR` lists it, without what the server's own configuration put there: SOA, the apex's NS
/// and the address of `ns1`.
pub fn sets(listing: &str, apex: &Name) -> Vec<RecordSet> {
    let mut sets: Vec<RecordSet> = Vec::new();
    for record in listing.lines().filter_map(record) {
        let (owner, ttl, value) = record;
        let kind = value.kind();
        if (owner == *apex && kind == RecordType::Ns) || owner == apex.child("ns1").unwrap() {
            continue;
        }
        match sets.iter_mut().find(|set| set.name == owner && set.kind == kind) {
            Some(set) => {
                assert_eq!(set.ttl, ttl, "one TTL per set: {owner} {kind}");
                let values = [&set.values[..], &[value]].concat();
                *set = RecordSet::new(owner, kind, ttl, values);
            }
            None => sets.push(RecordSet::new(owner, kind, ttl, vec![value])),
        }
    }
    sets
}

fn record(line: &str) -> Option<(Name, u32, Value)> {
    let (owner, rest) = line.split_once(char::is_whitespace)?;
    let (ttl, rest) = rest.trim_start().split_once(char::is_whitespace)?;
    let (_class, rest) = rest.trim_start().split_once(char::is_whitespace)?;
    let (kind, data) = rest.trim_start().split_once(char::is_whitespace)?;
    let value = match kind {
        "TXT" => Value::Txt(Txt::from_strings(strings(data))),
        "CNAME" => Value::Cname(name(data)),
        "NS" => Value::Ns(name(data)),
        "A" => Value::A(data.parse().unwrap()),
        "AAAA" => Value::Aaaa(data.parse().unwrap()),
        "MX" => data.split_once(' ').map(|(preference, host)| Value::Mx(preference.parse().unwrap(), Some(name(host))))?,
        _ => return None,
    };
    Some((name(owner), ttl.parse().unwrap(), value))
}

/// Quoted strings with `\DDD` and `\x` escapes undone.
pub fn strings(data: &str) -> Vec<Vec<u8>> {
    let mut strings = Vec::new();
    let mut octets = data.bytes();
    let mut open: Option<Vec<u8>> = None;
    while let Some(octet) = octets.next() {
        match (octet, open.as_mut()) {
            (b'"', None) => open = Some(Vec::new()),
            (b'"', Some(_)) => strings.extend(open.take()),
            (b'\\', Some(string)) => string.push(escaped(&mut octets)),
            (plain, Some(string)) => string.push(plain),
            (_, None) => {}
        }
    }
    strings
}

fn escaped(octets: &mut impl Iterator<Item = u8>) -> u8 {
    let first = octets.next().unwrap();
    if !first.is_ascii_digit() {
        return first;
    }
    let digits = [first, octets.next().unwrap(), octets.next().unwrap()];
    digits.iter().fold(0, |sum, digit| sum * 10 + (digit - b'0'))
}

#[test]
fn what_we_quote_is_what_we_unquote() {
    let octets: Vec<u8> = (0..=255).collect();
    assert_eq!(strings(&quoted(&octets)), [octets]);
    assert_eq!(strings(r#""a" "" "\"\;\065""#), [b"a".to_vec(), vec![], b"\";A".to_vec()]);
}
