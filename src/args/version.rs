//! What this program was built from.

/// The commit, where the build was told: `MAILWARD_COMMIT` at compile time. A build from an archive has none.
const COMMIT: Option<&str> = option_env!("MAILWARD_COMMIT");

/// Three lines: version, commit and target.
pub fn version() -> String {
    said(COMMIT.filter(|commit| !commit.is_empty()))
}

fn said(commit: Option<&str>) -> String {
    let (version, commit) = (env!("CARGO_PKG_VERSION"), commit.unwrap_or("unknown"));
    format!("mailward {version}\ncommit {commit}\ntarget {}\n", target())
}

/// As in `x86_64-linux-musl`.
fn target() -> String {
    let libc = if cfg!(target_env = "musl") { "-musl" } else { "" };
    format!("{}-{}{libc}", std::env::consts::ARCH, std::env::consts::OS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_commit_and_target_are_a_line_each() {
        let text = said(Some("0123abc"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], [concat!("mailward ", env!("CARGO_PKG_VERSION")), "commit 0123abc"]);
        assert!(lines[2].starts_with("target ") && lines[2].contains("linux"), "{text}");
    }

    #[test]
    fn a_build_that_was_told_no_commit_says_so() {
        assert!(said(None).contains("\ncommit unknown\n"));
    }
}
