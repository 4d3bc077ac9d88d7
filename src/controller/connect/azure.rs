//! An application's secret, or the identity that the platform gives the operator, and where it is used.

use std::sync::Arc;

use super::{api_url::address, token};
use crate::{
    api::{AzureCloud, AzureDns as Spec},
    provider::{
        Provider, Result,
        azure::{Azure, Cloud, Identity, Settings},
    },
};

pub(super) fn connect(spec: &Spec, secret: Option<&[u8]>) -> Result<Arc<dyn Provider>> {
    let identity = match secret {
        Some(value) => Identity::Secret {
            tenant: spec.tenant_id.clone().unwrap_or_default(),
            client: spec.client_id.clone().unwrap_or_default(),
            secret: token(value)?,
        },
        None => Identity::Workload { tenant: spec.tenant_id.clone(), client: spec.client_id.clone(), token_file: None },
    };
    let cloud = match spec.cloud {
        AzureCloud::Public => Cloud::Public,
        AzureCloud::China => Cloud::China,
        AzureCloud::USGovernment => Cloud::UsGovernment,
    };
    let api = spec.api_url.as_deref().map(address).transpose()?;
    let (subscription, resource_group) = (spec.subscription_id.clone(), spec.resource_group.clone());
    Ok(Arc::new(Azure::new(Settings { identity, subscription, resource_group, cloud, api })?))
}
