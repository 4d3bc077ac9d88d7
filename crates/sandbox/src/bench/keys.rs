//! How fast RSA keys are made here, beside `openssl`.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::stats::{count, median};
use super::table::Row;
use super::usage;
use crate::programs;

/// Keys made by each side. The time for one varies by a factor of five: primes are found by chance.
const KEYS: usize = 40;
/// Where we are content: not slower than what everybody uses.
const RATIO: f64 = 0.9;

/// What one RSA-2048 key costs, in CPU seconds.
#[derive(Debug, Clone, Copy)]
pub struct KeyCost {
    /// The median.
    pub median: f64,
    /// The mean, which is what many keys cost.
    pub mean: f64,
}

/// Makes keys with the library and the call that Mailward makes them with.
pub async fn cost() -> Result<KeyCost> {
    let times = tokio::task::spawn_blocking(|| (0..KEYS).map(|_| one()).collect::<Result<Vec<f64>>>()).await??;
    Ok(KeyCost { median: median(&times), mean: times.iter().sum::<f64>() / count(KEYS) })
}

/// The rows about keys.
pub async fn rows(ours: KeyCost) -> Result<Vec<Row>> {
    let theirs = tokio::task::spawn_blocking(openssl).await??;
    let (ours, theirs) = (1.0 / ours.mean, 1.0 / theirs);
    let ratio = ours / theirs;
    Ok(vec![
        Row::new("RSA-2048 keys/s per core", format!("{ours:.1}")),
        Row::new("openssl genpkey, keys/s per core", format!("{theirs:.1}")),
        Row::judged("ratio to openssl", format!("{ratio:.2}"), format!("> {RATIO}"), ratio > RATIO),
    ])
}

fn one() -> Result<f64> {
    let before = usage::cpu_of_thread()?;
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    Ok(usage::cpu_of_thread()? - before)
}

/// Mean CPU seconds of one key; the start of the program is part of it, a millisecond or two.
fn openssl() -> Result<f64> {
    let openssl = programs::system("openssl", "openssl")?;
    let before = usage::cpu_of_children()?;
    for _ in 0..KEYS {
        let mut command = Command::new(&openssl);
        command.args(["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().context("start openssl")?;
        if !status.success() {
            bail!("openssl genpkey failed ({status})");
        }
    }
    Ok((usage::cpu_of_children()? - before) / count(KEYS))
}
