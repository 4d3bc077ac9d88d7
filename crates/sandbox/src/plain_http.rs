//! One GET over plain HTTP on loopback: statistics and health, nothing that needs a client library.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Status and body of `http://<server><path>`. Asks in HTTP/1.0, so that the body ends with the connection.
pub async fn get(server: SocketAddr, path: &str) -> Result<(u16, String)> {
    get_from(server, &server.to_string(), path).await
}

/// The same of the host `host` at that server.
pub async fn get_from(server: SocketAddr, host: &str, path: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("an answer without a status")?;
    Ok((status, body.to_owned()))
}
