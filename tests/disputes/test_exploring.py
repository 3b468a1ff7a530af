"""The explorer as a site edits it: checked, versioned, the shipped one without a row."""

from datetime import timedelta

import pytest

from commonward.core.explorer import Outcome, ask, shipped, shipped_text
from commonward.core.refusals import Forbidden, Invalid, Stale
from commonward.disputes.actions.exploring import adopt_explorer, explorer_faults
from commonward.disputes.models import ExplorerVersion
from commonward.disputes.queries.exploring import (
    current_explorer,
    explorer_text,
    explorer_versions,
)
from commonward.people.models import Change
from tests.district import District

PHONE = '[contacts.court]\nphone = "0731-1234567"'


def edited(text: str = "") -> str:
    """The shipped file with the court's number filled in."""
    return (text or shipped_text()).replace("[contacts.court]", PHONE)


def test_without_a_row_the_shipped_one_holds(here: District) -> None:
    current = current_explorer(here.at)
    assert current.number == 0 and current.explorer == shipped()
    assert explorer_text(here.at) == shipped_text()


def test_an_adopted_text_holds_from_its_moment_on(here: District) -> None:
    later = here.at + timedelta(hours=1)
    made = adopt_explorer(edited(), at=later, actor=here.administrator)
    assert made is not None and made.number == 1
    assert current_explorer(here.at).number == 0
    current = current_explorer(later)
    assert current.number == 1
    assert current.explorer.contacts["court"].phone == "0731-1234567"
    step = ask(current.explorer, ["no", "about_nothing"][:1])
    assert not isinstance(step, Outcome)
    assert explorer_text(later) == edited()
    assert [version.number for version in explorer_versions(later)] == [1]
    change = Change.objects.get(verb="adopt_explorer")
    assert change.by_id == here.administrator.account and change.data == {"version": 1}


def test_the_same_text_again_changes_nothing(here: District) -> None:
    assert adopt_explorer(shipped_text(), at=here.at) is None
    adopt_explorer(edited(), at=here.at)
    assert adopt_explorer(edited().replace("\n", "\r\n"), at=here.at) is None
    assert ExplorerVersion.objects.count() == 1


def test_the_shipped_text_can_be_brought_back(here: District) -> None:
    adopt_explorer(edited(), at=here.at)
    back = adopt_explorer(shipped_text(), at=here.at + timedelta(minutes=1))
    assert back is not None and back.number == 2
    assert current_explorer(here.at + timedelta(minutes=1)).explorer == shipped()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "neighbours", next = "weight"', 'kind = "neighbours"', "leads nowhere"),
        ("[gates.land_ownership]", "[gates.land_whose]", "does not stand in gates"),
        ('phone = "110"', 'phone = "ask"', "a telephone number is digits"),
        ("title = {", "title = ", "not a readable file"),
        ("{ minors = true }", "{ minor = true }", "asks no “minor” of this form"),
        ("{ households = 10 }", "{ households = true }", "asks no “households” of this form"),
    ],
)
def test_a_text_with_a_fault_is_refused_and_changes_nothing(
    here: District, old: str, new: str, told: str
) -> None:
    broken = shipped_text().replace(old, new)
    assert any(told in str(fault) for fault in explorer_faults(broken, here.at))
    with pytest.raises(Invalid) as refused:
        adopt_explorer(broken, at=here.at, actor=here.administrator)
    assert told in str(refused.value)
    assert current_explorer(here.at).number == 0


def test_only_an_administrator_edits_it(here: District) -> None:
    for actor in (here.leader, here.duty_chief, here.outsider):
        with pytest.raises(Forbidden):
            adopt_explorer(edited(), at=here.at, actor=actor)


def test_two_who_edit_at_once_do_not_undo_each_other(here: District) -> None:
    adopt_explorer(edited(), at=here.at, upon=0)
    with pytest.raises(Stale):
        adopt_explorer(edited().replace("1234567", "7654321"), at=here.at, upon=0)
    adopt_explorer(edited().replace("1234567", "7654321"), at=here.at, upon=1)
    assert current_explorer(here.at).number == 2
