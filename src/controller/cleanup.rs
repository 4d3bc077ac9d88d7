//! The way out: what a deletion takes away, in the order that breaks no mail, and when the object may go.

use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams},
    runtime::controller::Action,
};
use serde_json::json;

use super::{context::Context, driver::Error};
use crate::api::{DeletionPolicy, MailDomain};

/// Our finalizer. It stands only while `deletionPolicy` is `Delete`: `Retain` takes nothing away, so nothing is waited for.
pub const FINALIZER: &str = "mailward.dev/cleanup";
