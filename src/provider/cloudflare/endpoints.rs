//! The endpoints that are used, in the `cloudflare` crate's terms.

use cloudflare::framework::{
    endpoint::{Method, RequestBody, spec::EndpointSpec},
    response::{ApiResult, ApiSuccess},
};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::wire::{Batch, Record, ZoneItem};

/// Zones on a page: Cloudflare's largest number.
pub(super) const ZONES_PER_PAGE: usize = 50;
/// Records on a page: a few megabytes at most.
pub(super) const RECORDS_PER_PAGE: usize = 5000;

/// `GET zones`: the zones the token sees, by name.
pub(super) struct ListZones {
    /// From 1.
    pub page: usize,
}

/// `GET zones/{zone}/dns_records`: all records, or those whose name ends so.
pub(super) struct ListRecords<'a> {
    pub zone: &'a str,
    pub ends_with: Option<&'a str>,
    /// From 1.
    pub page: usize,
}

/// `POST zones/{zone}/dns_records/batch`: one transaction.
pub(super) struct Write<'a> {
    pub zone: &'a str,
    pub batch: &'a Batch,
}

/// A page of zones.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct ZonesPage(pub Vec<ZoneItem>);

/// A page of records.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct RecordsPage(pub Vec<Record>);

/// What a batch answers is not used: the next reading tells what stands there.
#[derive(Debug, Deserialize)]
pub(super) struct Written {}

impl ApiResult for ZonesPage {}
impl ApiResult for RecordsPage {}
impl ApiResult for Written {}

impl EndpointSpec for ListZones {
    type JsonResponse = ZonesPage;
    type ResponseType = ApiSuccess<ZonesPage>;

    fn method(&self) -> Method {
        Method::GET
    }

    fn path(&self) -> String {
        "zones".to_owned()
    }

    fn query(&self) -> Option<String> {
        Some(query(&[("order", "name"), ("per_page", &ZONES_PER_PAGE.to_string()), ("page", &self.page.to_string())]))
    }
}

impl EndpointSpec for ListRecords<'_> {
    type JsonResponse = RecordsPage;
    type ResponseType = ApiSuccess<RecordsPage>;

    fn method(&self) -> Method {
        Method::GET
    }

    fn path(&self) -> String {
        format!("zones/{}/dns_records", self.zone)
    }

    fn query(&self) -> Option<String> {
        let (size, page) = (RECORDS_PER_PAGE.to_string(), self.page.to_string());
        let mut pairs = vec![("order", "name"), ("per_page", &size), ("page", &page)];
        pairs.extend(self.ends_with.map(|name| ("name.endswith", name)));
        Some(query(&pairs))
    }
}

impl EndpointSpec for Write<'_> {
    type JsonResponse = Written;
    type ResponseType = ApiSuccess<Written>;

    fn method(&self) -> Method {
        Method::POST
    }

    fn path(&self) -> String {
        format!("zones/{}/dns_records/batch", self.zone)
    }

    fn body(&self) -> Option<RequestBody<'_>> {
        serde_json::to_string(self.batch).ok().map(RequestBody::Json)
    }
}

fn query(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use cloudflare::framework::Environment;

    use super::*;

    #[test]
    fn paths_stand_below_the_address_of_the_api() {
        let api = Environment::Custom("https://gateway.example/cf/v4/".to_owned());
        let list = ListRecords { zone: "023e", ends_with: Some("shop.cafe.lab"), page: 2 };
        let wanted =
            "https://gateway.example/cf/v4/zones/023e/dns_records?order=name&per_page=5000&page=2&name.endswith=shop.cafe.lab";
        assert_eq!(list.url(&api).as_str(), wanted);
        let zones = ListZones { page: 1 };
        assert_eq!(
            zones.url(&Environment::Production).as_str(),
            "https://api.cloudflare.com/client/v4/zones?order=name&per_page=50&page=1"
        );
    }
}
