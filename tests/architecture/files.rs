//! The files themselves: all of them are compiled, finished, and speak of no machine but the reader's.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::source::{blanked, root, rust_files};

/// Roots that Cargo finds by itself.
fn crate_roots() -> Vec<PathBuf> {
    let mut roots = vec![];
    for package in ["", "crates/mail-records", "crates/provider-apis", "crates/sandbox"] {
        let package = root().join(package);
        roots.extend(["src/lib.rs", "src/main.rs"].map(|path| package.join(path)));
        for folder in ["tests", "benches", "examples", "src/bin"] {
            for entry in fs::read_dir(package.join(folder)).into_iter().flatten() {
                let path = entry.unwrap().path();
                roots.extend([path.join("main.rs"), path]);
            }
        }
    }
    roots.retain(|path| path.is_file() && path.extension().is_some_and(|extension| extension == "rs"));
    roots
}

/// The file and every file that its `mod` lines lead to.
fn reach(file: &Path, reached: &mut BTreeSet<PathBuf>) {
    if !reached.insert(file.to_owned()) {
        return;
    }
    let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
    let folder = file.parent().unwrap();
    let is_root = crate_roots().contains(&file.to_owned());
    let inside = if is_root || stem == "mod" { folder.to_owned() } else { folder.join(stem) };
    let code = blanked(&fs::read_to_string(file).unwrap());
    for line in code.lines() {
        let declared = line.trim().strip_suffix(';').and_then(|line| line.rsplit_once("mod "));
        let Some((_, name)) = declared.filter(|(before, _)| before.is_empty() || before.starts_with("pub")) else {
            continue;
        };
        for path in [inside.join(format!("{name}.rs")), inside.join(name).join("mod.rs")] {
            if path.is_file() {
                reach(&path, reached);
            }
        }
    }
}

#[test]
fn every_rust_file_is_compiled() {
    let mut reached = BTreeSet::new();
    for file in crate_roots() {
        reach(&file, &mut reached);
    }
    let all = ["src", "tests", "crates"].into_iter().flat_map(rust_files);
    let lonely: Vec<_> = all.filter(|file| !reached.contains(file) && !is_fuzz_target(file)).collect();
    assert!(lonely.is_empty(), "no `mod` reaches {lonely:?}: what they hold is never compiled");
}

/// Fuzz targets are a workspace of their own and are named in its manifest.
fn is_fuzz_target(file: &Path) -> bool {
    let Some(folder) = file.ancestors().find(|folder| folder.ends_with("fuzz")) else { return false };
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    manifest.contains(&format!("\"{}\"", file.strip_prefix(folder).unwrap().display()))
}

/// What a clone of the repository holds, by path, when it is text.
fn tracked() -> Vec<(String, String)> {
    let names = if root().join(".git").exists() { by_git() } else { by_looking(root()) };
    names.into_iter().filter_map(|name| fs::read_to_string(root().join(&name)).ok().map(|text| (name, text))).collect()
}

fn by_git() -> Vec<String> {
    let listed = Command::new("git").arg("-C").arg(root()).args(["ls-files", "-z"]).output().expect("git lists the files");
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).unwrap();
    names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// In an unpacked archive everything but what was built there is the repository.
fn by_looking(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| !path.ends_with("target"));
    let name = |path: &Path| path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
    entries.flat_map(|path| if path.is_dir() { by_looking(&path) } else { vec![name(&path)] }).collect()
}

fn is_rust(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "rs")
}

/// Every line of every tracked file that `bad` says something about.
fn lines(bad: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let files = tracked();
    assert!(files.len() > 100, "only {} files are tracked", files.len());
    let numbered = files.iter().flat_map(|(name, text)| text.lines().enumerate().map(move |(at, line)| (name, at + 1, line)));
    numbered.filter(|(name, _, line)| bad(name, line)).map(|(name, at, line)| format!("{name}:{at}: {line}")).collect()
}

#[test]
fn nothing_is_left_to_do_in_the_source() {
    // Split, so that this line is not found.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let found = lines(|name, line| is_rust(name) && marks.iter().any(|mark| line.contains(mark)));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_file_names_a_path_of_the_machine_it_was_written_on() {
    let checkout = format!("{}/", root().parent().unwrap().display());
    let places = ["work", "home", "root", "Users"].map(|place| format!("/{place}/"));
    let absolute = |line: &str| {
        let begins = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~$})".contains(c));
        places.iter().any(|place| line.match_indices(place.as_str()).any(|(at, _)| begins(at)))
    };
    let found = lines(|_, line| absolute(line) || checkout.len() > 2 && line.contains(&checkout));
    assert!(found.is_empty(), "{found:#?}");
}

/// Everybody's packages come from the public registries, by the tools' own defaults.
#[test]
fn no_file_names_a_package_registry() {
    let locked = "registry+https://github.com/rust-lang/crates.io-index";
    let strange = lines(|name, line| name.ends_with("Cargo.lock") && line.starts_with("source = ") && !line.contains(locked));
    assert!(strange.is_empty(), "{strange:#?}");
    let settings = ["index-", "extra-index-", "proxy-", "registry-"].map(|kind| format!("{kind}url"));
    let found = lines(|name, line| {
        !name.ends_with("architecture/files.rs") && settings.iter().any(|setting| line.contains(setting.as_str()))
    });
    assert!(found.is_empty(), "{found:#?}");
}
