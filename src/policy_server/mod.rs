//! `mailward policy-server`: answers for `https://mta-sts.<domain>/.well-known/mta-sts.txt`, for every domain, by `Host`.
//!
//! It faces the internet, so it lives in a namespace without credentials, may read ConfigMaps there and nothing else (P9),
//! holds policy texts and nothing else, and changes nothing anywhere. Three rooms: [`PolicyTable`] is what is known,
//! [`router`] answers from it without Kubernetes, [`follow`] fills it from a watch without HTTP.

mod answer;
mod follow;
mod run;
mod table;

pub use answer::router;
pub use follow::{events, follow};
pub use run::{Options, run};
pub use table::{Listing, PolicyTable, Unusable};
