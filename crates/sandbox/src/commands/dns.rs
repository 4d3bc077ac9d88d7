//! `dns`: the embedded server, until it is told to end.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use crate::dns::{Embedded, Zone};
use crate::tsig::TsigKey;

pub(super) async fn run(listen: SocketAddr, tsig: &Path) -> Result<()> {
    let key = TsigKey::read(tsig)?;
    Embedded::start(listen, &key, &Zone::sandbox(listen)).await?.run().await
}
