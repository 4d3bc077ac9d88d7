//! The commands of the binary, each a sequence of [`crate::steps`].

mod bench;
mod demo;
mod dns;
mod down;
mod issuer;
mod start;
mod up;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

pub use start::Started;

/// The real parts Mailward is tried against, on this machine's loopback.
#[derive(Debug, Parser)]
#[command(name = "mailward-sandbox")]
pub struct Arguments {
    /// Where the sandbox keeps its files [default: target/sandbox in the repository].
    #[arg(long, global = true)]
    state: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything and leave it running.
    Up,
    /// End what `up` started.
    Down,
    /// Show it all once, then end it.
    Demo,
    /// Measure speeds and sizes, print them as a table, and end.
    Bench(bench::Options),
    /// Run the embedded DNS server in the foreground.
    #[command(hide = true)]
    Dns {
        /// Address and port, UDP and TCP.
        #[arg(long)]
        listen: SocketAddr,
        /// File with the key that may update.
        #[arg(long)]
        tsig: PathBuf,
    },
    /// Issue certificates for policy hosts, in the foreground.
    #[command(hide = true)]
    Issuer(issuer::Options),
}

/// Runs the command given.
pub async fn run(arguments: Arguments) -> Result<()> {
    match arguments.command {
        Command::Up => up::run(arguments.state).await,
        Command::Down => down::run(arguments.state).await,
        Command::Demo => demo::run(arguments.state).await,
        Command::Bench(options) => bench::run(arguments.state, options).await,
        Command::Issuer(options) => issuer::run(options).await,
        Command::Dns { listen, tsig } => dns::run(listen, &tsig).await,
    }
}
