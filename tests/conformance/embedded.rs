//! RFC 2136 against the sandbox's embedded primary, which the demo stands on.
//!
//! It is no full RFC 2136 server, so these scenarios stay out: wildcards and delegations (its prerequisites look at
//! synthesised data, against RFC 2136 3.2, and it gives no referrals), sets that grew since they were read (its 2.4.2
//! looks for each value and not for the whole set), a swap of a CNAME for other data, and a TTL alone (it ignores the
//! addition). `dig` refuses its zone transfers, so names are asked one by one.

use async_trait::async_trait;
use mailward::{
    dns::{Name, RecordSet, Value},
    provider::{
        Provider,
        rfc2136::{Algorithm, Rfc2136},
    },
};
use mailward_sandbox::{
    dns::{Embedded, Zone},
    query,
    tsig::TsigKey,
};

use crate::{Bench, dig::dig, every_scenario, fixtures::name, rfc2136::provider_at, zone_file};

/// Where the scenarios put things.
const NAMES: [&str; 8] = [
    "cafe.lab",
    "_dmarc.cafe.lab",
    "s1._domainkey.cafe.lab",
    "mta-sts.cafe.lab",
    "real.cafe.lab",
    "t.cafe.lab",
    "m.cafe.lab",
    "a.cafe.lab",
];
const TYPES: [&str; 5] = ["TXT", "CNAME", "A", "AAAA", "MX"];

struct Demo {
    server: Embedded,
    provider: Rfc2136,
    key_file: tempfile::NamedTempFile,
}

async fn start() -> Demo {
    let address = "127.0.0.1:0".parse().unwrap();
    let key = TsigKey::generate("demo").unwrap();
    let key_file = tempfile::NamedTempFile::new().unwrap();
    key.write(key_file.path()).unwrap();
    let zones = ["cafe.lab.", "shop.cafe.lab."].map(|origin| Zone::writable(origin, "", address));
    let server = Embedded::start(address, &key, &zones).await.unwrap();
    let provider = provider_at(&server.address().to_string(), key.name(), &key.secret_base64(), Algorithm::HmacSha256);
    Demo { server, provider, key_file }
}

impl Demo {
    async fn nsupdate(&self, commands: &str) {
        let commands = format!("zone cafe.lab\n{commands}");
        query::nsupdate(self.server.address(), Some(self.key_file.path()), &commands).await.unwrap();
    }
}

#[async_trait]
impl Bench for Demo {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    async fn put(&self, set: RecordSet) {
        self.nsupdate(&zone_file::replacement(&set)).await;
    }

    async fn add(&self, name: &Name, ttl: u32, value: Value) {
        self.nsupdate(&format!("update add {}", zone_file::line(name, ttl, &value))).await;
    }

    async fn dump(&self) -> Vec<RecordSet> {
        let pairs = NAMES.iter().flat_map(|name| TYPES.map(|kind| [*name, kind]));
        let (address, question) = (self.server.address(), pairs.flatten().collect::<Vec<_>>());
        // In this process, so not on this thread.
        let listing = tokio::task::spawn_blocking(move || dig(address, &question)).await.unwrap();
        zone_file::sets(&listing, &name("cafe.lab"))
    }
}

every_scenario!(start;
    basics: a_set_goes_to_every_other_set_and_reads_back,
    basics: every_type_is_written_and_read,
    basics: many_names_are_read_in_one_call,
    basics: nothing_to_change_is_no_error,
    zones: the_longest_zone_holds_the_name,
    zones: an_alias_is_in_the_zone_of_its_owner,
    foreign: dns_g4_a_foreign_value_survives_create_replace_and_delete,
    foreign: dns_g1_a_foreign_value_keeps_its_strings,
    foreign: dns_r5_the_ttl_of_a_shared_set_stays,
    foreign: other_types_at_the_name_stay,
    values: dns_g1_values_longer_than_a_string_are_whole,
    values: dns_g2_quotes_semicolons_and_backslashes_are_only_octets,
    values: the_longest_value_of_the_limits_is_written_and_replaced,
    aliases: dns_r2_a_txt_is_refused_where_a_cname_stands,
    aliases: dns_r2_a_cname_is_refused_where_data_stands,
    aliases: an_alias_is_read_and_never_followed,
    races: p2_a_change_set_happens_as_a_whole_or_not_at_all,
    races: p2_a_reader_never_sees_two_values_or_none,
    races: p1_two_writers_lose_no_value,
    refusals: a_change_outside_the_zone_is_invalid,
    refusals: a_value_that_was_not_read_is_not_removed,
);
