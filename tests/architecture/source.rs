//! Our own source as this test reads it: product code only, without comments, texts and tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One source file of the product.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path from the root of the repository.
    pub path: String,
    /// The first folder or file below `src`: `plan`, `lib`, `main`.
    pub module: String,
    /// Folders between `src` and the module this file is, itself included: how many `super::` lead to the crate's root.
    pub depth: usize,
    /// The code: comments and texts are blanks, so that lines keep their numbers.
    pub code: String,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder of the repository, in order.
pub(crate) fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    collect(&root().join(folder), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The product's files; those that only tests use are left out.
pub(crate) fn product() -> Vec<Source> {
    let sources: Vec<Source> = rust_files("src").iter().filter(|path| !is_test(path)).map(|path| read(path)).collect();
    assert!(sources.len() > 100, "only {} source files were found: this test looks at the wrong place", sources.len());
    sources
}

/// Files behind `#[cfg(test)] mod`.
fn is_test(path: &Path) -> bool {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    inside.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        ["tests", "tests.rs", "model.rs", "test_support.rs"].contains(&part.as_ref())
    })
}

fn read(path: &Path) -> Source {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let mut parts: Vec<String> = inside.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let module = parts[0].clone();
    parts.retain(|part| part != "mod");
    let code = without_tests(&blanked(&fs::read_to_string(path).unwrap()));
    Source { path: format!("src/{}", inside.display()), module, depth: parts.len(), code }
}

/// An inline test module is the last item of its file.
fn without_tests(code: &str) -> String {
    code.find("#[cfg(test)]\nmod tests {").map_or(code, |start| &code[..start]).to_owned()
}

/// The code with comments and the contents of texts turned into blanks.
pub(crate) fn blanked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = comment(rest).or_else(|| literal(rest)).unwrap_or(0);
        let (seen, next) = rest.split_at(length.max(first.len_utf8()));
        if length == 0 {
            out.push_str(seen);
        } else {
            out.extend(seen.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        rest = next;
    }
    out
}

fn comment(rest: &str) -> Option<usize> {
    rest.starts_with("//").then(|| rest.find('\n').unwrap_or(rest.len()))
}

/// Length of a text or character that begins here. A quote that ends nothing (a lifetime) is none.
fn literal(rest: &str) -> Option<usize> {
    if rest.starts_with("r\"") || rest.starts_with("r#") && rest.trim_start_matches(['r', '#']).starts_with('"') {
        let hashes = rest[1..].find('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        return rest[hashes + 2..].find(&end).map(|at| hashes + 2 + at + end.len());
    }
    if let Some(inside) = rest.strip_prefix('\'') {
        let escaped = inside.starts_with('\\');
        let width = inside.chars().next()?.len_utf8();
        let end = if escaped { 2 + inside.get(2..)?.find('\'')? } else { width };
        return inside.get(end..)?.starts_with('\'').then_some(end + 2);
    }
    let inside = rest.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map(|(at, _)| at + 2)
}

/// The line, from 1, of an offset.
pub(crate) fn line(code: &str, offset: usize) -> usize {
    code[..offset].matches('\n').count() + 1
}

#[test]
fn comments_and_texts_are_not_code() {
    let code = blanked("a // crate::x\n\"crate::y \\\" //\" b 'c' '\"' &'a str r#\"q\"q\"# '\\'' d");
    let words: Vec<&str> = code.split_whitespace().collect();
    assert_eq!(words, ["a", "b", "&'a", "str", "d"]);
    assert_eq!(line(&code, code.find('b').unwrap()), 2);
}
