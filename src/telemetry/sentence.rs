//! An error with its causes, in one line.

use std::{error::Error, iter};

/// The error and its causes, each said once: some libraries repeat the cause in their own text, others hide it.
pub fn sentence(error: &(dyn Error + 'static)) -> String {
    let causes = iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        text if text.contains(&cause) => said,
        text => format!("{text}: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Fault {
        text: &'static str,
        source: Option<Box<Fault>>,
    }

    fn fault(text: &'static str, source: Option<Fault>) -> Fault {
        Fault { text, source: source.map(Box::new) }
    }

    #[test]
    fn a_hidden_cause_is_said_and_a_repeated_one_is_not_said_again() {
        let error = fault("cannot list: no answer", Some(fault("no answer", Some(fault("bad certificate", None)))));
        assert_eq!(sentence(&error), "cannot list: no answer: bad certificate");
    }
}
