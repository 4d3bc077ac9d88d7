//! What the process tells about itself: logs, health, metrics.

mod health;
mod logs;
mod sentence;

pub use health::{Readiness, health_router};
pub use logs::{LogError, LogFormat, UnknownLogFormat, init_logs};
pub use sentence::sentence;
