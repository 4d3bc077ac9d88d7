//! Who may do what: signatures and the policy of the documentation at a moto that checks both, and the identities of a pod.

use std::{net::SocketAddr, process::Stdio};

use axum::http::{HeaderMap, Method};
use mailward::provider::ErrorKind;
use mailward_sandbox::process::Process;

use super::{gate::signed_for, *};
use crate::fixtures::*;

/// moto with an IAM user, the user's key, and one zone; it looks at every signature and every policy from then on.
struct Guarded {
    _moto: Process,
    address: SocketAddr,
    key: (String, String),
    zone: String,
}

async fn guarded(policy: impl FnOnce(&str) -> String) -> Guarded {
    let (process, address) = moto::start(Rules::Its).await;
    let gate = Gate::open(address).await;
    let zone = "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Name>cafe.lab.</Name>\
                <CallerReference>x</CallerReference></CreateHostedZoneRequest>";
    let text = send(address, Method::POST, "/2013-04-01/hostedzone", signed_for("route53"), zone).await;
    let zone = outside::between(&text, "Id")[0].trim_start_matches("/hostedzone/").to_owned();
    iam(address, &[("Action", "CreateUser"), ("UserName", "mailward")]).await;
    let document = policy(&zone);
    iam(address, &[("Action", "PutUserPolicy"), ("UserName", "mailward"), ("PolicyName", "dns"), ("PolicyDocument", &document)])
        .await;
    let text = iam(address, &[("Action", "CreateAccessKey"), ("UserName", "mailward")]).await;
    let field = |tag: &str| outside::between(&text, tag)[0].to_owned();
    let key = (field("AccessKeyId"), field("SecretAccessKey"));
    send(address, Method::POST, "/moto-api/reset-auth", HeaderMap::new(), "0").await;
    drop(gate);
    Guarded { _moto: process, address, key, zone }
}

async fn iam(moto: SocketAddr, fields: &[(&str, &str)]) -> String {
    let form =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).append_pair("Version", "2010-05-08").finish();
    let mut headers = signed_for("iam");
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    send(moto, Method::POST, "/", headers, &form).await
}

async fn send(moto: SocketAddr, method: Method, path: &str, headers: HeaderMap, body: &str) -> String {
    let request = reqwest::Client::new().request(method, format!("http://{moto}{path}")).headers(headers).body(body.to_owned());
    request.send().await.unwrap().text().await.unwrap()
}

/// The policy in the documentation, for one zone.
fn documented(zone: &str) -> String {
    let docs = include_str!("../../../docs/providers.md");
    let section = docs.split("## route53").nth(1).unwrap();
    let policy = section.split("```json").nth(1).unwrap().split("```").next().unwrap();
    policy.replace("Z1R8UBAEXAMPLE", zone)
}

impl Guarded {
    fn provider(&self, id: &str, secret: &str) -> Route53 {
        let identity = Identity::Keys { id: id.to_owned(), secret: secret.to_owned().into() };
        Route53::with_rate(Settings { identity, ..settings(&format!("http://{}", self.address)) }, generous()).unwrap()
    }
}

/// The signature covers every octet that our transport sends: one changed header or path would be refused.
#[tokio::test]
async fn p8_the_documented_policy_is_enough_and_signatures_are_right() {
    let guarded = guarded(documented).await;
    let provider = guarded.provider(&guarded.key.0, &guarded.key.1);
    assert_eq!(provider.look().await.unwrap().unwrap().zones, ["cafe.lab"]);
    let zone = mailward::dns::Zone { id: guarded.zone.clone(), ..cafe() };
    let ours = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
    let before = provider.read(&zone, &[ours.name.clone()]).await.unwrap();
    assert_eq!(before.iter().count(), 0);
    provider.apply(&zone, &[create(&ours)]).await.unwrap();
    let after = provider.read(&zone, &[ours.name.clone()]).await.unwrap();
    assert_eq!(after.iter().collect::<Vec<_>>(), [&ours]);
}

#[tokio::test]
async fn p8_a_wrong_key_and_a_narrow_policy_say_what_is_missing() {
    let reader = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["route53:ListHostedZones",
                    "route53:ListResourceRecordSets"], "Resource": "*"}]}"#;
    let guarded = guarded(|_| reader.to_owned()).await;
    for (id, secret) in [(guarded.key.0.as_str(), "wrong-secret"), ("AKIAUNKNOWNUNKNOWN00", guarded.key.1.as_str())] {
        let error = guarded.provider(id, secret).look().await.unwrap_err();
        assert!(error.kind == ErrorKind::Denied && error.message.contains("do not belong together"), "{error}");
        assert!(!error.message.contains(secret), "{error}");
    }
    let zone = mailward::dns::Zone { id: guarded.zone.clone(), ..cafe() };
    let provider = guarded.provider(&guarded.key.0, &guarded.key.1);
    let error = provider.apply(&zone, &[create(&txt("cafe.lab", &["a"]))]).await.unwrap_err();
    assert!(error.kind == ErrorKind::Denied && error.message.contains("must allow route53:ListHostedZones"), "{error}");
}

/// The platform tells a pod its identity in the environment, so each case is a process of its own: this very program again.
async fn in_a_pod(case: &str, environment: &[(&str, String)]) {
    let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--ignored", "--exact", &format!("route53::identity::pod::{case}"), "--nocapture"]);
    child.env_remove("AWS_REGION").envs(environment.iter().map(|(key, value)| (key, value))).stdin(Stdio::null());
    let output = child.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn irsa_a_service_accounts_token_is_exchanged_for_keys() {
    let account = with(Rules::Its).await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "a.web.token").unwrap();
    let environment = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.path().display().to_string()),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/mailward".to_owned()),
        ("AWS_ENDPOINT_URL_STS", account.gate.url()),
        ("TEST_API", account.gate.url()),
    ];
    in_a_pod("sees_the_zones", &environment).await;
    assert_eq!(account.calls(), ["POST ", "GET hostedzone"], "the exchange, then the request");
}

/// The agent of EKS answers with keys to the token of the pod.
#[tokio::test]
async fn pod_identity_the_agents_keys_are_used() {
    let account = with(Rules::Its).await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "pod-token").unwrap();
    let agent = agent().await;
    let environment = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("http://{agent}/v1/credentials")),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.path().display().to_string()),
        ("TEST_API", account.gate.url()),
    ];
    in_a_pod("sees_the_zones", &environment).await;
    assert_eq!(account.calls(), ["GET hostedzone"]);
}

async fn agent() -> SocketAddr {
    let keys = |headers: HeaderMap| async move {
        assert_eq!(headers.get("authorization").unwrap(), "pod-token");
        r#"{"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "s3cr3t", "Token": "t", "Expiration": "2199-01-01T00:00:00Z"}"#
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().route("/v1/credentials", axum::routing::get(keys));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

#[tokio::test]
async fn p8_a_pod_without_an_identity_is_told_how_to_get_one() {
    in_a_pod("has_no_identity", &[]).await;
    let missing = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token".to_owned());
    in_a_pod("has_no_identity", &[missing, ("AWS_ROLE_ARN", "arn:aws:iam::1:role/mailward".to_owned())]).await;
}

/// What runs in the pods.
mod pod {
    use super::*;

    fn provider() -> Route53 {
        let api = std::env::var("TEST_API").unwrap_or_else(|_| "http://127.0.0.1:9".to_owned());
        Route53::with_rate(Settings { identity: Identity::Ambient, ..settings(&api) }, generous()).unwrap()
    }

    #[tokio::test]
    #[ignore = "needs the environment of a pod: the tests above start it"]
    async fn sees_the_zones() {
        assert_eq!(provider().look().await.unwrap().unwrap().zones, ["cafe.lab", "shop.cafe.lab"]);
    }

    #[tokio::test]
    #[ignore = "needs the environment of a pod: the tests above start it"]
    async fn has_no_identity() {
        let error = provider().look().await.unwrap_err();
        assert!(error.kind == ErrorKind::Denied && error.message.contains("has no AWS identity"), "{error}");
    }
}
