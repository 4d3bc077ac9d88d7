use mail_records::lint::Finding;
use mail_records::name::{
    NameError, check_domain, check_label, check_length, check_owner, is_same_or_below, prefixed,
};

use crate::assert_rejected;

#[test]
fn dns_g3_a_name_comes_out_in_lower_case_without_a_trailing_dot() {
    assert_eq!(
        check_domain("Mail.Example.COM.").as_deref(),
        Ok("mail.example.com")
    );
    assert_eq!(
        check_domain("xn--bcher-kva.example").as_deref(),
        Ok("xn--bcher-kva.example")
    );
}

#[test]
fn dns_g3_a_u_label_is_refused_with_the_a_label_to_write() {
    let error = check_domain("bücher.example").unwrap_err();
    assert!(
        error.to_string().contains("xn--bcher-kva.example"),
        "{error}"
    );
    assert_rejected(&[Finding::from(error)], "DNS-G3", "bücher.example");
}

#[test]
fn dns_g3_what_is_no_host_name_is_refused_with_the_reason() {
    let reason = |name: &str| check_domain(name).unwrap_err().to_string();
    assert_eq!(check_domain(""), Err(NameError::Empty));
    assert_eq!(check_domain("."), Err(NameError::Empty));
    assert!(reason("a..example").contains("empty label"));
    assert!(reason(".example").contains("empty label"));
    assert!(reason("_dmarc.example").contains("'_'"));
    assert!(reason("-a.example").contains("hyphen"));
    assert!(reason("a b.example").contains("' '"));
    assert!(reason("192.0.2.1").contains("IP address"));
    assert!(reason("xn--a.example").contains("A-label"));
}

#[test]
fn dns_r1_a_label_above_63_or_a_name_above_253_octets_is_rejected() {
    let label = "a".repeat(63);
    let full = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    assert_eq!((full.len(), check_domain(&full).is_ok()), (253, true));
    assert_eq!(check_length(&format!("{full}.")), Ok(()));

    let error = check_domain(&format!("{full}a")).unwrap_err();
    assert_rejected(&[Finding::from(error)], "DNS-R1", "254 octets");
    let error = check_label(&format!("{label}a")).unwrap_err();
    assert_rejected(&[Finding::from(error)], "DNS-R1", "64 octets");
}

#[test]
fn dns_r1_a_prefix_counts_towards_the_length() {
    assert_eq!(
        prefixed("_smtp._tls", "Example.com.").as_deref(),
        Ok("_smtp._tls.example.com")
    );
    let label = "a".repeat(63);
    let domain = format!("{label}.{label}.{label}.{}", "a".repeat(55));
    assert!(prefixed("_tls", &domain).is_ok());
    assert_eq!(prefixed("_dmarc", &domain).unwrap_err().rule(), "DNS-R1");
}

#[test]
fn an_owner_name_may_have_underscores_and_one_leading_star() {
    assert_eq!(
        check_owner("_DMARC.example.com").as_deref(),
        Ok("_dmarc.example.com")
    );
    assert_eq!(
        check_owner("*._domainkey.example.com").as_deref(),
        Ok("*._domainkey.example.com")
    );
    assert!(check_owner("a.*.example.com").is_err());
    assert!(check_owner("a*.example.com").is_err());
}

#[test]
fn below_is_judged_by_labels_not_by_letters() {
    assert!(is_same_or_below("Mail.Example.com.", "example.com"));
    assert!(is_same_or_below("example.com", "example.com"));
    assert!(!is_same_or_below("badexample.com", "example.com"));
    assert!(!is_same_or_below("com", "example.com"));
}
