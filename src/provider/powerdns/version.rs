//! What a version of PowerDNS can do.

/// Whether a server adds and removes single values (`EXTEND`, `PRUNE`): from 4.9.12 on, and from 5.0.2 on. A version that cannot
/// be read, as that of a build from a branch, is taken for an old one: whole sets are understood by all.
pub(super) fn by_value(version: &str) -> bool {
    match numbers(version) {
        Some((4, 9, patch)) => patch >= 12,
        Some((5, 0, patch)) => patch >= 2,
        Some((major, minor, _)) => (major, minor) > (5, 0),
        None => false,
    }
}

/// Whether a server takes the escapes out of what its API is given before it stores it, as 5.1.5 does: a text with a quote is refused, and
/// one with a backslash is stored as another.
pub(super) fn unescapes(version: &str) -> bool {
    numbers(version).is_some_and(|numbers| numbers >= (5, 1, 0))
}

fn numbers(version: &str) -> Option<(u32, u32, u32)> {
    let number = |text: &str| text.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<u32>().ok());
    let mut numbers = version.split('.').map(number);
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_values_are_written_where_the_version_can() {
        for old in ["4.7.3", "4.9.11", "4.10.0", "5.0.0", "5.0.1-rc1", "0.0.880gcb54743", "", "five"] {
            assert!(!by_value(old), "{old}");
        }
        for new in ["4.9.12", "4.9.13-1", "5.0.2", "5.0.10", "5.1.0-alpha1", "6.0.0"] {
            assert!(by_value(new), "{new}");
        }
    }

    #[test]
    fn escapes_are_lost_from_5_1_on() {
        assert!(["4.7.3", "4.9.17", "5.0.4", ""].iter().all(|version| !unescapes(version)));
        assert!(["5.1.0-alpha1", "5.1.5", "6.0.0"].iter().all(|version| unescapes(version)));
    }
}
