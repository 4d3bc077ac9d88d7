//! The sandbox's command line; see `mailward_sandbox::commands`.

use std::process::ExitCode;

use clap::Parser;
use mailward_sandbox::commands::{self, Arguments};
use tracing_subscriber::EnvFilter;

/// The client reports each try while the API server is still starting; waiting for it is our business.
const DEFAULT_LOG: &str = "warn,kube_client=off";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match commands::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
