//! `check_host()` (RFC 7208 4) over the crate's types, to show that they carry everything an evaluation needs.
//! Explanations are left out: they never change a result.

use std::net::IpAddr;

use mail_records::name;
use mail_records::spf::{
    DomainSpec, DualCidr, Ip4Network, Ip6Network, MAX_LOOKUPS, MAX_MX_HOSTS, MAX_VOIDS, Mechanism,
    Modifier, Qualifier, Spf, Term, select,
};

use crate::expand::expand;
use crate::suite::Case;
use crate::zone::{Silence, Zone};

/// Why there is no result from a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    None,
    PermError,
    TempError,
}

impl From<Silence> for Stop {
    fn from(_: Silence) -> Self {
        Self::TempError
    }
}

/// One message on its way through the records.
pub(crate) struct Check<'a> {
    pub(crate) zone: &'a Zone<'a>,
    pub(crate) ip: IpAddr,
    pub(crate) local: String,
    pub(crate) origin: String,
    pub(crate) helo: String,
    lookups: u32,
    voids: u32,
}

/// The result in the suite's words.
pub(crate) fn check_host(case: &Case, zone: &Zone<'_>) -> &'static str {
    let mut check = Check {
        zone,
        ip: case
            .host
            .parse::<IpAddr>()
            .expect("the suite gives addresses")
            .to_canonical(),
        local: case
            .mailfrom
            .rsplit_once('@')
            .map_or("", |(local, _)| local)
            .to_owned(),
        origin: case.domain().to_owned(),
        helo: case.helo.clone(),
        lookups: 0,
        voids: 0,
    };
    if check.local.is_empty() {
        "postmaster".clone_into(&mut check.local);
    }
    match check.domain(case.domain()) {
        Ok(Qualifier::Pass) => "pass",
        Ok(Qualifier::Fail) => "fail",
        Ok(Qualifier::SoftFail) => "softfail",
        Ok(Qualifier::Neutral) => "neutral",
        Err(Stop::None) => "none",
        Err(Stop::PermError) => "permerror",
        Err(Stop::TempError) => "temperror",
    }
}

impl Check<'_> {
    fn domain(&mut self, domain: &str) -> Result<Qualifier, Stop> {
        let texts = self.zone.ask(domain, "TXT")?;
        let text = select(texts.iter().map(String::as_str))
            .map_err(|_| Stop::PermError)?
            .ok_or(Stop::None)?;
        let spf = Spf::parse(text).map_err(|_| Stop::PermError)?;
        for term in spf.effective_terms() {
            self.count(term)?;
            match term {
                Term::Directive {
                    qualifier,
                    mechanism,
                } if self.matches(mechanism, domain)? => return Ok(*qualifier),
                Term::Modifier(Modifier::Redirect(target)) => {
                    let target = expand(self, target, domain);
                    return self.domain(&target).map_err(none_is_permerror);
                }
                _ => {}
            }
        }
        Ok(Qualifier::Neutral)
    }

    fn count(&mut self, term: &Term) -> Result<(), Stop> {
        self.lookups += term.lookups();
        if self.lookups > MAX_LOOKUPS {
            Err(Stop::PermError)
        } else {
            Ok(())
        }
    }

    fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        let target = |check: &Self, spec: &Option<DomainSpec>| {
            spec.as_ref()
                .map_or_else(|| domain.to_owned(), |spec| expand(check, spec, domain))
        };
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(network) => Ok(in_network(
                self.ip,
                IpAddr::V4(network.address),
                network.prefix,
                128,
            )),
            Mechanism::Ip6(network) => Ok(in_network(
                self.ip,
                IpAddr::V6(network.address),
                32,
                network.prefix,
            )),
            Mechanism::Include(spec) => {
                let target = expand(self, spec, domain);
                let result = self.domain(&target).map_err(none_is_permerror)?;
                Ok(result == Qualifier::Pass)
            }
            Mechanism::Exists(spec) => {
                let target = expand(self, spec, domain);
                Ok(!self.ask(&target, "A")?.is_empty())
            }
            Mechanism::A { domain: spec, cidr } => self.host_matches(&target(self, spec), *cidr),
            Mechanism::Mx { domain: spec, cidr } => self.mx_matches(&target(self, spec), *cidr),
            Mechanism::Ptr(spec) => {
                let target = target(self, spec);
                Ok(self
                    .validated_names()
                    .iter()
                    .any(|name| name::is_same_or_below(name, &target)))
            }
        }
    }

    fn host_matches(&mut self, host: &str, cidr: DualCidr) -> Result<bool, Stop> {
        let addresses = self.ask(host, self.address_type())?;
        Ok(addresses
            .iter()
            .any(|address| in_network(self.ip, address.parse().unwrap(), cidr.v4, cidr.v6)))
    }

    fn mx_matches(&mut self, domain: &str, cidr: DualCidr) -> Result<bool, Stop> {
        let hosts = self.ask(domain, "MX")?;
        if hosts.len() > MAX_MX_HOSTS {
            return Err(Stop::PermError);
        }
        for host in hosts.iter().filter(|host| !host.is_empty()) {
            if self.host_matches(host, cidr)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Names of the sender's address that lead back to it, at most ten (RFC 7208 5.5). DNS trouble means no name.
    pub(crate) fn validated_names(&self) -> Vec<String> {
        let reverse = format!(
            "{}.{}.arpa",
            crate::expand::reversed(self.ip),
            crate::expand::family(self.ip)
        );
        let names = self.zone.ask(&reverse, "PTR").unwrap_or_default();
        let leads_back = |name: &String| {
            let addresses = self.zone.ask(name, self.address_type()).unwrap_or_default();
            addresses
                .iter()
                .any(|address| address.parse() == Ok(self.ip))
        };
        names.into_iter().take(10).filter(leads_back).collect()
    }

    fn address_type(&self) -> &'static str {
        if self.ip.is_ipv4() { "A" } else { "AAAA" }
    }

    /// Asks and counts an empty answer.
    fn ask(&mut self, domain: &str, kind: &str) -> Result<Vec<String>, Stop> {
        let answer = self.zone.ask(domain, kind)?;
        self.voids += u32::from(answer.is_empty());
        if self.voids > MAX_VOIDS {
            Err(Stop::PermError)
        } else {
            Ok(answer)
        }
    }
}

fn none_is_permerror(stop: Stop) -> Stop {
    if stop == Stop::None {
        Stop::PermError
    } else {
        stop
    }
}

fn in_network(ip: IpAddr, network: IpAddr, v4: u8, v6: u8) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(address)) => {
            let masked = |address| {
                Ip4Network {
                    address,
                    prefix: v4,
                }
                .masked()
            };
            masked(ip) == masked(address)
        }
        (IpAddr::V6(ip), IpAddr::V6(address)) => {
            let masked = |address| {
                Ip6Network {
                    address,
                    prefix: v6,
                }
                .masked()
            };
            masked(ip) == masked(address)
        }
        _ => false,
    }
}
