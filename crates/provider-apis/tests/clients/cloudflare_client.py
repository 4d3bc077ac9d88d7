"""Drives a Cloudflare API with the vendor's own client, unchanged, and checks what it makes of the answers.

    CLOUDFLARE_BASE_URL   the API
    argv                  token, id of a free zone, id of a zone on the pro plan

The client validates nothing by itself when it reads, so every answer is validated against the client's own models.
"""

import sys

import cloudflare
from cloudflare import Cloudflare
from cloudflare.types.dns import CNAMERecord, TXTRecord

token, free, paid = sys.argv[1:]
client = Cloudflare(api_token=token, max_retries=0)


def strict(answer):
    """The answer again, read strictly by the model that the client gave it."""
    return type(answer).model_validate(answer.model_dump(by_alias=True))


def refused(status, code, call):
    try:
        call()
    except cloudflare.APIStatusError as error:
        assert error.status_code == status, (error.status_code, error.body)
        codes = [problem["code"] for problem in error.body["errors"]]
        assert codes == [code], codes
        return error
    raise AssertionError("nothing was refused")


def tokens():
    assert strict(client.user.tokens.verify()).status == "active"
    wrong = Cloudflare(api_token="wrong", max_retries=0)
    refused(401, 1000, wrong.user.tokens.verify)
    refused(403, 9109, lambda: wrong.zones.list())


def zones():
    names = [strict(zone).name for zone in client.zones.list(per_page=5)]
    assert len(names) == 12 and names == sorted(names), names
    page = client.zones.list(per_page=5, page=3)
    assert len(page.result) == 2 and page.result_info.total_count == 12, page.result_info
    (one,) = client.zones.list(name="free.lab")
    assert (one.id, one.status, one.type) == (free, "active", "full")
    assert "#dns_records:edit" in one.permissions
    assert strict(client.zones.get(zone_id=free)).plan.legacy_id == "free"
    refused(404, 7003, lambda: client.dns.records.list(zone_id="e" * 32))


def one_by_one():
    records = client.dns.records
    made = records.create(zone_id=free, type="TXT", name="free.lab", content='"v=spf1 -all"', ttl=300, comment="ours")
    assert isinstance(made, TXTRecord) and len(made.id) == 32, made
    assert (strict(made).content, made.ttl, made.proxied, made.comment) == ('"v=spf1 -all"', 300, False, "ours")
    edited = records.edit(made.id, zone_id=free, type="TXT", name="free.lab", ttl=300, content='"v=spf1 mx -all"')
    assert (edited.id, edited.content, edited.comment) == (made.id, '"v=spf1 mx -all"', "ours")
    put = records.update(made.id, zone_id=free, type="TXT", name="free.lab", content='"v=spf1 a -all"', ttl=1)
    assert (put.id, put.comment, put.ttl) == (made.id, None, 1), put
    assert records.get(made.id, zone_id=free).content == '"v=spf1 a -all"'
    assert records.delete(made.id, zone_id=free).id == made.id
    refused(404, 81044, lambda: records.get(made.id, zone_id=free))


def rules():
    records = client.dns.records

    def create(kind, name, content, ttl=300, **more):
        return records.create(zone_id=free, type=kind, name=name, content=content, ttl=ttl, **more)

    create("A", "www.free.lab", "192.0.2.1")
    refused(400, 81058, lambda: create("A", "www.free.lab", "192.0.2.1"))
    refused(400, 81053, lambda: create("CNAME", "www.free.lab", "x.lab"))
    refused(400, 9005, lambda: create("A", "bad.free.lab", "192.0.2.256"))
    refused(400, 9021, lambda: create("TXT", "bad.free.lab", '"a"', ttl=59))
    refused(400, 9004, lambda: create("TXT", "bad.free.lab", '"a"', proxied=True))
    refused(400, 1004, lambda: create("TXT", "bad.free.lab", '"a"', comment="x" * 101))
    refused(400, 1004, lambda: create("TXT", "bad.free.lab", '"a"', tags=["a:b"]))
    tagged = records.create(zone_id=paid, type="TXT", name="paid.lab", content='"a"', ttl=300, tags=["a:b"])
    assert tagged.tags == ["a:b"]


def listings():
    records = client.dns.records
    for at in range(7):
        records.create(zone_id=free, type="TXT", name=f"t{at}.sub.free.lab", content=f'"{at}"', ttl=300)
    inside = [record.name for record in records.list(zone_id=free, name={"endswith": "sub.free.lab"}, per_page=3, order="name")]
    assert inside == [f"t{at}.sub.free.lab" for at in range(7)], inside
    exact = list(records.list(zone_id=free, name={"exact": "T3.sub.free.lab"}))
    assert [record.content for record in exact] == ['"3"']
    assert all(strict(record) for record in records.list(zone_id=free))
    either = records.list(zone_id=free, match="any", name={"exact": "www.free.lab"}, content={"contains": '"6"'})
    assert {record.name for record in either} == {"www.free.lab", "t6.sub.free.lab"}


def batches():
    records = client.dns.records
    before = {record.name: record.id for record in records.list(zone_id=free, name={"endswith": "sub.free.lab"})}
    done = records.batch(
        zone_id=free,
        posts=[{"type": "CNAME", "name": "t0.sub.free.lab", "content": "x.lab", "ttl": 300, "proxied": False}],
        deletes=[{"id": before["t0.sub.free.lab"]}],
        patches=[{"id": before["t1.sub.free.lab"], "type": "TXT", "name": "t1.sub.free.lab", "ttl": 300, "content": '"one"'}],
    )
    assert [record.id for record in done.deletes] == [before["t0.sub.free.lab"]]
    assert isinstance(done.posts[0], CNAMERecord) and done.patches[0].content == '"one"' and done.puts is None, done

    def content(name):
        return [record.content for record in records.list(zone_id=free, name={"exact": name})]

    part = {"id": before["t1.sub.free.lab"], "type": "TXT", "name": "t1.sub.free.lab", "ttl": 300, "content": '"two"'}
    refused(404, 81044, lambda: records.batch(zone_id=free, patches=[part, {**part, "id": "f" * 32}]))
    assert content("t1.sub.free.lab") == ['"one"'], "a batch that is refused does nothing"
    many = [{"type": "TXT", "name": f"m{at}.free.lab", "content": '"a"', "ttl": 300} for at in range(201)]
    refused(400, 1004, lambda: records.batch(zone_id=free, posts=many))
    assert len(records.batch(zone_id=free, posts=many[:200]).posts) == 200


for step in (tokens, zones, one_by_one, rules, listings, batches):
    step()
print("ok")
