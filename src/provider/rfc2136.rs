//! The `rfc2136` provider.
