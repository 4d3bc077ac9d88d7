//! Free ports on loopback, each given to one user only.
//!
//! A port that the kernel just called free is free for everybody until its user binds it, and a program takes a while to
//! do that: two tests that started one each at the same moment got the same port, and talked to the same program. So a
//! process has a block of ports to itself, gives them out in turn, and comes to one again only after all others. The block
//! lies below the ports that the kernel gives to whoever asks for any, which would be in the way as well. Nothing but
//! choosing happens here; who starts a program waits for it with [`crate::process::Process::wait_ready`], which says so if
//! something else had the port after all.

use std::{
    iter::Cycle,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    ops::Range,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};

/// Below Kubernetes' node ports (from 30000) and the ephemeral ports of Linux (from 32768) and macOS (from 49152).
const ALL: Range<u16> = 20_000..30_000;
/// How many of them one process has; the first of them shows that it has them.
const BLOCK: u16 = 500;

/// 127.0.0.1.
pub const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A port free for TCP on 127.0.0.1.
pub fn free_tcp() -> Result<u16> {
    next(|port| TcpListener::bind((LOOPBACK, port)).is_ok())
}

/// One port free for both UDP and TCP on each of `addresses`, as a set of DNS servers needs.
pub fn free_dns(addresses: &[IpAddr]) -> Result<u16> {
    let free = next(|port| addresses.iter().all(|ip| is_free(SocketAddr::new(*ip, port))));
    free.with_context(|| format!("find a port for {addresses:?}; is each an address of the loopback interface?"))
}

fn is_free(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok()
}

fn next(is_free: impl Fn(u16) -> bool) -> Result<u16> {
    static OURS: Mutex<Option<Block>> = Mutex::new(None);
    let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    match &mut *ours {
        Some(block) => block.next(is_free),
        none => none.insert(Block::take()?).next(is_free),
    }
}

struct Block {
    first: u16,
    ports: Cycle<Range<u16>>,
    /// Bound, and so taken for every other process, until this one ends, however it ends.
    _first: TcpListener,
}

impl Block {
    fn take() -> Result<Self> {
        let mut blocks = ALL.step_by(usize::from(BLOCK));
        let taken = blocks.find_map(|first| Some((first, TcpListener::bind((LOOPBACK, first)).ok()?)));
        let (first, held) = taken.with_context(|| format!("every {BLOCK}th port of {ALL:?} on 127.0.0.1 is in use"))?;
        Ok(Self { first, ports: (first + 1..first + BLOCK).cycle(), _first: held })
    }

    fn next(&mut self, is_free: impl Fn(u16) -> bool) -> Result<u16> {
        let found = self.ports.by_ref().take(usize::from(BLOCK - 1)).find(|port| is_free(*port));
        found.with_context(|| format!("none of the ports {} to {} is free", self.first + 1, self.first + BLOCK - 1))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_port_is_given_again_only_after_all_others() {
        let mut block = Block::take().unwrap();
        let given: HashSet<u16> = (1..BLOCK).map(|_| block.next(|_| true).unwrap()).collect();
        assert_eq!(given.len(), usize::from(BLOCK - 1));
    }

    #[test]
    fn two_processes_have_no_port_in_common() {
        let (one, other) = (Block::take().unwrap(), Block::take().unwrap());
        assert_ne!(one.first, other.first);
    }

    #[test]
    fn a_port_in_use_is_not_given() {
        let used = free_tcp().unwrap();
        let _user = TcpListener::bind((LOOPBACK, used)).unwrap();
        assert!((0..BLOCK).all(|_| free_tcp().unwrap() != used));
    }
}
