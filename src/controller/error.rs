//! Why a pass ended without a report.

/// A pass that could not even be reported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The API server failed.
    #[error("the API server: {0}")]
    Api(#[from] kube::Error),
    /// The pass took too long.
    #[error("the pass took longer than --reconcile-timeout and was ended")]
    Late,
}
