//! A moto that checks signatures and policies.

use axum::http::HeaderMap;
use serde_json::Value as Json;

use super::{
    gate::{Gate, signed_for},
    moto::{self, Rules},
    outside,
};

/// An account with an IAM user, whose key every request is to be signed with from then on, and one zone.
pub struct Guarded {
    _moto: moto::Moto,
    pub gate: Gate,
    /// Id and secret of the access key.
    pub key: (String, String),
    /// Id of the zone.
    pub zone: String,
}

impl Guarded {
    pub async fn start(apex: &str, policy: &Json) -> Self {
        let moto = moto::start(Rules::Strict).await;
        let gate = Gate::open(moto.address).await;
        let zone = outside::make_zone(&gate, apex, false).await;
        iam(&gate, &[("Action", "CreateUser"), ("UserName", "mailward")]).await;
        let document = policy.to_string();
        let put = [("Action", "PutUserPolicy"), ("UserName", "mailward"), ("PolicyName", "dns"), ("PolicyDocument", &document)];
        iam(&gate, &put).await;
        let text = iam(&gate, &[("Action", "CreateAccessKey"), ("UserName", "mailward")]).await;
        let field = |tag: &str| outside::between(&text, tag)[0].to_owned();
        let key = (field("AccessKeyId"), field("SecretAccessKey"));
        gate.aside_of(HeaderMap::new(), "/moto-api/reset-auth", "0").await;
        Self { _moto: moto, gate, key, zone }
    }
}

async fn iam(gate: &Gate, fields: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    let form = form.extend_pairs(fields).append_pair("Version", "2010-05-08").finish();
    let mut headers = signed_for("iam");
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    gate.aside_of(headers, "/", &form).await
}

/// The policy of the documentation. moto looks at actions only: it knows neither the resources of Route 53 nor its conditions.
pub fn documented() -> Json {
    let docs = include_str!("../../../docs/providers.md");
    let section = docs.split("\n## route53\n").nth(1).unwrap();
    let text = section.split("```json").nth(1).unwrap().split("```").next().unwrap();
    let mut policy: Json = serde_json::from_str(text).unwrap();
    for statement in policy["Statement"].as_array_mut().unwrap() {
        statement["Resource"] = "*".into();
        statement.as_object_mut().unwrap().remove("Condition");
    }
    policy
}

/// That policy without one action.
pub fn without(action: &str) -> Json {
    let mut policy = documented();
    policy["Statement"].as_array_mut().unwrap().retain(|statement| statement["Action"] != format!("route53:{action}"));
    policy
}
