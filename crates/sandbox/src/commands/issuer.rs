//! `issuer`: certificates and addresses for policy hosts, until it is told to end.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::control_plane;
use crate::pki::Authority;
use crate::steps::{certificates, operator::POLICY_NAMESPACE};
use crate::{balancer, issuer};

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
    let certificates = issuer::run(client.clone(), &authority, &options.directory);
    tokio::try_join!(certificates, balancer::run(client, POLICY_NAMESPACE)).map(drop)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("read {}", path.display()))
}
