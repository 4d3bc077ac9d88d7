//! Filters, order and pages of listings.

use std::collections::BTreeMap;

use super::{answer::Refusal, world::Record};

/// The query of a request.
pub(super) type Query = BTreeMap<String, String>;

/// Page and size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub number: usize,
    pub size: usize,
}

impl Page {
    pub(super) fn of(query: &Query, default: usize, largest: usize) -> Result<Self, Refusal> {
        let number = number(query, "page", 1)?;
        let size = number_up_to(query, "per_page", default, largest)?;
        Ok(Self { number: number.max(1), size: size.max(1) })
    }

    pub(super) fn cut<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip((self.number - 1) * self.size).take(self.size).collect()
    }
}

fn number(query: &Query, key: &str, default: usize) -> Result<usize, Refusal> {
    let invalid = |_| Refusal::new(400, 1004, &format!("{key} must be a number"));
    query.get(key).map_or(Ok(default), |text| text.parse().map_err(invalid))
}

fn number_up_to(query: &Query, key: &str, default: usize, largest: usize) -> Result<usize, Refusal> {
    match number(query, key, default)? {
        number if number > largest => Err(Refusal::new(400, 1004, &format!("{key} must be at most {largest}"))),
        number => Ok(number),
    }
}

/// A condition of a query: what it says of a record.
type Filter<'a> = Box<dyn Fn(&Record) -> bool + 'a>;

/// The records that a query asks for, in its order.
pub(super) fn records(mut all: Vec<Record>, query: &Query) -> Result<Vec<Record>, Refusal> {
    let filters: Vec<Filter<'_>> = query.iter().filter_map(|(key, value)| filter(key, value)).collect();
    let any = query.get("match").is_some_and(|word| word == "any");
    all.retain(|record| match (filters.is_empty(), any) {
        (true, _) => true,
        (false, true) => filters.iter().any(|holds| holds(record)),
        (false, false) => filters.iter().all(|holds| holds(record)),
    });
    let key: fn(&Record) -> String = match query.get("order").map(String::as_str) {
        Some("name") => |record| record.name.clone(),
        Some("content") => |record| record.content.clone(),
        None | Some("type") => |record| record.kind.clone(),
        Some(other) => return Err(Refusal::new(400, 1004, &format!("order {other} is not known"))),
    };
    all.sort_by_cached_key(|record| (key(record), record.id.clone()));
    if query.get("direction").is_some_and(|word| word == "desc") {
        all.reverse();
    }
    Ok(all)
}

/// Fields are compared without case; names of fields may be `name`, `name.exact`, `name.endswith` ...
fn filter<'a>(key: &'a str, value: &'a str) -> Option<Filter<'a>> {
    let (field, operation) = key.split_once('.').unwrap_or((key, "exact"));
    let of: fn(&Record) -> String = match field {
        "name" => |record| record.name.clone(),
        "content" => |record| record.content.clone(),
        "comment" => |record| record.comment.clone().unwrap_or_default(),
        "type" => |record| record.kind.clone(),
        _ => return None,
    };
    let wanted = value.to_lowercase();
    let compare: fn(&str, &str) -> bool = match operation {
        "exact" => |text, wanted| text == wanted,
        "contains" => |text, wanted| text.contains(wanted),
        "startswith" => |text, wanted| text.starts_with(wanted),
        "endswith" => |text, wanted| text.ends_with(wanted),
        _ => return None,
    };
    Some(Box::new(move |record| compare(&of(record).to_lowercase(), &wanted)))
}

/// Whether a zone's name is what `name` asks for: `equal` unless an operator stands before a colon.
pub(super) fn zone_name(name: &str, wanted: &str) -> bool {
    let (operator, text) = wanted.split_once(':').unwrap_or(("equal", wanted));
    match operator {
        "contains" => name.contains(text),
        "starts_with" => name.starts_with(text),
        "ends_with" => name.ends_with(text),
        "not_equal" => name != text,
        _ => name == text,
    }
}
