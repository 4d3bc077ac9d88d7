//! DKIM key pairs: made off the async threads, read back from their Secret, never shown.
//!
//! The only place that makes randomness into keys. Private halves live in [`zeroize::Zeroizing`] memory from here to the
//! Secret; nothing in this module logs, and no `Debug` shows more than a fingerprint (DKIM-G4).

mod maker;
mod pair;
mod size;

pub use maker::KeyMaker;
pub use pair::{DkimKeyPair, KeyError};
pub use size::{RsaSize, UnsupportedSize};
