//! The scenarios, one file per thing that can go wrong. They know the provider trait and the bench, no provider.

pub mod aliases;
pub mod basics;
pub mod foreign;
pub mod races;
pub mod refusals;
pub mod second_writer;
pub mod values;
pub mod whole_domain;
pub mod wildcards;
pub mod zones;
