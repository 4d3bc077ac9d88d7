//! `bench`: measure everything once, print the table, end.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::bench::table::Table;
use crate::bench::world::World;
use crate::bench::{cold, domains, keys, policy, settled, single};
use crate::programs;
use crate::progress::Progress;
use crate::steps::Sandbox;

/// The hour of an install, so that no drift check falls into what is measured before.
const INSTALLED: usize = 3_600;

/// How much to measure.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Domains applied one at a time.
    #[arg(long, default_value_t = 20)]
    single: usize,
    /// Domains created at once, each with a key of its own.
    #[arg(long, default_value_t = 1_000)]
    domains: usize,
    /// Domains at rest, those created before among them; the others have a pasted key.
    #[arg(long, default_value_t = 10_000)]
    settled: usize,
    /// Domains whose policies are served.
    #[arg(long, default_value_t = 10_000)]
    policies: usize,
}

pub(super) async fn run(state: Option<PathBuf>, options: Options) -> Result<()> {
    let root = state.unwrap_or_else(|| programs::repository().join("target/bench"));
    let sandbox = Sandbox::at(Some(root), false);
    tokio::select! {
        measured = measure(sandbox, &options) => measured,
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            bail!("interrupted; everything is stopped")
        }
    }
}

async fn measure(sandbox: Sandbox, options: &Options) -> Result<()> {
    let progress = Progress::new();
    let singles = domains::names("one", options.single);
    let many = domains::names("cold", options.domains);
    let rest = domains::names("rest", options.settled.saturating_sub(options.single + options.domains));
    let earlier = singles.len() + many.len();
    let mut table = Table::default();

    let key = progress.step("RSA keys", keys::cost()).await?;
    let rows = progress.step("RSA keys of openssl", keys::rows(key)).await?;
    section(progress, &mut table, "keys", rows);

    let new: Vec<String> = singles.iter().chain(&many).cloned().collect();
    let mut world = World::start(sandbox, progress, &new, &rest).await?;
    world.control(INSTALLED).await?;
    let empty = world.memory()?.now;
    let rows = progress.step("one domain at a time", single::rows(&world, &singles, key)).await?;
    section(progress, &mut table, &format!("one domain, {} times", singles.len()), rows);
    let rows = progress.step("many new domains at once", cold::rows(&world, &many, &singles, key)).await?;
    section(progress, &mut table, &format!("{} new domains at once", many.len()), rows);
    let rows = progress.step("domains at rest", settled::rows(&mut world, &rest, earlier, empty)).await?;
    section(progress, &mut table, "domains at rest, one full drift pass", rows);
    world.stop_controller().await?;
    world.stop_others()?;
    let rows = policy::rows(&world, options.policies).await?;
    section(progress, &mut table, "policy server, plain HTTP behind an Ingress controller", rows);
    progress.step("stop everything", world.stop()).await?;
    println!("{table}");
    Ok(())
}

/// Shown at once too: a run takes a while, and what is known is known if it is ended.
fn section(progress: Progress, table: &mut Table, heading: &str, rows: Vec<crate::bench::table::Row>) {
    let mut shown = Table::default();
    shown.add(heading, rows.clone());
    progress.say(&format!("\n{shown}"));
    table.add(heading, rows);
}
