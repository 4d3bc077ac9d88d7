//! A webhook and what is known of its zones besides.

use std::sync::Arc;

use url::Url;

use crate::{
    api::{ExternalDnsWebhook as Spec, TxtFormat},
    provider::{
        Error, ErrorKind, Provider, Result,
        external_dns::{self, Settings, Webhook},
        witness::Witness,
    },
};

pub(super) fn connect(spec: &Spec, witness: Arc<dyn Witness>) -> Result<Arc<dyn Provider>> {
    let url = Url::parse(&spec.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| Error::new(ErrorKind::Invalid, "url: write a URL, as in http://webhook.dns-webhook.svc:8888"))?;
    Ok(Arc::new(Webhook::new(Settings { url, txt_format: txt_format(spec.txt_format), witness })?))
}

/// The setting as the provider has it.
pub(super) fn txt_format(spec: TxtFormat) -> external_dns::TxtFormat {
    match spec {
        TxtFormat::Quoted => external_dns::TxtFormat::Quoted,
        TxtFormat::Plain => external_dns::TxtFormat::Plain,
    }
}
