//! Parse, render and lint the DNS records of a mail domain.
//!
//! One module for each kind of record: [`spf`], [`dkim`], [`dmarc`], [`mta_sts`], [`tls_rpt`] and Mailward's own
//! [`marker`]. Around them: [`txt`] (character-strings), [`name`] (domain names), [`uri`] (report addresses) and
//! [`lint`] (what a finding is).
//!
//! Everything here is a pure function of its arguments: no async, no clock, no randomness, no network, no logging.
//! Where a rule needs DNS, the answers come in as an argument (see [`spf::cost`]).
//!
//! Two ways of reading are kept apart on purpose. `parse` accepts what a correct receiver accepts, so that it tells
//! what a published record *does*; `lint` says what should not be published although somebody may accept it.

pub mod dkim;
pub mod dmarc;
pub mod lint;
pub mod marker;
pub mod mta_sts;
pub mod name;
pub mod spf;
mod tag_list;
pub mod tls_rpt;
pub mod txt;
pub mod uri;

/// The examples of the README, compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
