"""moto's server, with the rules of Route 53 that moto does not keep.

moto compares a DELETE with everything that was ever written under the name, takes a CREATE beside a set that exists, and
leaves half a batch behind when the rest is refused. Route 53 compares with what stands there, and a batch is one
transaction, of which no listing shows a half. Only that is added here, before moto's own code runs; what is stored, listed and answered is moto's.

Where moto is told to look at signatures, it takes the query for the body of a request that has none, and so refuses every
listing, those of AWS's own clients as well. A signature covers the body as it was sent.
"""

from threading import Lock

from moto.iam.access_control import IAMRequestBase
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import ChangeList, FakeZone, Route53Backend
from moto.server import main

ONE_AT_A_TIME = Lock()
carry_out = Route53Backend.change_resource_record_sets
look = Route53Backend.list_resource_record_sets


def change_resource_record_sets(self, zoneid, change_list):
    with ONE_AT_A_TIME:
        zone = self.get_hosted_zone(zoneid)
        check(zone, change_list)
        # moto's own comparison looks at what it wrote down last: let that be what stands there.
        zone.rr_changes = standing(zone)
        carry_out(self, zoneid, change_list)


def list_resource_record_sets(self, *arguments, **named):
    with ONE_AT_A_TIME:
        return look(self, *arguments, **named)


def check(zone: FakeZone, changes: list) -> None:
    sets = {
        key(each.name, each.type, each.set_identifier): content(each.ttl, each.records, each.alias_target)
        for each in zone.rrsets
    }
    for change in changes:
        wanted = change["ResourceRecordSet"]
        values = [record["Value"] for record in wanted.get("ResourceRecords", [])]
        at = key(wanted["Name"], wanted["Type"], wanted.get("SetIdentifier"))
        will_be = content(wanted.get("TTL"), values, wanted.get("AliasTarget"))
        what = f"resource record set [name='{at[0]}.', type='{at[1]}']"
        if change["Action"] == "DELETE":
            if at not in sets:
                refuse(f"Tried to delete {what} but it was not found")
            if sets[at] != will_be:
                refuse(f"Tried to delete {what} but the values provided do not match the current values")
            del sets[at]
            continue
        if change["Action"] == "CREATE" and at in sets:
            refuse(f"Tried to create {what} but it already exists")
        if any(name == at[0] and (kind == "CNAME") != (at[1] == "CNAME") for name, kind, _ in sets):
            refuse(
                f"RRSet of type {at[1]} with DNS name {at[0]}. is not permitted as it conflicts with other records "
                f"with the same DNS name in zone {zone.name}"
            )
        sets[at] = will_be


def key(name, kind, identifier) -> tuple:
    return name.lower().rstrip(".").replace("*", "\\052"), kind, identifier


def content(ttl, values, alias) -> tuple:
    return None if ttl is None else str(ttl), sorted(values or []), alias


def standing(zone: FakeZone) -> ChangeList:
    journal = ChangeList()
    for each in zone.rrsets:
        record_set = {"Name": each.name, "Type": each.type}
        if each.records:
            record_set |= {"TTL": each.ttl, "ResourceRecords": [{"Value": value} for value in each.records]}
        journal.append({"Action": "CREATE", "ResourceRecordSet": record_set})
    return journal


def refuse(why: str) -> None:
    raise Route53ClientError("InvalidChangeBatch", f"[{why}]")


def look_at_the_body(self, account_id, method, path, data, body, headers, action):
    take_in(self, account_id, method, path, {}, body, headers, action)


take_in = IAMRequestBase.__init__
IAMRequestBase.__init__ = look_at_the_body
Route53Backend.change_resource_record_sets = change_resource_record_sets
Route53Backend.list_resource_record_sets = list_resource_record_sets

if __name__ == "__main__":
    main()
