//! Stands in front of the real server: counts requests, and can speak the API of a newer version.
//!
//! `EXTEND` and `PRUNE` are carried out as versions from 4.9.12 and 5.0.2 on document and do it: one record each, by its text,
//! one after the other in one transaction, without a look at disabled records, and refused where the TTL is not the set's.
//! Debian's server has neither, so they are made of whole sets here, with every other writer of this front kept out meanwhile.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
};
use serde_json::{Value, json};

use super::client;

pub struct Front {
    pub url: String,
    calls: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Upstream {
    server: String,
    by_value: bool,
    client: reqwest::Client,
    calls: Arc<Mutex<Vec<String>>>,
    /// One request at a time: what a transaction is to the server.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Front {
    /// In front of the server at `server`; `by_value`: as a version that knows single values.
    pub async fn start(server: &str, by_value: bool) -> Self {
        let calls = Arc::<Mutex<Vec<String>>>::default();
        let upstream =
            Upstream { server: server.to_owned(), by_value, client: client(), calls: calls.clone(), turn: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(upstream);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, calls }
    }

    /// Requests since the last question, by method and path below the server's.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }
}

async fn answer(
    State(front): State<Upstream>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let path = uri.path_and_query().unwrap().as_str().to_owned();
    let below = path.trim_start_matches("/api/v1/servers/localhost").to_owned();
    front.calls.lock().unwrap().push(format!("{method} {below}").trim_end().to_owned());
    let key = headers.get("x-api-key").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
    let _alone = front.turn.lock().await;
    let body = if front.by_value && method == Method::PATCH {
        match front.whole(&path, &key, &body).await {
            Ok(whole) => whole,
            Err(refusal) => return (StatusCode::UNPROCESSABLE_ENTITY, json!({"error": refusal}).to_string()),
        }
    } else {
        body.to_vec()
    };
    let (status, text) = front.pass(method, &path, &key, body).await;
    let newer = front.by_value && below.is_empty();
    (status, if newer { text.replace("\"4.7.3\"", "\"5.1.0\"") } else { text })
}

impl Upstream {
    async fn pass(&self, method: Method, path: &str, key: &str, body: Vec<u8>) -> (StatusCode, String) {
        let request = self.client.request(method, format!("{}{path}", self.server)).header("x-api-key", key).body(body);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    /// The same changes in whole sets, each set once and in its first place.
    async fn whole(&self, path: &str, key: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        let wanted: Value = serde_json::from_slice(body).unwrap();
        let (_, zone) = self.pass(Method::GET, path, key, vec![]).await;
        let zone: Value = serde_json::from_str(&zone).unwrap();
        let mut sets: Vec<Value> = vec![];
        for change in wanted["rrsets"].as_array().unwrap() {
            if !["EXTEND", "PRUNE"].contains(&change["changetype"].as_str().unwrap()) {
                sets.push(change.clone());
                continue;
            }
            let same = |set: &Value| set["name"] == change["name"] && set["type"] == change["type"];
            if !sets.iter().any(same) {
                sets.push(stored(&zone, change)?);
            }
            let at = sets.iter().position(same).unwrap();
            one_record(&mut sets[at], change)?;
        }
        Ok(json!({ "rrsets": sets }).to_string().into_bytes())
    }
}

/// The set as it stands, without what is disabled.
fn stored(zone: &Value, change: &Value) -> Result<Value, String> {
    let sets = zone["rrsets"].as_array().unwrap();
    let there = sets.iter().find(|set| set["name"] == change["name"] && set["type"] == change["type"]);
    let records: Vec<&Value> = there.iter().flat_map(|set| set["records"].as_array().unwrap()).collect();
    let enabled: Vec<&Value> = records.into_iter().filter(|record| record["disabled"] == false).collect();
    if there.is_some_and(|set| !enabled.is_empty() && set["ttl"] != change["ttl"]) {
        return Err("uses a different TTL value than the remainder of the RRset".to_owned());
    }
    Ok(json!({"name": change["name"], "type": change["type"], "ttl": change["ttl"], "changetype": "REPLACE", "records": enabled}))
}

fn one_record(set: &mut Value, change: &Value) -> Result<(), String> {
    let [record] = &change["records"].as_array().unwrap()[..] else {
        return Err("Exactly one record should be provided for PRUNE or EXTEND operation".to_owned());
    };
    let records = set["records"].as_array_mut().unwrap();
    let at = records.iter().position(|other| other["content"] == record["content"]);
    match (change["changetype"].as_str().unwrap(), at) {
        ("EXTEND", None) => records.push(record.clone()),
        ("PRUNE", Some(at)) => drop(records.remove(at)),
        _ => {}
    }
    Ok(())
}
