//! Arguments to one subcommand; no logic.

#![allow(clippy::print_stderr, reason = "the last word of a process that ends")]

use std::{
    io::{ErrorKind, Write},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use clap::Parser;
use kube::{Client, Config};
use mailward::{
    api,
    args::{self, Cli, Command, ControllerArgs, PolicyServerArgs},
    controller,
    metrics::Metrics,
    policy_server,
    serve::Shutdown,
    telemetry::{TraceSettings, Traces, init_logs, sentence},
};

/// A visit is thousands of short allocations on many threads: glibc keeps much of them for each thread, and musl's allocator,
/// in the static image, has one lock for all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mailward: {}", sentence(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    // First of all: rustls panics at its first use if two providers are compiled in and none was chosen.
    let chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    chosen.map_err(|_| anyhow::anyhow!("a TLS provider was installed before main"))?;
    let traces = traces(&cli.command)?;
    init_logs(cli.logs.log_format, &cli.logs.log_filter, traces.as_ref())?;
    let done = obey(cli.command).await;
    if let Some(traces) = traces {
        traces.end().await;
    }
    done
}

/// Traces of what has steps worth following.
fn traces(command: &Command) -> anyhow::Result<Option<Traces>> {
    let Command::Controller(args) = command else { return Ok(None) };
    Ok(Traces::start(&TraceSettings { endpoint: args.otlp_endpoint.clone(), ratio: args.trace_ratio })?)
}

async fn obey(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Controller(args) => control(*args).await,
        Command::PolicyServer(args) => serve_policies(args).await,
        Command::Crds => print(&api::crds_yaml()?),
        Command::Reference => print(&api::reference::markdown()),
        Command::Version => print(&args::version()),
    }
}

async fn control(args: ControllerArgs) -> anyhow::Result<()> {
    let client = client().await?;
    controller::start(args, client, Arc::new(Metrics::default()), Shutdown::on_signals()?).await
}

async fn serve_policies(args: PolicyServerArgs) -> anyhow::Result<()> {
    let client = client().await?;
    policy_server::run(args.into(), client, Arc::new(Metrics::default()), Shutdown::on_signals()?).await
}

/// Never through a proxy: what `HTTPS_PROXY` names is for DNS services.
async fn client() -> anyhow::Result<Client> {
    let mut config = Config::infer().await.context("cannot find out where the Kubernetes API server is")?;
    config.proxy_url = None;
    Client::try_from(config).context("cannot connect to Kubernetes")
}

/// A reader that has seen enough (`mailward crds | head`) is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
