//! Asking DNS the way the promises need, and fetching an MTA-STS policy as a sending server would.
//!
//! Reads only: nothing here changes a record, knows the CRD or touches Kubernetes. What a record *means* lives elsewhere;
//! the comparison comes in as a closure. Three states are never mixed up: a server that is unreachable, one that does not
//! answer for the zone, and one that answers something else (P4, P7).

mod answer;
mod asker;
mod authority;
mod cache;
mod holder;
mod mx;
pub mod policy;
mod recursive;
mod referral;
mod transport;
mod verdict;
mod wildcard;
mod wire;

pub use answer::{Answer, Authority, Manner, Observation, Question, Server, Silence, Silent};
pub use asker::{Asker, Config, SetupError};
pub use authority::AuthorityError;
pub use mx::MxAnswer;
pub use recursive::{Lookup, Validation};
pub use verdict::{Verdict, judge};
