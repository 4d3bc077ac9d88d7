//! The envelope of every answer, and refusals.

use axum::{
    Json,
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::world::{DATE, Record, Token, Zone};

/// What is refused, with which status, code and words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    status: StatusCode,
    error: Value,
}

impl Refusal {
    pub(super) fn new(status: u16, code: u32, message: &str) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, error: json!({"code": code, "message": message}) }
    }

    /// The same with what it came from.
    pub(super) fn because(mut self, code: u32, message: &str) -> Self {
        self.error["error_chain"] = json!([{"code": code, "message": message}]);
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"success": false, "errors": [self.error], "messages": [], "result": null});
        (self.status, rate_limit(), Json(body)).into_response()
    }
}

/// A result.
pub(super) fn done(result: &Value) -> Response {
    let body = json!({"success": true, "errors": [], "messages": [], "result": result});
    (rate_limit(), Json(body)).into_response()
}

/// One page of results.
pub(super) fn page(items: &[Value], page: usize, per_page: usize, total: usize) -> Response {
    let info = json!({
        "page": page, "per_page": per_page, "count": items.len(), "total_count": total,
        "total_pages": total.div_ceil(per_page),
    });
    let body = json!({"success": true, "errors": [], "messages": [], "result": items, "result_info": info});
    (rate_limit(), Json(body)).into_response()
}

/// Every answer tells what is left.
fn rate_limit() -> [(HeaderName, &'static str); 2] {
    let policy = (HeaderName::from_static("ratelimit-policy"), "\"default\";q=1200;w=300");
    [(HeaderName::from_static("ratelimit"), "\"default\";r=1100;t=30"), policy]
}

/// A record as it is shown.
pub(super) fn record(record: &Record) -> Value {
    let mut shown = json!(record);
    shown["proxiable"] = json!(["A", "AAAA", "CNAME"].contains(&record.kind.as_str()));
    shown["settings"] = json!({});
    shown["meta"] = json!({});
    shown["created_on"] = json!(DATE);
    shown["modified_on"] = json!(DATE);
    shown
}

/// A zone as it is shown to a token.
pub(super) fn zone(zone: &Zone, token: &Token) -> Value {
    json!({
        "id": zone.id, "name": zone.name, "status": zone.status, "type": zone.kind, "paused": false,
        "development_mode": 0, "created_on": DATE, "modified_on": DATE, "activated_on": DATE,
        "name_servers": ["ada.ns.lab", "bob.ns.lab"], "original_name_servers": null, "original_registrar": null,
        "owner": {"id": null, "type": "user", "email": null},
        "account": {"id": format!("{:0>32}", zone.account.len()), "name": zone.account},
        "plan": {"id": zone.plan, "name": zone.plan, "legacy_id": zone.plan, "price": 0, "currency": "USD",
                 "frequency": "", "is_subscribed": false, "can_subscribe": false},
        "meta": {"step": 2, "custom_certificate_quota": 0, "page_rule_quota": 3, "phishing_detected": false},
        "permissions": token.permissions(),
    })
}
