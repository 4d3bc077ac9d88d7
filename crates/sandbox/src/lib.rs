//! The real parts Mailward is tried against, all on loopback and without root: a Kubernetes control plane, BIND, an
//! embedded primary DNS server and a certificate authority. Tests use them as a library; `make demo` and `make up`
//! use them through the binary.
//!
//! Nothing here knows Mailward's objects, except [`steps::operator`], which starts its binary.

pub mod control_plane;
pub mod pki;
pub mod ports;
pub mod process;
pub mod programs;
pub mod scratch;
pub mod wait;
