//! The one English sentence of each line of a plan. Event, log, status and dry run all say it in these words.

use super::{HiddenWildcard, Role};
use crate::dns::{Name, RecordSet, RecordType, Ttl, Value};

/// Longest value quoted in a sentence, in characters; a longer one loses its middle, since lists differ at the end.
const MOST: usize = 120;
const HEAD: usize = 80;
/// Values quoted in one sentence, so that its end, which says what to do, can still be read in a condition.
const QUOTED: usize = 4;

/// A value in quotes, cut.
pub(super) fn quote(value: &Value) -> String {
    let text = value.to_string();
    let length = text.chars().count();
    if length <= MOST {
        return format!("\"{text}\"");
    }
    let head: String = text.chars().take(HEAD).collect();
    let tail: String = text.chars().skip(length - (MOST - HEAD - 3)).collect();
    format!("\"{head}...{tail}\"")
}

fn quote_all(values: &[&Value]) -> String {
    let others = values.len().saturating_sub(QUOTED);
    let others = (others > 0).then(|| format!("{others} others"));
    values.iter().take(QUOTED).map(|value| quote(value)).chain(others).collect::<Vec<_>>().join(" and ")
}

/// Subject of most sentences.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'a> {
    pub(super) name: &'a Name,
    pub(super) kind: RecordType,
}

impl At<'_> {
    fn says(self, rest: &str) -> String {
        format!("{} {} {rest}.", self.name, self.kind)
    }

    pub(super) fn unchanged(self, value: &Value) -> String {
        self.says(&format!("already says {}", quote(value)))
    }

    pub(super) fn adopted(self, value: &Value) -> String {
        self.says(&format!("already says {} and counts as ours from now on", quote(value)))
    }

    pub(super) fn created(self, value: &Value) -> String {
        self.says(&format!("is created as {}", quote(value)))
    }

    pub(super) fn replaced(self, was: &Value, value: &Value) -> String {
        self.says(&format!("changes from {}{} to {}", shape(self.kind, was), quote(was), quote(value)))
    }

    pub(super) fn taken(self, was: &[&Value], value: &Value) -> String {
        self.says(&format!("is taken over, once: {} becomes {}", quote_all(was), quote(value)))
    }

    pub(super) fn retimed(self, from: Ttl, to: Ttl) -> String {
        self.says(&format!("keeps its value and gets a TTL of {to} s instead of {from} s"))
    }

    pub(super) fn deleted(self, value: &Value) -> String {
        self.says(&format!("{} is deleted, because the spec asks for it no more", quote(value)))
    }

    pub(super) fn gone(self) -> String {
        self.says("is wanted no more and is gone already")
    }

    pub(super) fn kept(self, why: &str) -> String {
        self.says(&format!("is wanted no more and stays as it is: {why}"))
    }

    pub(super) fn held(self, message: &str) -> String {
        self.says(&format!("waits and nothing is changed there: {}", message.trim_end_matches('.')))
    }

    pub(super) fn refused(self, why: &str) -> String {
        self.says(&format!("is left alone: {why}"))
    }

    pub(super) fn foreign(self, there: &[&Value], value: &Value) -> String {
        let there = quote_all(there);
        self.refused(&format!(
            "DNS-G4: {there} is not ours and stands where {} should go; remove it, let the spec say the same, \
             or set `adoption: Adopt` to have it replaced once",
            quote(value)
        ))
    }

    pub(super) fn taken_once(self, there: &[&Value], value: &Value) -> String {
        self.refused(&format!(
            "{} is not ours and stands where {} should go, and this slot was taken over once before, which is not done twice; \
             remove the value by hand",
            quote_all(there),
            quote(value)
        ))
    }

    pub(super) fn two_values(self, role: Role, there: &[&Value], value: Option<&Value>) -> String {
        let id = one_value_rule(role);
        let there = quote_all(there);
        self.refused(&match value {
            Some(value) => format!(
                "{id}: {there} compete where only {} should stand; leave one of them at most, \
                 or set `adoption: Adopt` to have all replaced once",
                quote(value)
            ),
            None => {
                format!("{id}: {there} compete, and which of them is ours cannot be told; remove the one that is not, or both")
            }
        })
    }

    pub(super) fn two_wanted(self, role: Role, values: &[&Value]) -> String {
        self.refused(&format!("{}: {} are both asked for; ask for one of them", one_value_rule(role), quote_all(values)))
    }

    pub(super) fn clash(self, value: &Value, set: &RecordSet) -> String {
        let there: Vec<_> = set.values.iter().collect();
        self.refused(&format!(
            "DNS-R2: {} cannot stand beside the {} {} at the same name; remove that first",
            quote(value),
            set.kind,
            quote_all(&there)
        ))
    }

    pub(super) fn contested(self, there: &[&Value], value: Option<&Value>) -> String {
        let ours = value.map_or_else(|| "our value".to_owned(), quote);
        let there = if there.is_empty() { "nothing".to_owned() } else { quote_all(there) };
        self.refused(&format!(
            "somebody put {there} back after each time we wrote {ours}, so we stopped; \
             end the other writer, or let the spec say the same"
        ))
    }

    pub(super) fn too_long(self, octets: usize, most: usize) -> String {
        self.refused(&format!("the value has {octets} octets and the provider holds {most} at most; shorten it"))
    }

    pub(super) fn marked(self, tool: &str) -> String {
        self.refused(&format!("{tool} marked this name as its own; remove the record from the object it manages it by"))
    }
}

/// Names the old type when a replacement changes it.
fn shape(kind: RecordType, was: &Value) -> String {
    if was.kind() == kind { String::new() } else { format!("{} ", was.kind()) }
}

/// Where it is written that a name has one such value.
fn one_value_rule(role: Role) -> &'static str {
    match role {
        Role::Spf => "SPF-G1",
        Role::DkimKey => "RFC 6376 3.6.2.2",
        Role::DkimCname | Role::PolicyHost => "DNS-R2",
        Role::Dmarc => "RFC 9989 4.10",
        Role::MtaSts => "RFC 8461 3.1",
        Role::TlsRpt => "RFC 8460 3",
    }
}

/// Says what to add first (DNS-R3).
pub(super) fn hides(hidden: &HiddenWildcard) -> String {
    let HiddenWildcard { node, wildcard, types } = hidden;
    let types = types.join(", ");
    format!(
        "DNS-R3: it would be the first record at or below {node}, and {wildcard} would stop answering there; \
         add {types} records of its own to {node} first"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_loses_its_middle_and_keeps_its_end() {
        let text = format!("v=spf1 {} -all", "ip4:192.0.2.1 ".repeat(20).trim_end());
        let quoted = quote(&Value::text(&text));
        assert_eq!(quoted.len(), MOST + 2);
        assert!(quoted.starts_with("\"v=spf1 ip4:") && quoted.contains("...") && quoted.ends_with(" -all\""), "{quoted}");
    }

    #[test]
    fn a_short_value_is_quoted_whole() {
        assert_eq!(quote(&Value::text("v=spf1 -all")), "\"v=spf1 -all\"");
    }
}
