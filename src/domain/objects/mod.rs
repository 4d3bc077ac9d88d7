//! The Kubernetes objects Mailward owns, built from facts: policy ConfigMap, policy
//! Ingress or HTTPRoute, DKIM Secrets, DNSEndpoint.
//!
//! Pure: k8s-openapi types and serde, no client and no clock. Every object carries the labels and annotations of
//! `labels`, a name of `names` and a digest of what we own, and is compared by `differs`, which looks at our own
//! fields only: what others add to an object of ours is theirs and stays.

mod claim;
mod differs;
mod digest;
mod dkim_active;
mod dkim_key;
pub mod dns_endpoint;
mod labels;
pub(super) mod names;
mod policy_config_map;
mod policy_ingress;
mod policy_memory;
mod policy_route;
mod signer_files;

pub use claim::{Claim, claim};
pub use differs::Differs;
pub use dkim_active::{ActiveKey, KEY_MOUNT, active_secret, read_active};
pub use dkim_key::{KeyAnnotationError, KeyAnnotations, KeySecret, key_secret, key_secret_name, read_key_annotations};
pub use labels::{MailDomainRef, annotation, label, part};
pub use names::{MAX_NAME, object_name};
pub use policy_config_map::{DOMAIN_KEY, POLICY_KEY, PolicyObject, policy_config_map, policy_object_name, read_policy};
pub use policy_ingress::{AnnotationRefused, IngressInstall, PolicyIngress, policy_ingress};
pub use policy_memory::{MemoryError, PolicyMemory, ProviderMemory, Tombstone};
pub use policy_route::{PolicyRoute, described, policy_route};
pub use signer_files::PKCS8 as PRIVATE_KEY;
