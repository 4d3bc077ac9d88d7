//! Mailward.
