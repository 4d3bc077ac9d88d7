//! What a MailDomain means: spec and gathered facts become records, objects and waits.
//!
//! Pure: no client, clock, randomness, logging or network. Time comes in as `jiff::Timestamp`, DNS and the cluster as
//! facts. Four steps, each a function of its input: [`validate`] (the rules), [`keys`] and [`policy`] (two state
//! machines whose only memory are annotations and the marker), [`dmarc`] (stricter only when it holds) and [`desire`]
//! (what should answer in DNS). [`deletion`] orders the way out, [`delegation`] says what
//! leads to records in a zone of ours, [`attachment`] reads what Gateways say, [`moving`] leads from one way of serving a policy to
//! another, [`objects`] builds what the cluster stores.

pub mod attachment;
pub mod delegation;
pub mod deletion;
pub mod desire;
pub mod dmarc;
pub mod facts;
pub mod keys;
pub mod moving;
pub mod objects;
pub mod policy;
pub mod policy_host;
#[cfg(test)]
pub(crate) mod test_support;
pub mod validate;
