//! A refusal that says more than its error: the zone is not where it was.

use crate::provider::Error;

/// Why a request about a zone failed.
#[derive(Debug)]
pub enum Failure {
    /// The provider does not know the zone, or not for this credential: what is remembered of it is out of date.
    Gone(Error),
    /// Anything else.
    Other(Error),
}

impl Failure {
    /// What the user is told, either way.
    pub fn into_error(self) -> Error {
        match self {
            Self::Gone(error) | Self::Other(error) => error,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}
