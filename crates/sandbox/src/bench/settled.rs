//! Many domains at rest, over one full drift pass.

use std::time::Duration;

use anyhow::Result;

use super::domains::{self, Dkim};
use super::stats::count;
use super::table::Row;
use super::world::World;

/// What the budget speaks of.
const DOMAINS: f64 = 10_000.0;
const MEMORY: f64 = 150.0;
/// Percent of a core, with the drift interval of an install.
const SHARE: f64 = 1.0;
const HOUR: f64 = 3_600.0;
/// Visits a second during the pass: slow enough for two cores that also run the rest.
const VISITS: usize = 40;
const SHORTEST: usize = 60;

/// Creates `names`, waits until they and the `earlier` ones are ready, and watches one pass over all of them. `empty`: MiB of
/// a controller that has none.
pub async fn rows(world: &mut World, names: &[String], earlier: usize, empty: f64) -> Result<Vec<Row>> {
    let all = names.len() + earlier;
    domains::create_all(&world.domains(), names, Dkim::Pasted).await?;
    world.ready(count(all)).await?;
    let after_making = world.memory()?;

    let drift = (all / VISITS).max(SHORTEST);
    world.control(drift).await?;
    // The pass before the one that counts: every domain is visited once, and everything that a visit keeps is there.
    world.ready(count(all)).await?;
    let (before, writes_before) = (world.read().await?, world.writes().await?.len());
    let visits_before = before.metrics.sum("mailward_reconciles_total", "");
    let goal = visits_before + count(all);
    world.progress.say(&format!("          one pass over {all} domains takes {drift} s"));
    tokio::time::sleep(Duration::from_secs(u64::try_from(drift)?)).await;
    world.reach(goal, "visits", |metrics| metrics.sum("mailward_reconciles_total", "")).await?;
    let (after, writes) = (world.read().await?, world.writes().await?.len() - writes_before);

    let grown = |name| after.metrics.grown(&before.metrics, name, "");
    let visits = grown("mailward_reconciles_total");
    let per_visit = (after.cpu - before.cpu) / visits;
    let share = per_visit * DOMAINS / HOUR * 100.0;
    let calls = grown("mailward_provider_calls_total");
    let questions = count(usize::try_from(after.queries - before.queries).unwrap_or(usize::MAX)) / visits;
    let memory = world.memory()?;
    let resident = format!("{:.0} MiB (empty {empty:.0}; after making them {:.0})", memory.now, after_making.now);
    Ok(vec![
        Row::new("domains, visits in the pass", format!("{all}, {visits:.0}")),
        Row::judged("provider calls", format!("{calls:.0}"), "0", calls == 0.0),
        Row::judged(
            "UPDATE messages at BIND",
            (after.updates - before.updates).to_string(),
            "0",
            after.updates == before.updates,
        ),
        Row::judged("API writes, in the audit log", writes.to_string(), "0", writes == 0),
        Row::new(format!("RSS at {all} domains"), resident),
        at_ten_thousand(memory.now, empty, count(all)),
        Row::new("CPU a visit", format!("{:.2} ms", per_visit * 1000.0)),
        Row::judged(
            "CPU share, 10,000 domains once an hour",
            format!("{share:.2} % of a core"),
            format!("< {SHARE} %"),
            share < SHARE,
        ),
        Row::new("questions to BIND a visit", format!("{questions:.1}")),
    ])
}

/// Judged where it was measured. From fewer domains it is a guess that is too high: a part of what grows at first is room that
/// all visits share.
fn at_ten_thousand(now: f64, empty: f64, domains: f64) -> Row {
    let budget = format!("< {MEMORY} MiB");
    if domains >= DOMAINS {
        return Row::judged("RSS at 10,000 domains", format!("{now:.0} MiB"), budget, now < MEMORY);
    }
    let scaled = empty + (now - empty) / domains * DOMAINS;
    Row::new("RSS at 10,000 domains, if it grew evenly", format!("{scaled:.0} MiB, a guess")).beside(budget)
}
