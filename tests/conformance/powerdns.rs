//! PowerDNS over its HTTP API: the real server, and the same with a newer API in front of it.
//!
//! Debian's server takes whole sets only, so the scenarios of two writers stay out here: see `whole_sets`.

mod by_value;
mod calls;
mod front;
mod records;
mod refused;
mod whole_sets;

use std::{num::NonZeroU32, time::Duration};

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Provider,
        http::{Rate, Transport},
        powerdns::{PowerDns, Settings},
    },
};
use mailward_sandbox::pdns::Pdns;

use crate::{Bench, every_scenario, pdns_door};

pub struct Server {
    pdns: Pdns,
    provider: PowerDns,
}

async fn start() -> Server {
    server(pdns_door::start().await)
}

fn server(pdns: Pdns) -> Server {
    let provider = provider(&pdns.api_url(), pdns.api_key());
    Server { pdns, provider }
}

fn provider(server: &str, key: &str) -> PowerDns {
    PowerDns::with_rate(&settings(server, key), generous()).unwrap()
}

/// The races write more in a second than a provider should.
fn generous() -> Rate {
    let burst = NonZeroU32::new(100_000).unwrap();
    Rate { burst, refill: Duration::from_millis(1), pause: Duration::from_mins(1), rule: "no rule" }
}

/// Somebody else's.
fn client() -> reqwest::Client {
    Transport::new("a test", generous()).unwrap().client().clone()
}

fn settings(server: &str, key: &str) -> Settings {
    Settings { server: server.parse().unwrap(), server_id: "localhost".to_owned(), key: key.to_owned().into() }
}

#[async_trait]
impl Bench for Server {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        pdns_door::put(&self.pdns, &set).await;
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        pdns_door::add(&self.pdns, name, ttl, &value).await;
    }

    async fn remove(&self, name: &Name, value: &Value) {
        pdns_door::remove(&self.pdns, name, value).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        pdns_door::dump(&self.pdns)
    }
}

every_scenario!(start;
    basics: a_set_goes_to_every_other_set_and_reads_back,
    basics: every_type_is_written_and_read,
    basics: many_names_are_read_in_one_call,
    basics: nothing_to_change_is_no_error,
    zones: the_longest_zone_holds_the_name,
    zones: dns_r4_a_delegated_name_is_never_found,
    zones: an_alias_is_in_the_zone_of_its_owner,
    foreign: dns_g4_a_foreign_value_survives_create_replace_and_delete,
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
    races: p1_what_is_added_between_read_and_write_stays,
    races: p2_a_change_set_happens_as_a_whole_or_not_at_all,
    races: p2_a_reader_never_sees_two_values_or_none,
    refusals: a_change_outside_the_zone_is_invalid,
    refusals: a_value_that_was_not_read_is_not_removed,
    whole_domain: the_same_domain_is_the_same_record_sets_everywhere,
    whole_domain: dns_g1_its_texts_are_cut_into_the_same_strings_everywhere,
);
