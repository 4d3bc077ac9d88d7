//! Report URIs of DMARC (RFC 9989 4.6) and TLS-RPT (RFC 8460 3), and addresses of providers' APIs.

use schemars::{Schema, SchemaGenerator};

use super::{Check, set_of, text};

/// Longest URI taken: a mail address has 320 characters at most, an HTTPS URI should stay far below this.
const MAX_URI: u32 = 512;
/// URIs a record may name. Receivers need not serve more than two.
const MAX_URIS: u32 = 10;
/// One mail address as a URI, with headers where wanted.
const MAILTO: &str = "mailto:[^@?]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+(\\?.*)?";
/// An HTTPS URI with a host.
const HTTPS: &str = "https://[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?].*)?";

/// `rua` and `ruf` of DMARC.
pub(in crate::api) fn dmarc_reports(_: &mut SchemaGenerator) -> Schema {
    let checks = [
        Check::new("self.startsWith('mailto:')", "DMARC-R1: write a URI with `mailto:` before the address"),
        ascii("DMARC-R1"),
        Check::new(
            "!self.matches(r'[,;!]')",
            "DMARC-R1: write `,` and `!` as %2C and %21, no `;`, and no size limit such as !10m (RFC 9989 removed it)",
        ),
        Check::new(
            format!("self.matches(r'^{MAILTO}$')"),
            "DMARC-R1: write one address with its domain, as in mailto:dmarc@example.com",
        ),
    ];
    set_of(MAX_URIS, &text(MAX_URI, &checks))
}

/// `rua` of TLS-RPT.
pub(in crate::api) fn tls_reports(_: &mut SchemaGenerator) -> Schema {
    let checks = [
        Check::new("self.matches(r'^(mailto:|https://)')", "TLSRPT-R1: write a URI that begins with `mailto:` or `https://`"),
        ascii("TLSRPT-R1"),
        Check::new("!self.matches(r'[,;!]')", "TLSRPT-R1: write `,`, `!` and `;` as %2C, %21 and %3B"),
        Check::new(
            format!("self.matches(r'^({MAILTO}|{HTTPS})$')"),
            "TLSRPT-R1: write one address or location, as in mailto:tls@example.com or https://reports.example.com/tlsrpt",
        ),
    ];
    set_of(MAX_URIS, &text(MAX_URI, &checks))
}

/// Another address of a provider's API. A credential is sent there: in clear only to this machine.
pub(in crate::api) fn api_url(_: &mut SchemaGenerator) -> Schema {
    let local = "http://(127(\\.[0-9]{1,3}){3}|\\[::1\\]|localhost)";
    let address = Check::new(
        format!("self.matches(r'^(https://[A-Za-z0-9.-]+|{local})(:[0-9]{{1,5}})?(/[!-~]*)?$')"),
        "write a URL with https, as in https://gateway.example.com/client/v4; http is for loopback addresses",
    );
    text(MAX_URI, &[address])
}

/// Address of a server of one's own. Who may name one without https is the operator's to say: it depends on the install.
pub(in crate::api) fn server_url(_: &mut SchemaGenerator) -> Schema {
    let host = "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])";
    let address = Check::new(
        format!("self.matches(r'^https?://{host}(:[0-9]{{1,5}})?(/[!-~]*)?$')"),
        "write a URL with https or http, as in https://dns.example.com or http://pdns.dns.svc:8081",
    );
    text(MAX_URI, &[address])
}

/// Where a webhook of external-dns listens. No credential is sent there, so it may be in clear.
pub(in crate::api) fn webhook_url(_: &mut SchemaGenerator) -> Schema {
    let address = Check::new(
        "self.matches(r'^https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?(/[!-~]*)?$')",
        "write a URL, as in http://webhook.dns-webhook.svc:8888",
    );
    text(MAX_URI, &[address])
}

fn ascii(rule: &str) -> Check {
    Check::new(
        "self.matches(r'^[!-~]*$')",
        format!("{rule}: write it in ASCII without spaces; international domains as A-labels, as in xn--bcher-kva.example"),
    )
}
