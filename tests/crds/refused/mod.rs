//! Bad objects: tables of a manifest, the field at fault and the sentence that names the rule. One sentence for each fault.

mod dkim;
mod dmarc;
mod domain;
mod mta_sts;
mod provider;
mod spf;
mod tls_rpt;
mod whole;

use crate::cluster::{mail_domain, verdict};

/// Fields of a spec as YAML, the field at fault, the sentence.
pub(crate) type Row = (&'static str, &'static str, &'static str);

/// Every bad MailDomain.
pub(crate) fn rows() -> Vec<Row> {
    [domain::ROWS, whole::ROWS, spf::ROWS, dkim::ROWS, dmarc::ROWS, mta_sts::ROWS, tls_rpt::ROWS].concat()
}

#[tokio::test]
async fn each_bad_mail_domain_is_refused_with_one_sentence_at_the_field() {
    let mut wrong = vec![];
    for (fields, field, sentence) in rows() {
        let found = verdict(&mail_domain(fields)).await;
        if found != [(field.to_owned(), sentence.to_owned())] {
            wrong.push(format!("{fields}\n  expected {field}: {sentence}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
