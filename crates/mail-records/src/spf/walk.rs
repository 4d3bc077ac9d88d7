//! The walk through a record and everything it includes. What comes out is in `cost`.

use super::cost::{Cost, Kind, Lookup, Query};
use super::domain_spec::DomainSpec;
use super::lint::MANY_LOOKUPS;
use super::term::{Mechanism, Modifier, Term};
use super::{MAX_LOOKUPS, MAX_MX_HOSTS, MAX_VOIDS, Spf, select};
use crate::lint::Finding;
use crate::name;

/// Terms after which the walk stops: far beyond the limit, so that the number tells, but bounded for any tree.
const STOP: u32 = 100;

/// A walk under way.
pub(super) struct Walk<'l> {
    lookup: &'l mut dyn FnMut(Query<'_>) -> Lookup,
    /// The names whose records are being walked, outermost first.
    above: Vec<String>,
    cost: Cost,
}

impl<'l> Walk<'l> {
    /// A walk that starts with the record of `domain`.
    pub(super) fn from(domain: String, lookup: &'l mut dyn FnMut(Query<'_>) -> Lookup) -> Self {
        Self {
            lookup,
            above: vec![domain],
            cost: Cost::default(),
        }
    }

    pub(super) fn record(&mut self, spf: &Spf) {
        for term in spf.effective_terms() {
            if self.cost.terms >= STOP {
                return;
            }
            self.cost.terms += term.lookups();
            self.term(term);
        }
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Directive { mechanism, .. } => match mechanism {
                Mechanism::Include(target) => self.target(term, target),
                Mechanism::A { domain, .. } => self.address(term, Kind::Address, domain.as_ref()),
                Mechanism::Exists(domain) => self.address(term, Kind::Ip4, Some(domain)),
                Mechanism::Mx { domain, .. } => self.mx(term, domain.as_ref()),
                Mechanism::All | Mechanism::Ptr(_) | Mechanism::Ip4(_) | Mechanism::Ip6(_) => {}
            },
            Term::Modifier(Modifier::Redirect(target)) => self.target(term, target),
            Term::Modifier(Modifier::Exp(_) | Modifier::Unknown { .. }) => {}
        }
    }

    /// `include:` and `redirect=`: the target must have exactly one readable record.
    fn target(&mut self, term: &Term, target: &DomainSpec) {
        let Some(name) = target.literal() else {
            self.cost.unknown_records.insert(target.to_string());
            return;
        };
        if self.above.contains(&name) {
            let way = self.above.join(" -> ");
            self.reject(
                term,
                &format!("comes back to {name} ({way} -> {name}): a loop is a permerror"),
            );
            return;
        }
        match (self.lookup)(Query {
            kind: Kind::Txt,
            domain: &name,
        }) {
            Lookup::Txt(texts) => self.descend(term, name, &texts),
            Lookup::Unknown => {
                self.cost.unknown_records.insert(name);
            }
            Lookup::Void | Lookup::Found | Lookup::Hosts(_) => {
                self.cost.voids += 1;
                self.no_record(term, &name);
            }
        }
    }

    fn descend(&mut self, term: &Term, name: String, texts: &[String]) {
        match select(texts.iter().map(String::as_str)).map(|text| text.map(Spf::parse)) {
            Ok(Some(Ok(spf))) => {
                self.above.push(name);
                self.record(&spf);
                self.above.pop();
            }
            Ok(None) => self.no_record(term, &name),
            Ok(Some(Err(error))) | Err(error) => {
                self.reject(
                    term,
                    &format!("the record of {name} is a permerror ({error})"),
                );
            }
        }
    }

    fn no_record(&mut self, term: &Term, name: &str) {
        self.reject(term, &format!("{name} has no SPF record, which is a permerror: correct the name or remove the term"));
    }

    fn address(&mut self, term: &Term, kind: Kind, domain: Option<&DomainSpec>) {
        let Some(name) = self.name(domain) else {
            return;
        };
        match (self.lookup)(Query {
            kind,
            domain: &name,
        }) {
            Lookup::Void => self.void(term, &format!("{name} has no address")),
            Lookup::Unknown => {
                self.cost.unknown_names.insert(name);
            }
            Lookup::Found | Lookup::Txt(_) | Lookup::Hosts(_) => {}
        }
    }

    fn mx(&mut self, term: &Term, domain: Option<&DomainSpec>) {
        let Some(name) = self.name(domain) else {
            return;
        };
        match (self.lookup)(Query {
            kind: Kind::Mx,
            domain: &name,
        }) {
            Lookup::Hosts(hosts) => self.hosts(term, &name, &hosts),
            Lookup::Void => self.void(
                term,
                &format!("{name} has no MX, and mx does not fall back to addresses"),
            ),
            Lookup::Unknown => {
                self.cost.unknown_names.insert(name);
            }
            Lookup::Found | Lookup::Txt(_) => {}
        }
    }

    fn hosts(&mut self, term: &Term, name: &str, hosts: &[String]) {
        if hosts.len() > MAX_MX_HOSTS {
            let count = hosts.len();
            self.reject(
                term,
                &format!("{name} has {count} MX hosts, more than {MAX_MX_HOSTS} are a permerror"),
            );
            return;
        }
        for host in hosts
            .iter()
            .map(|host| name::fold(host))
            .filter(|host| !host.is_empty())
        {
            match (self.lookup)(Query {
                kind: Kind::Address,
                domain: &host,
            }) {
                Lookup::Void => self.void(term, &format!("MX host {host} has no address")),
                Lookup::Unknown => {
                    self.cost.unknown_names.insert(host);
                }
                Lookup::Found | Lookup::Txt(_) | Lookup::Hosts(_) => {}
            }
        }
    }

    /// The name a term asks for, or `None` (noted) when it depends on the message.
    fn name(&mut self, domain: Option<&DomainSpec>) -> Option<String> {
        let Some(domain) = domain else {
            return self.above.last().cloned();
        };
        let literal = domain.literal();
        if literal.is_none() {
            self.cost.unknown_names.insert(domain.to_string());
        }
        literal
    }

    fn void(&mut self, term: &Term, what: &str) {
        self.cost.voids += 1;
        let message = format!(
            "term {term}{}: {what}; receivers stop after {MAX_VOIDS} such lookups",
            self.place()
        );
        self.cost.problems.push(Finding::warn("SPF-W1", message));
    }

    fn reject(&mut self, term: &Term, what: &str) {
        let message = format!("term {term}{}: {what}", self.place());
        self.cost.problems.push(Finding::reject("SPF-R1", message));
    }

    /// Which record the term stands in, unless it is the first.
    fn place(&self) -> String {
        match self.above.as_slice() {
            [_, .., inner] => format!(" in the record of {inner}"),
            _ => String::new(),
        }
    }

    /// The sum, judged against the limits (SPF-G2, SPF-W1).
    pub(super) fn finish(mut self) -> Cost {
        let terms = self.cost.terms;
        let bound = if self.cost.is_exact() && terms < STOP {
            ""
        } else {
            "at least "
        };
        if terms > MAX_LOOKUPS {
            let message = format!(
                "the record costs {bound}{terms} lookups: receivers answer permerror above {MAX_LOOKUPS}"
            );
            self.cost.problems.push(Finding::reject("SPF-G2", message));
        } else if terms > MANY_LOOKUPS {
            let message = format!(
                "the record costs {bound}{terms} lookups of {MAX_LOOKUPS}: a change of an included record can break it"
            );
            self.cost.problems.push(Finding::warn("SPF-W1", message));
        }
        if self.cost.voids > MAX_VOIDS {
            let message = format!(
                "{} lookups come back empty: receivers answer permerror above {MAX_VOIDS}",
                self.cost.voids
            );
            self.cost.problems.push(Finding::reject("SPF-G2", message));
        }
        self.cost.problems.sort_unstable();
        self.cost.problems.dedup();
        self.cost
    }
}
