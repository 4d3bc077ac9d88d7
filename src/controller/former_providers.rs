//! Providers that a MailDomain has left: their zones are neither written nor cleaned again, and the status says which
//! they are until somebody has looked after them.
//!
//! The note is an annotation of the object, because nothing may live in the status alone (P6): it is written before the
//! first visit with the new provider, and the user takes it away once nothing is left to do there.

use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::context::Context;
use crate::{
    api::{MailDomain, ProviderRef, PublishedThrough},
    metrics::ApiObject,
};

/// Annotation that names the providers left, separated by commas.
pub(crate) const LEFT_PROVIDERS: &str = "mailward.dev/left-providers";

/// Notes the provider that the status names, if the spec names another one by now. Answers all that were left.
pub(crate) async fn note(ctx: &Context, object: &MailDomain) -> Result<Vec<String>, kube::Error> {
    let noted = noted(object);
    let left = left(&noted, object.status.as_ref().and_then(|status| status.provider.as_ref()), &object.spec.provider_ref);
    if left != noted {
        let value = (!left.is_empty()).then(|| left.join(", "));
        let patch = json!({ "metadata": { "annotations": { LEFT_PROVIDERS: value } } });
        let api: Api<MailDomain> = Api::namespaced(ctx.client.clone(), &object.namespace().unwrap_or_default());
        ctx.metrics.api_write(ApiObject::Annotation);
        api.patch_metadata(&object.name_any(), &PatchParams::default(), &Patch::Merge(&patch)).await?;
    }
    Ok(left)
}

fn noted(object: &MailDomain) -> Vec<String> {
    let text = object.annotations().get(LEFT_PROVIDERS).map(String::as_str).unwrap_or_default();
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// Whoever comes back to a provider has not left it.
fn left(noted: &[String], last: Option<&PublishedThrough>, now: &ProviderRef) -> Vec<String> {
    let mut left = noted.to_vec();
    if let Some(last) = last.filter(|last| last.provider() != *now)
        && !left.contains(&last.to_string())
    {
        left.push(last.to_string());
    }
    let here = format!("{now} (zone ");
    left.retain(|entry| !entry.starts_with(&here));
    left
}

/// What the status says of each.
pub(crate) fn warning(left: &str) -> String {
    format!(
        "spec.providerRef named {left} before: what stands there is neither written nor cleaned again; look after it, then remove \
         annotation {LEFT_PROVIDERS}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ProviderKind;

    fn reference(name: &str) -> ProviderRef {
        ProviderRef { kind: ProviderKind::ClusterDNSProvider, name: name.to_owned() }
    }

    fn through(name: &str) -> PublishedThrough {
        PublishedThrough { kind: ProviderKind::ClusterDNSProvider, name: name.to_owned(), zone: "shop.lab".to_owned() }
    }

    #[test]
    fn the_provider_that_a_domain_leaves_is_noted_once() {
        let first = left(&[], Some(&through("bind")), &reference("cloudflare"));
        assert_eq!(first, ["ClusterDNSProvider bind (zone shop.lab)"]);
        assert_eq!(left(&first, Some(&through("bind")), &reference("cloudflare")), first, "a killed visit does it again");
        assert_eq!(left(&first, Some(&through("cloudflare")), &reference("cloudflare")), first, "and it stays noted");
    }

    #[test]
    fn whoever_comes_back_has_not_left() {
        let noted = ["ClusterDNSProvider bind (zone shop.lab)".to_owned()];
        let back = left(&noted, Some(&through("cloudflare")), &reference("bind"));
        assert_eq!(back, ["ClusterDNSProvider cloudflare (zone shop.lab)"]);
    }

    #[test]
    fn nothing_is_noted_before_anything_was_published() {
        assert!(left(&[], None, &reference("bind")).is_empty());
        assert!(left(&[], Some(&through("bind")), &reference("bind")).is_empty());
    }
}
