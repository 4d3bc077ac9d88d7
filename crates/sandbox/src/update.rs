//! Changing records by DNS UPDATE (RFC 2136) without `nsupdate`, for machines that have no DNS tools.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use futures::StreamExt;
use hickory_net::client::Client;
use hickory_net::runtime::TokioRuntimeProvider;
use hickory_net::tcp::TcpClientStream;
use hickory_net::xfer::{DnsHandle, DnsMultiplexer};
use hickory_proto::op::update_message::{UpdateMessage, delete_rrset};
use hickory_proto::op::{DnsRequest, Message, ResponseCode};
use hickory_proto::rr::rdata::TXT;
use hickory_proto::rr::{Name, RData, Record};

use crate::tsig::TsigKey;

/// Puts `texts` in the place of all TXT values at `name` in `zone` (both absolute), in one signed message.
pub async fn replace_texts(server: SocketAddr, key: &TsigKey, zone: &str, name: &str, texts: &[&str]) -> Result<()> {
    let message = replacement(&Name::from_ascii(zone)?, &Name::from_ascii(name)?, texts);
    let context = || format!("update {name} at {server}");
    let code = send(server, key, message).await.with_context(context)?;
    if code != ResponseCode::NoError {
        bail!("{}: the server answered {code}", context());
    }
    Ok(())
}

/// Seconds; somebody who changes a record in a hurry takes a short one.
const TTL: u32 = 300;

fn replacement(zone: &Name, name: &Name, texts: &[&str]) -> Message {
    let record = |text: &str| Record::from_rdata(name.clone(), TTL, RData::TXT(TXT::new(vec![text.to_owned()])));
    let mut message = delete_rrset(record(""), zone.clone(), false);
    for text in texts {
        message.add_update(record(text));
    }
    message
}

async fn send(server: SocketAddr, key: &TsigKey, message: Message) -> Result<ResponseCode> {
    let (connecting, sender) = TcpClientStream::new(server, None, None, TokioRuntimeProvider::new());
    let multiplexer = DnsMultiplexer::new(connecting.await?, sender).with_signer(key.signer()?);
    let (client, exchange) = Client::<TokioRuntimeProvider>::from_sender(multiplexer);
    let running = tokio::spawn(exchange);
    let answer = client.send(DnsRequest::from(message)).next().await.context("no answer");
    running.abort();
    Ok(answer??.into_message().metadata.response_code)
}
