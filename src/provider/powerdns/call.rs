//! Requests over the shared transport: the key, paths, and from an answer to a value or an error.

use reqwest::{
    Method,
    header::{HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::{
    Settings, fault,
    wire::{Patch, ServerInfo, Write, ZoneData, ZoneItem},
    zones::Zones,
};
use crate::{
    dns::Zone,
    provider::{
        Result,
        http::{Answer, Rate, Reach, Transport, one_word},
    },
};

/// Where the key stands.
const KEY: HeaderName = HeaderName::from_static("x-api-key");
/// Where the API begins below the address of the web server.
const API: [&str; 3] = ["api", "v1", "servers"];

/// The API of one server with one key.
pub(super) struct Api {
    transport: Transport,
    server: Url,
    key: SecretString,
}

impl Api {
    /// Checks that the key can stand in a header and the server's id in a path.
    pub(super) fn new(settings: &Settings, rate: Rate) -> Result<Self> {
        let key = one_word(settings.key.expose_secret()).ok_or_else(fault::no_key)?;
        let server = below(&settings.server, &settings.server_id)?;
        Ok(Self { transport: Transport::new("PowerDNS' API", rate)?, server, key: SecretString::from(key) })
    }

    pub(super) fn with_reach(self, reach: Reach) -> Result<Self> {
        Ok(Self { transport: self.transport.with_reach(reach)?, ..self })
    }

    /// Every zone, without what is slow to find out.
    pub(super) async fn zone_list(&self) -> Result<Vec<ZoneItem>> {
        let mut url = self.url(&["zones"]);
        url.query_pairs_mut().append_pair("dnssec", "false");
        self.get(url, "to list the zones").await
    }

    /// Every zone, and what the server can do.
    pub(super) async fn zones(&self) -> Result<Zones> {
        let info: ServerInfo = self.get(self.url(&[]), "to say its version").await?;
        Ok(Zones::new(self.zone_list().await?, &info.version))
    }

    /// All that a zone holds. The API can be asked for one name, but then it leaves disabled records out, up to version 4.9 at
    /// least: a set written after that would lose them.
    pub(super) async fn zone(&self, zone: &Zone) -> Result<ZoneData> {
        self.get(self.url(&["zones", &zone.id]), &format!("to list zone {}", zone.name)).await
    }

    /// The changes of a zone, in one transaction.
    pub(super) async fn patch(&self, zone: &Zone, writes: &[Write]) -> Result<()> {
        let url = self.url(&["zones", &zone.id]);
        let answer = self.send(Method::PATCH, url, Some(&Patch { rrsets: writes })).await?;
        let doing = format!("to write to zone {}", zone.name);
        if answer.status.is_success() { Ok(()) } else { Err(fault::refused(&doing, &answer, &self.key)) }
    }

    async fn get<T: DeserializeOwned>(&self, url: Url, doing: &str) -> Result<T> {
        let answer = self.send(Method::GET, url, None).await?;
        if !answer.status.is_success() {
            return Err(fault::refused(doing, &answer, &self.key));
        }
        serde_json::from_slice(&answer.body).map_err(|error| fault::unreadable(doing, &error))
    }

    async fn send(&self, method: Method, url: Url, body: Option<&Patch<'_>>) -> Result<Answer> {
        let mut key = HeaderValue::try_from(self.key.expose_secret()).map_err(|_| fault::no_key())?;
        key.set_sensitive(true);
        let request = self.transport.client().request(method, url).header(KEY, key);
        let request = match body {
            Some(patch) => request.json(patch),
            None => request,
        };
        self.transport.send(request.build().map_err(|_| fault::no_address())?).await
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.server.clone();
        // Only an address without a host has no path, and none such is taken.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

/// The address of a server's part of the API. People copy it with and without `/api/v1`.
fn below(server: &Url, id: &str) -> Result<Url> {
    let root = server.as_str().trim_end_matches('/').trim_end_matches("/api/v1");
    let mut url = Url::parse(root).map_err(|_| fault::no_address())?;
    if id.is_empty() || [".", ".."].contains(&id) {
        return Err(fault::no_address());
    }
    let mut path = url.path_segments_mut().map_err(|()| fault::no_address())?;
    path.pop_if_empty().extend(API).push(id);
    drop(path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn the_api_is_found_below_the_address_of_the_web_server() {
        for server in ["http://pdns.dns.svc:8081", "http://pdns.dns.svc:8081/", "http://pdns.dns.svc:8081/api/v1/"] {
            let url = below(&server.parse().unwrap(), "localhost").unwrap();
            assert_eq!(url.as_str(), "http://pdns.dns.svc:8081/api/v1/servers/localhost");
        }
        let behind = below(&"https://dns.example.com/pdns".parse().unwrap(), "a/b?").unwrap();
        assert_eq!(behind.as_str(), "https://dns.example.com/pdns/api/v1/servers/a%2Fb%3F");
        assert!(below(&"https://dns.example.com".parse().unwrap(), "..").is_err());
    }
}
