"""Hiding from the public: only on two grounds, with a reason, told to the reporter, contestable."""

from datetime import timedelta

import pytest

from commonward.areas.queries import revisions
from commonward.cases import actions as cases
from commonward.cases.actions.hiding import hide, object_to_hiding, show_again
from commonward.cases.models import Approval, Case, Report
from commonward.cases.queries.approvals import to_decide
from commonward.cases.queries.followed import followed
from commonward.cases.queries.hiding import hiding_of_number
from commonward.cases.queries.public import public_report
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import reporter
from tests.district import AT, District, small_district


@pytest.fixture
def district(db: None) -> District:
    """The small district."""
    return small_district()


@pytest.fixture
def report(district: District) -> Report:
    """A public report."""
    return district.report(words="The family in flat 3 is to blame.", public=True)


def later(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def hidden(district: District, report: Report, words_of: str = "") -> None:
    hide(
        report.case.number, "private", "It tells which family lives there.",
        district.duty_chief, AT + later(5), report=words_of,
    )  # fmt: skip


def test_a_hidden_case_is_seen_by_nobody_outside_until_it_is_shown_again(
    district: District, report: Report
) -> None:
    hidden(district, report)
    assert public_report(report.number, revisions()) is None
    told = hiding_of_number(report.number)
    assert told is not None and told.ground == "private"
    show_again(report.case.number, "Looked at again.", district.intake_officer, AT + later(9))
    assert public_report(report.number, revisions()) is not None
    assert hiding_of_number(report.number) is None


def test_hidden_words_leave_the_report_in_the_list_without_them(
    district: District, report: Report
) -> None:
    other = cases.add_report(report.case.number, cases.Said("portal", words="I too"), AT + later(1))
    Report.objects.filter(pk=other.pk).update(public=True)
    hidden(district, report, report.number)
    shown = public_report(report.number, revisions())
    assert shown is not None and shown.hidden
    assert (shown.words, shown.address, dict(shown.answers)) == ("", "", {})
    beside = public_report(other.number, revisions())
    assert beside is not None and beside.words == "I too" and not beside.hidden
    assert not any(s.verb == "hidden" for s in followed(other.pk, AT + later(6)).steps)
    show_again(
        report.case.number, "They agreed.", district.duty_chief, AT + later(8), report=report.number
    )
    again = public_report(report.number, revisions())
    assert again is not None and again.words == report.words


@pytest.mark.parametrize("ground", ["", "critical", "unwanted"])
def test_nothing_is_hidden_on_another_ground(
    district: District, report: Report, ground: str
) -> None:
    with pytest.raises(Invalid, match="private data"):
        hide(report.case.number, ground, "It looks bad.", district.duty_chief, AT + later(5))
    assert public_report(report.number, revisions()) is not None


def test_a_reason_is_owed_both_ways(district: District, report: Report) -> None:
    with pytest.raises(Invalid, match="reason"):
        hide(report.case.number, "private", " ", district.duty_chief, AT + later(5))
    hidden(district, report)
    with pytest.raises(Invalid, match="reason"):
        show_again(report.case.number, "", district.duty_chief, AT + later(6))


@pytest.mark.parametrize("role", ["handler", "grid_worker", "leader", "administrator"])
def test_only_the_centres_officers_hide(district: District, report: Report, role: str) -> None:
    with pytest.raises(Forbidden):
        hide(report.case.number, "private", "x", getattr(district, role), AT + later(5))


def test_what_a_reporter_kept_from_the_public_is_never_shown_by_the_office(
    district: District,
) -> None:
    quiet = district.report(words="Please keep this quiet.", public=False)
    with pytest.raises(Refusal, match="does not see"):
        hidden(district, quiet)
    with pytest.raises(Refusal, match="Nothing of it is hidden"):
        show_again(quiet.case.number, "Why not", district.duty_chief, AT + later(6))
    assert public_report(quiet.number, revisions()) is None


def test_a_stale_page_hides_nothing(district: District, report: Report) -> None:
    with pytest.raises(Stale):
        hide(
            report.case.number, "private", "x", district.duty_chief, AT + later(5),
            version=report.case.version + 1,
        )  # fmt: skip


def test_the_reporter_reads_why_and_may_object_once(district: District, report: Report) -> None:
    hidden(district, report)
    (seen,) = followed(report.pk, AT + later(6)).hidden
    assert (seen.ground, seen.words) == ("private", "It tells which family lives there.")
    assert seen.objection == ""
    me = reporter(report.pk)
    with pytest.raises(Invalid):
        object_to_hiding(report.pk, "  ", me, AT + later(7))
    object_to_hiding(report.pk, "It is the office's fault, too.", me, AT + later(7))
    assert followed(report.pk, AT + later(8)).hidden[0].objection == "asked"
    with pytest.raises(Refusal) as refusal:
        object_to_hiding(report.pk, "Again.", me, AT + later(8))
    assert refusal.value.code == "bound"


def test_nobody_else_objects_and_nothing_shown_is_objected_to(
    district: District, report: Report
) -> None:
    with pytest.raises(Missing):
        object_to_hiding(report.pk, "Why?", reporter(report.pk), AT + later(4))
    hidden(district, report)
    with pytest.raises(Forbidden):
        object_to_hiding(report.pk, "Why?", reporter(report.pk + 1), AT + later(7))


def test_a_leader_who_did_not_hide_it_decides_the_objection(
    district: District, report: Report
) -> None:
    hidden(district, report)
    made = object_to_hiding(report.pk, "Everybody knows it.", reporter(report.pk), AT + later(7))
    assert to_decide(district.duty_chief, AT + later(8)) == ()
    (waits,) = to_decide(district.leader, AT + later(8))
    assert (waits.approval, waits.kind, waits.case.number) == (
        made.pk, "objection", report.case.number,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        cases.decide(made.pk, True, "Mine.", district.duty_chief, AT + later(9))
    cases.decide(made.pk, True, "No flat is named.", district.leader, AT + later(9))
    assert public_report(report.number, revisions()) is not None
    mine = followed(report.pk, AT + later(10))
    assert mine.hidden == () and mine.steps[-1].words == "No flat is named."
    assert not mine.steps[-1].mine
    assert to_decide(district.leader, AT + later(10)) == ()


def test_a_leader_who_hid_it_is_refused(district: District, report: Report) -> None:
    hidden(district, report)
    made = object_to_hiding(report.pk, "Why?", reporter(report.pk), AT + later(7))
    both = type(district.leader)(
        account=district.duty_chief.account, name="both", rights=district.leader.rights
    )
    with pytest.raises(Forbidden, match="Whoever hid it"):
        cases.decide(made.pk, False, "It stays.", both, AT + later(9))
    assert Approval.objects.get(pk=made.pk).state == "asked"


def test_a_refused_objection_leaves_it_hidden_with_the_reason_told(
    district: District, report: Report
) -> None:
    hidden(district, report, report.number)
    made = object_to_hiding(report.pk, "Why?", reporter(report.pk), AT + later(7))
    cases.decide(made.pk, False, "A family is named.", district.leader, AT + later(9))
    mine = followed(report.pk, AT + later(10))
    assert [h.objection for h in mine.hidden] == ["refused"]
    assert mine.steps[-1].words == "A family is named."
    assert Case.objects.get(pk=report.case_id).public
