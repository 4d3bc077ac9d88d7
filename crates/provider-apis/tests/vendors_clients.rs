//! The vendors' own clients drive the servers unchanged: what they understand is what the vendors say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

use std::path::{Path, PathBuf};

use mailward_provider_apis::cloudflare::{Server, Token, Zone};
use tokio::process::Command;

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// The Python that has the clients; made by `setup.sh` once.
async fn python() -> String {
    let made = Command::new(clients().join("setup.sh")).output().await.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn the_python_client_of_cloudflare_understands_every_answer() {
    let server = Server::start().await.unwrap();
    let id = |at: usize| format!("{at:032x}");
    server.add_zone(Zone::new(&id(100), "free.lab"));
    server.add_zone(Zone::new(&id(101), "paid.lab").on_plan("pro"));
    for at in 0..10 {
        server.add_zone(Zone::new(&id(at), &format!("zone{at}.lab")));
    }
    server.set_token(Token::editor("good-token"));
    let output = Command::new(python().await)
        .arg(clients().join("cloudflare_client.py"))
        .args(["good-token", &id(100), &id(101)])
        .env("CLOUDFLARE_BASE_URL", server.url())
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .await
        .unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success() && said[0].trim() == "ok", "{}\n{}", said[0], said[1]);
}
