//! The small files that signers read beside the key, all naming one mount path.
//!
//! A Secret does not know where it will be mounted, so there is one agreed place: `/etc/dkim-keys/<Secret name>`. It is
//! the name of the Secret and not the domain because one domain may have several keys, and one namespace holds no two
//! Secrets of one name. Whoever mounts it elsewhere writes two lines of his own and takes `private.key` and `selector`.

use crate::dns::Name;

/// Under this directory each Secret is mounted in a directory of its own name.
///
/// Mounted as a directory, never with `subPath`: only a directory is replaced as a whole when the active key changes, so
/// that key and selector never disagree.
pub const KEY_MOUNT: &str = "/etc/dkim-keys";

/// The private key as PKCS#8 PEM; OpenDKIM, rspamd, Exim, Haraka and Stalwart read it.
pub const PKCS8: &str = "private.key";
/// The same key as PKCS#1 PEM, for signers that know only `BEGIN RSA PRIVATE KEY`.
pub(super) const PKCS1: &str = "private-pkcs1.key";

/// File names and contents without secrets.
pub(super) fn signer_files(domain: &Name, selector: &str, secret_name: &str) -> [(&'static str, String); 6] {
    let path = format!("{KEY_MOUNT}/{secret_name}/{PKCS8}");
    let key_name = format!("{selector}._domainkey.{domain}");
    [
        ("domain", domain.to_string()),
        ("selector", selector.to_owned()),
        // OpenDKIM `KeyTable`: name, then domain:selector:path.
        ("KeyTable", format!("{key_name} {domain}:{selector}:{path}\n")),
        // OpenDKIM `SigningTable`, to be named with `refile:`, which gives the star its meaning.
        ("SigningTable", format!("*@{domain} {key_name}\n")),
        // rspamd `dkim_signing`: selector_map and path_map.
        ("selectors.map", format!("{domain} {selector}\n")),
        ("paths.map", format!("{domain} {path}\n")),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn every_file_names_the_same_domain_selector_and_path() {
        let files = signer_files(&"a.lab".parse().unwrap(), "main-0a1b2c3d", "a-lab-dkim");
        insta::assert_debug_snapshot!(files);
    }
}
