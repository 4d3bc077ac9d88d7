//! Cloudflare's v4 API, as far as DNS records go.
//!
//! Written in November 2026 from developers.cloudflare.com: the reference of Zones, DNS Records (list, create, update,
//! edit, delete, batch) and User API Tokens (verify); "Batch record changes" (order, all or nothing, 200 and 3,500
//! records); "DNS record types" (4,096 octets a record, 8,192 characters a set); "Record attributes" (comments and tags by
//! plan); "Rate limits" (headers). Types and required fields are those of the vendor's Python client 5.9.0.
//!
//! The reference tells no list of error codes. 1000, 6003, 6111, 7003, 9106, 9109, 10000, 81044, 81053, 81057 and 81058 and
//! their statuses are the ones of public bug reports; where none was found, 1004 (DNS validation) stands. Unlike Cloudflare
//! this server has no accounts, no dashboard, no proxy, and no DNS.

mod answer;
mod auth;
mod list;
mod records;
mod routes;
mod rules;
mod world;

use self::world::World;
pub use self::world::{Record, Token, Zone};
use crate::front::{self, locked};

/// A running server.
pub type Server = front::Server<World>;

impl Server {
    /// One without zones and tokens, on a free loopback port.
    pub async fn start() -> std::io::Result<Self> {
        Self::serve("/client/v4", routes::router(), World::default()).await
    }

    /// What stands for `https://api.cloudflare.com/client/v4`.
    pub fn url(&self) -> String {
        format!("http://{}/client/v4", self.address())
    }

    /// Adds a zone.
    pub fn add_zone(&self, zone: Zone) {
        locked(&self.world).zones.push(zone);
    }

    /// Takes a zone away.
    pub fn remove_zone(&self, id: &str) {
        locked(&self.world).zones.retain(|zone| zone.id != id);
    }

    /// Adds a token, or gives it other rights.
    pub fn set_token(&self, token: Token) {
        let mut world = locked(&self.world);
        world.tokens.retain(|known| known.secret != token.secret);
        world.tokens.push(token);
    }

    /// Ends a token, as if it had expired.
    pub fn revoke(&self, secret: &str) {
        locked(&self.world).tokens.retain(|token| token.secret != secret);
    }

    /// Every record of a zone.
    pub fn records(&self, zone: &str) -> Vec<Record> {
        locked(&self.world).zone(zone).map_or_else(Vec::new, |zone| zone.records.clone())
    }

    /// Changes the records of a zone as somebody else, past every rule.
    pub fn edit(&self, zone: &str, work: impl FnOnce(&mut Vec<Record>)) {
        if let Some(zone) = locked(&self.world).zone_mut(zone) {
            work(&mut zone.records);
        }
    }

    /// A record with an id of its own, to be stored by [`Server::edit`].
    pub fn record(&self, name: &str, kind: &str, content: &str, ttl: u32) -> Record {
        Record { id: locked(&self.world).new_id(), ..Record::new(name, kind, content, ttl) }
    }

    /// The next listings, this many, do not yet know of the last write.
    pub fn lag(&self, listings: usize) {
        locked(&self.world).lag = listings;
    }
}
