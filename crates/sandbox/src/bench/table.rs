//! What was measured, beside what is promised.

use std::fmt::{self, Display, Formatter};

/// One line.
#[derive(Debug, Clone)]
pub struct Row {
    what: String,
    found: String,
    budget: String,
    met: Option<bool>,
}

impl Row {
    /// A figure nothing is promised about.
    pub fn new(what: impl Into<String>, found: impl Into<String>) -> Self {
        Self { what: what.into(), found: found.into(), budget: String::new(), met: None }
    }

    /// A figure with a budget, and whether it is within.
    pub fn judged(what: impl Into<String>, found: impl Into<String>, budget: impl Into<String>, met: bool) -> Self {
        Self { what: what.into(), found: found.into(), budget: budget.into(), met: Some(met) }
    }

    /// Names a budget without a judgement, where the figure is only a hint.
    #[must_use]
    pub fn beside(self, budget: impl Into<String>) -> Self {
        Self { budget: budget.into(), ..self }
    }

    fn cells(&self) -> [&str; 4] {
        let met = self.met.map_or("", |met| if met { "yes" } else { "NO" });
        [&self.what, &self.found, &self.budget, met]
    }
}

/// Rows under headings; displays as Markdown, aligned for a terminal.
#[derive(Debug, Default)]
pub struct Table(Vec<Row>);

const HEAD: [&str; 4] = ["what", "measured", "budget", "met"];

impl Table {
    /// Adds the answers to one question.
    pub fn add(&mut self, heading: &str, rows: Vec<Row>) {
        self.0.push(Row::new(format!("**{heading}**"), ""));
        self.0.extend(rows);
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let rows: Vec<[&str; 4]> = [HEAD].into_iter().chain(self.0.iter().map(Row::cells)).collect();
        let mut widths = [0; 4];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let rule = widths.map(|width| "-".repeat(width));
        line(f, &HEAD, &widths)?;
        line(f, &rule.each_ref().map(String::as_str), &widths)?;
        rows.iter().skip(1).try_for_each(|row| line(f, row, &widths))
    }
}

fn line(f: &mut Formatter<'_>, cells: &[&str; 4], widths: &[usize; 4]) -> fmt::Result {
    for (cell, width) in cells.iter().zip(widths) {
        write!(f, "| {cell:<width$} ")?;
    }
    writeln!(f, "|")
}

#[cfg(test)]
mod tests {
    use super::{Row, Table};

    #[test]
    fn columns_stand_below_each_other_and_a_missed_budget_is_plain_to_see() {
        let mut table = Table::default();
        table.add("speed", vec![Row::judged("a longer name", "9 s", "< 1 s", false), Row::new("b", "1")]);
        let expected = "\
| what          | measured | budget | met |
| ------------- | -------- | ------ | --- |
| **speed**     |          |        |     |
| a longer name | 9 s      | < 1 s  | NO  |
| b             | 1        |        |     |
";
        assert_eq!(table.to_string(), expected);
    }
}
