//! MTA-STS (RFC 8461): the TXT at `_mta-sts.<domain>` and the policy file at
//! `https://mta-sts.<domain>/.well-known/mta-sts.txt`. Serving and fetching do not belong here.

mod lint;
mod pattern;
mod policy;
mod record;

pub use lint::Context;
pub use pattern::{MxPattern, PatternError};
pub use policy::{Mode, Policy, PolicyError};
pub use record::{RecordError, TxtRecord, is_mta_sts, lint_text};

/// Stands in front of the domain for the TXT: `_mta-sts.<domain>`, with an underscore (RFC 8461 3.1).
pub const PREFIX: &str = "_mta-sts";
/// Stands in front of the domain for the policy host: `mta-sts.<domain>`, without one (RFC 8461 3.2).
pub const HOST_PREFIX: &str = "mta-sts";
/// Longest `max_age`, in seconds: about a year (RFC 8461 3.2).
pub const MAX_MAX_AGE: u32 = 31_557_600;
/// Largest policy file that senders are advised to read, in octets (RFC 8461 3.3).
pub const MAX_POLICY: usize = 64 * 1024;
/// Path of the policy file on the policy host (RFC 8461 3.2).
pub const POLICY_PATH: &str = "/.well-known/mta-sts.txt";
