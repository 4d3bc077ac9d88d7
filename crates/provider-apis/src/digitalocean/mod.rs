//! DigitalOcean's v2 API, as far as domains and their records go.
//!
//! Written in November 2026 from the API's specification (docs.digitalocean.com, Domains and Domain Records: list, create,
//! update with PATCH and PUT, delete; pages of at most 200; `id` and `message` of errors) and its page on rate limits.
//! That a target ends in a dot when written and has none when read, and that the zone reads as `@`, is told by public
//! tools and bug reports. What the API does with quotes and with texts of more than 512 octets is told nowhere; this server
//! refuses the latter and stores the former.

mod routes;
mod world;

use self::world::World;
pub use self::world::{Record, Token};
use crate::front::{self, locked};

/// A running server.
pub type Server = front::Server<World>;

impl Server {
    /// One without domains and tokens, on a free loopback port.
    pub async fn start() -> std::io::Result<Self> {
        Self::serve("/v2", routes::router(), World::default()).await
    }

    /// What stands for `https://api.digitalocean.com/v2`.
    pub fn url(&self) -> String {
        format!("http://{}/v2", self.address())
    }

    /// Adds a domain without records.
    pub fn add_domain(&self, name: &str) {
        locked(&self.world).domains.insert(name.to_owned(), vec![]);
    }

    /// Takes a domain away with its records.
    pub fn remove_domain(&self, name: &str) {
        locked(&self.world).domains.remove(name);
    }

    /// Adds a token, or gives it other rights.
    pub fn set_token(&self, token: Token) {
        let mut world = locked(&self.world);
        world.tokens.retain(|known| known.secret != token.secret);
        world.tokens.push(token);
    }

    /// Listings of this many requests from now on show the records as they are at this moment.
    pub fn lag(&self, listings: usize) {
        locked(&self.world).lag(listings);
    }

    /// Every record of a domain.
    pub fn records(&self, domain: &str) -> Vec<Record> {
        locked(&self.world).domains.get(domain).cloned().unwrap_or_default()
    }

    /// Changes the records of a domain as somebody else, past every rule.
    pub fn edit(&self, domain: &str, work: impl FnOnce(&mut Vec<Record>)) {
        if let Some(records) = locked(&self.world).domains.get_mut(domain) {
            work(records);
        }
    }

    /// A record with an id of its own, to be stored by [`Server::edit`].
    pub fn record(&self, kind: &str, name: &str, data: &str, ttl: u32) -> Record {
        let [kind, name, data] = [kind, name, data].map(str::to_owned);
        Record { id: locked(&self.world).new_id(), kind, name, data, ttl, ..Record::default() }
    }
}
