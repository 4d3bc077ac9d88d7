//! The examples: what each is, in its own words, and how they become ready.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Demo;
use super::domains::Seen;
use super::screen::{Screen, Style, blank, cut, painted, wrap};
use crate::programs;

/// Nobody is here to enter its records.
const BY_HAND: &str = "manual.lab";
/// How often the table is looked at; quick enough to look alive.
const LOOK_EVERY: Duration = Duration::from_millis(150);
const READY_WITHIN: Duration = Duration::from_secs(90);
/// Columns of domain and state.
const NAME: usize = 17;
const STATE: usize = 18;
/// Columns of the time in front of a row, where rows are told and not drawn anew.
const TIME: usize = 9;

impl Demo<'_> {
    /// Names the examples, applies them, and shows what each waits for until all are ready.
    pub(super) async fn examples(&self) -> Result<()> {
        self.screen.section(
            "Examples",
            "Each file in examples/ holds one MailDomain: how a domain sends, signs, reports and receives mail.",
        );
        for (file, domain, sentence) in read()? {
            self.introduce(&file, &domain, &sentence);
        }
        blank();
        self.screen.command("kubectl apply -f examples/");
        self.kubectl.run(&["apply", "--filename", "examples/"]).await?;
        let table = Table { screen: self.screen, start: Instant::now() };
        self.until_ready(&table).await
    }

    fn introduce(&self, file: &str, domain: &str, sentence: &str) {
        let mut lines = wrap(sentence, self.screen.columns().saturating_sub(NAME + 25)).into_iter();
        let first = lines.next().unwrap_or_default();
        painted(&format!("{}{file:<25}{first}", self.screen.paint(Style::Bold, &format!("{domain:<NAME$}"))));
        for line in lines {
            painted(&format!("{:width$}{line}", "", width = NAME + 25));
        }
    }

    async fn until_ready(&self, table: &Table) -> Result<()> {
        let mut last: Vec<Seen> = Vec::new();
        let mut drawn = 0;
        loop {
            let now = self.domains.all().await?;
            if self.screen.is_terminal() {
                self.screen.take_back(drawn);
                drawn = table.draw(&now);
            } else {
                now.iter().filter(|seen| !last.contains(seen)).for_each(|seen| table.tell(seen));
            }
            let waiting: Vec<&Seen> = now.iter().filter(|seen| !is_settled(seen)).collect();
            let Some(first) = waiting.first() else { return Ok(()) };
            if table.start.elapsed() > READY_WITHIN {
                bail!("{} is not ready after {} s: {}: {}", first.domain, READY_WITHIN.as_secs(), first.reason, first.message);
            }
            last = now;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// File, domain and first sentence of each example, by file name.
fn read() -> Result<Vec<(String, String, String)>> {
    let directory = programs::repository().join("examples");
    let mut found = Vec::new();
    for entry in fs::read_dir(&directory).with_context(|| format!("read {}", directory.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
            let sentence = text.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
            let domain = text.lines().find_map(|line| line.strip_prefix("  domain: ")).unwrap_or_default().to_owned();
            found.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), domain, sentence));
        }
    }
    found.sort();
    Ok(found)
}

fn is_settled(seen: &Seen) -> bool {
    seen.ready == Some(true) || (seen.domain == BY_HAND && seen.ready.is_some())
}

/// How a domain's way to ready is shown.
struct Table {
    screen: Screen,
    start: Instant,
}

impl Table {
    /// Draws a row for each and returns how many.
    fn draw(&self, domains: &[Seen]) -> usize {
        for seen in domains {
            painted(&self.row(seen));
        }
        domains.len()
    }

    /// One line for one change, where nothing can be drawn anew.
    fn tell(&self, seen: &Seen) {
        painted(&format!("{:>5.1} s  {}", self.start.elapsed().as_secs_f64(), self.row(seen)));
    }

    fn row(&self, seen: &Seen) -> String {
        let (mark, style, state) = match seen.ready {
            Some(true) => ("✓", Style::Good, "Ready"),
            Some(false) if seen.domain == BY_HAND => ("·", Style::Dim, "by hand"),
            Some(false) => ("…", Style::Busy, seen.reason.as_str()),
            None => ("…", Style::Dim, "not seen yet"),
        };
        let message = match state {
            "by hand" => "its status lists the records that a person is to enter",
            _ => &seen.message,
        };
        let left = self.screen.columns().saturating_sub(NAME + STATE + 2 + if self.screen.is_terminal() { 0 } else { TIME });
        let mark = self.screen.paint(style, mark);
        let state = self.screen.paint(style, &format!("{:<STATE$}", cut(state, STATE - 1)));
        format!("{mark} {:<NAME$}{state}{}", seen.domain, cut(message, left))
    }
}
