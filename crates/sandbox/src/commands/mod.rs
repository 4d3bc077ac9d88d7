//! The commands of the binary, each a sequence of [`crate::steps`].

mod demo;
mod dns;
mod down;
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
}

/// Runs the command given.
pub async fn run(arguments: Arguments) -> Result<()> {
    match arguments.command {
        Command::Up => up::run(arguments.state).await,
        Command::Down => down::run(arguments.state).await,
        Command::Demo => demo::run(arguments.state).await,
        Command::Dns { listen, tsig } => dns::run(listen, &tsig).await,
    }
}
