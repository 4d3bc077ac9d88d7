//! The `manual` provider.
