//! Macro expansion (RFC 7208 7), for the names that terms ask for.

use std::net::IpAddr;

use mail_records::name::{self, MAX_NAME};
use mail_records::spf::{DomainSpec, Part};

use crate::check_host::Check;

/// The name that a domain-spec stands for. Too long a name loses labels on its left.
pub(crate) fn expand(check: &Check<'_>, spec: &DomainSpec, domain: &str) -> String {
    let mut name: String = spec
        .macros()
        .parts()
        .iter()
        .map(|part| expand_part(check, part, domain))
        .collect();
    while name.len() > MAX_NAME {
        name = name
            .split_once('.')
            .map(|(_, rest)| rest.to_owned())
            .expect("labels are short");
    }
    name
}

fn expand_part(check: &Check<'_>, part: &Part, domain: &str) -> String {
    match part {
        Part::Literal(text) => text.clone(),
        Part::Percent => "%".to_owned(),
        Part::Space => " ".to_owned(),
        Part::UrlSpace => "%20".to_owned(),
        Part::Macro {
            letter,
            keep,
            reverse,
            delimiters,
        } => {
            let value = value(check, letter.to_ascii_lowercase(), domain);
            let delimiters = if delimiters.is_empty() {
                "."
            } else {
                delimiters
            };
            let mut parts: Vec<_> = value.split(|c| delimiters.contains(c)).collect();
            if *reverse {
                parts.reverse();
            }
            let dropped = keep.map_or(0, |keep| parts.len().saturating_sub(keep as usize));
            let text = parts[dropped..].join(".");
            if letter.is_ascii_uppercase() {
                url_encode(&text)
            } else {
                text
            }
        }
    }
}

fn value(check: &Check<'_>, letter: char, domain: &str) -> String {
    match letter {
        's' => format!("{}@{}", check.local, check.origin),
        'l' => check.local.clone(),
        'o' => check.origin.clone(),
        'd' => domain.to_owned(),
        'i' => forward(check.ip),
        'p' => best_name(check, domain),
        'v' => family(check.ip).to_owned(),
        'h' => check.helo.clone(),
        other => panic!("the parser let %{{{other}}} through"),
    }
}

/// A validated name at or below the domain, else any validated name, else "unknown".
fn best_name(check: &Check<'_>, domain: &str) -> String {
    let names = check.validated_names();
    let near = names
        .iter()
        .find(|name| name::is_same_or_below(name, domain));
    near.or(names.first())
        .map_or_else(|| "unknown".to_owned(), Clone::clone)
}

pub(crate) fn family(ip: IpAddr) -> &'static str {
    if ip.is_ipv4() { "in-addr" } else { "ip6" }
}

pub(crate) fn reversed(ip: IpAddr) -> String {
    let forward = forward(ip);
    forward.rsplit('.').collect::<Vec<_>>().join(".")
}

/// Octets of an IPv4 address, nibbles of an IPv6 address, separated by dots.
fn forward(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let nibbles = format!("{:032x}", ip.to_bits());
            nibbles
                .chars()
                .map(String::from)
                .collect::<Vec<_>>()
                .join(".")
        }
    }
}

fn url_encode(text: &str) -> String {
    let unreserved = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    let encode = |octet: u8| {
        if unreserved(octet) {
            char::from(octet).to_string()
        } else {
            format!("%{octet:02X}")
        }
    };
    text.bytes().map(encode).collect::<Vec<_>>().concat()
}
