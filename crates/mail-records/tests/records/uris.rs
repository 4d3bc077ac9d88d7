use mail_records::uri::{Scheme, Uri};

#[test]
fn an_address_knows_its_scheme_and_its_host_in_lower_case() {
    let text = "MailTo:Reports%2Cmore@Example.com?subject=x";
    let mail = Uri::parse(text).unwrap();
    assert_eq!(
        (mail.scheme(), mail.host(), mail.as_str()),
        (Scheme::Mailto, "example.com", text)
    );
    let https = Uri::parse("https://user@Reports.example.com:8443/x%21").unwrap();
    assert_eq!(
        (https.scheme(), https.host()),
        (Scheme::Https, "reports.example.com")
    );
}

#[test]
fn what_would_end_an_address_inside_a_record_is_refused_with_its_encoding() {
    for (text, words) in [
        ("mailto:a,b@example.com", "',': encode it as %2C"),
        ("mailto:a!b@example.com", "'!': encode it as %21"),
        ("mailto:a@example.com!10m", "'!'"),
        ("https://example.com/a;b", "';': encode it as %3B"),
        ("https://example.com/a b", "' ': encode it as %20"),
        ("mailto:\u{fc}@example.com", "encode it as %C3%BC"),
    ] {
        let error = Uri::parse(text).expect_err(text).to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn what_is_no_address_at_all_is_named() {
    for (text, words) in [
        ("", "empty"),
        ("a@example.com", "write mailto:a@example.com"),
        ("http://example.com/", "only mailto: and https:"),
        ("example.com", "only mailto: and https:"),
        ("mailto:", "mailto:local-part@domain"),
        ("mailto:@example.com", "mailto:local-part@domain"),
        ("mailto:a@b@example.com", "mailto:local-part@domain"),
        ("mailto:a@192.0.2.1", "IP address"),
        ("https:/example.com", "not a valid https URL"),
        ("https://", "not a valid https URL"),
    ] {
        let error = Uri::parse(text).expect_err(text).to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}
