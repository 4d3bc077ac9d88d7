//! DKIM key records (RFC 6376 3.6.1, RFC 8301, RFC 8463): the TXT at `<selector>._domainkey.<domain>`.
//! Public keys only; making, holding and using private keys does not belong here.

mod key;
mod lint;
mod parse;
mod pasted;
mod public_key;
mod selector;
mod set;

pub use key::{KeyRecord, KeyType};
pub use lint::{LintOptions, lint_text};
pub use parse::ParseError;
pub use pasted::{PasteError, parse_pasted};
pub use public_key::KeyError;
pub use selector::{Selector, SelectorError};
pub use set::{Published, lint_set};

/// Stands between selector and domain: `<selector>._domainkey.<domain>` (RFC 6376 3.6.2.1).
pub const PREFIX: &str = "_domainkey";
/// Least RSA modulus that any verifier accepts, in bits (RFC 8301 3.2).
pub const MIN_RSA_BITS: usize = 1024;
/// Least RSA modulus that signers should use, in bits (RFC 8301 3.2).
pub const ADVISED_RSA_BITS: usize = 2048;
/// Largest RSA modulus that verifiers must handle, in bits (RFC 8301 3.2).
pub const MAX_RSA_BITS: usize = 4096;
