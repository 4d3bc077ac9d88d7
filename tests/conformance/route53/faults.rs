//! What Route 53 refuses, and what gets lost.

use mailward::provider::{Change, ErrorKind};

use super::{gate::Fault, start, *};
use crate::fixtures::*;

/// Comes with 400, unlike other APIs' limits.
#[tokio::test]
async fn a_limit_of_the_account_is_waited_for_and_nobody_calls_before() {
    let account = start().await;
    account.gate.inject(Fault::Refused(400, "Throttling", "Rate exceeded"));
    for _ in 0..2 {
        let error = account.provider.zone_of(&name("cafe.lab")).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::RateLimited(wait) if wait > Duration::from_secs(8)), "{error:?}");
        assert!(error.message.contains("Route 53 limits this credential"), "{error}");
    }
    assert_eq!(account.calls().len(), 1);
}

#[tokio::test]
async fn an_earlier_change_that_is_not_done_yet_is_waited_for() {
    let account = start().await;
    let busy = "The request was rejected because Route 53 was still processing a prior request.";
    account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap();
    account.gate.inject(Fault::Refused(400, "PriorRequestNotComplete", busy));
    let message = refuse(&account.provider, &[create(&txt("cafe.lab", &["a"]))], ErrorKind::Transient).await;
    assert!(message.contains("PriorRequestNotComplete"), "{message}");
    apply(&account.provider, &[create(&txt("cafe.lab", &["a"]))]).await;
}

#[tokio::test]
async fn an_answer_that_is_none_of_the_apis_is_told() {
    let account = start().await;
    account.gate.inject(Fault::Gibberish);
    let error = account.provider.look().await.unwrap_err();
    assert!(error.kind == ErrorKind::Bug && error.message.contains("to list the hosted zones"), "{error}");
}

#[tokio::test]
async fn p8_what_is_wrong_with_a_key_is_said_in_words_that_help() {
    let account = start().await;
    let denied = "User: arn:aws:iam::1:user/m is not authorized to perform: route53:ListHostedZones";
    for (code, said, words) in [
        ("AccessDenied", denied, "route53:ChangeResourceRecordSets"),
        ("InvalidClientTokenId", "The security token included in the request is invalid.", "do not belong together"),
        ("SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2", "clock"),
        ("ExpiredToken", "The security token included in the request is expired", "keys of an IAM user"),
    ] {
        account.gate.inject(Fault::Refused(403, code, said));
        let error = account.provider.look().await.unwrap_err();
        assert!(error.kind == ErrorKind::Denied && error.message.contains(words) && error.message.contains(code), "{error}");
    }
}

/// P6: what was done without our knowledge is found by the next reading, and nothing is done twice.
#[tokio::test]
async fn p6_a_batch_whose_answer_is_lost_is_found_done() {
    let account = start().await;
    let set = txt("cafe.lab", &["a"]);
    account.provider.read(&cafe(), &[name("cafe.lab")]).await.unwrap();
    account.gate.inject(Fault::AnswerLost);
    refuse(&account.provider, &[create(&set)], ErrorKind::Transient).await;
    assert_eq!(read_txt(&account.provider, "cafe.lab").await, Some(set));
}

/// A long list of zones can be more than the account's second allows.
#[tokio::test]
async fn a_list_of_zones_that_was_broken_off_is_gone_on_with() {
    let account = start().await;
    for at in 0..250 {
        outside::make_zone(&account.gate, &format!("d{at:03}.lab"), false).await;
    }
    let rate = Rate { pause: Duration::ZERO, ..generous() };
    let impatient = Route53::with_rate(settings(&account.gate.url()), rate).unwrap();
    account.gate.inject(Fault::None);
    account.gate.inject(Fault::Refused(400, "Throttling", "Rate exceeded"));
    let error = impatient.look().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::RateLimited(_)), "{error:?}");
    let sight = impatient.look().await.unwrap().unwrap();
    assert_eq!((sight.count, account.calls().len()), (252, 4), "pages one, two, two and three");
}

/// P1: five hundred foreign edits beside ours, at the same set.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_after_five_hundred_foreign_edits_every_foreign_value_is_there_and_ours_is_right() {
    const EDITS: usize = 500;
    let account = start().await;
    let spf = |round: usize| format!("v=spf1 ip4:192.0.2.{} -all", round % 250);
    let foreign = async {
        for edit in 0..EDITS {
            // A few values that come and go, as verification texts do: at the end the last ten stand there.
            let kept =
                |text: &String| text.contains("spf1") || text.trim_matches('"') != format!("foreign {}", edit.wrapping_sub(10));
            let at = name("cafe.lab");
            let new = format!("\"foreign {edit}\"");
            account.edit(&at, "TXT", TTL, |texts| texts.into_iter().filter(kept).chain([new.clone()]).collect()).await;
        }
    };
    let ours = async {
        let (mut written, mut moved) = (0, 0);
        while written < 100 {
            let read = read_txt(&account.provider, "cafe.lab").await;
            let old = read.iter().flat_map(|set| &set.values).filter(|value| value.to_string().contains("v=spf1"));
            let wanted = Change {
                name: name("cafe.lab"),
                kind: mailward::dns::RecordType::Txt,
                remove: old.cloned().collect(),
                add: texts(&[&spf(written)]),
                ttl: TTL,
                expected: read.clone(),
            };
            match account.provider.apply(&cafe(), &[wanted]).await {
                Ok(()) => written += 1,
                Err(error) if error.kind == ErrorKind::Conflict => moved += 1,
                Err(error) => panic!("{error}"),
            }
        }
        moved
    };
    let ((), moved) = futures::future::join(foreign, ours).await;
    let mut wanted: Vec<Value> = (EDITS - 10..EDITS).map(|edit| Value::text(&format!("foreign {edit}"))).collect();
    wanted.push(Value::text(&spf(99)));
    let kind = mailward::dns::RecordType::Txt;
    assert_eq!(account.dump().await, [RecordSet::new(name("cafe.lab"), kind, TTL, wanted)]);
    println!("the set moved under {moved} of our batches");
}
