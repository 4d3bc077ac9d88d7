//! The closed sets that labels come from.

use crate::keys::RsaSize;

/// How a reconcile ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReconcileResult {
    /// Everything asked for holds.
    Ready,
    /// Work is under way or something is waited for.
    Waiting,
    /// Nothing more happens until somebody changes something.
    Stalled,
    /// It failed and is tried again.
    Failed,
}

impl ReconcileResult {
    /// In metrics and traces.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::Stalled => "stalled",
            Self::Failed => "failed",
        }
    }
}

/// The steps of a reconcile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading objects and DNS.
    Gather,
    /// Checking the spec.
    Validate,
    /// Deriving what should be.
    Desire,
    /// Comparing with what DNS shows.
    Plan,
    /// Comparing with what the provider holds, and writing.
    Apply,
    /// Asking whether it answers.
    Observe,
    /// Status and events.
    Report,
}

impl Step {
    /// In metrics and traces.
    pub fn label(self) -> &'static str {
        match self {
            Self::Gather => "gather",
            Self::Validate => "validate",
            Self::Desire => "desire",
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Observe => "observe",
            Self::Report => "report",
        }
    }
}

/// The calls of the provider trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderOperation {
    /// Looking at what the credential sees.
    Look,
    /// Finding a zone.
    ZoneOf,
    /// Reading sets.
    Read,
    /// Writing changes.
    Apply,
}

impl ProviderOperation {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::ZoneOf => "zone_of",
            Self::Read => "read",
            Self::Apply => "apply",
        }
    }
}

/// What the API server was asked to store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiObject {
    /// Status of an object of ours.
    Status,
    /// Finalizer of an object of ours.
    Finalizer,
    /// Annotation of an object of ours.
    Annotation,
    /// Policy ConfigMap.
    ConfigMap,
    /// Policy Ingress.
    Ingress,
    /// Policy HTTPRoute.
    HttpRoute,
    /// DKIM Secret.
    Secret,
    /// Event.
    Event,
}

impl ApiObject {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Finalizer => "finalizer",
            Self::Annotation => "annotation",
            Self::ConfigMap => "config_map",
            Self::Ingress => "ingress",
            Self::HttpRoute => "http_route",
            Self::Secret => "secret",
            Self::Event => "event",
        }
    }
}

/// What the policy server answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyAnswer {
    /// 200 with a policy.
    Served,
    /// 403: another path of a known host.
    OtherPath,
    /// 404: an unknown host.
    UnknownHost,
    /// 405: neither GET nor HEAD.
    OtherMethod,
}

impl PolicyAnswer {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::OtherPath => "other_path",
            Self::UnknownHost => "unknown_host",
            Self::OtherMethod => "other_method",
        }
    }
}

pub(super) fn bits(size: RsaSize) -> &'static str {
    match size {
        RsaSize::Bits2048 => "2048",
        RsaSize::Bits3072 => "3072",
        RsaSize::Bits4096 => "4096",
    }
}
