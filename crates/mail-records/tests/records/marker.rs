use mail_records::marker::{Marker, MarkerError, Slot};

const TEXT: &str = "heritage=mailward; v=1; owner=c0ffee/mail/example.com; uid=3f9a2c7d-1; has=dmarc,sel:main-3f9a2c7d,spf; took=spf";

fn slots(names: &[&str]) -> std::collections::BTreeSet<Slot> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

#[test]
fn a_marker_is_written_as_it_was_read() {
    let marker = Marker::parse(TEXT).unwrap();
    assert_eq!(
        (marker.owner(), marker.uid()),
        ("c0ffee/mail/example.com", "3f9a2c7d-1")
    );
    assert_eq!(marker.has, slots(&["spf", "dmarc", "sel:main-3f9a2c7d"]));
    assert_eq!(marker.took, slots(&["spf"]));
    assert_eq!(marker.to_string(), TEXT);
}

#[test]
fn empty_lists_are_left_out() {
    let marker = Marker::new("o", "u").unwrap();
    assert_eq!(marker.to_string(), "heritage=mailward; v=1; owner=o; uid=u");
    assert_eq!(Marker::parse(&marker.to_string()), Ok(marker));
}

#[test]
fn an_unknown_tag_is_passed_over() {
    assert_eq!(
        Marker::parse(&format!("{TEXT}; later=x")),
        Marker::parse(TEXT)
    );
}

#[test]
fn the_mark_of_another_tool_is_named() {
    let other = Marker::parse(
        "heritage=external-dns,external-dns/owner=default,external-dns/resource=service/a/b",
    );
    assert_eq!(
        other,
        Err(MarkerError::OtherHeritage("external-dns".to_owned()))
    );
    assert_eq!(Marker::parse("v=spf1 -all"), Err(MarkerError::NotAMarker));
    assert_eq!(
        Marker::parse("heritage=mailward2; v=1"),
        Err(MarkerError::OtherHeritage("mailward2".to_owned()))
    );
}

#[test]
fn a_version_from_the_future_is_refused_and_says_what_to_do() {
    let error = Marker::parse(&TEXT.replace("v=1", "v=2")).unwrap_err();
    assert!(matches!(&error, MarkerError::UnknownVersion(version) if version == "2"));
    assert!(error.to_string().contains("upgrade"), "{error}");
}

#[test]
fn a_missing_or_repeated_tag_is_refused() {
    assert_eq!(
        Marker::parse("heritage=mailward; owner=o; uid=u"),
        Err(MarkerError::Missing("v"))
    );
    assert_eq!(
        Marker::parse("heritage=mailward; v=1; uid=u"),
        Err(MarkerError::Missing("owner"))
    );
    assert_eq!(
        Marker::parse("heritage=mailward; v=1; owner=o"),
        Err(MarkerError::Missing("uid"))
    );
    assert!(matches!(
        Marker::parse("heritage=mailward; v=1; owner=o; owner=p; uid=u"),
        Err(MarkerError::Tags(_))
    ));
}

#[test]
fn what_would_break_the_text_is_refused_before_it_is_written() {
    for value in ["", "a;b", "a b", "a\"b", "é"] {
        assert!(Marker::new(value, "u").is_err(), "{value}");
        assert!(Marker::new("o", value).is_err(), "{value}");
    }
    for name in ["", "SPF", "a,b", "a b", "a;b"] {
        assert!(Slot::new(name).is_err(), "{name}");
    }
}
