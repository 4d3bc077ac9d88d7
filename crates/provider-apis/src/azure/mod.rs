//! Azure DNS (API version 2018-05-01) behind Azure Resource Manager, with the token service of Microsoft Entra beside it.
//!
//! Written in November 2026 from learn.microsoft.com: the REST reference of Azure DNS (zones, record sets, etags), its page on
//! limits, Resource Manager's common error codes, locks and throttling, and the client credentials flow of the Microsoft
//! identity platform (with a secret, and with a federated credential). The words of the DNS errors are those that users of
//! public tools have reported, the layer around them included, which the DNS service itself leaves out. How many things a
//! page may have is told nowhere; this server takes any number.

mod apps;
mod auth;
mod routes;
mod rules;
mod sets;
mod world;

use self::world::World;
pub use self::{
    apps::{App, Rights},
    world::{RecordSet, Zone},
};
use crate::front::{self, locked};

/// A running server.
pub type Server = front::Server<World>;

impl Server {
    /// One tenant and one subscription without zones and applications, on a free loopback port.
    pub async fn start(tenant: &str, subscription: &str) -> std::io::Result<Self> {
        Self::serve("", routes::router().merge(auth::router()), World::of(tenant, subscription)).await
    }

    /// What stands for `https://management.azure.com`, and for `https://login.microsoftonline.com` as well.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Adds a zone as it is, past every rule.
    pub fn add_zone(&self, zone: Zone) {
        locked(&self.world).zones.push(zone);
    }

    /// Takes a zone away.
    pub fn remove_zone(&self, name: &str) {
        locked(&self.world).zones.retain(|zone| zone.name != name);
    }

    /// Locks a resource group against changes, or takes the lock off.
    pub fn set_locked(&self, group: &str, is_locked: bool) {
        let mut world = locked(&self.world);
        world.locks.retain(|known| known != group);
        world.locks.extend(is_locked.then(|| group.to_owned()));
    }

    /// Adds an application, or gives it other secrets and rights.
    pub fn set_app(&self, app: App) {
        let mut world = locked(&self.world);
        world.apps.retain(|known| known.client != app.client);
        world.apps.push(app);
    }

    /// Every access token ends now.
    pub fn end_tokens(&self) {
        locked(&self.world).tokens.clear();
    }

    /// From now on a set may hold any number of records of any length.
    pub fn lift_limits(&self) {
        locked(&self.world).unlimited = true;
    }

    /// Most things on a page, whatever is asked for.
    pub fn set_page(&self, most: usize) {
        locked(&self.world).page = Some(most);
    }

    /// Where next pages are said to be, instead of at this server.
    pub fn set_next_page_host(&self, host: &str) {
        locked(&self.world).next_page_host = Some(host.to_owned());
    }

    /// Readings of this many requests from now on show the sets as they are at this moment.
    pub fn lag(&self, requests: usize) {
        locked(&self.world).lag(requests);
    }

    /// Every record set of a zone.
    pub fn sets(&self, zone: &str) -> Vec<RecordSet> {
        locked(&self.world).named(zone).map(|zone| zone.sets.clone()).unwrap_or_default()
    }

    /// Changes the record sets of a zone as somebody else, past every rule. Whatever is other than before gets another etag.
    pub fn edit(&self, zone: &str, work: impl FnOnce(&mut Vec<RecordSet>)) {
        locked(&self.world).edit(zone, work);
    }
}
