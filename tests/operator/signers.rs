//! Secrets of the tenant: what is ours and what is not.

use serde_json::json;

use crate::lab::{Tenant, is_ready, ready_message};

#[tokio::test]
async fn a_secret_of_that_name_that_is_not_ours_is_a_conflict_and_is_left_alone() {
    let tenant = Tenant::new("foreign-secret").await;
    let metadata = json!({"name": "signer", "namespace": tenant.namespace});
    let foreign = json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"password": "hunter2"}});
    tenant.apply_object(&foreign).await;
    let before = tenant.secret("signer").await;
    tenant.apply("{spf: {all: Fail}, dkim: {keys: [{name: main, secretName: signer}]}}").await;
    let object = tenant.until("name the Secret", |object| ready_message(object).contains("signer")).await;
    assert!(!is_ready(&object));
    assert_eq!(tenant.secret("signer").await.data, before.data);
    tenant.dns().until_txt(&tenant.name("@"), &["v=spf1 -all"]).await;
}
