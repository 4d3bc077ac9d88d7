//! The vendors' own clients drive the servers unchanged: what they understand is what the vendors say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

use std::path::{Path, PathBuf};

use mailward_provider_apis::{
    azure,
    cloudflare::{Server, Token, Zone},
    digitalocean, google,
};
use tokio::{process::Command, sync::Mutex};

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// The Python that has the clients; made by `setup.sh` once.
async fn python() -> String {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    let _alone = ONE_AT_A_TIME.lock().await;
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
    let arguments = ["cloudflare_client.py", "good-token", &id(100), &id(101)];
    drive(&arguments, &[("CLOUDFLARE_BASE_URL", &server.url())]).await;
}

#[tokio::test]
async fn the_python_client_of_digitalocean_understands_every_answer() {
    let server = digitalocean::Server::start().await.unwrap();
    server.add_domain("cafe.lab");
    for at in 0..11 {
        server.add_domain(&format!("zone{at}.lab"));
    }
    server.set_token(digitalocean::Token::editor("dop_v1_good"));
    let endpoint = format!("http://{}", server.address());
    drive(&["digitalocean_client.py", &endpoint, "dop_v1_good", "cafe.lab"], &[]).await;
}

#[tokio::test]
async fn the_python_client_of_google_understands_every_answer() {
    let server = google::Server::start("mail-dns").await.unwrap();
    for at in 0..12 {
        server.add_zone(google::Zone::new(at, &format!("zone{at}"), &format!("zone{at}.lab")));
    }
    server.set_page(3);
    let keys = tempfile::tempdir().unwrap();
    let key = |name: &str, rights| {
        let path = keys.path().join(name);
        std::fs::write(&path, server.add_account(name, rights)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (admin, reader) = (key("admin@p", google::Rights::admin()), key("reader@p", google::Rights::reader()));
    drive(&["google_client.py", &server.url(), &admin, &reader], &[]).await;
}

#[tokio::test]
async fn the_python_client_of_azure_understands_every_answer() {
    let (tenant, subscription) = ("aaaaaaaa-0000-0000-0000-000000000001", "bbbbbbbb-0000-0000-0000-000000000002");
    let server = azure::Server::start(tenant, subscription).await.unwrap();
    server.add_zone(azure::Zone::new("mail-dns", "cafe.lab"));
    server.add_zone(azure::Zone::new("web-dns", "bar.lab"));
    for at in 0..11 {
        server.add_zone(azure::Zone::new("mail-dns", &format!("zone{at}.lab")));
    }
    for (client, rights) in [("mailward", azure::Rights::contributor()), ("blind", azure::Rights::default())] {
        let secret = Some("Abc8Q~good".to_owned());
        server.set_app(azure::App { client: client.to_owned(), secret, trusted: None, rights });
    }
    drive(&["azure_client.py", &server.url(), tenant, subscription, "mailward", "Abc8Q~good"], &[]).await;
}

/// Runs a script, whose last word is `ok`.
async fn drive(arguments: &[&str], environment: &[(&str, &str)]) {
    let output = Command::new(python().await)
        .current_dir(clients())
        .args(arguments)
        .envs(environment.iter().copied())
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .await
        .unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success() && said[0].trim() == "ok", "{}\n{}", said[0], said[1]);
}
