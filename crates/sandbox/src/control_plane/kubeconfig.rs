//! Kubeconfig files for the logins of a control plane.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use kube::api::{ObjectMeta, PostParams};
use kube::{Api, Client, Resource};
use serde_json::{Value, json};

use super::files::Files;
use crate::pki::Leaf;

/// One day: longer than any test, shorter than anyone would keep a sandbox.
const TOKEN_SECONDS: i64 = 24 * 60 * 60;

/// How a kubeconfig proves who it is.
pub(super) enum Login {
    Certificate(Leaf),
    Token(String),
}

/// Writes `<name>.kubeconfig` (JSON, which is YAML) and returns its path.
pub(super) fn write(files: &Files, name: &str, login: &Login) -> Result<PathBuf> {
    let cluster = json!({
        "server": format!("https://{}", files.api()),
        "certificate-authority-data": STANDARD.encode(files.authority()),
    });
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "sandbox", "cluster": cluster}],
        "users": [{"name": name, "user": user(login)}],
        "contexts": [{"name": "sandbox", "context": {"cluster": "sandbox", "user": name}}],
        "current-context": "sandbox",
    });
    let path = files.login(name);
    fs::write(&path, format!("{config:#}\n")).with_context(|| format!("write {}", path.display()))?;
    Ok(path)
}

fn user(login: &Login) -> Value {
    match login {
        Login::Certificate(leaf) => json!({
            "client-certificate-data": STANDARD.encode(&leaf.certificate),
            "client-key-data": STANDARD.encode(&leaf.key),
        }),
        Login::Token(token) => json!({ "token": token }),
    }
}

/// See [`super::ControlPlane::service_account_kubeconfig`].
pub(super) async fn for_service_account(admin: Client, files: &Files, namespace: &str, account: &str) -> Result<PathBuf> {
    ensure::<Namespace>(&Api::all(admin.clone()), namespace).await?;
    let accounts: Api<ServiceAccount> = Api::namespaced(admin, namespace);
    ensure(&accounts, account).await?;
    let spec = TokenRequestSpec { expiration_seconds: Some(TOKEN_SECONDS), ..TokenRequestSpec::default() };
    let request = TokenRequest { spec, ..TokenRequest::default() };
    let answer = accounts.create_token_request(account, &PostParams::default(), &request).await?;
    let token = answer.status.context("a TokenRequest without status")?.token;
    write(files, &format!("{namespace}-{account}"), &Login::Token(token))
}

/// Makes the object called `name` if there is none.
async fn ensure<K>(api: &Api<K>, name: &str) -> Result<()>
where
    K: Resource<DynamicType = ()> + Clone + Default + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
{
    let mut object = K::default();
    *object.meta_mut() = ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() };
    match api.create(&PostParams::default(), &object).await {
        Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(()),
        other => other.map(drop).with_context(|| format!("create {} {name}", K::kind(&()))),
    }
}
