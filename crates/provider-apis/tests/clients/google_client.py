"""Drives Cloud DNS with the vendor's own client, unchanged, and checks what it makes of the answers.

    argv   address of the API, file with a service account's key, address of an account that may only read
"""

import json
import sys

from google.api_core import exceptions
from google.auth.exceptions import RefreshError
from google.cloud import dns
from google.oauth2 import service_account

endpoint, good, reader = sys.argv[1:]


def connected(path, **changes):
    """A client with a key file as Google hands it out, but for where its statements are exchanged."""
    with open(path, encoding="utf-8") as file:
        info = {**json.load(file), "token_uri": f"{endpoint}/token", **changes}
    credentials = service_account.Credentials.from_service_account_info(info)
    return dns.Client(project="mail-dns", credentials=credentials, client_options={"api_endpoint": endpoint})


client = connected(good)


def refused(kind, reason, call):
    try:
        call()
    except kind as error:
        reasons = [problem["reason"] for problem in error.errors]
        assert reasons == [reason], error
        return error.message
    raise AssertionError("nothing was refused")


def tokens():
    with open(reader, encoding="utf-8") as file:
        other_key = json.load(file)["private_key"]
    for changes, words in (({"client_email": "nobody@p"}, "account not found"), ({"private_key": other_key}, "Invalid JWT Signature")):
        try:
            list(connected(good, **changes).list_zones())
        except RefreshError as error:
            assert words in str(error) and "invalid_grant" in str(error), error
        else:
            raise AssertionError("a token was given")
    refused(exceptions.Forbidden, "forbidden", lambda: connected(reader).zone("cafe", "cafe.lab.").create())


def zones():
    assert client.quotas()["rrsetAdditionsPerChange"] == 1000
    made = client.zone("cafe-lab", "cafe.lab.", "for tests")
    made.create()
    assert made.exists() and made.name_servers and made.created is not None and made.zone_id is not None
    refused(exceptions.Conflict, "alreadyExists", made.create)
    refused(exceptions.BadRequest, "invalid", client.zone("Cafe.lab", "cafe.lab.").create)
    names = [zone.dns_name for zone in client.list_zones()]
    assert len(names) == 13 and "cafe.lab." in names, names
    assert [page.num_items for page in client.list_zones().pages] == [3, 3, 3, 3, 1], "every page is asked for"
    assert len(list(client.list_zones(max_results=4))) == 4
    assert not client.zone("elsewhere").exists()


def changes():
    zone = client.zone("cafe-lab", "cafe.lab.")

    def change(add=(), delete=()):
        made = zone.changes()
        for sets, put in ((add, made.add_record_set), (delete, made.delete_record_set)):
            for each in sets:
                put(zone.resource_record_set(*each))
        made.create()
        return made

    spf = ("cafe.lab.", "TXT", 300, ['"v=spf1 -all"'])
    first = change(add=[spf, ("www.cafe.lab.", "CNAME", 60, ["host.lab."])])
    assert first.status == "pending" and first.started is not None
    first.reload()
    assert first.status == "done" and first.exists()
    stored = {(each.name, each.record_type): (each.ttl, each.rrdatas) for each in zone.list_resource_record_sets()}
    assert stored["cafe.lab.", "TXT"] == (300, ['"v=spf1 -all"']) and ("cafe.lab.", "SOA") in stored and len(stored) == 4

    better = ("cafe.lab.", "TXT", 300, ['"v=spf1 mx -all"', '"foreign"'])
    change(delete=[spf], add=[better])
    gone = refused(exceptions.PreconditionFailed, "conditionNotMet", lambda: change(delete=[spf], add=[better]))
    assert "entity.change.deletions[0]" in gone, gone
    # TTL and every value are part of what is compared, their order is not.
    for ttl, data in ((60, better[3]), (300, better[3][:1])):
        refused(exceptions.PreconditionFailed, "conditionNotMet", lambda: change(delete=[(*better[:2], ttl, data)]))
    change(delete=[(*better[:3], better[3][::-1])], add=[spf])

    dmarc = ("_dmarc.cafe.lab.", "TXT", 300, ['"v=DMARC1; p=none"'])
    refused(exceptions.Conflict, "alreadyExists", lambda: change(add=[dmarc, spf]))
    assert len(list(zone.list_resource_record_sets())) == 4, "a change that is refused does nothing"
    refused(exceptions.NotFound, "notFound", lambda: change(delete=[dmarc]))
    refused(exceptions.BadRequest, "cnameResourceRecordSetConflict", lambda: change(add=[("www.cafe.lab.", "TXT", 60, ['"a"'])]))
    refused(exceptions.BadRequest, "invalid", lambda: change(add=[("elsewhere.lab.", "TXT", 60, ['"a"'])]))
    refused(exceptions.BadRequest, "invalid", lambda: change(add=[("bad.cafe.lab.", "TXT", 60, [f'"{"a" * 256}"'])]))
    refused(exceptions.BadRequest, "invalid", lambda: change(add=[("bad.cafe.lab.", "A", 60, ["192.0.2.256"])]))
    assert len(list(zone.list_changes())) == 3
    refused(exceptions.BadRequest, "containerNotEmpty", zone.delete)
    change(delete=[spf, ("www.cafe.lab.", "CNAME", 60, ["host.lab."])])
    zone.delete()
    assert not zone.exists()


for step in (tokens, zones, changes):
    step()
print("ok")
