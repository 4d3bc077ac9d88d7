"""Asks the independent readers what they make of one domain, and prints one JSON object with their verdicts.

All of them are pointed at a DNS server and an HTTPS address of the caller's choice:

- DNS: checkdmarc takes a resolver, dkimpy a function; pyspf uses dnspython's default resolver, which is replaced;
  postfix-mta-sts-resolver gets an aiodns resolver with host and port.
- HTTPS: both fetchers connect to port 443 of `mta-sts.<domain>`. Only the connection is led elsewhere (the name that
  is verified in the certificate and sent as SNI and Host stays): aiohttp by a resolver that answers with host and
  port, requests by the one function of urllib3 that opens sockets.
- Trust: the CA file alone, through the variables that both libraries read when they are imported.

    judge.py --dns 127.0.0.1:5300 --ca ca.crt --https 127.0.0.1:8443 --domain example.com \
             --selector s1 --key s1=private.pem --sender 192.0.2.1
"""

import argparse
import asyncio
import base64
import json
import os
import socket
import sys


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--domain", required=True)
    parser.add_argument("--dns", required=True, type=address, metavar="HOST:PORT")
    parser.add_argument("--ca", metavar="FILE", help="what the policy host's certificate must chain to")
    parser.add_argument("--https", type=address, metavar="HOST:PORT", help="where mta-sts.<domain> is; absent: not asked")
    parser.add_argument("--selector", action="append", default=[], help="a DKIM selector; repeatable")
    parser.add_argument("--key", action="append", default=[], metavar="SELECTOR=PEM", help="sign with it, then verify")
    parser.add_argument("--sender", action="append", default=[], metavar="IP", help="judge SPF for it; repeatable")
    parser.add_argument("--parked", action="store_true")
    return parser.parse_args()


def address(text):
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


ARGS = arguments()
if ARGS.ca:
    # Read by ssl and requests at import or first use: before any of the imports below.
    os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = ARGS.ca

import aiodns  # noqa: E402
import aiohttp  # noqa: E402
import checkdmarc.dmarc  # noqa: E402
import checkdmarc.mta_sts  # noqa: E402
import checkdmarc.smtp_tls_reporting  # noqa: E402
import checkdmarc.spf  # noqa: E402
import dkim  # noqa: E402
import dns.resolver  # noqa: E402
import spf  # noqa: E402
import urllib3.util.connection  # noqa: E402
from postfix_mta_sts_resolver import resolver as postfix  # noqa: E402

MESSAGE = b"From: judge@%s\r\nTo: reader@example.net\r\nSubject: judged\r\n\r\nJudge this.\r\n"


def stub_resolver():
    stub = dns.resolver.Resolver(configure=False)
    stub.nameservers, stub.port = [ARGS.dns[0]], ARGS.dns[1]
    stub.lifetime = 5
    return stub


RESOLVER = dns.resolver.default_resolver = stub_resolver()


def text_at(name, timeout=5):
    """The TXT at `name` for dkimpy. Follows CNAMEs itself: an authoritative server leaves other zones to the asker."""
    name = dns.name.from_text(name.decode() if isinstance(name, bytes) else name)
    for _ in range(8):
        answer = RESOLVER.resolve(name, "TXT", raise_on_no_answer=False, lifetime=timeout)
        if answer.rrset:
            return b"".join(answer.rrset[0].strings)
        aliases = [rrset for rrset in answer.response.answer if rrset.rdtype == dns.rdatatype.CNAME]
        if not aliases:
            return None
        name = aliases[-1][0].target
    return None


def lead_requests_to(there):
    """urllib3 opens every socket through this function; the TLS name is set from the URL afterwards."""
    direct = urllib3.util.connection.create_connection

    def create_connection(asked, *rest, **options):
        return direct(there if asked[0].startswith("mta-sts.") else asked, *rest, **options)

    urllib3.util.connection.create_connection = create_connection


class There(aiohttp.abc.AbstractResolver):
    """Answers every name with one host and port; aiohttp takes the port from the answer too."""

    def __init__(self, there):
        self.there = there

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [{"hostname": host, "host": self.there[0], "port": self.there[1], "family": family, "proto": 0, "flags": 0}]

    async def close(self):
        pass


def lead_aiohttp_to(there):
    """postfix-mta-sts-resolver makes its session by this name in its module, without a connector of its own."""

    def session(**options):
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=There(there)), **options)

    postfix.aiohttp = type("aiohttp", (), {**vars(aiohttp), "ClientSession": staticmethod(session)})


def checkdmarc_verdicts(domain):
    verdicts = {
        "spf": checkdmarc.spf.check_spf(domain, parked=ARGS.parked, resolver=RESOLVER),
        "dmarc": checkdmarc.dmarc.check_dmarc(domain, parked=ARGS.parked, resolver=RESOLVER),
        "tls_rpt": checkdmarc.smtp_tls_reporting.check_smtp_tls_reporting(domain, resolver=RESOLVER),
    }
    if ARGS.https:
        verdicts["mta_sts"] = checkdmarc.mta_sts.check_mta_sts(domain, resolver=RESOLVER)
    return verdicts


def spf_verdicts(domain):
    return {ip: spf.check2(i=ip, s=f"judge@{domain}", h=f"mail.{domain}") for ip in ARGS.sender}


def dkim_verdict(domain, selector, key_file):
    name = f"{selector}._domainkey.{domain}."
    _, size, kind, _ = dkim.load_pk_from_dns(name.encode(), dnsfunc=text_at)
    verdict = {"key": kind.decode() if isinstance(kind, bytes) else kind, "size": size}
    if key_file:
        verdict["signature"] = "ok" if signs(domain, selector, key_file) else "fails"
    return verdict


def signs(domain, selector, key_file):
    with open(key_file, "rb") as file:
        pem = file.read()
    message = MESSAGE % domain.encode()
    algorithm, key = signing_key(pem)
    header = dkim.sign(message, selector.encode(), domain.encode(), key, signature_algorithm=algorithm)
    return dkim.verify(header + message, dnsfunc=text_at)


def signing_key(pem):
    """dkimpy reads RSA as PEM, Ed25519 as its bare seed: the last 32 octets of a PKCS#8 of version 1."""
    der = base64.b64decode(b"".join(line for line in pem.splitlines() if not line.startswith(b"-----")))
    if len(der) == 48:
        return b"ed25519-sha256", base64.b64encode(der[-32:])
    return b"rsa-sha256", pem


async def mta_sts_verdict(domain):
    """What a sending Postfix would conclude: VALID, NONE (DNS side) or FETCH_ERROR (HTTPS or policy side)."""
    reader = postfix.STSResolver(loop=asyncio.get_running_loop())
    reader._resolver = aiodns.DNSResolver(nameservers=[ARGS.dns[0]], udp_port=ARGS.dns[1], tcp_port=ARGS.dns[1])
    result, found = await reader.resolve(domain)
    verdict = {"result": result.name}
    if found:
        verdict["id"], verdict["policy"] = found
    return verdict


def attempt(reader, *rest):
    """A reader that gives up with an exception has given a verdict too."""
    try:
        return reader(*rest)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    domain, keys = ARGS.domain, dict(item.split("=", 1) for item in ARGS.key)
    if ARGS.https:
        lead_requests_to(ARGS.https)
        lead_aiohttp_to(ARGS.https)
    selectors = dict.fromkeys([*ARGS.selector, *keys])
    verdicts = {
        "domain": domain,
        "checkdmarc": attempt(checkdmarc_verdicts, domain),
        "pyspf": attempt(spf_verdicts, domain),
        "dkimpy": {selector: attempt(dkim_verdict, domain, selector, keys.get(selector)) for selector in selectors},
    }
    if ARGS.https:
        verdicts["postfix"] = attempt(lambda: asyncio.run(mta_sts_verdict(domain)))
    json.dump(verdicts, sys.stdout, indent=2, default=str)
    print()


main()
