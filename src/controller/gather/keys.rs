//! The key Secrets of a MailDomain: found by metadata, read by name, and the public key derived from the private one at
//! every visit (DKIM-G2).

use k8s_openapi::api::core::v1::Secret;
use kube::{Api, ResourceExt};
use zeroize::Zeroizing;

use crate::{
    controller::context::Context,
    domain::objects::{self, Claim, KeyAnnotations, MailDomainRef, key_secret_name, label, part},
    keys::DkimKeyPair,
};

/// One key Secret that could be read.
pub(crate) struct StoredKey {
    /// Name of the Secret.
    pub secret_name: String,
    /// What its annotations say.
    pub record: KeyAnnotations,
    /// The key itself.
    pub pair: DkimKeyPair,
}

/// The key Secrets of one domain.
#[derive(Default)]
pub(crate) struct StoredKeys {
    /// Those that could be read.
    pub keys: Vec<StoredKey>,
    /// Those that could not, each with what to do.
    pub broken: Vec<String>,
}

/// What stands under the name that signers mount.
pub(crate) enum Stable {
    /// Nothing.
    Absent,
    /// Ours; the whole Secret.
    Ours(Box<Secret>),
    /// Somebody else's; the sentence says whose.
    Foreign(String),
}

/// Reads every key Secret of a domain.
pub(crate) async fn stored(ctx: &Context, me: &MailDomainRef, key_names: &[String]) -> Result<StoredKeys, kube::Error> {
    let api: Api<Secret> = Api::namespaced(ctx.client.clone(), &me.namespace);
    let mut stored = StoredKeys::default();
    for name in names(ctx, me, key_names) {
        let Some(secret) = api.get_opt(&name).await? else { continue };
        match read(me, &secret) {
            Ok(key) => stored.keys.push(key),
            Err(why) => stored.broken.push(why),
        }
    }
    stored.keys.sort_by_key(|key| (key.record.key.clone(), key.record.ordinal));
    Ok(stored)
}

/// Names worth a read: what the metadata watch tells, and the first name of each key, which a watch may not tell yet.
fn names(ctx: &Context, me: &MailDomainRef, key_names: &[String]) -> std::collections::BTreeSet<String> {
    let of_domain = ctx.stores.secrets_by_domain.find(&ctx.stores.secrets, me.domain.as_str());
    let ours = of_domain.into_iter().filter(|secret| {
        secret.namespace().as_deref() == Some(me.namespace.as_str())
            && secret.labels().get(label::PART).is_some_and(|found| found == part::DKIM_KEY)
    });
    ours.map(|secret| secret.name_any()).chain(key_names.iter().map(|key| key_secret_name(me, key, 0))).collect()
}

fn read(me: &MailDomainRef, secret: &Secret) -> Result<StoredKey, String> {
    let secret_name = secret.name_any();
    let place = format!("Secret {}/{secret_name}", me.namespace);
    match objects::claim(&secret.metadata, me) {
        Claim::Ours | Claim::Earlier { .. } => {}
        _ => return Err(format!("{place} bears the name of one of our keys and is not ours: rename or delete it")),
    }
    let record = objects::read_key_annotations(&secret.metadata).map_err(|error| error.to_string())?;
    let pem = pem(secret).ok_or_else(|| format!("{place} holds no private key: restore it from a backup"))?;
    let pair = DkimKeyPair::from_pkcs8_pem(&pem).map_err(|error| format!("{place}: {error}: restore it from a backup"))?;
    if pair.fingerprint() != record.fingerprint {
        return Err(format!(
            "{place} holds another key than its annotations say: restore it, a selector keeps its key for ever (P3)"
        ));
    }
    Ok(StoredKey { secret_name, record, pair })
}

fn pem(secret: &Secret) -> Option<Zeroizing<String>> {
    let bytes = secret.data.as_ref()?.get(objects::PRIVATE_KEY)?;
    String::from_utf8(bytes.0.clone()).ok().map(Zeroizing::new)
}

/// Reads the Secret that signers mount.
pub(crate) async fn stable(ctx: &Context, me: &MailDomainRef, name: &str) -> Result<Stable, kube::Error> {
    let api: Api<Secret> = Api::namespaced(ctx.client.clone(), &me.namespace);
    let Some(secret) = api.get_opt(name).await? else { return Ok(Stable::Absent) };
    Ok(match objects::claim(&secret.metadata, me) {
        Claim::Ours | Claim::Earlier { .. } => Stable::Ours(Box::new(secret)),
        Claim::OtherDomain { object, domain } => Stable::Foreign(format!(
            "Secret {}/{name} holds the key of {domain} (MailDomain {object}): give this key another secretName",
            me.namespace
        )),
        Claim::Foreign => Stable::Foreign(format!(
            "Secret {}/{name} is not Mailward's: give this key another secretName, or delete it",
            me.namespace
        )),
    })
}
