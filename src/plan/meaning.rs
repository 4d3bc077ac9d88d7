//! When two values mean the same, and which values at a name compete with ours.

/// What a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// SPF policy; shares its name with any other TXT (DNS-G4).
    Spf,
    /// A DKIM key record we hold or were given.
    DkimKey,
    /// A CNAME to somebody else's DKIM key.
    DkimCname,
    /// DMARC policy record.
    Dmarc,
    /// The `_mta-sts` id record.
    MtaSts,
    /// Address or CNAME of the policy host.
    PolicyHost,
    /// The `_smtp._tls` record.
    TlsRpt,
}
