//! The nouns of DNS as Mailward uses them: names, values, record sets, zones.
//!
//! Pure data, checked once when made. Nothing here asks a server, and nothing here knows what SPF or DKIM is.

mod name;
mod record;

pub use name::{Name, NameError};
pub use record::{RecordSet, RecordType, Ttl, Txt, Value, Zone};
