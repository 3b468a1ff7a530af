"""Who comes, moves and leaves by SCIM, in the words of the two large providers; through HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from commonward.core.refusals import Forbidden
from commonward.core.rights import SYSTEM
from commonward.people import actions, queries
from commonward.people.actions.directory import give
from commonward.people.models import Account, ApiKey, Change, DirectoryAccount, Grant
from tests.doors.scim.conftest import (
    ENTERPRISE,
    STREET,
    USER,
    Directory,
    account_of,
    now,
    rights_of,
    teams_of,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ONE_PROVIDER: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": "lin.fang@office.example",
    "active": True,
    "displayName": "Lin Fang",
    "emails": [{"primary": True, "type": "work", "value": "lin.fang@office.example"}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Fang Lin", "familyName": "Lin", "givenName": "Fang"},
    "roles": [],
    "title": "Handler",
    ENTERPRISE: {"department": "Water", "employeeNumber": "4711"},
}
OTHER_PROVIDER: dict[str, Any] = {
    "schemas": [USER],
    "userName": "wu.qiang@office.example",
    "name": {"givenName": "强", "familyName": "吴"},
    "emails": [{"primary": True, "value": "wu.qiang@office.example", "type": "work"}],
    "displayName": "",
    "locale": "zh-CN",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}


def test_a_new_user_of_one_provider_is_read_back_with_what_is_kept_and_no_more(
    directory: Directory,
) -> None:
    made = directory.ask("POST", "Users", ONE_PROVIDER)
    assert made.status == 201
    assert made.headers["Content-Type"] == "application/scim+json"
    assert made.headers["Location"].endswith(f"/scim/v2/Users/{made.id}")
    read = directory.ask("GET", f"Users/{made.id}")
    assert read.version == made.version != ""
    told = {k: v for k, v in read.body.items() if k not in ("meta", "id", "schemas")}
    assert told == {
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "lin.fang@office.example",
        "active": True,
        "displayName": "Lin Fang",
        "name": {"formatted": "Lin Fang"},
        "preferredLanguage": "zh-Hans",
        ENTERPRISE: {"department": "Water"},
        "groups": [],
    }
    line = Change.objects.get(verb="directory_joins")
    assert (line.about, line.data) == ("lin.fang@office.example", {"key": "Directory"})


def test_a_new_user_of_the_other_provider_has_no_password_and_a_name_in_its_order(
    directory: Directory,
) -> None:
    made = directory.ask("POST", "Users", OTHER_PROVIDER)
    assert made.status == 201
    account = account_of(made)
    assert account.name == "吴强"
    assert not account.has_usable_password(), "a password of the directory opens nothing"
    assert "1mz050nq" not in str(Change.objects.values_list("data", flat=True))
    assert queries.actor_for(account.pk, now()).rights == (), "nothing is given that is not mapped"


def test_who_is_here_already_is_found_by_login_and_not_made_twice(directory: Directory) -> None:
    made = directory.ask("POST", "Users", ONE_PROVIDER)
    for asked in (
        'userName eq "LIN.FANG@office.example"',
        'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
        'userName eq "lin.fang@office.example" and active eq true',
        f'urn:ietf:params:scim:schemas:core:2.0:User:id eq "{made.id}"',
    ):
        found = directory.ask("GET", f"Users?filter={asked}").body
        assert [one["id"] for one in found["Resources"]] == [made.id], asked
        assert found["totalResults"] == 1
    assert directory.ask("GET", 'Users?filter=userName eq "nobody"').body["Resources"] == []
    again = directory.ask("POST", "Users", ONE_PROVIDER)
    assert (again.status, again.body["scimType"]) == (409, "uniqueness")
    same = directory.ask("POST", "Users", {**ONE_PROVIDER, "userName": "other"})
    assert (same.status, same.body["scimType"]) == (409, "uniqueness")
    assert not Account.objects.filter(login="other").exists(), "refused whole"


def test_pages_tell_all_of_them_once(directory: Directory) -> None:
    for n in range(5):
        directory.joins(f"w{n}")
    seen: list[str] = []
    for start in (1, 3, 5, 7):
        page = directory.ask("GET", f"Users?startIndex={start}&count=2").body
        assert page["totalResults"] == 6
        assert page["startIndex"] == start
        seen += [one["userName"] for one in page["Resources"]]
    assert seen == ["root", "w0", "w1", "w2", "w3", "w4"]
    none = directory.ask("GET", "Users?count=0&startIndex=-4").body
    assert (none["Resources"], none["totalResults"], none["startIndex"]) == ([], 6, 1)
    short = directory.ask("GET", "Users?attributes=userName&count=1").body["Resources"][0]
    assert set(short) == {"schemas", "userName", "id", "meta"}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "value": {"active": "False"}},
        {"op": "add", "path": f"{USER}:active", "value": False},
        {"op": "Replace", "path": "ACTIVE", "value": [False]},
    ],
)
def test_a_leaver_is_out_in_every_way_that_providers_say_it(
    directory: Directory, operation: dict[str, Any]
) -> None:
    made = directory.joins("leaver")
    told = directory.patch(f"Users/{made.id}", operation)
    if operation["value"] == [False]:
        assert (told.status, told.body["scimType"]) == (400, "invalidValue")
        return
    assert (told.status, told.body["active"]) == (200, False)
    assert not account_of(made).is_active


def test_a_leaver_loses_everything_at_once_and_for_good(directory: Directory) -> None:
    at, root = now(), directory.root
    made = directory.joins("leaver", **{ENTERPRISE: {"department": "Water"}})
    account = account_of(made)
    give(root, department="Water", team=directory.teams["water"].pk, at=now())
    actions.grant(root, account.pk, "handler", at=now())
    actions.issue_key(root, "of the leaver", ["api"], at=at, account=account.pk)
    account.set_password("a password of their own")
    account.save()
    client = Client()
    client.force_login(account, BACKEND)
    assert client.get("/desk/").status_code != 302 or settings.SECOND_FACTOR
    assert teams_of(made) == {"water"}
    told = directory.ask("PUT", f"Users/{made.id}", {"userName": "leaver", "active": False})
    assert told.status == 200
    assert (rights_of(made), teams_of(made)) == (set(), set())
    assert not ApiKey.objects.get(account=account).active
    back = directory.patch(f"Users/{made.id}", {"op": "replace", "path": "active", "value": "True"})
    assert back.body["active"] is True
    assert client.get("/desk/").status_code == 302, "the old session opens nothing again"
    assert client.get("/desk/").headers["Location"].startswith("/account/login/")
    assert rights_of(made) == set(), "what was given by hand does not come back"
    assert not ApiKey.objects.get(account=account).active
    verbs = list(Change.objects.filter(about="leaver").values_list("verb", flat=True))
    assert {"directory_leaves", "deactivate_account", "directory_returns"} <= set(verbs)


def test_deleting_ends_the_account_and_keeps_its_login_closed(directory: Directory) -> None:
    made = directory.joins("gone", externalId="e-1", **{ENTERPRISE: {"department": "Water"}})
    assert directory.ask("DELETE", f"Users/{made.id}").status == 204
    assert directory.ask("GET", f"Users/{made.id}").status == 404
    assert directory.ask("DELETE", f"Users/{made.id}").status == 404
    assert directory.ask("GET", 'Users?filter=userName eq "gone"').body["totalResults"] == 0
    account = account_of(made)
    assert not account.is_active, "the record still names it"
    known = DirectoryAccount.objects.get(account=account)
    assert (known.external, known.department) == ("", "")
    again = directory.ask("POST", "Users", {"userName": "gone"})
    assert again.status == 409
    assert directory.ask("POST", "Users", {"userName": "g2", "externalId": "e-1"}).status == 201


def test_a_mover_loses_the_old_rights_in_the_moment_the_new_ones_begin(
    directory: Directory,
) -> None:
    root = directory.root
    give(root, department="Water", team=directory.teams["water"].pk, at=now())
    give(root, department="Water", role="handler", at=now())
    give(root, department="Roads", team=directory.teams["roads"].pk, at=now())
    give(root, department="Roads", role="dispatcher", area_path=STREET, at=now())
    made = directory.joins("mover", **{ENTERPRISE: {"department": "Water"}})
    assert (rights_of(made), teams_of(made)) == ({("handler", "")}, {"water"})
    told = directory.patch(
        f"Users/{made.id}",
        {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": "Roads"},
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "m@office.example"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "12"},
    )
    assert told.status == 200, told.body
    assert (rights_of(made), teams_of(made)) == ({("dispatcher", "430211001")}, {"roads"})
    old, new = Grant.objects.filter(account_id=int(made.id)).order_by("id")
    assert old.until == new.since
    assert "office.example" not in str(directory.ask("GET", f"Users/{made.id}").body["displayName"])
    path_less = directory.patch(
        f"Users/{made.id}",
        {"op": "Add", "value": {f"{ENTERPRISE}:department": "Water", "name.familyName": "X"}},
    )
    assert path_less.status == 200
    assert teams_of(made) == {"water"}


def test_a_name_is_changed_by_whichever_part_the_provider_sends(directory: Directory) -> None:
    made = directory.joins("named", displayName="Old Name")
    for operation, name in (
        ({"op": "Replace", "path": "displayName", "value": "New Name"}, "New Name"),
        ({"op": "replace", "value": {"name.formatted": "Newer"}}, "Newer"),
        ({"op": "replace", "value": {"name": {"givenName": "A", "familyName": "B"}}}, "A B"),
        ({"op": "Replace", "path": "name.givenName", "value": "Alone"}, "A B"),
    ):
        told = directory.patch(f"Users/{made.id}", operation)
        assert (told.status, told.body["displayName"]) == (200, name), operation


def test_the_last_administrator_is_not_ended_and_none_is_taken_over(directory: Directory) -> None:
    root = directory.root.account
    for attempt in (
        directory.ask("DELETE", f"Users/{root}"),
        directory.patch(f"Users/{root}", {"op": "replace", "value": {"active": False}}),
        directory.patch(f"Users/{root}", {"op": "replace", "path": "userName", "value": "mine"}),
    ):
        assert attempt.status == 403, attempt.body
    standing = Account.objects.get(pk=root or 0)
    assert (standing.is_active, standing.login) == (True, "root")
    second = actions.add_account(SYSTEM, "second", "Second", at=now())
    actions.grant(SYSTEM, second.pk, "administrator", at=now())
    assert directory.ask("DELETE", f"Users/{root}").status == 204, "a leaver, and another stays"
    assert directory.ask("DELETE", f"Users/{second.pk}").status == 403


def test_of_two_who_changed_what_they_read_the_second_reads_again(directory: Directory) -> None:
    made = directory.joins("raced", displayName="One")
    change = {"op": "replace", "path": "displayName", "value": "Two"}
    first = directory.patch(f"Users/{made.id}", change, version=made.version)
    second = directory.patch(f"Users/{made.id}", {**change, "value": "Three"}, version=made.version)
    assert (first.status, second.status) == (200, 412)
    assert account_of(made).name == "Two"
    assert directory.ask("DELETE", f"Users/{made.id}", version=made.version).status == 412
    put = directory.ask("PUT", f"Users/{made.id}", {"userName": "raced"}, version=first.version)
    assert put.status == 200
    assert account_of(made).name == "raced"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("GET", 'Users?filter=userName co "a"', None, 400, "invalidFilter"),
        ("GET", 'Users?filter=name.familyName eq "Lin"', None, 400, "invalidFilter"),
        ("GET", "Users?filter=(((", None, 400, "invalidFilter"),
        ("GET", "Users?startIndex=one", None, 400, "invalidValue"),
        ("POST", "Users", [], 400, "invalidSyntax"),
        ("POST", "Users", {"userName": ""}, 400, "invalidValue"),
        ("POST", "Users", {"userName": "with space"}, 400, "invalidValue"),
        ("POST", "Users", {"userName": "a", "active": "perhaps"}, 400, "invalidValue"),
        ("POST", "Users", {"userName": "a", "displayName": "\x00"}, 400, "invalidValue"),
        ("POST", "Users", {"userName": "a", "displayName": "\ud800"}, 400, "invalidValue"),
        ("PATCH", "Users/{}", {"Operations": []}, 400, "invalidSyntax"),
        ("PATCH", "Users/{}", {"Operations": [{"op": "remove"}]}, 400, "noTarget"),
        ("PATCH", "Users/{}", {"Operations": [{"op": "add", "path": "a[", "value": 1}]}, 400,
         "invalidPath"),
        ("PATCH", "Users/{}", {"Operations": [{"op": "move", "path": "a"}]}, 400, "invalidSyntax"),
        ("PATCH", "Users/{}", {"Operations": [{"op": "remove", "path": "userName"}]}, 400,
         "invalidValue"),
        ("GET", "Users/0", None, 404, None),
        ("GET", "Users/x", None, 404, None),
        ("PATCH", "Users", {}, 405, None),
        ("POST", "Bulk", {"Operations": []}, 501, None),
        ("GET", "Elsewhere", None, 404, None),
        ("GET", "Schemas?filter=id eq 1", None, 403, None),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_in_scims_own_form(
    directory: Directory, method: str, path: str, body: Any, status: int, kind: str | None
) -> None:
    made = directory.joins("someone")
    told = directory.ask(method, path.format(made.id), body)
    assert (told.status, told.body.get("scimType")) == (status, kind), told.body
    assert told.body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert told.body["status"] == str(status)
    assert told.body["detail"]
    assert Account.objects.count() == 2


def test_what_the_site_can_do_is_told(directory: Directory) -> None:
    config = directory.ask("GET", "ServiceProviderConfig").body
    assert (config["patch"], config["etag"]) == ({"supported": True}, {"supported": True})
    assert config["bulk"]["supported"] is config["changePassword"]["supported"] is False
    types = directory.ask("GET", "ResourceTypes").body
    assert [one["endpoint"] for one in types["Resources"]] == ["/Users", "/Groups"]
    for one in types["Resources"]:
        schema = directory.ask("GET", f"Schemas/{one['schema']}").body
        assert schema["id"] == one["schema"]
    user = directory.ask("GET", f"Schemas/{USER}").body
    made = directory.joins("shown")
    names = {one["name"] for one in user["attributes"]} | {"schemas", "meta"}
    assert set(made.body) <= names, "everything that is shown is described"


def test_only_a_key_of_its_own_opens_it_and_only_so_often(directory: Directory) -> None:
    at = now() - timedelta(minutes=1)
    secrets = {"": 401, "cw_wrong": 401}
    _key, other = actions.issue_key(SYSTEM, "App", ["open311.report"], at=at)
    _key, ended = actions.issue_key(
        SYSTEM, "Ended", ["scim"], at=at, until=at + timedelta(seconds=1)
    )
    secrets |= {other: 403, ended: 401}
    for secret, status in secrets.items():
        assert Directory(secret, directory.root, {}).ask("GET", "Users").status == status
    _key, seldom = actions.issue_key(SYSTEM, "Seldom", ["scim"], at=at, per_minute=1)
    asked = [Directory(seldom, directory.root, {}).ask("GET", "Users") for _ in range(3)]
    assert 429 in [one.status for one in asked]
    assert "Retry-After" in asked[-1].headers or asked[-1].status == 200
    for rights, account in ((["scim", "api"], None), (["scim"], directory.root.account)):
        with pytest.raises(Exception, match="stands alone|name the account"):
            actions.issue_key(SYSTEM, "Wide", rights, at=at, account=account)


def test_no_resident_and_no_secret_is_ever_in_it(directory: Directory) -> None:
    listed = str(directory.ask("GET", "Users").body)
    assert "password" not in listed
    assert "administrator" not in listed, "what somebody may do is not the directory's to know"
    with pytest.raises(Forbidden):
        give(
            queries.actor_for(account_of(directory.joins("x")).pk, now()),
            department="A",
            role="administrator",
            at=now(),
        )
