//! `issuer`: certificates for policy hosts, until it is told to end.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::control_plane;
use crate::issuer;
use crate::pki::Authority;
use crate::steps::certificates;

/// What the issuer works with.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Who it is to the cluster.
    #[arg(long)]
    kubeconfig: PathBuf,
    /// Certificate of the authority, PEM.
    #[arg(long)]
    ca: PathBuf,
    /// Private key of the authority, PEM.
    #[arg(long)]
    ca_key: PathBuf,
    /// Where the certificates go.
    #[arg(long)]
    directory: PathBuf,
}

pub(super) async fn run(options: Options) -> Result<()> {
    let authority = Authority::read(certificates::AUTHORITY, &read(&options.ca)?, &read(&options.ca_key)?)?;
    let client = control_plane::client(&options.kubeconfig).await?;
    issuer::run(client, &authority, &options.directory).await
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("read {}", path.display()))
}
