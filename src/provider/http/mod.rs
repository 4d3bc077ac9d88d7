//! What every provider with an HTTP API shares: one client and one budget per credential, deadlines, sizes, the way from a
//! status to an error, and what is remembered between the steps of a pass.
//!
//! Nothing of one vendor stands here: endpoints, bodies and error codes are in the vendor's own folder. Nothing here
//! sleeps or tries again.

mod budget;
mod clean;
mod failure;
mod fault;
mod local;
mod outside;
pub mod presentation;
mod reach;
mod retry_after;
pub mod sets;
pub mod shelf;
mod transport;
pub mod values;
mod zone_shelf;

pub use budget::{Budget, Rate};
pub use clean::{clean, one_word};
pub use failure::Failure;
pub use fault::kind_of;
pub use local::is_loopback;
pub use outside::{Outside, OutsideError};
pub use reach::Reach;
pub use transport::{Answer, Transport};

/// Pages of one list that are read at most; a provider that goes on for ever is not followed.
pub const MOST_PAGES: usize = 1000;
