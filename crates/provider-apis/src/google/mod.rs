//! Cloud DNS v1 of Google Cloud, with the token service and the metadata server beside it.
//!
//! Written in November 2026 from cloud.google.com/dns (REST v1: projects, managedZones, resourceRecordSets, changes; records
//! format; quotas) and developers.google.com/identity (service accounts over HTTP, JWT bearer grant), and from
//! cloud.google.com/compute (metadata server, access tokens). The words and reasons of errors are in no reference; they are
//! those that users of public tools have reported. That the data of a deletion may come in any order is told nowhere; this server
//! compares it as a set.

mod accounts;
mod auth;
mod metadata;
mod routes;
mod rules;
mod world;
mod zones;

use self::world::World;
pub use self::{
    accounts::Rights,
    world::{RecordSet, Zone},
};
use crate::front::{self, locked};

/// A running server.
pub type Server = front::Server<World>;

impl Server {
    /// One project without zones and accounts, on a free loopback port.
    pub async fn start(project: &str) -> std::io::Result<Self> {
        let router = routes::router().merge(auth::router()).merge(metadata::router());
        Self::serve("", router, World::of(project)).await
    }

    /// What stands for `https://dns.googleapis.com`.
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

    /// Adds a service account, or gives it other rights, and answers the key file that Google would hand out for it.
    pub fn add_account(&self, email: &str, rights: Rights) -> String {
        locked(&self.world).add_account(email, rights)
    }

    /// The account that the platform says its workload is; `None`: there is no platform.
    pub fn set_platform(&self, email: Option<&str>) {
        locked(&self.world).platform = email.map(str::to_owned);
    }

    /// Every access token ends now.
    pub fn end_tokens(&self) {
        locked(&self.world).tokens.clear();
    }

    /// Disables or enables an account: its tokens and its keys are refused.
    pub fn set_disabled(&self, email: &str, disabled: bool) {
        if let Some(account) = locked(&self.world).accounts.get_mut(email) {
            account.disabled = disabled;
        }
    }

    /// Most things on a page, whatever is asked for.
    pub fn set_page(&self, most: usize) {
        locked(&self.world).page = most;
    }

    /// Readings of this many requests from now on show the sets as they are at this moment.
    pub fn lag(&self, requests: usize) {
        locked(&self.world).lag(requests);
    }

    /// Every record set of a zone.
    pub fn sets(&self, zone: &str) -> Vec<RecordSet> {
        locked(&self.world).zone(zone).map(|zone| zone.sets.clone()).unwrap_or_default()
    }

    /// Changes the record sets of a zone as somebody else, past every rule.
    pub fn edit(&self, zone: &str, work: impl FnOnce(&mut Vec<RecordSet>)) {
        if let Some(zone) = locked(&self.world).zone_mut(zone) {
            work(&mut zone.sets);
        }
    }
}
