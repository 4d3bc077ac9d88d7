//! Who may do what: signatures and the policy of the documentation at a moto that checks both, and the identities of a pod.

use std::{net::SocketAddr, process::Stdio};

use axum::http::HeaderMap;
use mailward::provider::ErrorKind;

use super::{
    gate::Fault,
    guarded::{Guarded, documented, without},
    *,
};
use crate::fixtures::*;

const ACTIONS: [&str; 3] = ["ListHostedZones", "ListResourceRecordSets", "ChangeResourceRecordSets"];

impl Guarded {
    fn provider(&self, id: &str, secret: &str) -> Route53 {
        let identity = Identity::Keys { id: id.to_owned(), secret: secret.to_owned().into() };
        Route53::with_rate(Settings { identity, ..settings(&self.gate.url()) }, generous()).unwrap()
    }

    /// Everything that a provider does, in order.
    async fn everything(&self) -> mailward::provider::Result<()> {
        let provider = self.provider(&self.key.0, &self.key.1);
        assert_eq!(provider.look().await?.unwrap().zones, ["cafe.lab"]);
        let zone = mailward::dns::Zone { id: self.zone.clone(), ..cafe() };
        let ours = txt("_dmarc.cafe.lab", &["v=DMARC1; p=none"]);
        let names = [ours.name.clone()];
        assert_eq!(provider.read(&zone, &names).await?.iter().count(), 0);
        provider.apply(&zone, &[create(&ours)]).await?;
        assert_eq!(provider.read(&zone, &names).await?.iter().collect::<Vec<_>>(), [&ours]);
        Ok(())
    }
}

/// The signature covers method, path, query and body: moto computes it anew from what our transport sent.
#[tokio::test]
async fn p8_the_documented_policy_is_enough_and_signatures_are_right() {
    Guarded::start("cafe.lab", &documented()).await.everything().await.unwrap();
}

#[tokio::test]
async fn p8_no_action_of_the_documented_policy_could_be_left_out() {
    for action in ACTIONS {
        let error = Guarded::start("cafe.lab", &without(action)).await.everything().await.unwrap_err();
        assert!(error.kind == ErrorKind::Denied && error.message.contains(&format!("route53:{action}")), "{error}");
    }
}

#[tokio::test]
async fn p8_a_wrong_key_says_so_and_is_not_repeated() {
    let guarded = Guarded::start("cafe.lab", &documented()).await;
    for (id, secret) in [(guarded.key.0.as_str(), "wrong-secret"), ("AKIAUNKNOWNUNKNOWN00", guarded.key.1.as_str())] {
        let error = guarded.provider(id, secret).look().await.unwrap_err();
        assert!(error.kind == ErrorKind::Denied && error.message.contains("do not belong together"), "{error}");
        assert!(!error.message.contains(secret), "{error}");
    }
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

/// What IRSA puts into the pod; STS is behind the gate as well.
fn service_account(gate: &Gate, token: &tempfile::NamedTempFile) -> [(&'static str, String); 4] {
    std::fs::write(token.path(), "a.web.token").unwrap();
    [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.path().display().to_string()),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/mailward".to_owned()),
        ("AWS_ENDPOINT_URL_STS", gate.url()),
        ("TEST_API", gate.url()),
    ]
}

#[tokio::test]
async fn irsa_a_service_accounts_token_is_exchanged_for_keys() {
    let account = with(Rules::Its).await;
    let token = tempfile::NamedTempFile::new().unwrap();
    in_a_pod("sees_the_zones", &service_account(&account.gate, &token)).await;
    assert_eq!(account.calls(), ["POST ", "GET hostedzone"], "the exchange, then the request");
}

#[tokio::test]
async fn p8_a_role_that_does_not_trust_the_service_account_is_told() {
    let account = with(Rules::Its).await;
    let token = tempfile::NamedTempFile::new().unwrap();
    let refusal = Fault::Refused(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    account.gate.inject(refusal);
    in_a_pod("is_refused_its_role", &service_account(&account.gate, &token)).await;
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
        assert!(error.kind == ErrorKind::Denied && error.message.contains("gets no keys from AWS"), "{error}");
    }

    #[tokio::test]
    #[ignore = "needs the environment of a pod: the tests above start it"]
    async fn is_refused_its_role() {
        let error = provider().look().await.unwrap_err();
        let said = "gets no keys from AWS: Not authorized to perform sts:AssumeRoleWithWebIdentity (AccessDenied)";
        assert!(error.kind == ErrorKind::Denied && error.message.contains(said), "{error}");
    }
}
