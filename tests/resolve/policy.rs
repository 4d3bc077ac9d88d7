//! P4: what a sending server would count as a failed fetch is a failed fetch here, and the error says which it was.

use std::{net::SocketAddr, time::Duration};

use mailward::{
    dns::Name,
    resolve::policy::{FetchError, Fetched, PolicyFetcher, Problem, TrustError},
};
use tokio::net::TcpListener;

use crate::policy_host::{Authority, HOST, serve, serve_by_sni, serve_in_turn, serve_plain_echo, text};

const BODY: &str = "version: STSv1\r\nmode: testing\r\nmx: mx1.post.lab\r\nmax_age: 604800\r\n";
const PLAIN: &str = "text/plain; charset=utf-8";

fn host() -> Name {
    HOST.parse().unwrap()
}

/// Fetches `response` from a host whose certificate is right.
async fn fetch(response: Vec<u8>) -> Result<Fetched, FetchError> {
    let authority = Authority::new();
    let address = serve(authority.certificate(HOST, false), response).await;
    authority.fetcher().fetch(&host(), address).await
}

async fn problem(response: Vec<u8>) -> Problem {
    fetch(response).await.unwrap_err().problem
}

async fn refused(fetcher: PolicyFetcher, address: SocketAddr) -> String {
    match fetcher.fetch(&host(), address).await.unwrap_err() {
        FetchError { problem: Problem::Certificate(why), .. } => why,
        other => panic!("another problem than the certificate: {other}"),
    }
}

#[tokio::test]
async fn a_policy_comes_back_octet_for_octet_with_its_media_type() {
    let fetched = fetch(text("200 OK", PLAIN, BODY)).await.unwrap();
    assert_eq!(fetched, Fetched { body: BODY.into(), content_type: PLAIN.into() });
}

#[tokio::test]
async fn rfc8461_3_3_the_policy_host_is_named_in_the_handshake() {
    let authority = Authority::new();
    let address = serve_by_sni(authority.certificate(HOST, false), text("200 OK", PLAIN, BODY)).await;
    assert!(authority.fetcher().fetch(&host(), address).await.is_ok());
}

#[tokio::test]
async fn a_wildcard_certificate_for_the_leftmost_label_is_good() {
    let authority = Authority::new();
    let address = serve(authority.certificate("*.post.lab", false), text("200 OK", PLAIN, BODY)).await;
    assert!(authority.fetcher().fetch(&host(), address).await.is_ok());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_and_both_names_are_said() {
    let authority = Authority::new();
    let address = serve(authority.certificate("cdn.lab", false), text("200 OK", PLAIN, BODY)).await;
    assert_eq!(refused(authority.fetcher(), address).await, "is not for mta-sts.post.lab: it names cdn.lab");
}

#[tokio::test]
async fn p4_the_certificate_is_verified_at_every_fetch_and_no_earlier_session_vouches_for_it() {
    let (authority, stranger) = (Authority::new(), Authority::named("Somebody else"));
    let certificates = vec![authority.certificate(HOST, false), stranger.certificate(HOST, false)];
    let address = serve_in_turn(certificates, text("200 OK", PLAIN, BODY)).await;
    let fetcher = authority.fetcher();
    assert!(fetcher.fetch(&host(), address).await.is_ok());
    assert!(refused(fetcher, address).await.contains("nobody that senders trust"));
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let authority = Authority::new();
    let address = serve(authority.certificate(HOST, true), text("200 OK", PLAIN, BODY)).await;
    assert_eq!(refused(authority.fetcher(), address).await, "has expired");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let address = serve(Authority::named("Stray CA").certificate(HOST, false), text("200 OK", PLAIN, BODY)).await;
    let why = refused(Authority::new().fetcher(), address).await;
    assert!(why.starts_with("is signed by nobody that senders trust"), "{why}");
}

#[tokio::test]
async fn a_certificate_signed_with_another_key_than_the_trusted_authority_has_is_refused() {
    let address = serve(Authority::new().certificate(HOST, false), text("200 OK", PLAIN, BODY)).await;
    assert_eq!(refused(Authority::new().fetcher(), address).await, "is not signed by the authority it names");
}

#[tokio::test]
async fn sts_g2_a_redirect_is_not_followed_and_its_target_is_named() {
    let response = "HTTP/1.1 301 Moved\r\nlocation: https://www.post.lab/policy\r\ncontent-length: 0\r\n\r\n";
    let problem = problem(response.into()).await;
    assert_eq!(problem, Problem::Redirect(301, "https://www.post.lab/policy".into()));
    assert!(problem.to_string().contains("senders do not follow"), "{problem}");
}

#[tokio::test]
async fn another_status_than_200_is_a_failure_even_with_a_policy_in_it() {
    assert_eq!(problem(text("404 Not Found", PLAIN, BODY)).await, Problem::Status(404));
    assert_eq!(problem(text("203 Altered", PLAIN, BODY)).await, Problem::Status(203));
}

#[tokio::test]
async fn another_media_type_than_plain_text_is_a_failure() {
    assert_eq!(problem(text("200 OK", "text/html", BODY)).await, Problem::MediaType("text/html".into()));
    assert!(fetch(text("200 OK", "Text/Plain", BODY)).await.is_ok());
}

#[tokio::test]
async fn a_body_over_64_kib_is_cut_off_whether_its_length_is_declared_or_not() {
    let body = "x".repeat(64 * 1024 + 1);
    assert_eq!(problem(text("200 OK", PLAIN, &body)).await, Problem::TooLarge(64 * 1024));
    let undeclared = format!("HTTP/1.1 200 OK\r\ncontent-type: {PLAIN}\r\nconnection: close\r\n\r\n{body}");
    assert_eq!(problem(undeclared.into()).await, Problem::TooLarge(64 * 1024));
    assert_eq!(fetch(text("200 OK", PLAIN, &body[1..])).await.unwrap().body.len(), 64 * 1024);
}

#[tokio::test]
async fn a_body_that_ends_before_its_declared_length_is_a_failure() {
    let response = format!("HTTP/1.1 200 OK\r\ncontent-type: {PLAIN}\r\ncontent-length: 500\r\n\r\nversion: STSv1\r\n");
    assert!(matches!(problem(response.into()).await, Problem::Broken(_)));
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_the_message_says_where() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = Authority::new().fetcher().fetch(&host(), closed).await.unwrap_err();
    assert!(matches!(error.problem, Problem::Unreachable(_)), "{error}");
    assert!(error.to_string().starts_with(&format!("the policy of {HOST} at {closed}: cannot connect")), "{error}");
}

#[tokio::test]
async fn a_host_that_accepts_and_says_nothing_times_out() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let fetcher = Authority::new().fetcher().with_timeout(Duration::from_millis(50));
    let error = fetcher.fetch(&host(), silent.local_addr().unwrap()).await.unwrap_err();
    assert!(matches!(error.problem, Problem::TimedOut(_)), "{error}");
}

#[tokio::test]
async fn a_host_that_speaks_no_tls_is_a_tls_failure_and_not_a_certificate_failure() {
    let address = serve_plain_echo().await;
    let error = Authority::new().fetcher().fetch(&host(), address).await.unwrap_err();
    assert!(matches!(error.problem, Problem::Tls(_)), "{error}");
}

#[tokio::test]
async fn an_endpoint_inside_the_cluster_is_asked_by_its_address_with_the_policy_host_in_the_head() {
    let address = serve_plain_echo().await;
    let fetched = Authority::new().fetcher().fetch_plain(&host(), address).await.unwrap();
    let head = String::from_utf8(fetched.body).unwrap();
    assert!(head.starts_with("GET /.well-known/mta-sts.txt HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("host: {HOST}\r\n")), "{head}");
}

#[test]
fn an_extra_bundle_that_holds_no_certificate_is_refused_at_the_start() {
    assert!(matches!(PolicyFetcher::new(Some(b"not PEM")), Err(TrustError::Extra(_))));
}
