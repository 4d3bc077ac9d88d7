//! Accepting HTTP connections: limits, TLS, shutdown. What is answered is not decided here.
//!
//! Used for the policy servers' public port and for every process's health port. Knows nothing of Kubernetes or mail.

mod certificates;
mod listener;
mod shutdown;

pub use certificates::{CertificateError, CertificatePaths, Certificates, Reload};
pub use listener::{Limits, Listener};
pub use shutdown::{Shutdown, ShutdownHandle};
