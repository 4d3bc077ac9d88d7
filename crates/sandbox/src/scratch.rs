//! Where a sandbox part keeps its files: a directory named by the caller, or a temporary one that goes with us.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::process::owner::{self, Guardian};

/// A state directory.
#[derive(Debug)]
pub enum StateDir {
    /// Named by the caller, who also removes it.
    Named(PathBuf),
    /// Removed on drop, and by the guardian if we never get to drop it.
    Temporary(TempDir, Guardian),
}

impl StateDir {
    /// `named` (made if missing), or a new temporary directory.
    pub fn open(named: Option<PathBuf>) -> Result<Self> {
        match named {
            Some(path) => {
                fs::create_dir_all(&path).with_context(|| format!("create {}", path.display()))?;
                Ok(Self::Named(path))
            }
            None => Self::temporary(),
        }
    }

    fn temporary() -> Result<Self> {
        let dir = TempDir::with_prefix("mailward-").context("create a temporary directory")?;
        let guardian = owner::remove_after(dir.path())?;
        Ok(Self::Temporary(dir, guardian))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Named(path) => path,
            Self::Temporary(dir, _) => dir.path(),
        }
    }
}
