//! Bringing images to the node, as `ctr` imports them: there is no registry.

use std::{env, path::Path, process::Command};

use anyhow::{Context, Result};
use mailward_sandbox::programs;

use super::{Machine, built, output};

/// What runs in pods beside Mailward; `tools/node/image.sh` makes each.
const PROGRAMS: [&str; 6] = ["pause", "coredns", "pebble", "cert-manager-controller", "cert-manager-solver", "traefik"];

impl Machine {
    /// Imports all images, Mailward's among them, and returns the name of that one.
    pub(crate) fn import_images(&self) -> Result<String> {
        for program in PROGRAMS {
            self.import(&built("tools/node/image.sh", &[program])?)?;
        }
        let ours = env::var_os("MAILWARD_E2E_IMAGE").context("run.sh names the image archive")?;
        self.import(Path::new(&ours))?;
        let names = self.ctr(&["images", "list", "--quiet"])?;
        names
            .lines()
            .find(|name| name.contains("/mailward:"))
            .map(str::to_owned)
            .context("the archive holds no image of Mailward")
    }

    fn import(&self, archive: &Path) -> Result<()> {
        self.ctr(&["images", "import", &archive.display().to_string()]).map(drop)
    }

    pub(super) fn ctr(&self, arguments: &[&str]) -> Result<String> {
        let socket = self.containerd.as_ref().context("containerd was not started")?;
        let mut command = Command::new(programs::system("ctr", "containerd")?);
        output(command.arg("--address").arg(socket).args(["--namespace", "k8s.io"]).args(arguments))
    }
}
