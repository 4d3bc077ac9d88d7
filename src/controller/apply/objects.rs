//! Writing the objects we own: only where a field of ours differs, by server-side apply.

use k8s_openapi::NamespaceResourceScope;
use kube::{
    Api, Client, Resource,
    api::{Patch, PatchParams},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{controller::FIELD_MANAGER, domain::objects::Differs};

/// Makes an object be as wanted; answers whether anything was written.
pub async fn ensure<K>(client: &Client, live: Option<&K>, wanted: &K) -> Result<bool, kube::Error>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Differs + Serialize + DeserializeOwned + Clone + std::fmt::Debug,
{
    if live.is_some_and(|live| !live.differs(wanted)) {
        return Ok(false);
    }
    let namespace = wanted.meta().namespace.clone().unwrap_or_default();
    let name = wanted.meta().name.clone().unwrap_or_default();
    let api: Api<K> = Api::namespaced(client.clone(), &namespace);
    api.patch(&name, &PatchParams::apply(FIELD_MANAGER).force(), &Patch::Apply(wanted)).await?;
    Ok(true)
}

/// Deletes an object; one that is gone already is no error.
pub async fn remove<K>(client: &Client, namespace: &str, name: &str) -> Result<(), kube::Error>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + DeserializeOwned + Clone + std::fmt::Debug,
{
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    match api.delete(name, &kube::api::DeleteParams::default()).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        Err(error) => Err(error),
    }
}
