use mail_records::lint::Finding;
use mail_records::txt::{MAX_STRING, TextError, check, join, split, text};

use crate::assert_rejected;

#[test]
fn dns_g1_a_text_is_cut_by_octets_and_no_string_is_empty() {
    for (length, lengths) in [
        (0, vec![]),
        (1, vec![1]),
        (255, vec![255]),
        (256, vec![255, 1]),
        (754, vec![255, 255, 244]),
    ] {
        let strings = split(&"x".repeat(length));
        assert_eq!(strings.iter().map(Vec::len).collect::<Vec<_>>(), lengths);
    }
}

#[test]
fn dns_g1_joining_puts_nothing_between_the_strings() {
    let record = format!(
        "v=spf1 ip4:192.0.2.1{}ip4:192.0.2.2 -all",
        " ".repeat(MAX_STRING)
    );
    assert_eq!(join(split(&record)), record.as_bytes());
    assert_eq!(
        join(["v=spf1 ip4:192.0.2.1", "ip4:192.0.2.2 -all"]),
        b"v=spf1 ip4:192.0.2.1ip4:192.0.2.2 -all"
    );
}

#[test]
fn dns_g2_an_octet_outside_printable_ascii_is_named_with_its_place() {
    assert_eq!(
        text(b"v=spf1\t-all"),
        Err(TextError {
            octet: 0x09,
            position: 6
        })
    );
    assert_eq!(
        check("p=é"),
        Err(TextError {
            octet: 0xc3,
            position: 2
        })
    );
    assert_eq!(text(b"v=spf1 ~all"), Ok("v=spf1 ~all"));
    assert_rejected(
        &[Finding::from(check("\u{7f}").unwrap_err())],
        "DNS-G2",
        "0x7f at position 0",
    );
}
