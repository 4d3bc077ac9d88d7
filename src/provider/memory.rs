//! The `memory` provider.
