//! An access token and where it is used.

use std::sync::Arc;

use super::{api_url::address, token};
use crate::{
    api::DigitalOcean as Spec,
    provider::{Provider, Result, digitalocean},
};

pub(super) fn connect(spec: &Spec, value: &[u8]) -> Result<Arc<dyn Provider>> {
    let api = spec.api_url.as_deref().map(address).transpose()?;
    Ok(Arc::new(digitalocean::DigitalOcean::new(digitalocean::Settings { token: token(value)?, api })?))
}
