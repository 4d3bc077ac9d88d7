//! Senders without end: they fetch one policy again and again, each time over a new connection, as a sender does, and count what was
//! lost.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use mailward_sandbox::https::Https;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::{MissedTickBehavior, interval, timeout},
};

use crate::{release::POLICY_NAMESPACE, resolver::Resolver, services::INGRESS, world::World};

/// How many fetch through the Ingress, and how many through the Service, as an Ingress controller of another make would.
const SENDERS: (usize, usize) = (4, 2);
/// How many go where DNS leads, each by a resolver of its own: that asks each time, or that remembers.
const FOLLOWERS: [(usize, bool); 2] = [(2, false), (4, true)];
/// How often each does. Faster ones only compete with the servers for a small computer.
const PACE: Duration = Duration::from_millis(25);
/// How long a sender waits; RFC 8461 3.3 suggests a minute.
const PATIENCE: Duration = Duration::from_secs(30);

/// Senders at work.
pub(crate) struct Senders {
    over: Arc<AtomicBool>,
    at_work: Vec<JoinHandle<Tally>>,
}

/// How it went.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) fetched: usize,
    /// How often for which reason.
    pub(crate) lost: BTreeMap<String, usize>,
    /// When the first and the last of those were lost.
    pub(crate) trouble: Option<(Instant, Instant)>,
}

impl Tally {
    /// How many fetches gave nothing.
    pub(crate) fn losses(&self) -> usize {
        self.lost.values().sum()
    }

    /// One line, and one for each reason.
    pub(crate) fn notes(&self) -> Vec<String> {
        let all = format!("{} fetches, {} lost", self.fetched + self.losses(), self.losses());
        let reasons = self.lost.iter().map(|(reason, times)| format!("{times} times: {reason}"));
        std::iter::once(all).chain(reasons).collect()
    }

    fn add(&mut self, other: Self) {
        self.fetched += other.fetched;
        for (reason, times) in other.lost {
            *self.lost.entry(reason).or_default() += times;
        }
        self.trouble = match (self.trouble, other.trouble) {
            (Some(ours), Some(theirs)) => Some((ours.0.min(theirs.0), ours.1.max(theirs.1))),
            (ours, theirs) => ours.or(theirs),
        };
    }

    fn lose(&mut self, reason: String) {
        *self.lost.entry(reason).or_default() += 1;
        let now = Instant::now();
        self.trouble = Some((self.trouble.map_or(now, |(first, _)| first), now));
    }
}

impl Senders {
    /// Lets them begin; each has fetched once when this returns.
    pub(crate) async fn begin(world: &World, domain: &str) -> Result<Self> {
        let service = Api::<Service>::namespaced(world.client.clone(), POLICY_NAMESPACE).get("mailward-policy").await?;
        let service = service.spec.and_then(|spec| spec.cluster_ip).context("the policy Service has no address")?;
        let service = SocketAddr::new(service.parse()?, 80);
        let https = Https::trusting(&world.trusted)?;
        world.policy(domain).await?;
        plain(service, domain).await?;

        let over = Arc::new(AtomicBool::new(false));
        let mut at_work = vec![];
        for _ in 0..SENDERS.0 {
            let (https, domain) = (https.clone(), domain.to_owned());
            let once = async move || over_tls(&https, INGRESS, &domain).await.context("the Ingress");
            at_work.push(tokio::spawn(fetch(Arc::clone(&over), once)));
        }
        for _ in 0..SENDERS.1 {
            let domain = domain.to_owned();
            at_work.push(tokio::spawn(fetch(Arc::clone(&over), async move || plain(service, &domain).await.map(drop))));
        }
        Ok(Self { over, at_work })
    }

    /// Lets those begin that go where DNS leads; it leads somewhere already.
    pub(crate) async fn following(world: &World, domain: &str) -> Result<Self> {
        let https = Https::trusting(&world.trusted)?;
        world.policy(domain).await?;
        let over = Arc::new(AtomicBool::new(false));
        let mut at_work = vec![];
        for remembers in FOLLOWERS.into_iter().flat_map(|(count, remembers)| std::iter::repeat_n(remembers, count)) {
            let (https, resolver) = (https.clone(), Resolver::of(domain, remembers));
            at_work.push(tokio::spawn(fetch(Arc::clone(&over), async move || resolver.fetch(&https).await)));
        }
        Ok(Self { over, at_work })
    }

    /// Lets them end, and counts.
    pub(crate) async fn end(self) -> Result<Tally> {
        self.over.store(true, Ordering::Relaxed);
        let mut all = Tally::default();
        for one in self.at_work {
            all.add(one.await?);
        }
        ensure!(all.fetched > 0, "nobody has fetched anything: {all:?}");
        Ok(all)
    }
}

async fn fetch(over: Arc<AtomicBool>, once: impl AsyncFn() -> Result<()>) -> Tally {
    let mut tally = Tally::default();
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !over.load(Ordering::Relaxed) {
        pace.tick().await;
        match timeout(PATIENCE, once()).await {
            Ok(Ok(())) => tally.fetched += 1,
            Ok(Err(error)) => tally.lose(format!("{error:#}")),
            Err(_) => tally.lose(format!("no answer within {} s", PATIENCE.as_secs())),
        }
    }
    tally
}

/// One fetch of the policy of a domain from whoever is at an address.
pub(crate) async fn over_tls(https: &Https, address: SocketAddr, domain: &str) -> Result<()> {
    let page = https.get(address, &format!("mta-sts.{domain}"), "/.well-known/mta-sts.txt").await?;
    ensure!(page.status == 200, "status {}: {}", page.status, page.body.trim());
    is_policy(&page.body)
}

/// The policy of a domain from a server without TLS: a policy server, or the Service of all.
pub(crate) async fn plain(server: SocketAddr, domain: &str) -> Result<String> {
    let asked = async {
        let mut stream = TcpStream::connect(server).await?;
        let request = format!("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.{domain}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = asked.await.context("the policy servers")?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the policy servers: an answer without a body")?;
    ensure!(
        head.starts_with("HTTP/1.1 200 "),
        "the policy servers: {}: {}",
        head.lines().next().unwrap_or_default(),
        body.trim()
    );
    is_policy(body)?;
    Ok(body.to_owned())
}

fn is_policy(text: &str) -> Result<()> {
    ensure!(text.starts_with("version: STSv1\r\n"), "not a policy: {text:?}");
    Ok(())
}
