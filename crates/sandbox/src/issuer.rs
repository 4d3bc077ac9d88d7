//! Stands in for a certificate manager: every MailDomain's policy host gets a certificate of the sandbox's authority,
//! in the directory that the policy servers read.

use std::fs;
use std::path::Path;
use std::pin::pin;

use anyhow::{Context, Result, bail};
use futures::TryStreamExt;
use kube::api::{ApiResource, DynamicObject, GroupVersionKind};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client};

use crate::pki::{Authority, Validity};

/// Issues for every MailDomain there is and will be, until the process is told to end.
pub async fn run(client: Client, authority: &Authority, directory: &Path) -> Result<()> {
    let kind = GroupVersionKind::gvk("mailward.dev", "v1alpha1", "MailDomain");
    let domains: Api<DynamicObject> = Api::all_with(client, &ApiResource::from_gvk(&kind));
    let seen = watcher(domains, watcher::Config::default()).default_backoff().applied_objects();
    let mut seen = pin!(seen);
    loop {
        let outcome = match seen.try_next().await {
            Ok(None) => return Ok(()),
            Ok(Some(object)) => issue_for(&object, authority, directory),
            // The watch starts again by itself.
            Err(error) => Err(error).context("watch MailDomains"),
        };
        if let Err(error) = outcome {
            tracing::warn!("{error:#}");
        }
    }
}

fn issue_for(object: &DynamicObject, authority: &Authority, directory: &Path) -> Result<()> {
    let domain = object.data.pointer("/spec/domain").and_then(|value| value.as_str());
    let domain = domain.context("a MailDomain without spec.domain")?;
    issue(&format!("mta-sts.{domain}").to_ascii_lowercase(), authority, directory)
}

/// Writes `<host>/tls.crt` and `<host>/tls.key` below `directory`, unless they are there.
pub fn issue(host: &str, authority: &Authority, directory: &Path) -> Result<()> {
    if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
        bail!("{host:?} is not a host name");
    }
    let complete = directory.join(host);
    if complete.exists() {
        return Ok(());
    }
    // Renamed when whole: a reader never finds a certificate without its key.
    let partial = directory.with_file_name(format!("{host}.partial"));
    fs::create_dir_all(&partial).with_context(|| format!("create {}", partial.display()))?;
    authority.server(&[host], &[], Validity::Always)?.write(&partial, "tls")?;
    fs::rename(&partial, &complete).with_context(|| format!("create {}", complete.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may end at the first surprise")]

    use std::fs;

    use tempfile::TempDir;

    use super::{Authority, issue};

    #[test]
    fn a_host_gets_one_certificate_and_keeps_it() {
        let (dir, authority) = (TempDir::new().unwrap(), Authority::new("test").unwrap());
        let certificates = dir.path().join("certificates");
        fs::create_dir(&certificates).unwrap();
        issue("mta-sts.a.lab", &authority, &certificates).unwrap();
        let first = fs::read(certificates.join("mta-sts.a.lab/tls.crt")).unwrap();
        issue("mta-sts.a.lab", &authority, &certificates).unwrap();
        assert_eq!(fs::read(certificates.join("mta-sts.a.lab/tls.crt")).unwrap(), first);
        assert_eq!(fs::read_dir(&certificates).unwrap().count(), 1);
    }

    #[test]
    fn a_name_that_leads_out_of_the_directory_is_refused() {
        let (dir, authority) = (TempDir::new().unwrap(), Authority::new("test").unwrap());
        issue("mta-sts.x/../../y", &authority, dir.path()).unwrap_err();
    }
}
