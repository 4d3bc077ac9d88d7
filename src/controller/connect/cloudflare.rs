//! An API token and where it is used.

use std::sync::Arc;

use super::{api_url::address, token};
use crate::{
    api::Cloudflare as Spec,
    provider::{Provider, Result, cloudflare},
};

pub(super) fn connect(spec: &Spec, value: &[u8]) -> Result<Arc<dyn Provider>> {
    let api = spec.api_url.as_deref().map(address).transpose()?;
    Ok(Arc::new(cloudflare::Cloudflare::new(cloudflare::Settings { token: token(value)?, api })?))
}
