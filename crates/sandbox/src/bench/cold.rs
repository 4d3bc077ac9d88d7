//! Many new domains at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hickory_proto::rr::RecordType;

use super::domains::{self, Dkim};
use super::keys::KeyCost;
use super::stats::{count, median, quantile};
use super::table::Row;
use super::world::{Reading, World};

/// Between two edits of settled domains.
const BETWEEN: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(20);
/// How long one edit is waited for.
const WITHIN: Duration = Duration::from_mins(5);
/// All wall time beyond the keys that we are content with, as a share of the time the keys need on these cores.
const OVERHEAD: f64 = 2.0;
/// Seconds until an edit of a settled domain is seen to, while keys are made: a person would wait this long.
const DELAY: f64 = 5.0;

/// The steps of a visit.
/// `plan` is a part of `apply`.
const STEPS: [&str; 6] = ["gather", "validate", "desire", "apply", "observe", "report"];

/// What the rows are made of.
struct Found {
    before: Reading,
    keys_made: Instant,
    after: Reading,
    delays: Vec<f64>,
}

/// Creates `names`; meanwhile domains of `settled` are edited, one after the other.
pub async fn rows(world: &World, names: &[String], settled: &[String], key: KeyCost) -> Result<Vec<Row>> {
    let before = world.read().await?;
    let done = AtomicBool::new(false);
    let work = async {
        let made = make(world, &before, names, settled.len()).await;
        done.store(true, Ordering::Relaxed);
        made
    };
    let (keys_made, delays) = tokio::join!(work, edits(world, settled, &done));
    let (keys_made, delays) = (keys_made?, delays?);
    let after = world.read().await?;
    Ok(table(count(names.len()), key, &Found { before, keys_made, after, delays }))
}

/// Until every domain is ready; answers when the last key was there.
async fn make(world: &World, before: &Reading, names: &[String], settled: usize) -> Result<Instant> {
    let api = world.domains();
    let keys = async {
        let earlier = before.metrics.sum("mailward_keys_generated_total", "");
        let goal = earlier + count(names.len());
        world.reach(goal, "keys made", |metrics| metrics.sum("mailward_keys_generated_total", "")).await?;
        Ok(Instant::now())
    };
    let ((), made) = tokio::try_join!(domains::create_all(&api, names, Dkim::Made), keys)?;
    world.ready(count(names.len() + settled)).await?;
    Ok(made)
}

/// Seconds from each edit to BIND answering it.
async fn edits(world: &World, settled: &[String], done: &AtomicBool) -> Result<Vec<f64>> {
    let api = world.domains();
    let mut delays = vec![];
    for (number, domain) in settled.iter().cycle().enumerate() {
        if done.load(Ordering::Relaxed) {
            break;
        }
        let mailbox = format!("edit{number}");
        let start = Instant::now();
        domains::redirect_reports(&api, domain, &mailbox).await?;
        while !answers(world, domain, &mailbox).await {
            if start.elapsed() > WITHIN {
                bail!("an edit of {domain} was not seen to within {} s", WITHIN.as_secs());
            }
            tokio::time::sleep(POLL).await;
        }
        delays.push(start.elapsed().as_secs_f64());
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(delays)
}

async fn answers(world: &World, domain: &str, mailbox: &str) -> bool {
    let answer = world.bind.query(&format!("_dmarc.{domain}"), RecordType::TXT).await;
    answer.is_ok_and(|answer| answer.texts().iter().any(|text| text.contains(mailbox)))
}

/// What is in no step and makes no key is watching, queueing, events and the runtime.
fn by_step(before: &Reading, after: &Reading, cpu: f64) -> String {
    let share = |step: &&str| {
        let spent = after.metrics.grown(&before.metrics, "mailward_step_cpu_seconds_total", &format!("step=\"{step}\""));
        format!("{step} {:.0} %", spent / cpu * 100.0)
    };
    STEPS.iter().map(share).collect::<Vec<_>>().join(", ")
}

fn table(domains: f64, key: KeyCost, found: &Found) -> Vec<Row> {
    let Found { before, keys_made, after, delays } = found;
    let wall = after.at.duration_since(before.at).as_secs_f64();
    let until_keys = keys_made.duration_since(before.at).as_secs_f64();
    let cpu = after.cpu - before.cpu;
    let making = domains * key.mean;
    let cores = count(std::thread::available_parallelism().map_or(1, usize::from));
    let bound = making / cores;
    // The edits of settled domains are one message each.
    let updates = (count(usize::try_from(after.updates - before.updates).unwrap_or(usize::MAX)) - count(delays.len())) / domains;
    let queries = count(usize::try_from(after.queries - before.queries).unwrap_or(usize::MAX)) / domains;
    let passes = after.metrics.grown(&before.metrics, "mailward_reconciles_total", "");
    let calls = after.metrics.grown(&before.metrics, "mailward_provider_calls_total", "");
    let writes = after.metrics.grown(&before.metrics, "mailward_api_writes_total", "");
    let worst = quantile(delays, 1.0);
    vec![
        Row::new("wall, until all are Ready", format!("{wall:.1} s ({:.1} domains/s)", domains / wall)),
        Row::judged(
            "the same in units of pure key generation on all cores",
            format!("{:.1} × {bound:.1} s", wall / bound),
            format!("bounded by keys (< {OVERHEAD} ×)"),
            wall < bound * OVERHEAD,
        ),
        Row::new("last key made after", format!("{until_keys:.1} s")),
        Row::new("CPU of the controller", format!("{cpu:.1} s ({:.0} ms a domain)", cpu / domains * 1000.0)),
        Row::new("share of it for keys", format!("{:.0} %", making / cpu * 100.0)),
        Row::new("shares of it for steps", by_step(before, after, cpu)),
        Row::new("UPDATE messages a domain", format!("{updates:.2}")),
        Row::new("questions to BIND a domain (the edits' polling among them)", format!("{queries:.0}")),
        Row::new("passes a domain", format!("{:.1}", passes / domains)),
        Row::new("provider calls a domain", format!("{:.1}", calls / domains)),
        Row::new("API writes a domain", format!("{:.1}", writes / domains)),
        Row::new(
            "an edit of a settled domain answers after, median",
            format!("{:.2} s of {} edits", median(delays), delays.len()),
        ),
        Row::judged("the same, longest", format!("{worst:.2} s"), format!("never starved (< {DELAY} s)"), worst < DELAY),
    ]
}
