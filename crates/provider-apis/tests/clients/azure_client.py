"""Drives Azure DNS with the vendor's own client, unchanged, and checks what it makes of the answers.

    argv   address of the API, tenant, subscription, client, secret
"""

import functools
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.mgmt.dns import DnsManagementClient

endpoint, tenant, subscription, client_id, secret = sys.argv[1:]
GROUP, ZONE = "mail-dns", "cafe.lab"


class Login:
    """A token by the client credentials flow. The vendor's own class for that speaks to HTTPS only."""

    def __init__(self, **changes):
        self.form = {"client_id": client_id, "client_secret": secret, "grant_type": "client_credentials", **changes}

    def get_token(self, *scopes, **_):
        form = urllib.parse.urlencode({**self.form, "scope": " ".join(scopes)}).encode()
        with urllib.request.urlopen(f"{endpoint}/{tenant}/oauth2/v2.0/token", form) as answer:
            granted = json.load(answer)
        assert granted["token_type"] == "Bearer"
        return AccessToken(granted["access_token"], int(time.time()) + granted["expires_in"])


class Plain:
    """A group of the client's operations. The client sends a token over HTTPS only, unless each call says otherwise."""

    def __init__(self, operations):
        self.operations = operations

    def __getattr__(self, operation):
        return functools.partial(getattr(self.operations, operation), enforce_https=False)


def connected(login):
    client = DnsManagementClient(login, subscription, base_url=endpoint, retry_total=0)
    return Plain(client.zones), Plain(client.record_sets)


zones, sets = connected(Login())


def refused(status, code, call):
    try:
        call()
    except HttpResponseError as error:
        assert (error.status_code, error.error.code) == (status, code), error
        return error.message
    raise AssertionError("nothing was refused")


def tokens():
    for changes, words in (({"client_secret": "wrong"}, "AADSTS7000215"), ({"client_id": "nobody"}, "AADSTS700016")):
        try:
            Login(**changes).get_token("https://management.azure.com/.default")
        except urllib.error.HTTPError as error:
            assert words in json.load(error)["error_description"]
        else:
            raise AssertionError("a token was given")

    class Stale:
        def get_token(self, *_, **__):
            return AccessToken("stale", int(time.time()) + 3600)

    try:
        list(connected(Stale())[0].list())
    except ClientAuthenticationError as error:
        assert error.status_code == 401, error
    else:
        raise AssertionError("a stale token was taken")
    blind, _ = connected(Login(client_id="blind"))
    assert "Microsoft.Network/dnsZones/read" in refused(403, "AuthorizationFailed", lambda: list(blind.list()))


def all_zones():
    everywhere = list(zones.list(top=5))
    inside = list(zones.list_by_resource_group(GROUP, top=5))
    assert (len(everywhere), len(inside)) == (13, 12), (len(everywhere), len(inside))
    one = zones.get(GROUP, ZONE)
    assert (one.name, one.zone_type, one.location) == (ZONE, "Public", "global") and one.name_servers and one.etag
    try:
        zones.get(GROUP, "elsewhere.lab")
    except ResourceNotFoundError as error:
        assert error.error.code == "ResourceNotFound"
    else:
        raise AssertionError("a zone is there")


def etags():
    def put(name, kind, given, **conditions):
        return sets.create_or_update(GROUP, ZONE, name, kind, given, **conditions)

    spf = {"ttl": 300, "metadata": {"team": "mail"}, "txt_records": [{"value": ["v=spf1 ", "-all"]}]}
    made = put("@", "TXT", spf, if_none_match="*")
    assert (made.name, made.fqdn, made.ttl, made.metadata) == ("@", "cafe.lab.", 300, {"team": "mail"}), made
    assert [record.value for record in made.txt_records] == [["v=spf1 ", "-all"]]
    refused(412, "PreconditionFailed", lambda: put("@", "TXT", spf, if_none_match="*"))
    again = put("@", "TXT", {"ttl": 300, "txt_records": []}, if_match=made.etag)
    assert again.etag != made.etag and not again.txt_records and not again.metadata, "a set is replaced as a whole"
    refused(412, "PreconditionFailed", lambda: put("@", "TXT", spf, if_match=made.etag))
    patched = sets.update(GROUP, ZONE, "@", "TXT", {"metadata": {"a": "b"}}, if_match=again.etag)
    assert (patched.ttl, patched.metadata) == (300, {"a": "b"})
    assert sets.get(GROUP, ZONE, "@", "TXT").etag == patched.etag
    refused(412, "PreconditionFailed", lambda: sets.delete(GROUP, ZONE, "@", "TXT", if_match=made.etag))
    sets.delete(GROUP, ZONE, "@", "TXT", if_match=patched.etag)
    sets.delete(GROUP, ZONE, "@", "TXT")
    try:
        sets.get(GROUP, ZONE, "@", "TXT")
    except ResourceNotFoundError:
        return
    raise AssertionError("the set is still there")


def rules():
    def put(name, kind, **given):
        return sets.create_or_update(GROUP, ZONE, name, kind, {"ttl": 300, **given})

    assert put("www", "CNAME", cname_record={"cname": "host.lab"}).cname_record.cname == "host.lab"
    text = [{"value": ["a"]}]
    assert "CNAME record with the same name" in refused(409, "Conflict", lambda: put("www", "TXT", txt_records=text))
    put("host", "A", a_records=[{"ipv4_address": "192.0.2.1"}])
    refused(409, "Conflict", lambda: put("host", "CNAME", cname_record={"cname": "host.lab"}))
    refused(400, "BadRequest", lambda: put("bad", "A", a_records=[{"ipv4_address": "192.0.2.256"}]))
    refused(400, "BadRequest", lambda: put("bad", "TXT", txt_records=[{"value": ["a" * 256]}]))
    refused(400, "BadRequest", lambda: put("bad", "TXT", txt_records=[{"value": ["a"]}] * 21))
    refused(400, "BadRequest", lambda: put("bad", "TXT", txt_records=[{"value": ["a" * 250]}] * 17))
    refused(400, "BadRequest", lambda: put("bad", "TXT", ttl=0, txt_records=text))
    refused(400, "BadRequest", lambda: sets.delete(GROUP, ZONE, "@", "SOA"))


def listings():
    for at in range(7):
        sets.create_or_update(GROUP, ZONE, f"t{at}.sub", "TXT", {"ttl": 300, "txt_records": [{"value": [str(at)]}]})
    sets.create_or_update(GROUP, ZONE, "sub", "TXT", {"ttl": 300, "txt_records": [{"value": ["sub"]}]})
    everything = list(sets.list_by_dns_zone(GROUP, ZONE, top=3))
    assert len(everything) == 12 and everything[0].type == "Microsoft.Network/dnszones/NS", [each.name for each in everything]
    below = [each.name for each in sets.list_by_dns_zone(GROUP, ZONE, recordsetnamesuffix="sub")]
    assert below == [f"t{at}.sub" for at in range(7)], "the name that is the suffix is left out"
    texts = list(sets.list_by_type(GROUP, ZONE, "TXT", top=2))
    assert len(texts) == 8 and all(each.txt_records for each in texts)
    assert len(list(sets.list_all_by_dns_zone(GROUP, ZONE))) == 12


for step in (tokens, all_zones, etags, rules, listings):
    step()
print("ok")
