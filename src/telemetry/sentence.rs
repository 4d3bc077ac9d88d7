//! An error with its causes, in one line.

use std::{error::Error, iter};

/// The error and its causes, each said once: some libraries repeat the cause in their own text, others hide it.
pub fn sentence(error: &(dyn Error + 'static)) -> String {
    let causes = iter::successors(Some(error), |error| (*error).source());
    causes.map(|cause| plain(&cause.to_string())).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        text if text.contains(&cause) => said,
        text => format!("{text}: {cause}"),
    })
}

/// kube prints the whole Status of the API server behind its message, as Rust writes a structure.
fn plain(text: &str) -> String {
    text.split(" (Status {").next().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_the_api_server_is_its_message() {
        let status = Box::new(kube::core::Status::failure("configmaps is forbidden", "Forbidden").with_code(403));
        let error = kube::runtime::watcher::Error::InitialListFailed(kube::Error::Api(status));
        let said = sentence(&error);
        assert!(said.ends_with("configmaps is forbidden: Forbidden"), "{said}");
    }

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
