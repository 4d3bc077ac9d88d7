//! To which addresses a client may connect (P9): a tenant's provider may not reach into the cluster.

use std::{
    error::Error,
    iter,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use url::Host;

/// Whether a connection to an address is allowed.
pub type Reach = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// None of the host's addresses is allowed.
#[derive(Debug, thiserror::Error)]
#[error("out of reach")]
struct OutOfReach;

/// Resolves as the system does and leaves out what is out of reach. The client connects to what is left and asks nobody
/// again, so a name cannot point elsewhere between check and use.
pub(super) struct Resolver(pub(super) Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0.clone();
        Box::pin(async move {
            let known: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> = known.iter().copied().filter(|address| reach(address.ip())).collect();
            if allowed.is_empty() && !known.is_empty() {
                return Err(OutOfReach.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address that stands in the URL itself, where no resolver is asked, is allowed.
pub(super) fn allows(reach: &Reach, url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => reach(ip.into()),
        Some(Host::Ipv6(ip)) => reach(ip.into()),
        _ => true,
    }
}

/// Whether a request failed because of its host's addresses.
pub(super) fn is_out_of_reach(error: &reqwest::Error) -> bool {
    let mut causes = iter::successors(Some(error as &dyn Error), |&error| error.source());
    causes.any(<dyn Error>::is::<OutOfReach>)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use tokio::net::TcpListener;

    use super::*;
    use crate::provider::{
        ErrorKind,
        http::{Rate, Transport},
    };

    fn transport() -> Transport {
        let second = std::time::Duration::from_secs(1);
        let rate = Rate { burst: 9.try_into().unwrap(), refill: second, pause: second, rule: "no rule" };
        Transport::new("the lab", rate).unwrap().with_reach(Arc::new(|address| !address.is_loopback())).unwrap()
    }

    #[tokio::test]
    async fn p9_a_host_out_of_reach_is_refused_before_a_connection_by_name_and_by_address() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let transport = transport();
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            let request = transport.client().get(format!("http://{host}:{port}/")).build().unwrap();
            let error = transport.send(request).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid, "{host}: {error}");
            assert!(error.message.contains("may not connect to"), "{error}");
        }
        let waiting = listener.into_std().unwrap().accept();
        assert_eq!(waiting.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
}
