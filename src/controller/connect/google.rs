//! A service account, or what the platform says that the operator is, and where it is used.

use std::sync::Arc;

use super::api_url::address;
use crate::{
    api::GoogleCloudDns as Spec,
    provider::{
        Provider, Result,
        google::{Google, Identity, KeyFile, Settings},
    },
};

pub(super) fn connect(spec: &Spec, key: Option<&[u8]>) -> Result<Arc<dyn Provider>> {
    let identity = match key {
        Some(json) => Identity::Key(KeyFile::parse(json)?),
        None => Identity::Ambient,
    };
    let api = spec.api_url.as_deref().map(address).transpose()?;
    Ok(Arc::new(Google::new(Settings { identity, project: spec.project.clone(), api })?))
}
