//! Somebody else: what other programs write into the zones, in the XML of the API.

use axum::http::{Method, StatusCode};

use super::gate::Gate;

/// A set as the API writes it. `extra` stands between type and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub name: String,
    pub kind: String,
    pub ttl: u32,
    pub texts: Vec<String>,
    pub extra: String,
}

impl Set {
    pub fn new(name: &str, kind: &str, ttl: u32, texts: &[&str]) -> Self {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Self { name: name.to_owned(), kind: kind.to_owned(), ttl, texts, extra: String::new() }
    }

    fn xml(&self, action: &str) -> String {
        let record = |text: &String| format!("<ResourceRecord><Value>{}</Value></ResourceRecord>", escaped(text));
        let records: String = self.texts.iter().map(record).collect();
        let plain = format!("<TTL>{}</TTL><ResourceRecords>{records}</ResourceRecords>", self.ttl);
        let (name, kind, extra) = (&self.name, &self.kind, &self.extra);
        let content = if self.texts.is_empty() { String::new() } else { plain };
        format!(
            "<Change><Action>{action}</Action><ResourceRecordSet><Name>{name}</Name><Type>{kind}</Type>{extra}{content}\
             </ResourceRecordSet></Change>"
        )
    }
}

/// One batch; whether it was taken.
pub async fn write(gate: &Gate, zone: &str, changes: &[(&str, &Set)]) -> Result<(), String> {
    let changes: String = changes.iter().map(|(action, set)| set.xml(action)).collect();
    let body = format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Changes>{changes}\
         </Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
    );
    let (status, text) = gate.aside(Method::POST, &format!("/2013-04-01/hostedzone/{zone}/rrset/"), body).await;
    if status == StatusCode::OK { Ok(()) } else { Err(text) }
}

/// Everything in a zone of at most 300 sets.
pub async fn list(gate: &Gate, zone: &str) -> Vec<Set> {
    let (_, text) = gate.aside(Method::GET, &format!("/2013-04-01/hostedzone/{zone}/rrset"), String::new()).await;
    let field = |set: &str, tag: &str| between(set, tag).first().map(|text| (*text).to_owned()).unwrap_or_default();
    between(&text, "ResourceRecordSet")
        .into_iter()
        .map(|set| Set {
            name: field(set, "Name"),
            kind: field(set, "Type"),
            ttl: field(set, "TTL").parse().unwrap_or_default(),
            texts: between(set, "Value").into_iter().map(unescaped).collect(),
            extra: String::new(),
        })
        .collect()
}

/// Makes a zone; its id.
pub async fn make_zone(gate: &Gate, name: &str, private: bool) -> String {
    let vpc = if private { "<VPC><VPCRegion>us-east-1</VPCRegion><VPCId>vpc-1</VPCId></VPC>" } else { "" };
    let body = format!(
        "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Name>{name}.</Name>{vpc}\
         <CallerReference>{name}</CallerReference><HostedZoneConfig><PrivateZone>{private}</PrivateZone></HostedZoneConfig>\
         </CreateHostedZoneRequest>"
    );
    let (status, text) = gate.aside(Method::POST, "/2013-04-01/hostedzone", body).await;
    assert!(status.is_success(), "{text}");
    between(&text, "Id")[0].trim_start_matches("/hostedzone/").to_owned()
}

/// What stands between the opening and the closing tag, each time.
pub fn between<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    text.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
