//! What the process tells about itself: logs, health, metrics, traces.

mod health;
mod logs;
mod sentence;
mod traces;

pub use health::{Readiness, health_router};
pub use logs::{LogError, LogFormat, UnknownLogFormat, init_logs};
pub use sentence::sentence;
pub use traces::{TraceError, TraceSettings, Traces};

/// Target of the spans that are sent to a collector.
pub const STEPS: &str = "mailward::steps";
