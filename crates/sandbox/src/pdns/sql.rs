//! The database, through the shell that comes with it.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::programs;

/// Where Debian puts the tables of the backend.
pub(super) const SCHEMA: &str = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";

/// Runs statements on a database; answers with what they select.
pub(super) fn run(database: &Path, statements: &str) -> Result<String> {
    let mut child = Command::new(programs::system("sqlite3", "sqlite3")?)
        .args(["-bail", "-cmd", ".timeout 10000"])
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("start sqlite3")?;
    let mut stdin = child.stdin.take().context("sqlite3 without standard input")?;
    std::io::Write::write_all(&mut stdin, statements.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("sqlite3: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A text as a literal.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
