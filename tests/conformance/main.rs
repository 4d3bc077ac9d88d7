//! The suite that every DNS provider passes: one list of scenarios, one bench per provider.
//!
//! `memory` is the reference; `rfc2136` runs against BIND, PowerDNS and the primary of the demo, `powerdns` against the same
//! PowerDNS, `route53` against moto, `external_dns` against external-dns' own webhook server, `azure`, `cloudflare`, `digitalocean`
//! and `google` against servers of their APIs on loopback. A new provider is a folder in `src/provider`, a [`Bench`]
//! here and one `every_scenario!` line. What only one provider can show stands beside its bench.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]
#![allow(unreachable_pub, reason = "rooms of one test: nothing outside can reach any of it")]

#[cfg(feature = "azure")]
mod azure;
mod bench;
#[cfg(feature = "cloudflare")]
mod cloudflare;
#[allow(dead_code, reason = "a build may have no provider that is asked with it")]
mod dig;
#[cfg(feature = "digitalocean")]
mod digitalocean;
#[allow(dead_code, reason = "a build may have none of the providers that are counted")]
mod documented;
#[cfg(feature = "rfc2136")]
mod embedded;
#[cfg(feature = "external-dns")]
mod external_dns;
mod fixtures;
#[cfg(feature = "google")]
mod google;
mod memory;
#[allow(dead_code, reason = "a build may have neither of the providers that PowerDNS serves")]
mod pdns_door;
#[cfg(feature = "powerdns")]
mod powerdns;
#[cfg(feature = "rfc2136")]
mod rfc2136;
#[cfg(feature = "route53")]
mod route53;
mod scenarios;
#[allow(dead_code, reason = "a build may have no provider whose server is ours")]
mod trouble;
#[allow(dead_code, reason = "a build may have no provider whose server is asked for a zone file")]
mod zone_file;

use bench::Bench;

/// One test per scenario; `$start` makes a fresh bench. `common` are those that any API can pass, and a bench whose API cannot carry
/// all others names the ones it adds.
macro_rules! every_scenario {
    ($start:path) => {
        every_scenario!($start; common,
            foreign: dns_g1_a_foreign_value_keeps_its_strings,
            values: dns_g2_quotes_semicolons_and_backslashes_are_only_octets,
            races: p1_two_writers_lose_no_value,
            whole_domain: dns_g1_its_texts_are_cut_into_the_same_strings_everywhere,
            second_writer: p1_five_hundred_foreign_edits_beside_ours_lose_nothing,
        );
    };
    ($start:path; common, $($room:ident: $scenario:ident),+ $(,)?) => {
        every_scenario!($start;
            basics: a_set_goes_to_every_other_set_and_reads_back,
            basics: every_type_is_written_and_read,
            basics: many_names_are_read_in_one_call,
            basics: nothing_to_change_is_no_error,
            zones: the_longest_zone_holds_the_name,
            zones: dns_r4_a_delegated_name_is_never_found,
            zones: an_alias_is_in_the_zone_of_its_owner,
            foreign: dns_g4_a_foreign_value_survives_create_replace_and_delete,
            foreign: dns_r5_the_ttl_of_a_shared_set_stays,
            foreign: other_types_at_the_name_stay,
            values: dns_g1_values_longer_than_a_string_are_whole,
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
            $($room: $scenario),+
        );
    };
    ($start:path; $($room:ident: $scenario:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                $crate::scenarios::$room::$scenario(&$start().await).await;
            }
        )+
    };
}
use every_scenario;
