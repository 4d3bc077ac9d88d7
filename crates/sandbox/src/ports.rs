//! Free ports on loopback.
//!
//! A port found free here can be taken before its user binds it. The kernel hands ephemeral ports out at random, so
//! that is rare; who starts a program on one says so plainly if it ends early.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

use anyhow::{Context, Result, bail};

/// Attempts before giving up on a port that is free everywhere it must be.
const ATTEMPTS: usize = 64;

/// 127.0.0.1.
pub const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A port free for TCP on 127.0.0.1.
pub fn free_tcp() -> Result<u16> {
    let listener = TcpListener::bind((LOOPBACK, 0)).context("find a free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// One port free for both UDP and TCP on each of `addresses`, as a set of DNS servers needs.
pub fn free_dns(addresses: &[IpAddr]) -> Result<u16> {
    for _ in 0..ATTEMPTS {
        let port = free_tcp()?;
        if addresses.iter().all(|ip| is_free(SocketAddr::new(*ip, port))) {
            return Ok(port);
        }
    }
    bail!("found no port free on all of {addresses:?}; is each an address of the loopback interface?")
}

fn is_free(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok()
}
