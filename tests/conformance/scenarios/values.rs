//! What a value may be.

use std::slice;

use mailward::dns::{RecordSet, Value};

use crate::{Bench, fixtures::*};

/// 410 octets is an RSA-2048 key, 754 an RSA-4096 one.
pub async fn dns_g1_values_longer_than_a_string_are_whole(bench: &impl Bench) {
    let most = bench.provider().limits().max_txt_octets;
    for length in [1, 255, 256, 410, 510, 511, 754].into_iter().filter(|length| *length <= most) {
        let set = txt("s1._domainkey.cafe.lab", &[&letters(length)]);
        apply(bench.provider(), &[create(&set)]).await;
        assert_eq!(read_txt(bench.provider(), "s1._domainkey.cafe.lab").await.as_ref(), Some(&set));
        assert_eq!(bench.dump().await, slice::from_ref(&set));
        apply(bench.provider(), &[delete(&set)]).await;
    }
}

pub async fn dns_g2_quotes_semicolons_and_backslashes_are_only_octets(bench: &impl Bench) {
    let values = [r#"v=DMARC1; p=none; rua=mailto:"a\;b"@cafe.lab"#, r"\065 is not A", r#"""#, r"\", "  two  spaces  ", "#;@$()"];
    let set = txt("cafe.lab", &values);
    apply(bench.provider(), &[create(&set)]).await;
    assert_eq!(read_txt(bench.provider(), "cafe.lab").await.as_ref(), Some(&set));
    assert_eq!(bench.dump().await, [set]);
}

pub async fn the_longest_value_of_the_limits_is_written_and_replaced(bench: &impl Bench) {
    let longest = bench.provider().limits().max_txt_octets;
    let (first, second) = ("x".repeat(longest), "y".repeat(longest));
    let set = txt("cafe.lab", &[&first]);
    apply(bench.provider(), &[create(&set)]).await;
    apply(bench.provider(), &[change(&set, &[&first], &[&second])]).await;
    assert_eq!(read_txt(bench.provider(), "cafe.lab").await, Some(txt("cafe.lab", &[&second])));
}

/// A set has one TTL (RFC 2181 5.2), also when no value changes.
pub async fn the_ttl_of_a_whole_set_changes(bench: &impl Bench) {
    let set = txt("_dmarc.cafe.lab", &["a", "b"]);
    apply(bench.provider(), &[create(&set)]).await;
    let longer = RecordSet { ttl: 3600, ..set.clone() };
    apply(bench.provider(), &[mailward::provider::Change { ttl: 3600, ..change(&set, &[], &[]) }]).await;
    assert_eq!(bench.dump().await, slice::from_ref(&longer));
    apply(bench.provider(), &[mailward::provider::Change { ttl: 60, ..change(&longer, &["a"], &["c"]) }]).await;
    assert_eq!(bench.dump().await, [RecordSet { ttl: 60, ..txt("_dmarc.cafe.lab", &["b", "c"]) }]);
    assert_eq!(longer.values, [Value::text("a"), Value::text("b")]);
}

fn letters(length: usize) -> String {
    ('a'..='z').cycle().take(length).collect()
}
