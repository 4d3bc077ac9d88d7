//! Fetching an MTA-STS policy as a sending mail server does (RFC 8461 3.3), from one address at a time (P4).
//!
//! The answer has to be right at every address by itself, so the connection goes to exactly the address given: no lookup,
//! no proxy, no redirect, no reuse of a connection. What the text means is not looked at here.

mod error;
mod fetch;
mod tls;

pub use error::{FetchError, Problem};
pub use fetch::{Fetched, PolicyFetcher};
pub use tls::TrustError;
