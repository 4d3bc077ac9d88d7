//! A repository that Argo CD reads: every change is a commit.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// One on this machine, with the branch `main`.
pub(super) struct Repository(tempfile::TempDir);

impl Repository {
    /// An empty one.
    pub(super) fn new() -> Self {
        let new = Self(tempfile::tempdir().unwrap());
        new.git(&["init", "--quiet", "--initial-branch=main"]);
        new
    }

    /// What Argo CD is told.
    pub(super) fn url(&self) -> String {
        format!("file://{}", self.0.path().display())
    }

    /// Where its files are.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// Writes a file; it counts with the next commit.
    pub(super) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Copies a folder of this repository of ours into it.
    pub(super) fn copy(&self, folder: &str) {
        let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), self.path(folder));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        assert!(Command::new("cp").arg("-r").arg(from).arg(to).status().unwrap().success());
    }

    /// Takes a file away; it counts with the next commit.
    pub(super) fn remove(&self, file: &str) {
        fs::remove_file(self.path(file)).unwrap();
    }

    /// Commits everything; answers the revision.
    pub(super) fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["-c", "user.name=test", "-c", "user.email=test@mail.lab", "commit", "--quiet", "--message=change"]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git").current_dir(self.0.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}
