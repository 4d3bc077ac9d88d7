//! Stand-ins for the senders that examples point at: enough that an SPF include is followed, a CNAME leads to a key
//! and an MX has an address. Names are the senders' real ones; addresses are those of documentation.

/// Zone, and its records; `%KEY%` is replaced by a DKIM key record.
const SENDERS: &[(&str, &str)] = &[
    (
        "google.com.",
        "_spf IN TXT \"v=spf1 ip4:198.51.100.0/26 ip6:2001:db8:600::/48 ~all\"
smtp IN A 198.51.100.1
aspmx.l IN A 198.51.100.2
",
    ),
    (
        "outlook.com.",
        "spf.protection IN TXT \"v=spf1 ip4:198.51.100.64/26 ip6:2001:db8:365::/48 -all\"
*.mail.protection IN A 198.51.100.65
",
    ),
    ("onmicrosoft.com.", "* IN TXT %KEY%\n"),
    ("dkim.mail.microsoft.", "* IN TXT %KEY%\n"),
    (
        "mcsv.net.",
        "servers IN TXT \"v=spf1 ip4:198.51.100.128/27 ?all\"
dkim IN TXT %KEY%
dkim2 IN TXT %KEY%
dkim3 IN TXT %KEY%
",
    ),
    (
        "mandrillapp.com.",
        "spf IN TXT \"v=spf1 ip4:198.51.100.160/28 ?all\"
dkim1 IN TXT %KEY%
dkim2 IN TXT %KEY%
",
    ),
    (
        "sendgrid.net.",
        "@ IN TXT \"v=spf1 ip4:198.51.100.176/28 ~all\"
*.wl IN TXT %KEY%
",
    ),
    (
        "amazonses.com.",
        "@ IN TXT \"v=spf1 ip4:198.51.100.192/28 -all\"
*.dkim IN TXT %KEY%
",
    ),
    (
        "mailgun.org.",
        "@ IN TXT \"v=spf1 ip4:198.51.100.208/28 ~all\"
*.dkim IN TXT %KEY%
",
    ),
    ("mtasv.net.", "spf IN TXT \"v=spf1 ip4:198.51.100.224/28 ~all\"\n"),
];

/// The public half of an RSA-2048 key whose private half was thrown away: valid, and of no use to anyone.
const KEY: &str = concat!(
    "\"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu9b1N2ixPKZQGk/Dju8VMHfHEeE1WM3zjHtl3CPVoW2Q7",
    "/juc4XAqvPok9hNc8hn9AUsTXSZee+JWCXRiDZ6hqxzuJEZDkCjUdFZvwNldF0FjHTldkmoy16mhH9+SmF0bliZx/zb0gMjqk7FPdqZuJA\" \"",
    "/Ir1LrV/UPCDxTGuyvbaM+uMJbkp0C9sOw8q2t0mdqmeivs6zP0wrc7yG+t85Y2E9TrMsKtojXhzWyfk44LNNPlRtnzx5cJu+dr4iKwD3ZO6",
    "N2I5K9b5xkWTiZ+SK88Of2K5ik+J6NeoeG8sogdwATBaOepOphCa+ZfCd09dIsAeqIHlO1sQ7utmR/rI2XwIDAQAB\"",
);

/// Each zone with its records.
pub(super) fn all() -> impl Iterator<Item = (&'static str, String)> {
    SENDERS.iter().map(|(origin, records)| (*origin, records.replace("%KEY%", KEY)))
}
