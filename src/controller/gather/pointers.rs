//! Whether the domain's own zone points to the records in ours.
//!
//! Its servers are asked as the world finds them. Those that a provider object names speak for the provider's zones, and where
//! they are needed nobody else may be reachable: then the resolvers are asked.

use std::collections::BTreeMap;

use crate::{
    api::{Verification, VerificationMode},
    controller::context::Context,
    dns::{Name, Value},
    domain::delegation::{Pointer, Pointing},
    resolve::{Answer, Observation, Question},
};

/// Each pointer by the name of the record that it leads to; none where the domain is at home in its own zone.
pub(crate) type Pointers = BTreeMap<Name, (Pointer, Pointing)>;

/// Looks at every pointer to these names.
pub(crate) async fn look(
    ctx: &Context,
    domain: &Name,
    home: &Name,
    verification: &Verification,
    names: impl Iterator<Item = &Name>,
) -> Pointers {
    let pointers: BTreeMap<Name, Pointer> =
        names.filter_map(|name| Some((name.clone(), Pointer::to(name, domain, home)?))).collect();
    if domain == home || pointers.is_empty() {
        return Pointers::new();
    }
    let by_resolvers = verification.mode == VerificationMode::Resolvers || !verification.nameservers.is_empty();
    let authority = if by_resolvers { Ok(ctx.asker.resolvers_for(domain)) } else { ctx.asker.holder_of(domain, &[]).await };
    let authority = match authority {
        Ok(authority) => authority,
        Err(why) => {
            let unknown = Pointing::Unknown(why.to_string());
            return pointers.into_iter().map(|(name, pointer)| (name, (pointer, unknown.clone()))).collect();
        }
    };
    let questions: Vec<Question> = pointers.values().map(|pointer| Question::new(pointer.name.clone(), pointer.kind())).collect();
    let seen = ctx.asker.ask(&authority, &questions).await;
    let judged = pointers.into_iter().zip(&seen).map(|((name, pointer), seen)| {
        let pointing = judge(&pointer, seen);
        (name, (pointer, pointing))
    });
    judged.collect()
}

/// The worst that any server says: a sender may ask any of them.
fn judge(pointer: &Pointer, seen: &Observation) -> Pointing {
    let mut told = seen.answers.iter().filter(|(_, answer)| answer.silence().is_none()).map(|(_, answer)| one(pointer, answer));
    let Some(first) = told.next() else {
        let silent: Vec<String> = seen.silent().iter().map(ToString::to_string).collect();
        return Pointing::Unknown(silent.join("; "));
    };
    std::iter::once(first).chain(told).find(|pointing| *pointing != Pointing::Stands).unwrap_or(Pointing::Stands)
}

fn one(pointer: &Pointer, answer: &Answer) -> Pointing {
    match answer {
        Answer::Values(set) => pointer.judge(&set.values),
        Answer::Cname(target, _) => pointer.judge(&[Value::Cname(target.clone())]),
        _ => pointer.judge(&[]),
    }
}
