//! What an SPF record costs its readers today, everything it includes looked up (SPF-G2).

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use mail_records::spf::{Cost, Kind, Lookup as Answer, Query, Spf, cost};

use crate::{
    controller::context::Context,
    dns::{Name, RecordType, Value},
    resolve::Lookup,
};

/// Rounds of look-ups: each one reaches a level of includes further down, and ten are more than a valid record has.
const ROUNDS: usize = 12;
/// Questions that one walk may ask in all; a record that wants more is far over the limit of ten anyway.
const QUESTIONS: usize = 120;

type Known = BTreeMap<(Kind, String), Answer>;

/// Walks the domain's record with what DNS says. Names that nobody answers for make the cost a lower bound. Where the record
/// stands elsewhere, a receiver is led there first.
pub(crate) async fn walk(ctx: &Context, domain: &Name, (at, record): (&Name, &Spf)) -> Cost {
    let mut known = Known::new();
    let led = Spf::parse(&format!("v=spf1 redirect={at}")).ok().filter(|_| at != domain);
    if led.is_some() {
        known.insert((Kind::Txt, at.to_string()), Answer::Txt(vec![record.to_string()]));
    }
    let spf = led.as_ref().unwrap_or(record);
    for _ in 0..ROUNDS {
        let (found, missing) = attempt(domain, spf, &known);
        if missing.is_empty() || known.len() + missing.len() > QUESTIONS {
            return found;
        }
        known.extend(join_all(missing.into_iter().map(|(kind, name)| answer(ctx, kind, name))).await);
    }
    attempt(domain, spf, &known).0
}

fn attempt(domain: &Name, spf: &Spf, known: &Known) -> (Cost, BTreeSet<(Kind, String)>) {
    let mut missing = BTreeSet::new();
    let found = cost(spf, domain.as_str(), &mut |query: Query<'_>| {
        let key = (query.kind, query.domain.to_owned());
        known.get(&key).cloned().unwrap_or_else(|| {
            missing.insert(key);
            Answer::Unknown
        })
    });
    (found, missing)
}

async fn answer(ctx: &Context, kind: Kind, name: String) -> ((Kind, String), Answer) {
    let found = match name.parse::<Name>() {
        Ok(target) => ask(ctx, kind, &target).await,
        Err(_) => Answer::Unknown,
    };
    ((kind, name), found)
}

async fn ask(ctx: &Context, kind: Kind, name: &Name) -> Answer {
    match kind {
        Kind::Txt => read(ctx.asker.txt(name).await, Answer::Txt),
        Kind::Address => read(ctx.asker.addresses(name).await, |_| Answer::Found),
        Kind::Ip4 => read(ctx.asker.lookup(name, RecordType::A).await, |_| Answer::Found),
        Kind::Mx => {
            read(ctx.asker.lookup(name, RecordType::Mx).await, |values| Answer::Hosts(values.iter().filter_map(host).collect()))
        }
    }
}

fn read<T>(lookup: Lookup<T>, found: impl FnOnce(Vec<T>) -> Answer) -> Answer {
    match lookup {
        Lookup::Found(values) => found(values),
        Lookup::NxDomain | Lookup::NoData => Answer::Void,
        Lookup::Failed(_) => Answer::Unknown,
    }
}

fn host(value: &Value) -> Option<String> {
    match value {
        Value::Mx(_, host) => Some(host.as_ref().map_or_else(String::new, ToString::to_string)),
        _ => None,
    }
}
