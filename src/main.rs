//! Arguments to one subcommand; no logic.

use std::{io::Write, sync::Arc};

use anyhow::Context;
use clap::Parser;
use kube::Client;
use mailward::{
    api,
    args::{Cli, Command, PolicyServerArgs},
    metrics::Metrics,
    policy_server,
    serve::Shutdown,
    telemetry::init_logs,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // First of all: rustls panics at its first use if two providers are compiled in and none was chosen.
    let chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    chosen.map_err(|_| anyhow::anyhow!("a TLS provider was installed before main"))?;
    let cli = Cli::parse();
    init_logs(cli.logs.log_format, &cli.logs.log_filter)?;
    match cli.command {
        Command::Controller(_) => anyhow::bail!("this build has no controller"),
        Command::PolicyServer(args) => serve_policies(args).await,
        Command::Crds => print(&api::crds_yaml()?),
        Command::Reference => print(&api::reference::markdown()),
        Command::Version => print(concat!("mailward ", env!("CARGO_PKG_VERSION"), "\n")),
    }
}

async fn serve_policies(args: PolicyServerArgs) -> anyhow::Result<()> {
    let client = Client::try_default().await.context("cannot connect to Kubernetes")?;
    policy_server::run(args.into(), client, Arc::new(Metrics::default()), Shutdown::on_signals()?).await
}

fn print(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
