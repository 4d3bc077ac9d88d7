//! The counters of a running Mailward, read as Prometheus would.

use std::net::SocketAddr;

use anyhow::{Context, Result};

use crate::plain_http;

/// One reading.
#[derive(Debug, Clone)]
pub struct Metrics(String);

/// Reads them.
pub async fn read(health: SocketAddr) -> Result<Metrics> {
    let (_, text) = plain_http::get(health, "/metrics").await.context("read the metrics")?;
    Ok(Metrics(text))
}

impl Metrics {
    /// The sum of all series of `name` whose labels contain `label` (`ready="true"`); no such series is 0.
    pub fn sum(&self, name: &str, label: &str) -> f64 {
        let of_name = self.0.lines().filter_map(|line| line.strip_prefix(name));
        // The name ends there, or else it is the beginning of another.
        let series = of_name.filter(|rest| rest.starts_with(['{', ' ']) && rest.contains(label));
        series.filter_map(|rest| rest.rsplit(' ').next()?.parse::<f64>().ok()).fold(0.0, |sum, value| sum + value)
    }

    /// How much it has grown since an earlier reading.
    pub fn grown(&self, earlier: &Self, name: &str, label: &str) -> f64 {
        self.sum(name, label) - earlier.sum(name, label)
    }
}

#[cfg(test)]
mod tests {
    use super::Metrics;

    #[test]
    fn series_of_one_name_are_summed_and_those_of_a_longer_one_are_not() {
        let text = "# HELP a A.\na{x=\"1\",y=\"2\"} 3\na{x=\"2\"} 4\na_b{x=\"1\"} 9\nc 5\n";
        let metrics = Metrics(text.to_owned());
        let sums = [("a", ""), ("a", "x=\"1\""), ("c", ""), ("d", "")].map(|(name, label)| metrics.sum(name, label).to_string());
        assert_eq!(sums, ["7", "3", "5", "0"]);
    }
}
