//! Short words for names, sets and changes.

use mailward::{
    dns::{Name, RecordSet, RecordType, Value, Zone},
    provider::{Change, ErrorKind, Provider},
};

/// TTL of what the scenarios write, in seconds.
pub const TTL: u32 = 300;

pub fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// The zone most scenarios work in.
pub fn cafe() -> Zone {
    Zone { name: name("cafe.lab"), id: "cafe.lab".into() }
}

pub fn texts(values: &[&str]) -> Vec<Value> {
    values.iter().map(|text| Value::text(text)).collect()
}

pub fn txt(at: &str, values: &[&str]) -> RecordSet {
    RecordSet::new(name(at), RecordType::Txt, TTL, texts(values))
}

pub fn cname(at: &str, target: &str) -> RecordSet {
    RecordSet::new(name(at), RecordType::Cname, TTL, vec![Value::Cname(name(target))])
}

pub fn a(at: &str, address: [u8; 4]) -> RecordSet {
    RecordSet::new(name(at), RecordType::A, TTL, vec![Value::A(address.into())])
}

pub fn ns(at: &str, host: &str) -> RecordSet {
    RecordSet::new(name(at), RecordType::Ns, TTL, vec![Value::Ns(name(host))])
}

pub fn mx(at: &str, host: &str) -> RecordSet {
    RecordSet::new(name(at), RecordType::Mx, TTL, vec![Value::Mx(10, Some(name(host)))])
}

/// The change that makes `set` where nothing stands.
pub fn create(set: &RecordSet) -> Change {
    Change { name: set.name.clone(), kind: set.kind, expected: None, remove: vec![], add: set.values.clone(), ttl: set.ttl }
}

/// The change from a set that was read to the values wanted at its name.
pub fn change(from: &RecordSet, remove: &[&str], add: &[&str]) -> Change {
    Change {
        name: from.name.clone(),
        kind: from.kind,
        expected: Some(from.clone()),
        remove: texts(remove),
        add: texts(add),
        ttl: from.ttl,
    }
}

/// The change that takes a whole set away.
pub fn delete(from: &RecordSet) -> Change {
    Change { remove: from.values.clone(), ..change(from, &[], &[]) }
}

/// What the provider reads at one name and type of `cafe.lab`.
pub async fn read(provider: &dyn Provider, at: &str, kind: RecordType) -> Option<RecordSet> {
    provider.read(&cafe(), &[name(at)]).await.unwrap().get(&name(at), kind).cloned()
}

pub async fn read_txt(provider: &dyn Provider, at: &str) -> Option<RecordSet> {
    read(provider, at, RecordType::Txt).await
}

/// Applies to `cafe.lab`.
pub async fn apply(provider: &dyn Provider, changes: &[Change]) {
    provider.apply(&cafe(), changes).await.unwrap();
}

/// Applies to `cafe.lab` and expects an error of this kind.
pub async fn refuse(provider: &dyn Provider, changes: &[Change], kind: ErrorKind) -> String {
    let error = provider.apply(&cafe(), changes).await.unwrap_err();
    assert_eq!(error.kind, kind, "{error}");
    error.message
}
