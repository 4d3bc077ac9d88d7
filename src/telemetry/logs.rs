//! Logs by `tracing`, to standard error.
//!
//! Nobody logs a key, a token or a whole object: types that hold secrets have no `Debug` or one that hides them, and what
//! providers answer is cut and cleaned before it becomes an error text.

use std::{fmt, io::IsTerminal, str::FromStr};

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::ParseError,
    fmt::MakeWriter,
    layer::SubscriberExt,
    registry::LookupSpan,
    util::{SubscriberInitExt, TryInitError},
};

use super::Traces;

/// Form of the log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// One line for a person.
    Human,
    /// One JSON object a line.
    #[default]
    Json,
}

/// A format that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no log format `{0}`: write human or json")]
pub struct UnknownLogFormat(String);

impl FromStr for LogFormat {
    type Err = UnknownLogFormat;

    fn from_str(text: &str) -> Result<Self, UnknownLogFormat> {
        match text {
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            other => Err(UnknownLogFormat(other.to_owned())),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Human => "human",
            Self::Json => "json",
        })
    }
}

/// Why logs could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter is no filter.
    #[error("the log filter cannot be read: {0}; write for example `info` or `mailward=debug,kube=warn`")]
    Filter(#[from] ParseError),
    /// Logs were set up before.
    #[error(transparent)]
    Twice(#[from] TryInitError),
}

/// Sends the process's logs to standard error, and its spans to `traces`; to be called once. `filter` is in the syntax of
/// `RUST_LOG` and says nothing of traces.
pub fn init_logs(format: LogFormat, filter: &str, traces: Option<&Traces>) -> Result<(), LogError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let logs = subscriber(format, filter, std::io::stderr, std::io::stderr().is_terminal());
    Ok(logs.with(traces.map(Traces::layer)).try_init()?)
}

fn subscriber<W>(
    format: LogFormat,
    filter: EnvFilter,
    writer: W,
    colours: bool,
) -> impl Subscriber + for<'span> LookupSpan<'span> + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(colours);
    let layer = match format {
        LogFormat::Human => layer.with_target(false).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(filter))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat) -> String {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = subscriber(format, EnvFilter::new("info"), move || writer.clone(), false);
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("reconcile", object = "mail/lab");
            let _inside = span.enter();
            tracing::info!(records = 5, "verified");
            tracing::debug!("not shown");
        });
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_logs_are_one_object_a_line_and_name_the_object() {
        let line: serde_json::Value = serde_json::from_str(&logged(LogFormat::Json)).unwrap();
        assert_eq!(line["message"], "verified");
        assert_eq!(line["records"], 5);
        assert_eq!(line["span"]["object"], "mail/lab");
    }

    #[test]
    fn human_logs_are_one_line() {
        let text = logged(LogFormat::Human);
        assert!(text.ends_with('\n') && text.lines().count() == 1 && text.contains("verified"), "{text}");
    }

    #[test]
    fn an_unknown_format_says_which_there_are() {
        assert_eq!("xml".parse::<LogFormat>().unwrap_err().to_string(), "there is no log format `xml`: write human or json");
    }
}
