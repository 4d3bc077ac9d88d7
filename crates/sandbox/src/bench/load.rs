//! A client that asks as fast as it is answered: HTTP/1.1 over connections that stay open.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Sends `requests` for the policies of `names`, in turn, over `connections`; each must be answered with 200.
pub async fn get_policies(server: SocketAddr, names: &[String], connections: usize, requests: usize) -> Result<()> {
    if names.is_empty() {
        bail!("there is no policy to ask for");
    }
    let texts: Arc<[Vec<u8>]> = names.iter().map(|name| request(name)).collect();
    let mut clients = JoinSet::new();
    for client in 0..connections {
        // Each begins elsewhere, and each asks for all of them.
        let first = client * texts.len() / connections;
        clients.spawn(ask(server, Arc::clone(&texts), first, requests / connections));
    }
    while let Some(client) = clients.join_next().await {
        client??;
    }
    Ok(())
}

fn request(domain: &str) -> Vec<u8> {
    format!("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.{domain}\r\n\r\n").into_bytes()
}

async fn ask(server: SocketAddr, requests: Arc<[Vec<u8>]>, first: usize, count: usize) -> Result<()> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 4096];
    for request in requests.iter().cycle().skip(first).take(count) {
        stream.write_all(request).await?;
        answer(&mut stream, &mut buffer).await?;
    }
    Ok(())
}

async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        filled += read;
        let text = std::str::from_utf8(&buffer[..filled])?;
        if whole(text)? {
            return Ok(());
        }
        if read == 0 {
            bail!("the policy server closed the connection after {text:?}");
        }
    }
}

/// Whether this is all of an answer; one that is no 200 is an error.
fn whole(text: &str) -> Result<bool> {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return Ok(false) };
    if !head.starts_with("HTTP/1.1 200 ") {
        bail!("the policy server answered {head:?}");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).context("an answer without a length")?;
    Ok(body.len() >= length.parse()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may end at the first surprise")]
    use super::whole;

    #[test]
    fn an_answer_is_whole_when_its_body_is() {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n";
        assert_eq!(["HTTP/1.1 20", head, &format!("{head}ab")].map(|text| whole(text).unwrap()), [false, false, true]);
        whole("HTTP/1.1 404 Not Found\r\n\r\n").unwrap_err();
    }
}
