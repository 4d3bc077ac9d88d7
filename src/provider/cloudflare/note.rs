//! Comment and tag that say, in Cloudflare's dashboard, whose a record is.
//!
//! The owner is read from the domain's marker, in the listing or in the change set that makes it: a note that is told
//! from anything else could say something else than the marker.

use mail_records::marker::{Marker, PREFIX};

use super::listing::Listing;
use crate::{
    dns::{Name, Value},
    provider::Change,
};

/// Longest comment on a free zone; paid plans take 500.
const COMMENT: usize = 100;
/// Longest value of a tag.
const TAG: usize = 100;

/// The comment of a record at `name`.
pub(super) fn comment(listing: &Listing, changes: &[Change], name: &Name) -> String {
    match owner(listing, changes, name) {
        Some(owner) => cut(&format!("mailward owner={owner}"), COMMENT),
        None => "mailward".to_owned(),
    }
}

/// The tag of a record at `name`, as `name:value`.
pub(super) fn tag(listing: &Listing, changes: &[Change], name: &Name) -> String {
    let owner = owner(listing, changes, name);
    format!("mailward:{}", owner.map_or_else(|| "managed".to_owned(), |owner| cut(&owner, TAG)))
}

/// The owner that the nearest marker above names.
fn owner(listing: &Listing, changes: &[Change], name: &Name) -> Option<String> {
    name.ancestors().find_map(|above| {
        let at = above.child(PREFIX).ok()?;
        let new = changes.iter().filter(|change| change.name == at).flat_map(|change| &change.add);
        let old = listing.at(&at).filter_map(|entry| entry.value.as_ref());
        new.chain(old).find_map(owner_in)
    })
}

fn owner_in(value: &Value) -> Option<String> {
    Marker::parse(&value.as_text()?).ok().map(|marker| marker.owner().to_owned())
}

/// The end names the object and the front only the cluster: a long text loses its middle.
fn cut(text: &str, most: usize) -> String {
    const GAP: &str = "...";
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let front = most / 4;
    let back = most - front - GAP.len();
    let head: String = text.chars().take(front).collect();
    let tail: String = text.chars().skip(count - back).collect();
    format!("{head}{GAP}{tail}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::{super::wire::Record, *};
    use crate::dns::RecordType;

    const MARKER: &str = "heritage=mailward; v=1; owner=lab/mail/cafe; uid=u-1; has=spf";

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn listing(marker: &str) -> Listing {
        let record = Record {
            id: "1".into(),
            name: "_mailward.cafe.lab".into(),
            kind: "TXT".into(),
            content: Some(format!("\"{marker}\"")),
            ..Record::default()
        };
        super::super::listing::listing(&name("cafe.lab"), &name("cafe.lab"), vec![record])
    }

    #[test]
    fn the_owner_is_the_one_of_the_nearest_marker() {
        let there = listing(MARKER);
        assert_eq!(comment(&there, &[], &name("s1._domainkey.cafe.lab")), "mailward owner=lab/mail/cafe");
        assert_eq!(tag(&there, &[], &name("cafe.lab")), "mailward:lab/mail/cafe");
        assert_eq!(comment(&listing("v=spf1 -all"), &[], &name("cafe.lab")), "mailward");
    }

    #[test]
    fn a_marker_that_is_written_in_the_same_act_counts_before_the_one_that_stands() {
        let text = MARKER.replace("lab/mail/cafe", "lab/mail/new");
        let change = Change {
            name: name("_mailward.cafe.lab"),
            kind: RecordType::Txt,
            expected: None,
            remove: vec![],
            add: vec![Value::text(&text)],
            ttl: 300,
        };
        assert_eq!(comment(&listing(MARKER), &[change], &name("cafe.lab")), "mailward owner=lab/mail/new");
    }

    #[test]
    fn a_long_owner_loses_its_middle() {
        let long = cut(&format!("owner={}/mail/cafe", "x".repeat(200)), 100);
        assert!(long.chars().count() == 100 && long.starts_with("owner=") && long.ends_with("/mail/cafe"), "{long}");
    }
}
