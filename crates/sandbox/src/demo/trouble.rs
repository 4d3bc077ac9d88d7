//! Two things that go wrong in every real zone: somebody else's record is there already, and somebody changes ours.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hickory_proto::rr::RecordType;

use super::screen::{Style, blank};
use super::{Demo, answers};
use crate::query::query;
use crate::update::replace_texts;

const TAKEN: &str = "club.lab";
const THEIRS: [&str; 2] = ["v=spf1 include:_spf.google.com ~all", "google-site-verification=k4Qm0nLcV9"];
const MANIFEST: &str = include_str!("club.lab.yaml");

const CHANGED: &str = "example.org";
const WEAKER: &str = "v=DMARC1; p=none";
const HEALED_WITHIN: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(200);

impl Demo<'_> {
    /// Another sender's SPF stands where ours should go.
    pub(super) async fn conflict(&self) -> Result<()> {
        let text = format!(
            "{TAKEN} has an SPF record that somebody else made, beside a site verification. Mailward does not overwrite \
             what it did not write: it publishes the rest, and says what is in the way and what would end it."
        );
        self.screen.section("Trouble: somebody else's record", &text);
        let name = format!("{TAKEN}.");
        replace_texts(self.dns.address, &self.dns.key, "lab.", &name, &THEIRS).await?;
        self.screen.command(&format!("kubectl apply -f {TAKEN}.yaml"));
        self.kubectl.run_with(&["apply", "--filename", "-"], MANIFEST).await?;
        let seen = self.domains.wait(TAKEN, "in conflict", |seen| seen.reason == "Conflict").await?;
        self.screen.quote(Style::Bad, &format!("Ready=False, {}: {}", seen.reason, seen.message));
        self.answers(&[&name, &format!("_dmarc.{name}")]).await?;
        self.adopt(&name).await
    }

    async fn adopt(&self, name: &str) -> Result<()> {
        blank();
        self.screen.say("Taking over is the user's word, and replaces that one value only:");
        let patch = r#"{"spec":{"adoption":"Adopt"}}"#;
        self.screen.command(&format!("kubectl patch maildomain {TAKEN} --type=merge -p '{patch}'"));
        self.kubectl.run(&["patch", "maildomain", TAKEN, "--type=merge", "--patch", patch]).await?;
        self.domains.wait(TAKEN, "ready", |seen| seen.ready == Some(true)).await?;
        self.answers(&[name]).await?;
        let texts = query(self.dns.address, name, RecordType::TXT).await?.texts();
        if !texts.iter().any(|text| text == THEIRS[1]) {
            bail!("the site verification at {name} is gone");
        }
        Ok(())
    }

    /// A record of ours is changed behind our back.
    pub(super) async fn drift(&self) -> Result<()> {
        let text = format!(
            "Somebody with access to the zone weakens the DMARC record of {CHANGED}. Mailward asks DNS at an interval \
             (an hour by default, 20 s here) and puts back what the object says."
        );
        self.screen.section("Trouble: somebody changes a record", &text);
        let name = format!("_dmarc.{CHANGED}.");
        let before = query(self.dns.address, &name, RecordType::TXT).await?.texts();
        let start = Instant::now();
        replace_texts(self.dns.address, &self.dns.key, &format!("{CHANGED}."), &name, &[WEAKER]).await?;
        self.moment_of(start, Style::Bad, &name).await?;
        self.until_healed(start, &name, &before).await?;
        self.moment_of(start, Style::Good, &name).await
    }

    async fn until_healed(&self, start: Instant, name: &str, before: &[String]) -> Result<()> {
        while query(self.dns.address, name, RecordType::TXT).await?.texts() != before {
            if start.elapsed() > HEALED_WITHIN {
                bail!("{name} is not healed after {} s", HEALED_WITHIN.as_secs());
            }
            if self.screen.is_terminal() {
                self.screen.moment(start.elapsed(), Style::Dim, "waiting for the next look at DNS …");
                tokio::time::sleep(LOOK_EVERY).await;
                self.screen.take_back(1);
            } else {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
        Ok(())
    }

    async fn moment_of(&self, start: Instant, style: Style, name: &str) -> Result<()> {
        let texts = query(self.dns.address, name, RecordType::TXT).await?.texts();
        self.screen.moment(start.elapsed(), style, &format!("{name} TXT \"{}\"", texts.join(" ")));
        Ok(())
    }

    async fn answers(&self, names: &[&str]) -> Result<()> {
        blank();
        let mut records = Vec::new();
        for name in names {
            records.extend(self.ask(name, RecordType::TXT).await?);
        }
        answers::print(self.screen, &records);
        Ok(())
    }
}
