//! Carrying out what the key machine decided, in its order: a crash in between loses nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams, PostParams},
};
use mail_records::dkim::Selector;
use serde_json::json;

use super::objects::ensure;
use crate::{
    api::SelectorPhase,
    controller::{
        context::Context,
        gather::keys::{Stable, StoredKey, StoredKeys},
        key_orders::Order,
    },
    domain::{
        keys::{KeyDecision, KeySpec, Ordinal, selector_of},
        objects::{ActiveKey, KeyAnnotations, KeySecret, MailDomainRef, active_secret, key_secret},
    },
    keys::RsaSize,
    metrics::ApiObject,
    status::Obstacle,
};

/// What was done for one key.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeysDone {
    /// Whether anything was written.
    pub written: bool,
    /// One sentence a step that a user would ask about.
    pub done: Vec<String>,
    /// Whether a key is being made; the domain is visited again once it is there.
    pub making: bool,
    /// What could not be done.
    pub failures: Vec<Obstacle>,
}

/// Carries a decision out. `stable` is what stands under the name that signers mount.
pub(crate) async fn carry_out(
    ctx: &Context,
    me: &MailDomainRef,
    spec: &KeySpec,
    stored: &StoredKeys,
    stable: &Stable,
    decision: &KeyDecision,
) -> Result<KeysDone, kube::Error> {
    let mut done = KeysDone::default();
    if let Some(ordinal) = decision.generate {
        generate(ctx, me, spec, ordinal, &mut done).await?;
    }
    annotate_verified(ctx, me, stored, decision, &mut done).await?;
    if let Some(selector) = &decision.stable {
        write_stable(ctx, me, spec, stored, stable, selector, &mut done).await?;
    }
    annotate_phases(ctx, me, stored, decision, &mut done).await?;
    Ok(done)
}

/// Orders a key, or stores the one that was ordered, create-only: whoever comes second reads the first one's key at the next visit.
async fn generate(
    ctx: &Context,
    me: &MailDomainRef,
    spec: &KeySpec,
    ordinal: Ordinal,
    done: &mut KeysDone,
) -> Result<(), kube::Error> {
    let (selector, secret) = match make(ctx, me, spec, ordinal) {
        Ok(Some(made)) => made,
        Ok(None) => {
            done.making = true;
            return Ok(());
        }
        Err(why) => {
            done.failures.push(Obstacle::passing("KeyGeneration", format!("DKIM key {}: {why}", spec.name)));
            return Ok(());
        }
    };
    if !ctx.leadership.holds() {
        // The key was never seen by anybody; whoever works next makes another.
        return Ok(());
    }
    let api: Api<Secret> = Api::namespaced(ctx.client.clone(), &me.namespace);
    match api.create(&PostParams::default(), &secret).await {
        Ok(_) => {
            let name = secret.name_any();
            done.done.push(format!("Made DKIM key {} under selector {selector}, held in Secret {name}", spec.name));
        }
        Err(kube::Error::Api(status)) if status.is_already_exists() => {}
        Err(error) => return Err(error),
    }
    ctx.metrics.api_write(ApiObject::Secret);
    done.written = true;
    Ok(())
}

/// A new key's selector and the Secret that will hold it, once it is made; the error is for the user.
fn make(ctx: &Context, me: &MailDomainRef, spec: &KeySpec, ordinal: Ordinal) -> Result<Option<(Selector, Secret)>, String> {
    let size = RsaSize::try_from(spec.size).map_err(|error| error.to_string())?;
    let order = Order { uid: me.uid.clone(), key: spec.name.clone(), ordinal, size };
    let Some(made) = ctx.keys.take(order, ctx.wake.later(me)) else { return Ok(None) };
    let pair = made.map_err(|error| error.to_string())?;
    ctx.metrics.key_generated(size);
    let selector = selector_of(&spec.name, &pair.fingerprint()).map_err(|error| error.to_string())?;
    let annotations = new_record(spec, ordinal, &selector, pair.fingerprint(), ctx.now());
    let secret = key_secret(me, &KeySecret { annotations: &annotations, private_pkcs8_pem: pair.private_pkcs8_pem() });
    Ok(Some((selector, secret)))
}

fn new_record(spec: &KeySpec, ordinal: Ordinal, selector: &Selector, fingerprint: String, now: Timestamp) -> KeyAnnotations {
    KeyAnnotations {
        key: spec.name.clone(),
        ordinal,
        selector: selector.to_string(),
        fingerprint,
        created_at: now,
        phase: SelectorPhase::Publishing,
        phase_since: now,
        verified_since: None,
    }
}

async fn annotate_verified(
    ctx: &Context,
    me: &MailDomainRef,
    stored: &StoredKeys,
    decision: &KeyDecision,
    done: &mut KeysDone,
) -> Result<(), kube::Error> {
    let seen = decision.mark_verified.iter().map(|(selector, since)| (selector, Some(*since)));
    let unseen = decision.clear_verified.iter().map(|selector| (selector, None));
    for (selector, verified_since) in seen.chain(unseen) {
        let Some(key) = find(stored, selector) else { continue };
        annotate(ctx, me, key, &KeyAnnotations { verified_since, ..key.record.clone() }).await?;
        done.written = true;
    }
    Ok(())
}

async fn annotate_phases(
    ctx: &Context,
    me: &MailDomainRef,
    stored: &StoredKeys,
    decision: &KeyDecision,
    done: &mut KeysDone,
) -> Result<(), kube::Error> {
    for (selector, phase) in &decision.phases {
        let Some(key) = find(stored, selector) else { continue };
        annotate_phase(ctx, me, key, *phase).await?;
        done.written = true;
        done.done.push(format!("Selector {selector} is now {phase:?}"));
    }
    Ok(())
}

/// Writes the phase alone: what was annotated a moment ago in this visit stays.
async fn annotate_phase(ctx: &Context, me: &MailDomainRef, key: &StoredKey, phase: SelectorPhase) -> Result<(), kube::Error> {
    let before: BTreeMap<_, _> = key.record.pairs().into();
    let record = KeyAnnotations { phase, phase_since: ctx.now(), ..key.record.clone() };
    let changed = record.pairs().into_iter().filter(|(name, value)| before.get(name) != Some(value)).collect();
    patch_annotations(ctx, me, key, changed).await
}

async fn annotate(ctx: &Context, me: &MailDomainRef, key: &StoredKey, record: &KeyAnnotations) -> Result<(), kube::Error> {
    patch_annotations(ctx, me, key, record.pairs().into()).await
}

async fn patch_annotations(
    ctx: &Context,
    me: &MailDomainRef,
    key: &StoredKey,
    annotations: BTreeMap<&'static str, String>,
) -> Result<(), kube::Error> {
    let api: Api<Secret> = Api::namespaced(ctx.client.clone(), &me.namespace);
    let patch = json!({ "metadata": { "annotations": annotations } });
    ctx.metrics.api_write(ApiObject::Secret);
    api.patch_metadata(&key.secret_name, &PatchParams::default(), &Patch::Merge(&patch)).await.map(drop)
}

async fn write_stable(
    ctx: &Context,
    me: &MailDomainRef,
    spec: &KeySpec,
    stored: &StoredKeys,
    stable: &Stable,
    selector: &Selector,
    done: &mut KeysDone,
) -> Result<(), kube::Error> {
    let Some(key) = find(stored, selector) else { return Ok(()) };
    let live = match stable {
        Stable::Foreign(why) => {
            done.failures.push(Obstacle::passing("SecretConflict", why.clone()));
            return Ok(());
        }
        Stable::Absent => None,
        Stable::Ours(secret) => Some(secret.as_ref()),
    };
    let wanted = active_secret(
        me,
        &ActiveKey {
            secret_name: &spec.secret_name,
            key: &spec.name,
            selector: selector.as_str(),
            fingerprint: &key.record.fingerprint,
            private_pkcs8_pem: key.pair.private_pkcs8_pem(),
            private_pkcs1_pem: key.pair.private_pkcs1_pem(),
        },
    );
    if ensure(&ctx.client, live, &wanted).await? {
        ctx.metrics.api_write(ApiObject::Secret);
        done.written = true;
        done.done.push(format!("Secret {} holds the key of selector {selector} for signers", spec.secret_name));
    }
    Ok(())
}

fn find<'a>(stored: &'a StoredKeys, selector: &Selector) -> Option<&'a StoredKey> {
    stored.keys.iter().find(|key| key.record.selector == selector.as_str())
}
