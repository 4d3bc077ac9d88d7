//! Whom a visit is about, and whether it may happen at all.

use kube::{ResourceExt, runtime::reflector::ObjectRef};

use crate::{
    api::{MailDomain, MailDomainSpec, MailDomainStatus},
    controller::{
        context::Context,
        provider_view::{Known, ProviderView, view},
    },
    dns::{Name, NameError},
    domain::{
        delegation,
        objects::{MailDomainRef, Tombstone, dns_endpoint::place},
        validate::Install,
    },
    status::Obstacle,
};

/// A MailDomain with the provider it may use.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// Namespace, name, UID, domain.
    pub me: MailDomainRef,
    /// Where the records stand: the domain itself, or below a zone that it is delegated to.
    pub home: Name,
    /// `<owner-id>/<namespace>/<name>`.
    pub owner: String,
    /// The provider.
    pub view: ProviderView,
    /// The spec.
    pub spec: MailDomainSpec,
    /// When the object was made.
    pub created: Option<jiff::Timestamp>,
    /// The digest of deletions that the user allowed beyond the cap.
    pub allowed_deletions: Option<String>,
    /// What the last visit reported, to tell an outage from what never was.
    pub before: MailDomainStatus,
    /// Set while the policy outlives the object.
    pub tombstone: Option<Tombstone>,
    /// Whether the provider may hold what DNS has never shown, so that DNS alone cannot say that nothing is left.
    pub unseen: bool,
}

/// Annotation by which a user allows deletions beyond the cap: the digest that the status names.
pub(crate) const ALLOW_DELETIONS: &str = "mailward.dev/allow-deletions";

impl Subject {
    /// Looks everything up; whatever forbids a visit comes back as the reason.
    pub(crate) fn of(ctx: &Context, object: &MailDomain) -> Result<Self, Obstacle> {
        if object.spec.suspend {
            let message = "spec.suspend is true: nothing is read, written or verified until it is false".to_owned();
            return Err(Obstacle::lasting("Suspended", message));
        }
        Self::even_suspended(ctx, object)
    }

    /// The same for a deletion, which suspending does not hold up.
    pub(crate) fn even_suspended(ctx: &Context, object: &MailDomain) -> Result<Self, Obstacle> {
        let namespace = object.namespace().unwrap_or_default();
        let (domain, home) = names(&object.spec)?;
        Ok(Self {
            view: provider(ctx, object, &namespace, &home)?,
            home,
            owner: ctx.owner(&namespace, &object.name_any()),
            me: MailDomainRef { namespace, name: object.name_any(), uid: object.uid().unwrap_or_default(), domain },
            spec: object.spec.clone(),
            created: object.metadata.creation_timestamp.as_ref().map(|time| time.0),
            allowed_deletions: object.annotations().get(ALLOW_DELETIONS).cloned(),
            before: object.status.clone().unwrap_or_default(),
            tombstone: None,
            unseen: false,
        })
    }

    /// What a record that does not answer waits for, where Mailward does not write to DNS itself.
    pub(crate) fn publisher(&self) -> Option<String> {
        if !self.publishes() {
            return Some("enter this record at your DNS provider".to_owned());
        }
        let spec = self.view.backend.external_dns_endpoint.as_ref()?;
        let (namespace, name) = place(spec.namespace.as_deref(), &self.me);
        Some(format!("external-dns publishes this record from DNSEndpoint {namespace}/{name}"))
    }

    /// Whether Mailward publishes here; otherwise a person does.
    pub(crate) fn publishes(&self) -> bool {
        self.view.backend.manual.is_none()
    }
}

/// The domain, and where its records stand.
fn names(spec: &MailDomainSpec) -> Result<(Name, Name), Obstacle> {
    let invalid = |field: &str, why: NameError| Obstacle::lasting("Invalid", format!("{field}: {why}"));
    let domain: Name = spec.domain.parse().map_err(|why| invalid("spec.domain", why))?;
    let delegation = |why| invalid("spec.delegation.zone", why);
    let zone = spec.delegation.as_ref().map(|delegation| delegation.zone.parse::<Name>()).transpose().map_err(delegation)?;
    let home = delegation::home(&domain, zone.as_ref()).map_err(delegation)?;
    Ok((domain, home))
}

fn provider(ctx: &Context, object: &MailDomain, namespace: &str, home: &Name) -> Result<ProviderView, Obstacle> {
    let reference = &object.spec.provider_ref;
    let (labels, _) = ctx.namespace(namespace);
    let cluster = ctx.stores.cluster_providers.get(&ObjectRef::new(&reference.name));
    let namespaced = ctx.stores.providers.get(&ObjectRef::new(&reference.name).within(namespace));
    let known = Known {
        cluster: cluster.as_deref(),
        namespaced: namespaced.as_deref(),
        namespace_labels: &labels,
        operator_namespace: &ctx.settings.namespace,
        allow_local: ctx.settings.allow_local_dns_servers,
    };
    view(reference, namespace, home, &known)
}

/// What the install allows every spec.
pub(crate) fn install(ctx: &Context) -> Install {
    Install {
        allow_private_addresses: ctx.settings.allow_private_addresses,
        ingress_annotations: ctx.settings.ingress_annotations.iter().cloned().collect(),
        gateways: ctx.settings.gateways.clone(),
    }
}
