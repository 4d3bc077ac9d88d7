//! Summaries of a few numbers.

/// The value below which `share` (0 to 1) of the values lie, by nearest rank; 0 of nothing.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is an index")]
    let rank = (share * count(sorted.len())).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// A count to calculate with.
#[allow(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
pub fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let values = [4.0, 1.0, 3.0, 2.0];
        let found = [0.0, 0.5, 0.75, 0.99].map(|share| quantile(&values, share).to_string());
        assert_eq!(found, ["1", "2", "3", "4"]);
        assert_eq!(quantile(&[], 0.5).to_string(), "0");
    }
}
