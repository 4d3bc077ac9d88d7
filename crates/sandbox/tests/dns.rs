//! The embedded server, asked and changed by BIND's own `dig` and `nsupdate`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may end at the first surprise")]

use std::net::SocketAddr;

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType::{A, CNAME, MX, SOA, TXT};
use mailward_sandbox::dns::{Embedded, Zone};
use mailward_sandbox::query::{nsupdate, query};
use mailward_sandbox::tsig::TsigKey;
use mailward_sandbox::{ports, programs};
use tempfile::NamedTempFile;
use tokio::process::Command;

struct Server {
    embedded: Embedded,
    key_file: NamedTempFile,
}

async fn sandbox() -> Server {
    let address = SocketAddr::new(ports::LOOPBACK, ports::free_dns(&[ports::LOOPBACK]).unwrap());
    let key = TsigKey::generate("sandbox").unwrap();
    let key_file = NamedTempFile::new().unwrap();
    key.write(key_file.path()).unwrap();
    let embedded = Embedded::start(address, &key, &Zone::sandbox(address)).await.unwrap();
    Server { embedded, key_file }
}

impl Server {
    async fn update(&self, commands: &str) -> anyhow::Result<()> {
        nsupdate(self.embedded.address(), Some(self.key_file.path()), commands).await
    }

    async fn texts(&self, name: &str) -> Vec<String> {
        query(self.embedded.address(), name, TXT).await.unwrap().texts()
    }

    async fn dig(&self, args: &[&str]) -> String {
        let address = self.embedded.address();
        let mut dig = Command::new(programs::system("dig", "bind9-dnsutils").unwrap());
        dig.args([&format!("@{}", address.ip()), "-p", &address.port().to_string(), "+norecurse"]).args(args);
        String::from_utf8(dig.output().await.unwrap().stdout).unwrap()
    }
}

#[tokio::test]
async fn a_signed_update_is_carried_out_over_udp_and_over_tcp() {
    let server = sandbox().await;
    server.update("update add _dmarc.lab. 2 TXT \"v=DMARC1; p=none\"").await.unwrap();
    // A long value does not fit a datagram of 512 octets: nsupdate turns to TCP by itself.
    let long = "x".repeat(250);
    server.update(&format!("update add long.lab. 2 TXT \"{long}\" \"{long}\" \"{long}\"")).await.unwrap();
    assert_eq!(server.texts("_dmarc.lab").await, ["v=DMARC1; p=none"]);
    assert_eq!(server.texts("long.lab").await, ["x".repeat(750)]);
    assert_eq!(server.dig(&["+short", "+notcp", "TXT", "_dmarc.lab"]).await, "\"v=DMARC1; p=none\"\n");
}

#[tokio::test]
async fn an_update_without_the_key_or_of_a_senders_zone_is_refused() {
    let server = sandbox().await;
    let address = server.embedded.address();
    let unsigned = nsupdate(address, None, "update add x.lab. 2 TXT \"no\"").await.unwrap_err();
    assert!(unsigned.to_string().contains("REFUSED"), "{unsigned}");
    let foreign = server.update("update add x.google.com. 2 TXT \"no\"").await.unwrap_err();
    assert!(foreign.to_string().contains("REFUSED"), "{foreign}");
    let other = NamedTempFile::new().unwrap();
    TsigKey::generate("sandbox").unwrap().write(other.path()).unwrap();
    nsupdate(address, Some(other.path()), "update add x.lab. 2 TXT \"no\"").await.unwrap_err();
    assert_eq!(query(address, "x.lab", TXT).await.unwrap().code, ResponseCode::NXDomain);
}

#[tokio::test]
async fn an_update_whose_prerequisite_fails_changes_nothing_and_a_removed_name_is_gone() {
    let server = sandbox().await;
    let address = server.embedded.address();
    server.update("update add a.lab. 2 TXT \"1\"").await.unwrap();
    server.update("prereq nxrrset a.lab. TXT\nupdate add b.lab. 2 TXT \"1\"").await.unwrap_err();
    assert_eq!(query(address, "b.lab", TXT).await.unwrap().code, ResponseCode::NXDomain);
    server.update("prereq yxrrset a.lab. TXT \"1\"\nupdate delete a.lab. TXT \"1\"").await.unwrap();
    assert_eq!(query(address, "a.lab", TXT).await.unwrap().code, ResponseCode::NXDomain);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replaced_value_is_never_seen_missing() {
    let server = sandbox().await;
    let address = server.embedded.address();
    server.update("update add _dmarc.lab. 2 TXT \"v0\"").await.unwrap();
    // Much else in the same message, between taking away and putting back.
    let others: Vec<String> = (0..300).map(|n| format!("update add f{n}.lab. 2 TXT \"x\"")).collect();
    let others = others.join("\n");
    let writer = async {
        for turn in 1..5 {
            let replace = format!("update delete _dmarc.lab. TXT\n{others}\nupdate add _dmarc.lab. 2 TXT \"v{turn}\"");
            server.update(&replace).await.unwrap();
        }
    };
    let reader = tokio::spawn(async move {
        loop {
            let seen = query(address, "_dmarc.lab", TXT).await.unwrap().texts();
            assert_eq!(seen.len(), 1, "{seen:?}");
        }
    });
    tokio::select! {
        () = writer => {}
        seen = reader => seen.unwrap(),
    }
}

#[tokio::test]
async fn what_the_examples_point_at_answers() {
    let server = sandbox().await;
    let address = server.embedded.address();
    for zone in ["lab", "example.com", "example.org", "example.net"] {
        let soa = query(address, zone, SOA).await.unwrap();
        assert!(soa.authoritative && soa.values()[0].ends_with(" 2"), "minimum of {zone}: {:?}", soa.values());
    }
    assert_eq!(query(address, "example.com", MX).await.unwrap().values(), ["10 mx1.example.com."]);
    assert_eq!(query(address, "mx1.example.com", A).await.unwrap().values(), ["192.0.2.10"]);
    for (name, prefix) in [
        ("_spf.google.com", "v=spf1 "),
        ("spf.protection.outlook.com", "v=spf1 "),
        ("servers.mcsv.net", "v=spf1 "),
        ("selector1-example-com._domainkey.contoso.onmicrosoft.com", "v=DKIM1; k=rsa; p=MII"),
        ("dkim2.mcsv.net", "v=DKIM1; k=rsa; p=MII"),
    ] {
        assert!(server.texts(name).await.concat().starts_with(prefix), "{name}");
    }
    assert_eq!(query(address, "spf.nobody.invalid", TXT).await.unwrap().code, ResponseCode::NXDomain);
    assert_eq!(query(address, "com", CNAME).await.unwrap().code, ResponseCode::NoError);
}
