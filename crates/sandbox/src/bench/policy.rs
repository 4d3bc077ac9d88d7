//! The policy server under load, with the policies of many domains.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use sha2::{Digest, Sha256};

use super::stats::count;
use super::table::Row;
use super::world::{World, free};
use super::{domains, load, usage};
use crate::process::Process;
use crate::steps::operator;

const MEMORY: f64 = 32.0;
const RATE: f64 = 20_000.0;
const CONNECTIONS: usize = 32;
const REQUESTS: usize = 400_000;
/// Requests before those that count.
const WARM: usize = 20_000;
const AT_ONCE: usize = 16;

/// Adds the policies of `policies` domains, as the controller would write them, and asks for them. The controller must be
/// stopped: to it they would be left over from deleted domains.
pub async fn rows(world: &World, policies: usize) -> Result<Vec<Row>> {
    let names = domains::names("policy", policies);
    let api: Api<ConfigMap> = Api::namespaced(world.client.clone(), operator::POLICY_NAMESPACE);
    let creations = stream::iter(&names).map(|name| create(&api, name)).buffer_unordered(AT_ONCE);
    let creations = creations.try_for_each(|()| async { Ok(()) });
    world.progress.step(&format!("{policies} policies"), creations).await?;

    let (listen, health) = (free()?, free()?);
    let login = world.plane.service_account_kubeconfig(operator::POLICY_NAMESPACE, operator::POLICY_SERVER).await?;
    let server = operator::start_plain_policy_server(&world.sandbox, &login, listen, health).await?;
    let at_rest = usage::memory(server.pid())?;
    load::get_policies(listen, &names, CONNECTIONS, WARM).await?;
    let (start, before) = (Instant::now(), usage::cpu(server.pid())?);
    let asking = load::get_policies(listen, &names, CONNECTIONS, REQUESTS);
    world.progress.step(&format!("{REQUESTS} requests over {CONNECTIONS} connections"), asking).await?;
    let (wall, cpu) = (start.elapsed().as_secs_f64(), usage::cpu(server.pid())? - before);
    finish(&server, policies, at_rest, count(REQUESTS) / wall, count(REQUESTS) / cpu)
}

fn finish(server: &Process, policies: usize, at_rest: usage::Memory, by_wall: f64, by_cpu: f64) -> Result<Vec<Row>> {
    let memory = usage::memory(server.pid())?;
    let resident = format!("{:.0} MiB (before the load {:.0}, peak {:.0})", memory.now, at_rest.now, memory.peak);
    Ok(vec![
        Row::judged("requests per CPU second of the server", format!("{by_cpu:.0}"), format!("> {RATE}"), by_cpu > RATE),
        Row::new("requests/s, the client on the same cores", format!("{by_wall:.0}")),
        Row::judged(format!("RSS at {policies} domains"), resident, format!("< {MEMORY} MiB"), memory.now < MEMORY),
    ])
}

async fn create(api: &Api<ConfigMap>, domain: &str) -> Result<()> {
    let text = format!("version: STSv1\r\nmode: enforce\r\nmx: mx1.{domain}\r\nmx: mx2.{domain}\r\nmax_age: 1209600\r\n");
    let labels = [("app.kubernetes.io/managed-by", "mailward"), ("mailward.dev/part", "policy")];
    let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let metadata = ObjectMeta { name: Some(object_name(domain)), labels: Some(labels.into()), ..ObjectMeta::default() };
    let data = BTreeMap::from([("domain".to_owned(), domain.to_owned()), ("policy.txt".to_owned(), text)]);
    api.create(&PostParams::default(), &ConfigMap { metadata, data: Some(data), ..ConfigMap::default() }).await?;
    Ok(())
}

/// The one name under which a ConfigMap may speak for a domain.
fn object_name(domain: &str) -> String {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(domain.as_bytes()));
    let hash = u32::from_be_bytes([a, b, c, d]);
    format!("mta-sts-{}-{hash:08x}", domain.replace('.', "-"))
}
