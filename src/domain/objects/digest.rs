//! The digest annotation: what we own of an object, in 64 hex digits.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{
    labels::{annotate, annotation},
    names::hex_digest,
};

/// Puts the digest over labels, annotations and `content` into the metadata; to be called last.
///
/// It makes leaving visible: a live object that still holds an annotation we no longer want equals us in every wanted
/// field, but not in its digest. `content` must not be secret, because a digest of it is readable in the metadata.
pub(super) fn seal<'a>(meta: &mut ObjectMeta, content: impl IntoIterator<Item = (&'a str, &'a str)>) {
    let mut text = String::new();
    for (key, value) in meta.labels.iter().chain(&meta.annotations).flatten() {
        push(&mut text, key, value);
    }
    for (key, value) in content {
        push(&mut text, key, value);
    }
    annotate(meta, annotation::DIGEST, hex_digest(text.as_bytes()));
}

/// Lengths in front, so that no two different lists read the same.
fn push(text: &mut String, key: &str, value: &str) {
    for part in [key, value] {
        text.push_str(&part.len().to_string());
        text.push(':');
        text.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(annotations: &[(&str, &str)], content: &[(&str, &str)]) -> Option<String> {
        let mut meta = ObjectMeta::default();
        for (key, value) in annotations {
            annotate(&mut meta, key, *value);
        }
        seal(&mut meta, content.iter().copied());
        meta.annotations.and_then(|annotations| annotations.get(annotation::DIGEST).cloned())
    }

    #[test]
    fn an_annotation_that_left_our_intent_changes_the_digest() {
        assert_ne!(digest(&[("a", "1"), ("b", "2")], &[]), digest(&[("a", "1")], &[]));
    }

    #[test]
    fn moving_a_character_between_fields_changes_the_digest() {
        assert_ne!(digest(&[], &[("a", "bc")]), digest(&[], &[("ab", "c")]));
    }

    #[test]
    fn equal_intent_gives_equal_digests() {
        assert_eq!(digest(&[("a", "1")], &[("x", "y")]), digest(&[("a", "1")], &[("x", "y")]));
    }
}
