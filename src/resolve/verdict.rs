//! Whether an observation shows what it should. Pure: what "should" means comes in as a closure.

use std::fmt;

use super::{Answer, Observation, Server, Silent, answer::join};
use crate::dns::RecordSet;

/// What all servers together say about one wanted record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every server answers as it should.
    Verified,
    /// Every server that answers answers as it should; the others are named. Whether this is enough is a matter of time.
    Partly {
        /// Who answers as they should, at least one.
        right: Vec<Server>,
        /// Who is unreachable or not authoritative, at least one.
        silent: Vec<Silent>,
    },
    /// At least one server has nothing there (yet), and none has anything else.
    Missing {
        /// Those servers.
        servers: Vec<Server>,
    },
    /// At least one server answers something else.
    Wrong {
        /// The first of them.
        server: Server,
        /// What it answers.
        found: Answer,
    },
    /// No server gave a usable answer. A timeout is never drift (P7).
    Unknown {
        /// Each server and why.
        silent: Vec<Silent>,
    },
}

impl Verdict {
    /// Whether all that answered are right.
    pub fn is_right(&self) -> bool {
        matches!(self, Self::Verified | Self::Partly { .. })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verified => f.write_str("every name server answers with it"),
            Self::Partly { right, silent } => {
                let all = right.len() + silent.len();
                write!(f, "{} of {all} name servers answer with it; {}", right.len(), join(silent))
            }
            Self::Missing { servers } => {
                let names: Vec<String> = servers.iter().map(ToString::to_string).collect();
                write!(f, "not there at {}", names.join(", "))
            }
            Self::Wrong { server, found } => write!(f, "{server} answers {found}"),
            Self::Unknown { silent } => write!(f, "no name server gave a usable answer: {}", join(silent)),
        }
    }
}

/// Judges one observation. `fits` gets each server's whole set, because a TXT set may hold foreign values beside ours: say
/// yes when it holds a fitting value and no competing one. Where there is no such set (no data, no name, a CNAME or a zone
/// cut instead) it gets an empty one, so that "nothing of ours" can be wanted too.
///
/// Wrong anywhere beats missing, missing beats right, and a server that gives no usable answer never decides.
pub fn judge(observation: &Observation, fits: impl Fn(&RecordSet) -> bool) -> Verdict {
    let (mut right, mut missing) = (Vec::new(), Vec::new());
    for (server, answer) in &observation.answers {
        match weigh(observation, answer, &fits) {
            Weight::Right => right.push(server.clone()),
            Weight::Missing => missing.push(server.clone()),
            Weight::Wrong => return Verdict::Wrong { server: server.clone(), found: answer.clone() },
            Weight::None => {}
        }
    }
    let silent = observation.silent();
    match (missing.is_empty(), right.is_empty(), silent.is_empty()) {
        (false, ..) => Verdict::Missing { servers: missing },
        (true, true, _) => Verdict::Unknown { silent },
        (true, false, true) => Verdict::Verified,
        (true, false, false) => Verdict::Partly { right, silent },
    }
}

enum Weight {
    Right,
    Missing,
    Wrong,
    None,
}

fn weigh(observation: &Observation, answer: &Answer, fits: &impl Fn(&RecordSet) -> bool) -> Weight {
    let question = &observation.question;
    let nothing = || RecordSet::new(question.name.clone(), question.kind, 0, Vec::new());
    match answer {
        Answer::Values(set) if fits(set) => Weight::Right,
        Answer::Values(_) => Weight::Wrong,
        Answer::Unreachable(_) | Answer::NotAuthoritative(_) => Weight::None,
        _ if fits(&nothing()) => Weight::Right,
        Answer::NoData { .. } | Answer::NxDomain { .. } => Weight::Missing,
        Answer::Cname(..) | Answer::Delegated { .. } => Weight::Wrong,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::{
        dns::{RecordType, Value},
        resolve::Question,
    };

    fn server(index: usize) -> Server {
        Server { name: format!("ns{index}.lab"), address: format!("192.0.2.{index}:53").parse().unwrap() }
    }

    fn observation(answers: Vec<Answer>) -> Observation {
        let question = Question::new("_dmarc.post.lab".parse().unwrap(), RecordType::Txt);
        Observation { question, answers: answers.into_iter().enumerate().map(|(i, answer)| (server(i + 1), answer)).collect() }
    }

    fn values(texts: &[&str]) -> Answer {
        let values = texts.iter().map(|text| Value::text(text)).collect();
        Answer::Values(RecordSet::new("_dmarc.post.lab".parse().unwrap(), RecordType::Txt, 300, values))
    }

    fn new_value(set: &RecordSet) -> bool {
        set.values.contains(&Value::text("new")) && !set.values.contains(&Value::text("old"))
    }

    fn dead() -> Answer {
        Answer::Unreachable("no answer".into())
    }

    fn lame() -> Answer {
        Answer::NotAuthoritative("answered REFUSED".into())
    }

    #[test]
    fn all_right_is_verified_and_foreign_values_do_not_matter() {
        let seen = observation(vec![values(&["new"]), values(&["new", "google-site-verification=x"])]);
        assert_eq!(judge(&seen, new_value), Verdict::Verified);
    }

    #[test]
    fn p3_one_server_with_the_old_value_blocks_and_is_named() {
        let verdict = judge(&observation(vec![values(&["new"]), values(&["old"])]), new_value);
        assert_eq!(verdict.to_string(), "ns2.lab (192.0.2.2:53) answers TXT \"old\"");
        assert!(!verdict.is_right());
    }

    #[test]
    fn a_competing_value_beside_ours_is_wrong() {
        assert!(matches!(judge(&observation(vec![values(&["new", "old"])]), new_value), Verdict::Wrong { .. }));
    }

    #[test]
    fn unreachable_and_lame_servers_are_named_but_do_not_make_it_wrong() {
        let verdict = judge(&observation(vec![dead(), values(&["new"]), lame()]), new_value);
        assert!(verdict.is_right());
        let text = verdict.to_string();
        assert!(
            text.starts_with("1 of 3 ") && text.contains("ns1.lab") && text.contains("ns3.lab (192.0.2.3:53): answered REFUSED"),
            "{text}"
        );
    }

    #[test]
    fn p7_a_timeout_everywhere_is_unknown_and_never_missing() {
        assert!(matches!(judge(&observation(vec![dead(), lame()]), new_value), Verdict::Unknown { silent } if silent.len() == 2));
        assert!(matches!(judge(&observation(Vec::new()), new_value), Verdict::Unknown { .. }));
    }

    #[test]
    fn a_server_that_has_it_not_yet_is_missing_even_when_another_is_right() {
        let seen = observation(vec![values(&["new"]), Answer::NxDomain { negative_ttl: 60 }, dead()]);
        assert_eq!(judge(&seen, new_value), Verdict::Missing { servers: vec![server(2)] });
    }

    #[test]
    fn wrong_beats_missing_whatever_the_order() {
        let seen = observation(vec![Answer::NoData { negative_ttl: 60 }, values(&["old"])]);
        assert!(matches!(judge(&seen, new_value), Verdict::Wrong { .. }));
    }

    #[test]
    fn dns_r2_a_cname_in_place_of_a_text_is_wrong() {
        let verdict = judge(&observation(vec![Answer::Cname("elsewhere.lab".parse().unwrap(), 60)]), new_value);
        assert_eq!(verdict.to_string(), "ns1.lab (192.0.2.1:53) answers a CNAME to elsewhere.lab");
    }

    #[test]
    fn dns_r4_a_zone_cut_in_place_of_a_text_is_wrong() {
        let seen = observation(vec![Answer::Delegated { cut: "_dmarc.post.lab".parse().unwrap() }]);
        assert!(matches!(judge(&seen, new_value), Verdict::Wrong { .. }));
    }

    #[test]
    fn absence_can_be_wanted() {
        let gone = |set: &RecordSet| !set.values.contains(&Value::text("old"));
        let seen = observation(vec![Answer::NxDomain { negative_ttl: 60 }, values(&["foreign"])]);
        assert_eq!(judge(&seen, gone), Verdict::Verified);
        assert!(matches!(judge(&observation(vec![values(&["old"])]), gone), Verdict::Wrong { .. }));
    }
}
