//! The `tlsRpt` block (RFC 8460).

use mail_records::{tls_rpt::TlsRpt, uri::Uri};

use super::{Block, Complaint, RecordNames, complaint::each};
use crate::api::TlsRptSpec;

/// Judges the block.
pub(super) fn judge(spec: Option<&TlsRptSpec>, names: &RecordNames, complaints: &mut Vec<Complaint>) -> Block<TlsRpt> {
    let Some(TlsRptSpec { rua }) = spec else { return Block::Absent };
    let mut bad = Vec::new();
    let rua = each("spec.tlsRpt.rua", "TLSRPT-R1", rua, &mut bad, Uri::parse);
    if !bad.is_empty() {
        complaints.append(&mut bad);
        return Block::Rejected;
    }
    let record = TlsRpt { rua };
    let findings = record.lint(Some(names.domain.as_str()));
    Block::linted(record, "spec.tlsRpt", findings, complaints)
}
