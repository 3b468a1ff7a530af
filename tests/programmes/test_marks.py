"""Marks of quality: criteria published first, checked by another team, decided by a panel, contested,
taken away after an answer only, and over on their day."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from commonward.areas.models import Area
from commonward.cases.actions import act
from commonward.core.marks.kind import FOLDER, Kind, shipped
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.marks import contesting, deciding, looking, nominating
from commonward.programmes.actions.marks.forgetting import forget_marks
from commonward.programmes.actions.marks.setting_up import close_kind, publish_kind
from commonward.programmes.actions.marks.ticking import tick_marks
from commonward.programmes.models import Mark, MarkCheck, MarkDispute, MarkKind, MarkVoice
from commonward.programmes.queries.marks import (
    bearing,
    checks_of,
    figure_of,
    mark_of,
    marks_for,
    newest,
    public_mark,
    read_kind,
    settled,
    taking,
)
from tests.district import LAMP, STREETS, District
from tests.programmes.mark_office import AREA, ROOM, Marks, marks, stage


@pytest.fixture
def office(district: District) -> Marks:
    """The district with its kinds of marks."""
    return marks(district)


def test_from_the_nomination_to_a_mark_that_everybody_reads(office: Marks) -> None:
    number = office.given()
    found = mark_of(number, office.officer)
    assert stage(number) == "given"
    assert (found.valid_until - found.valid_from).days in (730, 731)  # type: ignore[operator]
    (shown,) = bearing(day_of(office.at))
    assert shown.mark.pk == found.pk
    assert settled() == []
    assert all(row.met for row in shown.checks)


def test_the_office_neither_looks_nor_decides(office: Marks) -> None:
    number = office.nominated().case.number
    with pytest.raises(Invalid):
        looking.send(number, office.here.teams["roads"], office.officer, office.at)
    looking.send(number, office.here.teams["lamps"], office.officer, office.at)
    for who in (office.here.handler, office.here.street_handler, office.officer):
        with pytest.raises((Forbidden, Missing)):
            looking.look(number, 2, who, office.at, met=True, reason="看过")
    with pytest.raises(IntegrityError), transaction.atomic():
        MarkCheck.objects.filter(mark__case__number=number, number=2).update(
            team=office.here.teams["roads"]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.filter(case__number=number).update(checker=office.here.teams["roads"])


def test_a_list_is_met_when_each_line_is_and_nothing_is_looked_at_before_it_is_shown(
    office: Marks,
) -> None:
    found = nominating.nominate(
        ROOM, nominating.Bearer(room=office.room.pk), office.here.teams["roads"],
        office.here.handler, office.at,
    )  # fmt: skip
    number = found.case.number
    with pytest.raises(Refusal):
        looking.send(number, office.here.teams["lamps"], office.officer, office.at)
    for one in (2, 3):
        nominating.show(number, one, "照片，电话 13912345678", office.here.handler, office.at)
    assert "139" not in checks_of(found)[1].evidence
    looking.send(number, office.here.teams["lamps"], office.officer, office.at)
    with pytest.raises(Invalid):
        looking.look(
            number, 1, office.here.second_handler, office.at, met=True, reason="看过", ticked=(1, 2)
        )
    with pytest.raises(Refusal):
        looking.put(number, office.officer, office.at)


def test_a_panel_is_two_at_least_with_no_part_in_it_and_gives_nothing_unmet(office: Marks) -> None:
    number = office.looked(met=False)
    deciding.voice(number, "可以", office.second, office.at, good=True)
    with pytest.raises(Refusal):
        deciding.decide(number, "可以", office.second, office.at)
    with pytest.raises(Refusal):
        deciding.voice(number, "再说一次", office.second, office.at, good=True)
    deciding.voice(number, "可以", office.third, office.at, good=True)
    with pytest.raises(Refusal) as why:
        deciding.decide(number, "可以", office.second, office.at)
    assert why.value.code == "unmet"
    with pytest.raises((Forbidden, Missing)):
        deciding.voice(number, "可以", office.here.second_handler, office.at, good=True)
    assert stage(number) == "panel"


def test_whoever_nominated_or_showed_decides_nothing(office: Marks) -> None:
    found = nominating.nominate(
        ROOM, nominating.Bearer(room=office.room.pk), office.here.teams["roads"], office.second,
        office.at,
    )  # fmt: skip
    for one in (2, 3):
        nominating.show(found.case.number, one, "照片", office.third, office.at)
    number = found.case.number
    looking.send(number, office.here.teams["lamps"], office.officer, office.at)
    for one in (1, 2, 3):
        looking.look(
            number, one, office.here.second_handler, office.at, met=True, reason="看过",
            ticked=range(1, 6),
        )  # fmt: skip
    looking.put(number, office.officer, office.at)
    for who in (office.second, office.third):
        with pytest.raises(Refusal) as why:
            deciding.voice(number, "可以", who, office.at, good=True)
        assert why.value.code == "apart"


def test_a_refusal_is_appealed_once_and_decided_by_somebody_new(office: Marks) -> None:
    number = office.refused()
    assert [one.mark.decision for one in settled()] == ["refused"]
    with pytest.raises(Forbidden):
        contesting.appeal(number, "请复核", office.officer, office.at)
    row = contesting.appeal(number, "圆桌已到位，请复核", office.here.handler, office.at)
    assert row.due_at > office.at
    with pytest.raises(Refusal) as why:
        contesting.decide_appeal(number, "复核符合", office.second, office.at, upheld=True)
    assert why.value.code == "apart"
    contesting.decide_appeal(number, "复核符合", office.fourth, office.at, upheld=True)
    assert stage(number) == "given"
    assert public_mark(number).disputes[0].upheld is True


def test_an_appeal_that_is_dismissed_ends_it(office: Marks) -> None:
    number = office.refused()
    contesting.appeal(number, "请复核", office.here.handler, office.at)
    contesting.decide_appeal(number, "清单仍不符合", office.fourth, office.at, upheld=False)
    found = Mark.objects.get(case__number=number)
    assert (stage(number), found.ended_as) == ("ended", "refused")


def test_a_mark_is_taken_away_after_an_answer_or_its_days_only(office: Marks) -> None:
    number = office.given()
    contesting.doubt(number, "第二间谈话室已改作他用", office.second, office.at)
    for who in (office.second, office.third):
        with pytest.raises(Refusal):
            contesting.decide_doubt(number, "属实", who, office.at, taken=True)
    contesting.answer(number, "正在恢复", office.here.handler, office.at)
    with pytest.raises(Refusal) as why:
        contesting.decide_doubt(number, "属实", office.second, office.at, taken=True)
    assert why.value.code in ("apart", "forbidden")
    contesting.decide_doubt(number, "属实", office.third, office.at, taken=True)
    assert stage(number) == "taken"
    assert bearing(day_of(office.at)) == []
    contesting.appeal(number, "已恢复", office.here.handler, office.at)
    contesting.decide_appeal(number, "已恢复", office.fourth, office.at, upheld=True)
    assert len(bearing(day_of(office.at))) == 1


def test_a_silent_office_does_not_stop_a_doubt_for_ever(office: Marks) -> None:
    number = office.given()
    due = contesting.doubt(number, "谈话室已改作他用", office.second, office.at).due_at
    contesting.decide_doubt(number, "逾期未答复", office.third, due, taken=True)
    assert stage(number) == "taken"
    later = due + timedelta(days=40)
    assert tick_marks(later) == (0, 0, 1)
    assert Mark.objects.get(case__number=number).ended_as == "taken"


def test_a_mark_is_reminded_of_once_renewed_and_over_on_its_day(office: Marks) -> None:
    number = office.given()
    until = mark_of(number, office.officer).valid_until
    assert until is not None
    near = office.at + (until - day_of(office.at)) - timedelta(days=20)
    assert tick_marks(near) == (1, 0, 0)
    assert tick_marks(near) == (0, 0, 0)
    office.at = near
    again = office.given()
    renewed = mark_of(again, office.officer)
    assert renewed.renews is not None
    assert renewed.renews.case.number == number
    assert Mark.objects.get(case__number=number).ended_as == "renewed"
    assert renewed.valid_until > until  # type: ignore[operator]
    over = near + timedelta(days=800)
    assert tick_marks(over)[1] == 1
    assert Mark.objects.get(case__number=again).ended_as == "expired"
    assert bearing(day_of(over)) == []


def test_a_nomination_is_judged_by_the_version_it_was_made_under(office: Marks) -> None:
    found = office.nominated()
    kind = shipped()[ROOM]
    stricter = replace(kind, months=6, criteria=kind.criteria[:2])
    with pytest.raises(Invalid):
        publish_kind(stricter, office.officer, office.at, upon=1, holds_from=day_of(office.at))
    made = publish_kind(stricter, office.officer, office.at, upon=1)
    with pytest.raises(Stale):
        publish_kind(stricter, office.officer, office.at, upon=1)
    assert taking(day_of(office.at))[ROOM].number == 1
    assert taking(made.holds_from)[ROOM].number == 2
    assert len(read_kind(mark_of(found.case.number, office.officer).version).criteria) == 3
    close_kind(ROOM, office.officer, office.at + timedelta(days=9), upon=2)
    assert ROOM not in taking(day_of(office.at) + timedelta(days=9))


def test_the_same_thing_is_not_nominated_twice_at_once(office: Marks) -> None:
    office.nominated()
    with pytest.raises(Invalid):
        office.nominated()
    assert Mark.objects.count() == 1


def test_a_house_bears_no_mark_and_an_office_nominates_for_itself_only(office: Marks) -> None:
    with pytest.raises(Invalid):
        nominating.nominate(
            ROOM, nominating.Bearer(area=office.area.pk), office.here.teams["roads"],
            office.here.handler, office.at,
        )  # fmt: skip
    with pytest.raises(Forbidden):
        nominating.nominate(
            ROOM, nominating.Bearer(room=office.room.pk), office.here.teams["lamps"],
            office.here.handler, office.at,
        )  # fmt: skip


def test_an_area_with_nothing_registered_does_not_get_the_mark(office: Marks) -> None:
    found = nominating.nominate(
        AREA, nominating.Bearer(area=office.area.pk), office.here.teams["street"], office.officer,
        office.at,
    )  # fmt: skip
    looking.send(found.case.number, office.here.teams["lamps"], office.officer, office.at)
    told = {row.number: row for row in checks_of(found)}
    assert told[1].met is True  # nothing is overdue, for nothing was registered …
    assert [told[n].met for n in (2, 3)] == [False, False]  # … so nobody answered either
    assert told[2].under in (None, 0)


def test_the_figures_of_an_area_are_its_own(office: Marks) -> None:
    here, at = office.here, office.at
    here.report(LAMP, at=at - timedelta(days=100))
    wanted = replace(read_kind(newest()[AREA]).criteria[0], indicator="backlog")
    found = nominating.nominate(
        AREA, nominating.Bearer(area=office.area.pk), here.teams["street"], office.officer, at
    )
    told = figure_of(mark_of(found.case.number, office.officer), wanted, day_of(at), at)
    north = nominating.nominate(
        AREA,
        nominating.Bearer(area=Area.objects.get(code=STREETS[1]).pk),
        here.teams["street"],
        office.officer,
        at,
    )
    other = figure_of(mark_of(north.case.number, office.officer), wanted, day_of(at), at)
    assert (told.value, told.met) == (1, False)
    assert (other.value, other.met) == (0, True)


def test_an_editor_is_told_why_a_kind_is_no_mark(office: Marks) -> None:
    with pytest.raises(Forbidden):
        publish_kind(shipped()[ROOM], office.here.handler, office.at, upon=1)
    kind = shipped()[AREA]
    with pytest.raises(Invalid) as why:
        publish_kind(_only(kind, 0, 3), office.officer, office.at, upon=1)
    assert why.value.code == "silence"
    assert MarkKind.objects.filter(kind=AREA).count() == 1


def _only(kind: Kind, *places: int) -> Kind:
    return replace(kind, criteria=tuple(kind.criteria[n] for n in places))


def test_whoever_has_no_part_in_a_mark_sees_none(office: Marks) -> None:
    number = office.looked()
    today = day_of(office.at)
    for who in (office.here.street_handler, office.here.grid_worker, office.here.outsider):
        with pytest.raises(Missing):
            mark_of(number, who)
        assert marks_for(who, today=today) == []
    for who in (
        office.officer,
        office.here.leader,
        office.here.handler,
        office.here.second_handler,
    ):
        assert [one.case.number for one in marks_for(who, today=today)] == [number]


def test_the_loop_moves_a_mark_on_its_own_pages_only(office: Marks) -> None:
    number = office.nominated().case.number
    with pytest.raises(Refusal) as why:
        act(number, "send", office.officer, office.at)
    assert why.value.code == "room"


def test_words_about_persons_are_refused_and_old_words_forgotten(office: Marks) -> None:
    number = office.refused()
    for words in ("重点人员名单", "Keep a list of residents"):
        with pytest.raises(Invalid):
            contesting.appeal(number, words, office.here.handler, office.at)
    contesting.appeal(number, "请复核", office.here.handler, office.at)
    contesting.decide_appeal(number, "维持", office.fourth, office.at, upheld=False)
    assert forget_marks(office.at + timedelta(days=365)) == 0
    assert forget_marks(office.at + timedelta(days=366 * 6)) == 2 + 3 + 1
    assert MarkVoice.objects.count() == 0
    row = MarkDispute.objects.get()
    assert (row.words, row.why) == ("", "维持")
    assert SYSTEM.account is None


def test_a_kind_is_published_by_command_and_refused_in_words(office: Marks, tmp_path: Path) -> None:
    text = (FOLDER / "five-star-room.toml").read_text(encoding="utf-8")
    file = tmp_path / "kind.toml"
    file.write_text(text.replace("months = 24", "months = 6"), encoding="utf-8")
    call_command("programmes", "mark", str(file))
    assert read_kind(newest()[ROOM]).months == 6
    file.write_text(text.replace("提供口译或手语的联系办法", "全年零投诉"), encoding="utf-8")
    with pytest.raises(CommandError, match="零投诉"):
        call_command("programmes", "mark", str(file))
    assert newest()[ROOM].number == 2
    assert taking(day_of(office.at))[ROOM].number == 1
