//! What a process has used, as the kernel counts it in `/proc`.

use std::fs;

use anyhow::{Context, Result};

/// Ticks in a second of `/proc/<pid>/stat`: `USER_HZ`, which is part of the kernel's ABI.
const TICKS: f64 = 100.0;
/// Fields of `stat` behind the program's name, counted from there: user and system time of the process, then of the
/// children it has waited for.
const OWN: usize = 11;
const CHILDREN: usize = 13;

/// CPU seconds of a process so far, all threads together.
pub fn cpu(pid: u32) -> Result<f64> {
    seconds(&read(&format!("/proc/{pid}/stat"))?, OWN)
}

/// CPU seconds of our own children that have ended.
pub fn cpu_of_children() -> Result<f64> {
    seconds(&read("/proc/self/stat")?, CHILDREN)
}

/// CPU seconds of the calling thread, to the nanosecond.
pub fn cpu_of_thread() -> Result<f64> {
    let text = read("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().unwrap_or_default().parse().context("schedstat")?;
    Ok(nanoseconds / 1e9)
}

/// Resident memory.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Now, in MiB.
    pub now: f64,
    /// The most there ever was, in MiB.
    pub peak: f64,
}

/// Memory of a process.
pub fn memory(pid: u32) -> Result<Memory> {
    let text = read(&format!("/proc/{pid}/status"))?;
    Ok(Memory { now: mebibytes(&text, "VmRSS:")?, peak: mebibytes(&text, "VmHWM:")? })
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("read {path}"))
}

fn seconds(stat: &str, first: usize) -> Result<f64> {
    // The name stands in parentheses and may hold spaces.
    let (_, fields) = stat.rsplit_once(") ").context("stat without a name")?;
    let ticks: Vec<f64> = fields.split(' ').skip(first).take(2).filter_map(|field| field.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() / TICKS)
}

fn mebibytes(status: &str, field: &str) -> Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field)).with_context(|| format!("no {field}"))?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().with_context(|| format!("{field} {line}"))?;
    Ok(kibibytes / 1024.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may end at the first surprise")]
    use super::{CHILDREN, OWN, mebibytes, seconds};

    #[test]
    fn times_are_found_behind_a_name_with_spaces() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 9 9 9 9 250 50 30 20 20 0";
        assert_eq!(seconds(stat, OWN).unwrap().to_string(), "3");
        assert_eq!(seconds(stat, CHILDREN).unwrap().to_string(), "0.5");
    }

    #[test]
    fn memory_is_read_in_mebibytes() {
        assert_eq!(mebibytes("VmHWM:\t    4096 kB\nVmRSS:\t    2048 kB\n", "VmRSS:").unwrap().to_string(), "2");
    }
}
