//! The `mtaSts` block (RFC 8461).

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use mail_records::{
    mta_sts::{Context, Mode, MxPattern, Policy},
    name,
};

use super::{Block, Complaint, Install, StsServing, StsSpec, complaint::each, gateway};
use crate::{
    api::{AddressSource, ExternalServing, IngressServing, MailDomainSpec, MtaStsMode, MtaStsSpec, Serving, StaticAddress},
    dns::{Name, Value},
    domain::policy_host::{Address, check_public, value},
};

/// Judges the block.
pub(super) fn judge(spec: &MailDomainSpec, install: &Install, complaints: &mut Vec<Complaint>) -> Block<StsSpec> {
    let Some(block) = &spec.mta_sts else { return Block::Absent };
    let MtaStsSpec { mode, mx, max_age, serving, address, static_address } = block;
    let mut bad = Vec::new();
    let mx = each("spec.mtaSts.mx", "STS-R1", mx, &mut bad, MxPattern::parse);
    let policy = Policy { mode: self::mode(*mode), mx, max_age: *max_age };
    let serving = self::serving(serving, install, &mut bad);
    let address = self::address(*address, static_address.as_ref(), install, &mut bad);
    if bad.is_empty() {
        bad.extend(nobody_to_ask(&serving, &address));
    }
    if !bad.is_empty() {
        complaints.append(&mut bad);
        return Block::Rejected;
    }
    let context = Context { mx_hosts: None, has_tls_rpt: Some(spec.tls_rpt.is_some()), is_first: None };
    let findings = policy.lint(&context);
    Block::linted(StsSpec { policy, serving, address }, "spec.mtaSts", findings, complaints)
}

fn mode(mode: MtaStsMode) -> Mode {
    match mode {
        MtaStsMode::Testing => Mode::Testing,
        MtaStsMode::Enforce => Mode::Enforce,
        MtaStsMode::None => Mode::None,
    }
}

fn serving(spec: &Serving, install: &Install, bad: &mut Vec<Complaint>) -> StsServing {
    let Serving { ingress, gateway, external } = spec;
    match (ingress, gateway, external) {
        (Some(IngressServing { annotations }), None, None) => StsServing::Ingress(allowed(annotations, install, bad)),
        (None, Some(gateway), None) => StsServing::Gateway(gateway::parents(gateway, &install.gateways, bad)),
        (None, None, Some(ExternalServing {})) => StsServing::External,
        _ => {
            bad.push(Complaint::reject("spec.mtaSts.serving", "STS-R1", "set exactly one of ingress, gateway and external"));
            StsServing::External
        }
    }
}

/// A tenant puts nothing into the policy namespace that the install does not allow (P9).
fn allowed(annotations: &BTreeMap<String, String>, install: &Install, bad: &mut Vec<Complaint>) -> BTreeMap<String, String> {
    for key in annotations.keys().filter(|key| !install.ingress_annotations.contains(*key)) {
        let why = format!("annotation {key} is not on this install's list: remove it, or ask for it to be allowed");
        bad.push(Complaint::reject("spec.mtaSts.serving.ingress.annotations", "P9", why));
    }
    annotations.clone()
}

fn address(source: AddressSource, fixed: Option<&StaticAddress>, install: &Install, bad: &mut Vec<Complaint>) -> Address {
    match (source, fixed) {
        (AddressSource::FromServing, _) => Address::FromServing,
        (AddressSource::External, _) => Address::External,
        (AddressSource::Static, Some(fixed)) => Address::Static(values(fixed, install, bad)),
        (AddressSource::Static, None) => {
            bad.push(Complaint::reject("spec.mtaSts.staticAddress", "STS-R1", "address: Static needs it"));
            Address::External
        }
    }
}

/// Without an Ingress or a Gateway nothing would ever tell the address.
fn nobody_to_ask(serving: &StsServing, address: &Address) -> Option<Complaint> {
    let why = "with serving.external there is no Ingress or Gateway to take the address from; set address to External or Static";
    let nothing = *serving == StsServing::External && *address == Address::FromServing;
    nothing.then(|| Complaint::reject("spec.mtaSts.address", "STS-R1", why))
}

fn values(fixed: &StaticAddress, install: &Install, bad: &mut Vec<Complaint>) -> Vec<Value> {
    let StaticAddress { ipv4, ipv6, cname } = fixed;
    let public = |address: IpAddr| match check_public(address) {
        Err(why) if !install.allow_private_addresses => Err(format!("{why}")),
        _ => Ok(value(address)),
    };
    let v4 = |text: &str| text.parse::<Ipv4Addr>().map_err(|why| why.to_string()).and_then(|address| public(address.into()));
    let v6 = |text: &str| text.parse::<Ipv6Addr>().map_err(|why| why.to_string()).and_then(|address| public(address.into()));
    let mut values = each("spec.mtaSts.staticAddress.ipv4", "STS-R1", ipv4, bad, v4);
    values.extend(each("spec.mtaSts.staticAddress.ipv6", "STS-R1", ipv6, bad, v6));
    if let Some(cname) = cname {
        let field = "spec.mtaSts.staticAddress.cname";
        match name::check_domain(cname).map_err(|why| Complaint::new(field, why)).and_then(|host| named(field, &host)) {
            Ok(host) => values.push(Value::Cname(host)),
            Err(complaint) => bad.push(complaint),
        }
    }
    if cname.is_some() != (values.len() == 1 && matches!(values.first(), Some(Value::Cname(_)))) || values.is_empty() {
        bad.extend(only_one_kind(bad.is_empty()));
    }
    values
}

fn named(field: &str, host: &str) -> Result<Name, Complaint> {
    host.parse().map_err(|why| Complaint::reject(field, "DNS-R1", why))
}

/// Said only when nothing else is wrong, which would be the reason for the missing value.
fn only_one_kind(otherwise_right: bool) -> Option<Complaint> {
    let why = "set either cname, or addresses in ipv4 and ipv6: no other data can stand beside a CNAME";
    otherwise_right.then(|| Complaint::reject("spec.mtaSts.staticAddress", "DNS-R2", why))
}
