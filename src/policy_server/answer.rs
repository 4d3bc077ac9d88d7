//! What a request is answered with (STS-G2, RFC 8461 3.3).

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderValue, Method, StatusCode,
        header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HOST},
        uri::Authority,
    },
    response::Response,
};

use super::PolicyTable;
use crate::metrics::{Metrics, PolicyAnswer};

/// The one path (RFC 8461 3.2).
const PATH: &str = "/.well-known/mta-sts.txt";

#[derive(Clone)]
struct Site {
    table: Arc<PolicyTable>,
    metrics: Arc<Metrics>,
}

/// Answers every host in the table. No route table: the path is compared as sent, so that nothing is normalised, redirected
/// or decoded on the way, and no compression or negotiation can change the octets.
pub fn router(table: Arc<PolicyTable>, metrics: Arc<Metrics>) -> Router {
    Router::new().fallback(answer).with_state(Site { table, metrics })
}

async fn answer(State(site): State<Site>, request: Request) -> Response {
    let (answer, response) = decide(&site.table, &request);
    site.metrics.policy_answer(answer);
    response
}

fn decide(table: &PolicyTable, request: &Request) -> (PolicyAnswer, Response) {
    let head = request.method() == Method::HEAD;
    let host = host(request);
    let Some(policy) = host.as_deref().and_then(|host| table.get(host)) else {
        return (PolicyAnswer::UnknownHost, text(StatusCode::NOT_FOUND, UNKNOWN_HOST.into(), head));
    };
    if !head && request.method() != Method::GET {
        return (PolicyAnswer::OtherMethod, method_not_allowed());
    }
    if request.uri().path() != PATH {
        let body = explanation(host.as_deref().unwrap_or_default());
        return (PolicyAnswer::OtherPath, text(StatusCode::FORBIDDEN, body.into(), head));
    }
    (PolicyAnswer::Served, text(StatusCode::OK, policy, head))
}

const UNKNOWN_HOST: &str = "No MTA-STS policy is served for this host.\n";

fn explanation(host: &str) -> String {
    format!("This site only tells mail servers how to deliver securely to its domain (MTA-STS, RFC 8461): https://{host}{PATH}\n")
}

/// The host asked for: `:authority` or an absolute target first (RFC 9112 3.2.2), else `Host`. Lower case, without port and
/// trailing dot.
fn host(request: &Request) -> Option<String> {
    let authority = request.uri().authority().map(Authority::as_str);
    let host = authority.or_else(|| request.headers().get(HOST)?.to_str().ok())?;
    let host = host.rsplit_once(':').map_or(host, |(host, _port)| host);
    let host = host.strip_suffix('.').unwrap_or(host);
    Some(host.to_ascii_lowercase())
}

fn text(status: StatusCode, body: Bytes, head: bool) -> Response {
    let length = HeaderValue::from(body.len());
    let body = if head { Body::empty() } else { Body::from(body) };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CONTENT_LENGTH, length);
    response
}

fn method_not_allowed() -> Response {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here.\n".into(), false);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use axum::{body::to_bytes, http::header::LOCATION};
    use tower::ServiceExt;

    use super::*;
    use crate::policy_server::table::tests::config_map;

    const TEXT: &str = "version: STSv1\r\nmode: testing\r\nmx: mx1.a.lab\r\nmax_age: 86401\r\n";

    fn site() -> Router {
        let table = Arc::new(PolicyTable::default());
        table.put(&config_map("a.lab", TEXT)).unwrap();
        router(table, Arc::default())
    }

    async fn ask(method: &str, target: &str, host: Option<&str>) -> (Response<()>, String) {
        let mut request = Request::builder().method(method).uri(target);
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        let (head, body) = site().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (Response::from_parts(head, ()), String::from_utf8(body.to_vec()).unwrap())
    }

    fn header(response: &Response<()>, name: axum::http::HeaderName) -> Option<&str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn sts_g2_the_policy_is_served_byte_for_byte_as_plain_text() {
        let (response, body) = ask("GET", PATH, Some("mta-sts.a.lab")).await;
        assert_eq!((response.status(), body.as_str()), (StatusCode::OK, TEXT));
        assert_eq!(header(&response, CONTENT_TYPE), Some("text/plain; charset=utf-8"));
        assert_eq!(header(&response, CONTENT_LENGTH), Some(TEXT.len().to_string().as_str()));
    }

    #[tokio::test]
    async fn sts_g2_head_has_the_headers_of_get_and_no_body() {
        let (response, body) = ask("HEAD", PATH, Some("mta-sts.a.lab")).await;
        assert_eq!((response.status(), body.as_str()), (StatusCode::OK, ""));
        assert_eq!(header(&response, CONTENT_LENGTH), Some(TEXT.len().to_string().as_str()));
    }

    #[tokio::test]
    async fn sts_g2_other_paths_of_a_known_host_are_403_with_an_explanation_and_never_a_redirect() {
        for path in [
            "/",
            "/.well-known/mta-sts.txt/",
            "/.well-known//mta-sts.txt",
            "/.well-known/mta-sts%2Etxt",
            "/.WELL-KNOWN/mta-sts.txt",
        ] {
            let (response, body) = ask("GET", path, Some("mta-sts.a.lab")).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
            assert!(body.contains("https://mta-sts.a.lab/.well-known/mta-sts.txt"), "{body}");
            assert_eq!(header(&response, LOCATION), None);
        }
    }

    #[tokio::test]
    async fn sts_g2_an_unknown_host_is_404() {
        for host in [Some("mta-sts.b.lab"), Some("a.lab"), Some("mta-sts.mta-sts.a.lab"), Some(""), Some("[::1]:443"), None] {
            let (response, _) = ask("GET", PATH, host).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{host:?}");
        }
    }

    #[tokio::test]
    async fn sts_g2_case_port_and_trailing_dot_of_the_host_do_not_matter() {
        for host in ["MTA-STS.A.LAB", "mta-sts.a.lab:8443", "mta-sts.a.lab.", "Mta-Sts.a.lab.:443"] {
            assert_eq!(ask("GET", PATH, Some(host)).await.0.status(), StatusCode::OK, "{host}");
        }
    }

    #[tokio::test]
    async fn the_authority_of_http_2_goes_before_the_host_header() {
        let target = format!("https://mta-sts.a.lab{PATH}");
        assert_eq!(ask("GET", &target, None).await.0.status(), StatusCode::OK);
        assert_eq!(ask("GET", &target, Some("mta-sts.b.lab")).await.0.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn sts_g2_other_methods_are_405_and_told_which_are_allowed() {
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let (response, _) = ask(method, PATH, Some("mta-sts.a.lab")).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(header(&response, ALLOW), Some("GET, HEAD"));
        }
    }

    #[tokio::test]
    async fn every_answer_is_counted_by_outcome() {
        let metrics: Arc<Metrics> = Arc::default();
        let site = router(Arc::default(), Arc::clone(&metrics));
        site.oneshot(Request::builder().uri(PATH).body(Body::empty()).unwrap()).await.unwrap();
        assert!(metrics.encode().unwrap().contains(r#"mailward_policy_answers_total{outcome="unknown_host"} 1"#));
    }
}
