"""Groups of the directory give what administrators said, to who is in them, and nothing else."""

import json
from typing import Any

import pytest

from commonward.core.refusals import Forbidden, Invalid
from commonward.core.rights import SYSTEM
from commonward.people import actions, queries
from commonward.people.actions.directory import give, stop_giving
from commonward.people.models import Change, DirectoryGiving, Grant
from tests.doors.scim.conftest import (
    GROUP,
    STREET,
    Directory,
    account_of,
    now,
    rights_of,
    teams_of,
)


def test_a_group_gives_nothing_until_an_administrator_says_what(directory: Directory) -> None:
    ann = directory.joins("ann")
    group = directory.group("Handlers", ann)
    assert (rights_of(ann), teams_of(ann)) == (set(), set())
    assert group.body["members"][0]["value"] == ann.id
    assert directory.ask("GET", f"Users/{ann.id}").body["groups"][0]["display"] == "Handlers"
    made = give(directory.root, group=int(group.id), role="handler", area_path=STREET, at=now())
    give(directory.root, group=int(group.id), team=directory.teams["water"].pk, at=now())
    assert (rights_of(ann), teams_of(ann)) == ({("handler", "430211001")}, {"water"})
    stop_giving(directory.root, made.pk, at=now())
    assert (rights_of(ann), teams_of(ann)) == (set(), {"water"})
    verbs = list(Change.objects.filter(about="ann").values_list("verb", flat=True))
    assert verbs == ["add_account", "directory_joins", "grant", "join_team", "revoke"]


@pytest.mark.parametrize(
    ("comes", "goes"),
    [
        ({"op": "Add", "path": "members", "value": [{"value": "{}"}]},
         {"op": "Remove", "path": "members", "value": [{"value": "{}"}]}),
        ({"op": "add", "path": "members", "value": [{"value": "{}", "display": "ann"}]},
         {"op": "remove", "path": 'members[value eq "{}"]'}),
        ({"op": "add", "value": {"members": [{"value": "{}"}]}},
         {"op": "replace", "path": "members", "value": []}),
    ],
)  # fmt: skip
def test_members_come_and_go_in_the_words_of_both_providers(
    directory: Directory, comes: dict[str, Any], goes: dict[str, Any]
) -> None:
    ann, ben = directory.joins("ann"), directory.joins("ben")
    group = directory.group("Handlers", ben)
    give(directory.root, group=int(group.id), role="handler", at=now())
    told = directory.patch(f"Groups/{group.id}", _named(comes, ann.id))
    assert told.status == 200, told.body
    assert rights_of(ann) == rights_of(ben) == {("handler", "")}
    told = directory.patch(f"Groups/{group.id}", _named(goes, ann.id))
    assert told.status == 200, told.body
    assert rights_of(ann) == set()


def _named(operation: dict[str, Any], id_: str) -> dict[str, Any]:
    made = dict(operation)
    if "value" in made and made["value"]:
        made["value"] = json.loads(json.dumps(made["value"]).replace("{}", id_))
    if "path" in made:
        made["path"] = made["path"].replace("{}", id_)
    return made


def test_what_two_groups_give_stays_until_neither_gives_it(directory: Directory) -> None:
    ann = directory.joins("ann")
    one, two = directory.group("One", ann), directory.group("Two", ann)
    for group in (one, two):
        give(directory.root, group=int(group.id), role="handler", at=now())
    assert Grant.objects.filter(account_id=int(ann.id)).count() == 1
    assert directory.ask("DELETE", f"Groups/{one.id}").status == 204
    assert rights_of(ann) == {("handler", "")}
    renamed = directory.patch(
        f"Groups/{two.id}",
        {"op": "replace", "value": {"id": two.id, "displayName": "Second"}},
    )
    assert renamed.body["displayName"] == "Second"
    assert rights_of(ann) == {("handler", "")}
    assert directory.ask("DELETE", f"Groups/{two.id}").status == 204
    assert rights_of(ann) == set()
    assert not DirectoryGiving.objects.exists()


def test_what_was_given_by_hand_is_not_the_directorys_to_end(directory: Directory) -> None:
    ann = directory.joins("ann")
    actions.grant(directory.root, int(ann.id), "handler", at=now())
    group = directory.group("Handlers", ann)
    give(directory.root, group=int(group.id), role="handler", at=now())
    assert directory.ask("DELETE", f"Groups/{group.id}").status == 204
    assert rights_of(ann) == {("handler", "")}


def test_who_is_away_holds_nothing_and_comes_back_to_what_the_groups_give(
    directory: Directory,
) -> None:
    ann = directory.joins("ann")
    group = directory.group("Handlers", ann)
    give(directory.root, group=int(group.id), role="handler", at=now())
    away = {"op": "replace", "path": "active", "value": False}
    directory.patch(f"Users/{ann.id}", away)
    assert rights_of(ann) == set()
    directory.patch(f"Users/{ann.id}", {**away, "value": True})
    assert rights_of(ann) == {("handler", "")}


def test_an_administrator_comes_by_the_mapping_alone_and_the_last_one_stays(
    directory: Directory,
) -> None:
    ann = directory.joins("ann", roles=[{"value": "administrator"}], userType="administrator")
    group = directory.group("administrator", ann)
    assert rights_of(ann) == set()
    made = give(directory.root, group=int(group.id), role="administrator", at=now())
    assert rights_of(ann) == {("administrator", "")}
    assert directory.ask("DELETE", f"Users/{directory.root.account}").status == 204
    for told in (
        directory.ask("DELETE", f"Groups/{group.id}"),
        directory.patch(f"Groups/{group.id}", {"op": "remove", "path": "members"}),
    ):
        assert told.status == 403, told.body
    assert rights_of(ann) == {("administrator", "")}
    own = queries.actor_for(int(ann.id), now())
    with pytest.raises(Forbidden):
        stop_giving(own, made.pk, at=now())


def test_only_who_could_grant_it_says_that_it_is_given(directory: Directory) -> None:
    group = int(directory.group("Handlers").id)
    street = actions.add_account(SYSTEM, "street", "Street", at=now())
    actions.grant(SYSTEM, street.pk, "administrator", area_path=STREET, at=now())
    for actor in (queries.actor_for(street.pk, now()),
                  queries.actor_for(account_of(directory.joins("ann")).pk, now())):  # fmt: skip
        with pytest.raises(Forbidden):
            give(actor, group=group, role="handler", at=now())
    for wrong in ({"role": "system"}, {"role": "handler", "team": 1}, {}):
        with pytest.raises(Invalid):
            give(directory.root, group=group, at=now(), **wrong)
    give(directory.root, group=group, role="handler", at=now())
    with pytest.raises(Invalid, match="already"):
        give(directory.root, group=group, role="handler", at=now())


def test_groups_are_found_by_name_without_their_members_and_written_once(
    directory: Directory,
) -> None:
    ann = directory.joins("ann")
    group = directory.group("Handlers", ann)
    found = directory.ask(
        "GET", 'Groups?excludedAttributes=members&filter=displayName eq "handlers"'
    )
    [shown] = found.body["Resources"]
    assert (shown["id"], "members" in shown) == (group.id, False)
    twice = directory.ask("POST", "Groups", {"schemas": [GROUP], "displayName": "HANDLERS"})
    assert (twice.status, twice.body["scimType"]) == (409, "uniqueness")
    stranger = directory.patch(
        f"Groups/{group.id}", {"op": "add", "path": "members", "value": [{"value": "99999"}]}
    )
    assert (stranger.status, stranger.body["scimType"]) == (400, "invalidValue")
    change = {"op": "replace", "path": "displayName", "value": "X"}
    assert directory.patch(f"Groups/{group.id}", change, version=group.version).status == 200
    assert directory.patch(f"Groups/{group.id}", change, version=group.version).status == 412
    assert directory.ask("GET", "Groups/999").status == 404
