//! The paths into other modules that a source file names: `crate::a::B`, `use crate::{a::B, c::{D, E}}`, `super::super::a`.

use super::source::{Source, line};

/// A path from the root of the crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Use {
    /// First part: the module.
    pub module: String,
    /// Second part; empty when the module itself is named.
    pub item: String,
    /// Where, from 1.
    pub line: usize,
}

/// Every path that leaves the file's own place and begins at the crate's root.
pub(crate) fn uses(source: &Source) -> Vec<Use> {
    let escape = "super::".repeat(source.depth);
    let starts = ["crate::", escape.as_str()].into_iter().flat_map(|prefix| after(&source.code, prefix));
    starts.flat_map(|at| Tree { text: &source.code, at }.paths(&source.code)).collect()
}

/// Offsets behind each `prefix` that stands as a word of its own.
fn after<'a>(code: &'a str, prefix: &'a str) -> impl Iterator<Item = usize> + 'a {
    let word = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    code.match_indices(prefix).filter(move |(at, _)| word(*at)).map(move |(at, _)| at + prefix.len())
}

/// Reads a use tree from an offset on.
struct Tree<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tree<'a> {
    fn paths(mut self, code: &str) -> Vec<Use> {
        let mut found = vec![];
        self.branch(&[], &mut found);
        let first = |path: &[String], at: usize| path.get(at).cloned().unwrap_or_default();
        let mut uses: Vec<Use> =
            found.iter().map(|(path, at)| Use { module: first(path, 0), item: first(path, 1), line: line(code, *at) }).collect();
        uses.retain(|found| found.module != "self");
        uses
    }

    /// One path with everything in its braces.
    fn branch(&mut self, above: &[String], found: &mut Vec<(Vec<String>, usize)>) {
        let mut path = above.to_vec();
        let start = self.at;
        loop {
            self.skip();
            if self.eat("{") {
                return self.list(&path, found);
            }
            path.push(self.word().to_owned());
            if !self.eat("::") {
                return found.push((path, start));
            }
        }
    }

    fn list(&mut self, path: &[String], found: &mut Vec<(Vec<String>, usize)>) {
        loop {
            self.skip();
            if self.at >= self.text.len() || self.eat("}") {
                return;
            }
            self.branch(path, found);
            self.skip();
            if self.eat("as ") {
                self.skip();
                self.word();
            }
            self.skip();
            self.eat(",");
        }
    }

    fn skip(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        let there = self.text[self.at..].starts_with(token);
        self.at += if there { token.len() } else { 0 };
        there
    }

    /// A name, or one other character: what is no path ends here too.
    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let end = if end == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { end };
        self.at += end;
        &rest[..end]
    }
}

#[test]
fn every_form_of_a_path_is_read() {
    let code = "use crate::{\n    a::{B, c::D},\n    e,\n    f::G as H,\n};\nfn x() { crate::i::J::new(super::super::k::L) }";
    let source = Source { path: "src/m/n.rs".into(), module: "m".into(), depth: 2, code: code.into() };
    let found: Vec<String> =
        uses(&source).iter().map(|found| format!("{}::{} {}", found.module, found.item, found.line)).collect();
    assert_eq!(found, ["a::B 2", "a::c 2", "e:: 3", "f::G 4", "i::J 6", "k::L 6"]);
}
