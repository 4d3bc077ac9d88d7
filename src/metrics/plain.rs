//! The text format before OpenMetrics (0.0.4), for whoever does not ask for the newer one.
//!
//! In the older one help and type of a counter name it with its `_total`, without which they would be read as those of another
//! metric, and nothing marks the end. The lines of values are the same in both.

use std::collections::HashSet;

/// The same metrics as `open`, which is in the OpenMetrics text format.
pub(super) fn from_open_metrics(open: &str) -> String {
    let types = open.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let counters: HashSet<&str> = types.filter_map(|described| described.strip_suffix(" counter")).collect();
    let lines = open.lines().filter(|line| *line != "# EOF");
    lines.map(|line| described(line, &counters).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// The line, if it tells of a counter.
fn described(line: &str, counters: &HashSet<&str>) -> Option<String> {
    let mut words = line.splitn(4, ' ');
    let (mark, what, name, rest) = (words.next()?, words.next()?, words.next()?, words.next()?);
    (mark == "#" && counters.contains(name)).then(|| format!("{mark} {what} {name}_total {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_described_by_the_name_that_its_values_have_and_everything_else_stays() {
        let open = "# HELP calls Calls made.\n# TYPE calls counter\ncalls_total{kind=\"a b c\"} 1\n\
                    # HELP calls_open Calls that wait.\n# TYPE calls_open gauge\ncalls_open 2\n# EOF\n";
        let plain = "# HELP calls_total Calls made.\n# TYPE calls_total counter\ncalls_total{kind=\"a b c\"} 1\n\
                     # HELP calls_open Calls that wait.\n# TYPE calls_open gauge\ncalls_open 2\n";
        assert_eq!(from_open_metrics(open), plain);
    }
}
