//! Route 53 against moto's server.
//!
//! moto stores, lists and answers; the journal and the faults are a gate in front of it. Of the rules of a change batch moto keeps
//! few: it takes a DELETE of what a set said once, a CREATE beside a set that exists, and leaves half of a refused batch behind.
//! So the whole suite runs with these rules added (`strict.py`, before moto's own code), and once more against moto as it is
//! published, without the races that stand on them. What a batch says to the real server is proved in `provider/route53/batch`.

mod calls;
mod faults;
mod gate;
mod guarded;
mod identity;
mod moto;
mod outside;
mod sets;
mod zones;

use std::time::Duration;

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Txt, Value},
    provider::{
        Provider,
        http::{
            Rate,
            presentation::{self, Escapes},
        },
        route53::{Identity, Route53, Settings},
    },
};

use self::{gate::Gate, moto::Rules, outside::Set};
use crate::{Bench, every_scenario, fixtures::name};

struct Account {
    gate: Gate,
    provider: Route53,
}

/// An account with both zones. Ids are no business of a provider, so here they are what the scenarios expect.
async fn start() -> Account {
    with(Rules::Strict).await
}

async fn with(rules: Rules) -> Account {
    let gate = Gate::open(moto::shared(rules).await).await;
    for apex in ["cafe.lab", "shop.cafe.lab"] {
        gate.rename(&outside::make_zone(&gate, apex, false).await, apex);
    }
    let provider = provider(&gate);
    Account { gate, provider }
}

fn provider(gate: &Gate) -> Route53 {
    Route53::with_rate(settings(&gate.url()), generous()).unwrap()
}

fn settings(url: &str) -> Settings {
    let identity = Identity::Keys { id: "AKIAIOSFODNN7EXAMPLE".to_owned(), secret: "s3cr3t".to_owned().into() };
    Settings { identity, region: "us-east-1".to_owned(), api: Some(url.parse().unwrap()), zones: vec![] }
}

/// The races write more in a second than Route 53 takes in a minute.
fn generous() -> Rate {
    Rate { burst: 100_000, refill: Duration::from_millis(1), pause: Duration::from_secs(10), rule: "no rule" }
}

/// Written by hand and with every octet that is no letter as an escape, as the console may have stored it.
fn text(value: &Value) -> String {
    match value {
        Value::Txt(txt) => txt.strings().iter().map(|string| octal(string)).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn octal(string: &[u8]) -> String {
    let escaped: String = string
        .iter()
        .map(|octet| match octet {
            plain if plain.is_ascii_alphanumeric() || b" =.-:~".contains(plain) => char::from(*plain).to_string(),
            odd => format!("\\{odd:03o}"),
        })
        .collect();
    format!("\"{escaped}\"")
}

fn value(kind: &str, text: &str) -> Option<Value> {
    match kind {
        "TXT" => presentation::read(text, Escapes::Octal).map(Value::Txt),
        "CNAME" => Some(Value::Cname(name(text))),
        "NS" => Some(Value::Ns(name(text))),
        "MX" => text.split_once(' ').map(|(preference, host)| Value::Mx(preference.parse().unwrap(), Some(name(host)))),
        "A" => Some(Value::A(text.parse().unwrap())),
        "AAAA" => Some(Value::Aaaa(text.parse().unwrap())),
        _ => None,
    }
}

impl Account {
    async fn find(&self, at: &Name, kind: &str) -> Option<Set> {
        let named = |set: &Set| set.name.replace("\\052", "*").trim_end_matches('.') == at.as_str() && set.kind == kind;
        outside::list(&self.gate, "cafe.lab").await.into_iter().find(named)
    }

    /// Somebody else's write: read, then delete and create in one batch, and once more when the set moved.
    async fn edit(&self, at: &Name, kind: &str, ttl: u32, texts: impl Fn(Vec<String>) -> Vec<String>) {
        loop {
            let before = self.find(at, kind).await;
            let texts = texts(before.as_ref().map(|set| set.texts.clone()).unwrap_or_default());
            let after = Set { texts, ..Set::new(&at.fqdn(), kind, ttl, &[]) };
            let delete = before.as_ref().map(|set| ("DELETE", set));
            let create = (!after.texts.is_empty()).then_some(("CREATE", &after));
            let batch: Vec<_> = delete.into_iter().chain(create).collect();
            match outside::write(&self.gate, "cafe.lab", &batch).await {
                Ok(()) => return,
                Err(refusal) => assert!(refusal.contains("InvalidChangeBatch"), "{refusal}"),
            }
        }
    }

    fn calls(&self) -> Vec<String> {
        self.gate.calls()
    }
}

#[async_trait]
impl Bench for Account {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        let texts: Vec<String> = set.values.iter().map(text).collect();
        self.edit(&set.name, &set.kind.to_string(), set.ttl, |_| texts.clone()).await;
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        let text = text(&value);
        self.edit(name, &value.kind().to_string(), ttl, |texts| texts.into_iter().chain([text.clone()]).collect()).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        let mut sets = vec![];
        for set in outside::list(&self.gate, "cafe.lab").await {
            let at = name(&set.name.replace("\\052", "*"));
            let values: Vec<Value> = set.texts.iter().filter_map(|text| value(&set.kind, text)).collect();
            let Some(kind) = values.first().map(Value::kind) else { continue };
            if set.kind != "NS" || at != name("cafe.lab") {
                sets.push(RecordSet::new(at, kind, set.ttl, values));
            }
        }
        sets
    }
}

every_scenario!(start);

/// moto as it is published. It also refuses to create what was once created and deleted, so two more scenarios stay out that do
/// that.
mod unchanged {
    use super::*;

    async fn start() -> Account {
        with(Rules::Its).await
    }

    every_scenario!(start;
        basics: every_type_is_written_and_read,
        basics: many_names_are_read_in_one_call,
        basics: nothing_to_change_is_no_error,
        zones: the_longest_zone_holds_the_name,
        zones: dns_r4_a_delegated_name_is_never_found,
        zones: an_alias_is_in_the_zone_of_its_owner,
        foreign: dns_g1_a_foreign_value_keeps_its_strings,
        foreign: dns_r5_the_ttl_of_a_shared_set_stays,
        foreign: other_types_at_the_name_stay,
        values: dns_g1_values_longer_than_a_string_are_whole,
        values: dns_g2_quotes_semicolons_and_backslashes_are_only_octets,
        values: the_longest_value_of_the_limits_is_written_and_replaced,
        values: the_ttl_of_a_whole_set_changes,
        aliases: dns_r2_a_txt_is_refused_where_a_cname_stands,
        aliases: dns_r2_a_cname_is_refused_where_data_stands,
        aliases: dns_r2_an_alias_and_a_key_swap_in_one_act,
        aliases: an_alias_is_read_and_never_followed,
        wildcards: dns_w1_what_a_wildcard_answers_is_not_stored,
        wildcards: dns_w1_a_set_equal_to_its_wildcard_is_stored,
        wildcards: dns_w1_a_name_covered_by_a_wildcard_is_created,
        races: a_set_that_moved_is_a_conflict_and_stays,
        races: p2_a_change_set_happens_as_a_whole_or_not_at_all,
        races: p2_a_reader_never_sees_two_values_or_none,
        refusals: a_change_outside_the_zone_is_invalid,
        refusals: a_value_that_was_not_read_is_not_removed,
        whole_domain: dns_g1_its_texts_are_cut_into_the_same_strings_everywhere,
    );
}
