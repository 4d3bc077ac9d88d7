//! Every parser of the crate on the same octets: `cargo +nightly fuzz run parsers`, in the folder above this package.
//!
//! Beyond not panicking, what was read and written again must be read as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_records::dkim::{self, KeyRecord, Selector};
use mail_records::dmarc::{self, Dmarc};
use mail_records::marker::Marker;
use mail_records::mta_sts::{self, MxPattern, TxtRecord};
use mail_records::spf::{self, Lookup, Spf};
use mail_records::tls_rpt::{self, TlsRpt};
use mail_records::uri::Uri;
use mail_records::{name, txt};

fuzz_target!(|octets: &[u8]| {
    assert_eq!(
        txt::text(octets).is_ok(),
        octets.iter().all(|octet| (0x20..=0x7e).contains(octet))
    );
    let text = &*String::from_utf8_lossy(octets);
    assert_eq!(txt::join(txt::split(text)), text.as_bytes());
    names(text);
    lints(text);
    round_trips(text);
});

fn names(text: &str) {
    if let Ok(domain) = name::check_domain(text) {
        assert_eq!(name::check_domain(&domain).as_ref(), Ok(&domain));
        assert_eq!(name::check_owner(&domain), Ok(domain));
    }
    let _ = (
        Selector::new(text),
        MxPattern::parse(text),
        Uri::parse(text),
    );
}

fn lints(text: &str) {
    let _ = spf::lint_text(text, Some("example.com"));
    let _ = dkim::lint_text(text, dkim::LintOptions::default());
    let _ = dkim::parse_pasted(text);
    let _ = dmarc::lint_text(text, dmarc::Context::default());
    let _ = mta_sts::lint_text(text);
    let _ = tls_rpt::lint_text(text, Some("example.com"));
}

fn round_trips(text: &str) {
    if let Ok(record) = Spf::parse(text) {
        assert!(Spf::parse(&record.to_string()).is_ok_and(|again| again.same_meaning(&record)));
        let cost = spf::cost(&record, "example.com", &mut |_| {
            Lookup::Txt(vec![text.to_owned()])
        });
        assert!(cost.terms >= record.static_lookups().min(100));
    }
    if let Ok(record) = KeyRecord::parse(text) {
        assert!(
            KeyRecord::parse(&record.to_string()).is_ok_and(|again| again.same_meaning(&record))
        );
    }
    if let Ok(record) = Dmarc::parse(text) {
        assert!(Dmarc::parse(&record.to_string()).is_ok_and(|again| again.same_meaning(&record)));
    }
    if let Ok(policy) = mta_sts::Policy::parse(text) {
        assert_eq!(mta_sts::Policy::parse(&policy.to_text()), Ok(policy));
    }
    if let Ok(record) = TxtRecord::parse(text) {
        assert_eq!(TxtRecord::parse(&record.to_string()), Ok(record));
    }
    if let Ok(record) = TlsRpt::parse(text) {
        assert!(TlsRpt::parse(&record.to_string()).is_ok_and(|again| again.same_meaning(&record)));
    }
    if let Ok(marker) = Marker::parse(text) {
        assert_eq!(Marker::parse(&marker.to_string()), Ok(marker));
    }
}
