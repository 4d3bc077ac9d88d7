//! The image, as it is packed without a container engine: what is in it, that every digest holds, and whose crates it lists.
//!
//! The program inside is a stand-in: what it does is tried elsewhere, and building the real one takes minutes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed step is a failed test")]

mod archive;
mod materials;
