"""Each look into a file is kept, and no person can take it away."""

import pytest

from commonward.core.refusals import Forbidden, Invalid
from commonward.core.rights import SYSTEM
from commonward.people import actions, queries

from .conftest import House


def test_the_log_of_a_file_names_who_looked_when_and_through_which_door(house: House) -> None:
    key, _ = actions.issue_key(house.alice, "Town app", ["open311.report"], at=house.at(0))
    actions.record_access(house.bob.pk, None, "7H0000000K", "contact", "desk", house.at(1))
    actions.record_access(None, key.pk, "7H0000000K", "photos", "open311", house.at(2))
    actions.record_access(house.carol.pk, None, "8K0000000H", "file", "desk", house.at(3))
    log = queries.access_log("7H0000000K")
    assert [(look.at, look.name, look.key_name, look.what, look.door) for look in log] == [
        (house.at(2), "", "Town app", "photos", "open311"),
        (house.at(1), "Bob", "", "contact", "desk"),
    ]
    assert [look.account for look in log] == [None, house.bob.pk]


def test_a_look_by_nobody_is_refused(house: House) -> None:
    with pytest.raises(Invalid, match="the account or the key"):
        actions.record_access(None, None, "7H0000000K", "file", "desk", house.at(1))


def test_only_the_systems_own_work_ends_a_log_and_only_that_one(house: House) -> None:
    for number in ("7H0000000K", "7H0000000K", "8K0000000H"):
        actions.record_access(house.bob.pk, None, number, "file", "desk", house.at(1))
    with pytest.raises(Forbidden, match="Nobody removes"):
        actions.end_access_log(house.alice, "7H0000000K")
    assert len(queries.access_log("7H0000000K")) == 2
    assert actions.end_access_log(SYSTEM, "7H0000000K") == 2
    assert queries.access_log("7H0000000K") == ()
    assert len(queries.access_log("8K0000000H")) == 1
