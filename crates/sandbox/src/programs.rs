//! Where the programs come from: the control plane's from `tools/kube/build.sh`, a newer PowerDNS from `tools/newer-pdns.sh`, the
//! rest from the system.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

/// The root of the repository this crate was compiled in.
pub fn repository() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest)
}

/// The directory holding etcd, kube-apiserver, kube-controller-manager and kubectl. Builds them the first time, which
/// takes minutes; the script says so on standard error.
pub async fn kubernetes() -> Result<PathBuf> {
    said_by("tools/kube/build.sh").await
}

/// A `pdns_server` that adds and removes single values, whatever the system has. Fetches it the first time.
pub async fn newer_pdns() -> Result<PathBuf> {
    said_by("tools/newer-pdns.sh").await
}

/// The path that a script of the repository ends with on its standard output.
async fn said_by(script: &str) -> Result<PathBuf> {
    let script = repository().join(script);
    let output = Command::new(&script)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .await
        .with_context(|| format!("run {}", script.display()))?;
    if !output.status.success() {
        bail!("{} failed ({})", script.display(), output.status);
    }
    let text = String::from_utf8(output.stdout).with_context(|| format!("{} answers in UTF-8", script.display()))?;
    let last = text.lines().last().with_context(|| format!("{} named no path", script.display()))?;
    Ok(PathBuf::from(last))
}

/// The full path of a system program. Looks in the `sbin` directories too, which a user's `PATH` seldom has.
pub fn system(name: &str, debian_package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/usr/local/sbin", "/sbin"].map(OsStr::new).map(PathBuf::from);
    std::env::split_paths(&path).chain(more).map(|dir| dir.join(name)).find(|file| file.is_file()).with_context(|| {
        format!("{name} is not installed; on Debian or Ubuntu: apt-get install --no-install-recommends {debian_package}")
    })
}

/// The program we are: the sandbox's children are mostly its own commands.
pub fn ourselves() -> Result<PathBuf> {
    std::env::current_exe().context("find our own program")
}
