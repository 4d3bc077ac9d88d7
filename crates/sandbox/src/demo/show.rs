//! What stands after the examples are applied: the objects, the records, the key and the policy of one domain.

use anyhow::{Context, Result, bail};
use hickory_proto::rr::{Record, RecordType};
use k8s_openapi::api::core::v1::Secret;
use kube::Api;

use super::screen::{Style, blank, cut, painted};
use super::{Demo, SHOWN, answers};
use crate::https::{Https, Page};
use crate::query::query;

/// Where RFC 8461 3.3 has the policy.
pub(super) const POLICY_PATH: &str = "/.well-known/mta-sts.txt";
const SECRET: &str = "example-net-dkim";
/// What the files of a signer's Secret are for.
const USES: [(&str, &str); 8] = [
    ("KeyTable", "OpenDKIM: where the key is"),
    ("SigningTable", "OpenDKIM: whose mail it signs"),
    ("domain", "the domain it signs for"),
    ("paths.map", "rspamd: where the key is"),
    ("private-pkcs1.key", "the same key as PKCS#1, for older signers"),
    ("private.key", "the private key, PKCS#8"),
    ("selector", "the selector to sign with now"),
    ("selectors.map", "rspamd: the selector to sign with"),
];

impl Demo<'_> {
    /// The table that `kubectl get` prints.
    pub(super) async fn objects(&self) -> Result<()> {
        let text = "The objects say where they stand. manual.lab waits on purpose: a person is to enter its records, which its \
                    status lists.";
        self.screen.section("What Kubernetes says", text);
        self.screen.command("kubectl get maildomains");
        self.screen.output(&self.kubectl.run(&["get", "maildomains"]).await?);
        Ok(())
    }

    /// Every record of one domain, asked of the DNS server.
    pub(super) async fn records(&self) -> Result<()> {
        let text = format!(
            "The records of {SHOWN}, asked of the authoritative server. The last one is the marker: it lists what Mailward \
             owns here, and nothing else is touched."
        );
        self.screen.section("What DNS answers", &text);
        self.screen.command(&format!("dig @{} -p {} {SHOWN} TXT    # and so on", self.dns.address.ip(), self.dns.address.port()));
        let mut asked = self.domains.records(SHOWN).await?;
        asked.push((format!("_mailward.{SHOWN}"), "TXT".to_owned()));
        let mut records = Vec::new();
        for (name, record_type) in asked {
            let record_type = record_type.parse().with_context(|| format!("record type of {name}"))?;
            records.extend(self.ask(&name, record_type).await?);
        }
        answers::print(self.screen, &records);
        Ok(())
    }

    /// What the DNS server has; nothing is an error.
    pub(super) async fn ask(&self, name: &str, record_type: RecordType) -> Result<Vec<Record>> {
        let records = query(self.dns.address, name, record_type).await?.records;
        if records.is_empty() {
            bail!("{name} {record_type} does not answer");
        }
        Ok(records)
    }

    /// The names of what the signer's Secret holds.
    pub(super) async fn secret(&self) -> Result<()> {
        let text = format!(
            "The private key was made in the cluster and stays in a Secret. {SECRET} holds the key to sign with now, in the \
             forms that signers read. Only the names are shown:"
        );
        self.screen.section("The DKIM key", &text);
        let secrets: Api<Secret> = Api::default_namespaced(self.client.clone());
        let data = secrets.get(SECRET).await.with_context(|| format!("read Secret {SECRET}"))?.data.unwrap_or_default();
        for (key, value) in data {
            let purpose = USES.iter().find(|(name, _)| *name == key).map_or("", |(_, purpose)| purpose);
            self.screen.output(&format!("{key:<20}{:>5} bytes   {purpose}", value.0.len()));
        }
        Ok(())
    }

    /// The policy as a sending server fetches it, and that the certificate mattered.
    pub(super) async fn policy(&self) -> Result<()> {
        let host = format!("mta-sts.{SHOWN}");
        let text = "A sending server fetches the MTA-STS policy over HTTPS and refuses it unless the certificate holds for the \
                    name. Here both policy servers answer with one that the sandbox's own authority signed.";
        self.screen.section("The policy, as senders fetch it", text);
        self.screen.command(&format!("curl --cacert ca.crt https://{host}{POLICY_PATH}"));
        let page = self.fetch(0, SHOWN).await?;
        self.screen.output(&page.body);
        blank();
        self.tick(&format!("HTTP {}, {}", page.status, page.content_type));
        self.tick(&format!("the certificate holds for {host} and was signed by the sandbox CA"));
        match Https::trusting("")?.get(self.policy_servers[0], &host, POLICY_PATH).await {
            Ok(_) => bail!("the policy was fetched without trusting the sandbox CA"),
            Err(error) => self.tick(&format!("without the sandbox CA the same fetch is refused: {error:#}")),
        }
        Ok(())
    }

    /// The policy of `domain` from one of the two servers.
    pub(super) async fn fetch(&self, server: usize, domain: &str) -> Result<Page> {
        let host = format!("mta-sts.{domain}");
        let page = self.https.get(self.policy_servers[server], &host, POLICY_PATH).await;
        let page = page.with_context(|| format!("fetch https://{host}{POLICY_PATH}"))?;
        if page.status != 200 {
            bail!("https://{host}{POLICY_PATH} answered {}", page.status);
        }
        Ok(page)
    }

    fn tick(&self, text: &str) {
        let line = cut(text, self.screen.columns().saturating_sub(2));
        painted(&format!("{} {line}", self.screen.paint(Style::Good, "✓")));
    }
}
