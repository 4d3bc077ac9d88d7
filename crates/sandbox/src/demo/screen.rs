//! Writing for a reader at a terminal: headings, sentences, commands with their output, and lines that are drawn anew. Colours
//! and redrawing only on a terminal; what is written there never wraps in the middle of a word.

use std::io::{IsTerminal, Write, stdout};

use rustix::termios::tcgetwinsize;

/// Columns used where the terminal does not say, and never more: a text of full width on a wide screen is hard to read.
const WIDTH: usize = 100;
/// What output is moved to the right by.
const INDENT: usize = 4;

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Headings and what the reader should see first.
    Bold,
    /// What the reader may pass over.
    Dim,
    /// All is well.
    Good,
    /// Something is wrong.
    Bad,
    /// Something goes on.
    Busy,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Bad => "31",
            Self::Good => "32",
            Self::Busy => "33",
        }
    }
}

/// Standard output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    terminal: bool,
    width: usize,
}

impl Screen {
    /// As it is. `NO_COLOR` and a dumb terminal get plain lines.
    pub(super) fn new() -> Self {
        let dumb = std::env::var_os("NO_COLOR").is_some() || std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let size = tcgetwinsize(stdout()).ok().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
        Self { terminal: stdout().is_terminal() && !dumb, width: size.map_or(WIDTH, |columns| columns.min(WIDTH)) }
    }

    /// Whether lines can be drawn anew.
    pub(super) fn is_terminal(self) -> bool {
        self.terminal
    }

    /// Columns left for output.
    pub(super) fn columns(self) -> usize {
        self.width.saturating_sub(INDENT)
    }

    /// Begins a section: its title, and a sentence or two that say what is to be seen.
    pub(super) fn section(self, title: &str, explanation: &str) {
        let rule = "─".repeat(self.width.saturating_sub(title.chars().count() + 4));
        write_line(&format!(
            "\n{} {} {}",
            self.paint(Style::Dim, "──"),
            self.paint(Style::Bold, title),
            self.paint(Style::Dim, &rule)
        ));
        self.say(explanation);
    }

    /// A sentence, wrapped.
    pub(super) fn say(self, text: &str) {
        for line in wrap(text, self.width.saturating_sub(2)) {
            write_line(&format!("  {line}"));
        }
        blank();
    }

    /// What a reader could have typed.
    pub(super) fn command(self, command: &str) {
        write_line(&format!("  {} {}", self.paint(Style::Dim, "$"), self.paint(Style::Bold, command)));
    }

    /// Output as it came, long lines cut.
    pub(super) fn output(self, text: &str) {
        for line in text.lines() {
            write_line(&format!("{:INDENT$}{}", "", cut(line.trim_end(), self.columns())));
        }
    }

    /// A sentence of output, wrapped and painted.
    pub(super) fn quote(self, style: Style, text: &str) {
        for line in wrap(text, self.columns()) {
            write_line(&format!("{:INDENT$}{}", "", self.paint(style, &line)));
        }
    }

    /// Something that happened: seconds since `from`, then what.
    pub(super) fn moment(self, since: std::time::Duration, style: Style, what: &str) {
        let time = format!("+{:.2} s", since.as_secs_f64());
        let what = cut(what, self.columns().saturating_sub(11));
        painted(&format!("{}  {}", self.paint(Style::Dim, &format!("{time:>9}")), self.paint(style, &what)));
    }

    /// `text` in `style`, on a terminal.
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        if self.terminal { format!("\x1b[{}m{text}\x1b[0m", style.code()) } else { text.to_owned() }
    }

    /// Goes back over the last `lines` lines and clears them.
    pub(super) fn take_back(self, lines: usize) {
        if self.terminal && lines > 0 {
            let mut out = stdout();
            let _written = write!(out, "\x1b[{lines}A\x1b[J").and_then(|()| out.flush());
        }
    }
}

impl Default for Screen {
    fn default() -> Self {
        Self::new()
    }
}

/// A line of output that is painted already.
pub(super) fn painted(line: &str) {
    write_line(format!("{:INDENT$}{line}", "").trim_end());
}

/// An empty line.
pub(super) fn blank() {
    write_line("");
}

/// A closed standard output is no reason to stop.
fn write_line(text: &str) {
    let mut out = stdout();
    let _written = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// At most `columns` characters, the last of them an ellipsis if there were more.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(columns.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Lines of at most `columns` characters, broken between words. A longer word is a line of its own.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{cut, wrap};

    #[test]
    fn a_long_text_is_cut_to_the_column_and_a_short_one_is_left() {
        assert_eq!(cut("p=MIIBIjANBg", 6), "p=MII…");
        assert_eq!(cut("größer", 6), "größer");
    }

    #[test]
    fn a_sentence_is_broken_between_words() {
        assert_eq!(wrap("nobody sends from here", 12), ["nobody sends", "from here"]);
        assert_eq!(wrap("a verylongword b", 5), ["a", "verylongword", "b"]);
    }
}
