//! One change of one object, and what followed in which order (RFC 8461 3: senders look at the id to learn of a new policy, so
//! the text must be there first).

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hickory_proto::rr::RecordType;

use super::screen::Style;
use super::{Demo, SHOWN};
use crate::query::query;

const PATCH: &str = r#"{"spec":{"mtaSts":{"mode":"Enforce"}}}"#;
const NEW: &str = "mode: enforce";
const FOLLOWS_WITHIN: Duration = Duration::from_mins(1);

/// When each was first seen, as time since the change.
#[derive(Debug, Default)]
struct Sightings {
    servers: [Option<Duration>; 2],
    id: Option<(Duration, String)>,
}

impl Demo<'_> {
    /// Changes the mode and shows the new text at both servers, then the new id.
    pub(super) async fn change(&self) -> Result<()> {
        let text = "From here on mail must be encrypted. Senders hold a policy for days and learn of a new one by its id in DNS, so \
                    the id must change after every policy server has the new text, never before.";
        self.screen.section("A change: MTA-STS from Testing to Enforce", text);
        let old = self.policy_id().await?;
        self.screen.command(&format!("kubectl patch maildomain {SHOWN} --type=merge -p '{PATCH}'"));
        let start = Instant::now();
        self.kubectl.run(&["patch", "maildomain", SHOWN, "--type=merge", "--patch", PATCH]).await?;
        self.screen.moment(
            start.elapsed(),
            Style::Dim,
            &format!("the API server has the change; DNS still says {}", short(&old)),
        );
        self.follow(start, &old).await?;
        self.domains.wait(SHOWN, "ready", |seen| seen.ready == Some(true)).await?;
        self.screen.moment(start.elapsed(), Style::Good, &format!("{SHOWN} is Ready again"));
        Ok(())
    }

    async fn follow(&self, start: Instant, old: &str) -> Result<()> {
        let mut seen = Sightings::default();
        while seen.id.is_none() {
            if start.elapsed() > FOLLOWS_WITHIN {
                bail!("no new policy id after {} s", FOLLOWS_WITHIN.as_secs());
            }
            self.look_at_servers(start, &mut seen).await?;
            let id = self.policy_id().await?;
            if id != old {
                seen.id = Some((start.elapsed(), id));
            }
        }
        // Once more: whoever still had the old text after the new id was seen would break the promise.
        self.look_at_servers(start, &mut seen).await?;
        if seen.servers.contains(&None) {
            bail!("the new id was in DNS before every policy server had the new text");
        }
        if let Some((at, id)) = seen.id {
            self.screen.moment(at, Style::Good, &format!("DNS answers with the new id {}", short(&id)));
        }
        Ok(())
    }

    async fn look_at_servers(&self, start: Instant, seen: &mut Sightings) -> Result<()> {
        for (number, first) in seen.servers.iter_mut().enumerate() {
            if first.is_none() && self.fetch(number, SHOWN).await?.body.contains(NEW) {
                let at = start.elapsed();
                *first = Some(at);
                self.screen.moment(at, Style::Good, &format!("policy server {} serves the new text, \"{NEW}\"", number + 1));
            }
        }
        Ok(())
    }

    /// The value of `_mta-sts`.
    async fn policy_id(&self) -> Result<String> {
        let answer = query(self.dns.address, &format!("_mta-sts.{SHOWN}."), RecordType::TXT).await?;
        Ok(answer.texts().join(" "))
    }
}

/// `v=STSv1; id=<the first digits>…`: enough to tell two apart.
fn short(value: &str) -> String {
    super::screen::cut(value, 24)
}
