"""Drives a DigitalOcean API with the vendor's own client, unchanged, and checks what it makes of the answers.

    argv   address of the API without its version, token, domain
"""

import functools
import sys

import azure.core.exceptions
import pydo

endpoint, token, domain = sys.argv[1:]


class Domains:
    """The client's operations on domains. The client sends a token over HTTPS only, unless each call says otherwise."""

    def __init__(self, token):
        self.operations = pydo.Client(token=token, endpoint=endpoint, retry_total=0).domains

    def __getattr__(self, operation):
        return functools.partial(getattr(self.operations, operation), enforce_https=False)


client = Domains(token)


def refused(status, call):
    """The body of a refusal. The client raises for those that a resource's description does not name, and answers the others."""
    try:
        answer = call()
    except azure.core.exceptions.HttpResponseError as error:
        assert error.status_code == status, error
        return error.message
    assert status == 404 and answer["id"] == "not_found", answer
    return answer["message"]


def tokens():
    assert "Unable to authenticate you" in refused(401, Domains("wrong").list)


def domains():
    first = client.list(per_page=5)
    assert first["meta"]["total"] == 12 and len(first["domains"]) == 5, first
    assert set(first["links"]["pages"]) == {"next", "last"}
    last = client.list(per_page=5, page=3)
    assert len(last["domains"]) == 2 and set(last["links"]["pages"]) == {"first", "prev"}
    assert client.get(domain)["domain"]["name"] == domain
    refused(404, lambda: client.get("elsewhere.lab"))


def records():
    def create(**fields):
        return client.create_record(domain, body=fields)["domain_record"]

    spf = create(type="TXT", name="@", data="v=spf1 -all", ttl=300)
    assert (spf["name"], spf["data"], spf["ttl"]) == ("@", "v=spf1 -all", 300)
    assert create(type="TXT", name="later", data="a")["ttl"] == 1800
    alias = create(type="CNAME", name="www", data="host.example.")
    assert alias["data"] == "host.example", "targets are shown without their last dot"
    assert create(type="CNAME", name="self", data=f"{domain}.")["data"] == "@"
    assert "end with a dot" in refused(422, lambda: create(type="CNAME", name="bad", data="host.example"))
    assert "share a name" in refused(422, lambda: create(type="TXT", name="www", data="a"))
    assert "IPv4" in refused(422, lambda: create(type="A", name="bad", data="192.0.2.256"))

    patched = client.patch_record(domain, spf["id"], body={"type": "TXT", "data": "v=spf1 mx -all"})["domain_record"]
    assert (patched["id"], patched["data"], patched["ttl"]) == (spf["id"], "v=spf1 mx -all", 300)
    updated = client.update_record(domain, spf["id"], body={"type": "TXT", "ttl": 600})["domain_record"]
    assert (updated["data"], updated["ttl"]) == ("v=spf1 mx -all", 600)
    assert client.get_record(domain, spf["id"])["domain_record"] == updated
    texts = client.list_records(domain, type="TXT", name=domain)
    assert [record["id"] for record in texts["domain_records"]] == [spf["id"]] and texts["meta"]["total"] == 1
    client.delete_record(domain, spf["id"])
    refused(404, lambda: client.get_record(domain, spf["id"]))
    refused(404, lambda: client.delete_record(domain, spf["id"]))


for step in (tokens, domains, records):
    step()
print("ok")
