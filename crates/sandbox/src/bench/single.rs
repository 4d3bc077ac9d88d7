//! One domain at a time: from `kubectl apply` to all of its records answering.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hickory_proto::rr::RecordType;
use kube::Api;
use kube::api::DynamicObject;

use super::domains::{self, Dkim};
use super::keys::KeyCost;
use super::stats::{median, quantile};
use super::table::Row;
use super::world::World;

/// Seconds beyond making the key.
const MEDIAN: f64 = 0.3;
const P99: f64 = 1.0;
const POLL: Duration = Duration::from_millis(5);
const WITHIN: Duration = Duration::from_mins(2);
/// Records of a domain with all five parts: SPF, DKIM, DMARC, MTA-STS and its host's address, TLS-RPT.
const RECORDS: usize = 6;

/// Applies one domain after the other.
pub async fn rows(world: &World, names: &[String], key: KeyCost) -> Result<Vec<Row>> {
    let api = world.domains();
    let (mut answering, mut first, mut ready) = (vec![], vec![], vec![]);
    for (done, name) in names.iter().enumerate() {
        let start = Instant::now();
        domains::create(&api, name, Dkim::Made).await?;
        first.push(spf(world, name, start).await?);
        answering.push(all_answer(world, &api, name, start).await?);
        world.ready(super::stats::count(done + 1)).await?;
        ready.push(start.elapsed().as_secs_f64());
    }
    let beyond: Vec<f64> = answering.iter().map(|seconds| seconds - key.median).collect();
    let (middle, worst) = (median(&beyond), quantile(&beyond, 0.99));
    Ok(vec![
        Row::new("apply → SPF answers, median", seconds(median(&first))),
        Row::new("apply → all records answer, median", seconds(median(&answering))),
        Row::new("apply → all records answer, p99", seconds(quantile(&answering, 0.99))),
        Row::new("making the key alone, median", seconds(key.median)),
        Row::judged("beyond the key, median", seconds(middle), format!("< {MEDIAN} s"), middle < MEDIAN),
        Row::judged("beyond the key, p99", seconds(worst), format!("< {P99} s"), worst < P99),
        Row::new("apply → Ready (waits for the negative TTL, 2 s), median", seconds(median(&ready))),
    ])
}

async fn spf(world: &World, domain: &str, start: Instant) -> Result<f64> {
    while !there(world, domain, RecordType::TXT).await {
        pause(domain, start).await?;
    }
    Ok(start.elapsed().as_secs_f64())
}

/// The fixed names are asked first: BIND is cheaper to ask again and again than the API server, which is being measured.
async fn all_answer(world: &World, api: &Api<DynamicObject>, domain: &str, start: Instant) -> Result<f64> {
    for name in domains::fixed_names(domain) {
        while !there(world, &name, RecordType::TXT).await {
            pause(&name, start).await?;
        }
    }
    loop {
        let wanted = domains::wanted(api, domain).await?;
        if wanted.len() >= RECORDS && all_there(world, &wanted).await {
            return Ok(start.elapsed().as_secs_f64());
        }
        pause(domain, start).await?;
    }
}

async fn all_there(world: &World, wanted: &[(String, String)]) -> bool {
    for (name, kind) in wanted {
        let Ok(kind) = kind.parse::<RecordType>() else { return false };
        if !there(world, name, kind).await {
            return false;
        }
    }
    true
}

async fn there(world: &World, name: &str, kind: RecordType) -> bool {
    world.bind.query(name, kind).await.is_ok_and(|answer| !answer.records.is_empty())
}

async fn pause(what: &str, start: Instant) -> Result<()> {
    if start.elapsed() > WITHIN {
        bail!("{what} does not answer {} s after its MailDomain was applied", WITHIN.as_secs());
    }
    tokio::time::sleep(POLL).await;
    Ok(())
}

fn seconds(value: f64) -> String {
    format!("{value:.3} s")
}
