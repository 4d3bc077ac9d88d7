//! Terms of an SPF record (RFC 7208 5 and 6).

use schemars::{Schema, SchemaGenerator};

use super::{
    Check,
    addresses::MAX_NETWORK,
    list_of,
    names::{MAX_NAME, target_form},
    set_of, text,
};

/// More addresses than this do not belong in one record: at 20 characters each they pass the size of a UDP answer.
const MAX_ADDRESSES: u32 = 64;
/// Twice the ten lookups there may be, so that the eleventh is refused by the rule that explains it (SPF-G2).
const MAX_LOOKUPS: u32 = 20;

/// `ip4:` addresses and networks.
pub(in crate::api) fn ip4(_: &mut SchemaGenerator) -> Schema {
    let checks = [
        Check::new("!self.contains(':')", "SPF-R1: ip4 takes IPv4 only; write an IPv6 address under ip6"),
        Check::new("isIP(self) || isCIDR(self)", "SPF-R1: write all four octets, as in 192.0.2.1 or 192.0.2.0/28"),
        not_everybody(),
    ];
    set_of(MAX_ADDRESSES, &text(18, &checks))
}

/// `ip6:` addresses and networks.
pub(in crate::api) fn ip6(_: &mut SchemaGenerator) -> Schema {
    let checks = [
        Check::new("self.contains(':')", "SPF-R1: ip6 takes IPv6 only; write an IPv4 address under ip4"),
        Check::new(
            "isIP(self) || isCIDR(self)",
            "SPF-R1: write an IPv6 address or network, as in 2001:db8::1 or 2001:db8:25::/48",
        ),
        not_everybody(),
    ];
    set_of(MAX_ADDRESSES, &text(MAX_NETWORK, &checks))
}

fn not_everybody() -> Check {
    Check::new(
        "!isCIDR(self) || cidr(self).prefixLength() > 0",
        "SPF-R2: a prefix length of 0 lets the whole Internet send for this domain",
    )
}

/// Domains of `a:` and `mx:`; `@` is the domain itself.
pub(in crate::api) fn hosts(_: &mut SchemaGenerator) -> Schema {
    let checks =
        target_form("SPF-R1").into_iter().map(|check| Check::new(format!("self == '@' || {}", check.holds), check.message));
    set_of(MAX_LOOKUPS, &text(MAX_NAME, &checks.collect::<Vec<_>>()))
}

/// Domains of `include:`.
pub(in crate::api) fn includes(_: &mut SchemaGenerator) -> Schema {
    let mut checks =
        vec![Check::new("!self.contains('/')", "SPF-R1: write the bare domain, no URL and no slash, as in _spf.example.com")];
    checks.extend(target_form("SPF-R1"));
    set_of(MAX_LOOKUPS, &text(MAX_NAME, &checks))
}

/// Terms passed on as they stand.
pub(in crate::api) fn terms(_: &mut SchemaGenerator) -> Schema {
    let checks = [
        Check::new("self.matches(r'^[!-~]+$')", "SPF-R1: a term is ASCII without spaces; write each term as an entry of its own"),
        Check::new("!self.matches(r'(?i)^v=')", "SPF-R1: leave out v=spf1; terms are what follows it"),
        Check::new("!self.matches(r'(?i)^[+]?all$')", "SPF-R2: +all lets the whole Internet send for this domain"),
        Check::new(
            "!self.matches(r'(?i)^[-~?]all$')",
            "SPF-R1: write the closing `all` in the field `all`, where there is only one",
        ),
    ];
    list_of(MAX_LOOKUPS * 2, &text(255, &checks))
}
