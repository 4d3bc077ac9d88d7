//! Marks that other tools leave beside the records they manage.
//!
//! external-dns writes a TXT `heritage=external-dns,...,external-dns/owner=<id>,...` at the record's own name, or at
//! that name with the type in front (`cname-mta-sts.example.com`). A marked record is its owner's to write, even
//! where `adoption: Adopt` would let us: it would be put back within a minute.

use super::Role;
use crate::{
    dns::{Name, RecordType},
    provider::Snapshot,
};

const HERITAGE: &str = "heritage=external-dns";
const OWNER: &str = "external-dns/owner=";
/// Types in front of the name; external-dns manages addresses from Ingresses, so only the policy host is looked up.
const PREFIXES: [&str; 3] = ["a", "aaaa", "cname"];

/// Names at which a mark about this name may stand. A mark at the apex speaks of the web server's address.
pub(super) fn mark_names(name: &Name, role: Role) -> Vec<Name> {
    match role {
        Role::Spf => vec![],
        Role::PolicyHost => {
            std::iter::once(Ok(name.clone())).chain(PREFIXES.map(|prefix| format!("{prefix}-{name}").parse())).flatten().collect()
        }
        _ => vec![name.clone()],
    }
}

/// Which tool marked the name, if any.
pub(super) fn mark(observed: &Snapshot, name: &Name, role: Role) -> Option<String> {
    let names = mark_names(name, role);
    let sets = names.iter().filter_map(|name| observed.get(name, RecordType::Txt));
    let mut texts = sets.flat_map(|set| &set.values).filter_map(crate::dns::Value::as_text);
    texts.find_map(|text| tool(text.trim_matches('"')))
}

fn tool(text: &str) -> Option<String> {
    let rest = text.strip_prefix(HERITAGE)?;
    let owner = rest.split(',').find_map(|part| part.strip_prefix(OWNER));
    Some(owner.map_or_else(|| "external-dns".to_owned(), |owner| format!("external-dns \"{owner}\"")))
}
