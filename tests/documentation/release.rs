//! Workflows and release steps: they call what exists here, and a tag that says another version is refused.

use std::process::Command;

use super::{files, path, read};

fn workflows() -> String {
    files(".github/workflows", "yml").iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn words_after<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(word).skip(1).filter_map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || "-_./".contains(c))).next())
}

fn run(script: &str, argument: &str) -> (bool, String) {
    let done = Command::new(path(script)).arg(argument).output().unwrap();
    (done.status.success(), String::from_utf8(done.stderr).unwrap())
}

#[test]
fn the_workflows_call_verbs_and_scripts_that_exist() {
    let makefile = read("Makefile");
    let workflows = workflows();
    let verbs: Vec<&str> = words_after(&workflows, "make ").collect();
    assert!(verbs.contains(&"image") && verbs.contains(&"chart"), "{verbs:?}");
    for verb in verbs {
        assert!(makefile.contains(&format!("\n{verb}:")), "make {verb}");
    }
    let scripts: Vec<&str> = words_after(&workflows, " tools/").chain(words_after(&workflows, "(tools/")).collect();
    assert!(scripts.len() >= 3, "{scripts:?}");
    for script in scripts {
        assert!(path("tools").join(script).is_file(), "tools/{script}");
    }
}

#[test]
fn the_workflows_use_the_toolchain_that_the_workspace_asks_for() {
    let manifest = read("Cargo.toml");
    let wanted = manifest.split("rust-version = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let workflows = workflows();
    let used: Vec<&str> = words_after(&workflows, "rustup toolchain install ").collect();
    assert!(used.len() >= 2 && used.iter().all(|version| *version == wanted), "{used:?}, not {wanted}");
    let mut images = words_after(&workflows, "/library/rust:");
    assert!(images.all(|tag| tag.starts_with(&format!("{wanted}-"))), "a container of another toolchain than {wanted}");
}

#[test]
fn a_tag_of_another_version_or_without_a_word_in_the_change_log_is_refused() {
    let (released, said) = run("tools/release/check.sh", "v99.0.0");
    assert!(!released);
    for part in
        ["Cargo.toml says", "Chart.yaml, version,", "Chart.yaml, appVersion,", "no section \"## 99.0.0\"", "tests/stored/v99.0.0"]
    {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    assert!(run("tools/release/notes.sh", "Unreleased").0);
}
