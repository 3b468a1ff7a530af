"""Minutes of councils: what was decided becomes an order, and everybody reads what became of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.actions import act_on_task
from commonward.cases.models import Task
from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.programmes.actions.council_meetings import (
    Decision,
    Minutes,
    forget_minutes,
    tell_became,
    write_council_minutes,
)
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.councilling import Seats, set_council
from commonward.programmes.models import Council, CouncilDecision, CouncilMeeting
from commonward.programmes.queries.council_meetings import meetings_of, state_of
from tests.district import small_district
from tests.doors.desk.conftest import key_of
from tests.programmes.councils import Councils, councils


@pytest.fixture
def town(db: None) -> Councils:
    """The small district with councils, as it stands now."""
    return councils(small_district(timezone.now() - timedelta(days=1)))


def council(town: Councils) -> Council:
    """An estate's council in the middle of its term."""
    today = day_of(town.at)
    given = Seats(
        "estate", "锦绣苑议事会", town.area.pk, today - timedelta(days=90),
        today + timedelta(days=900), "Jinxiu council",
    )  # fmt: skip
    return set_council("", given, town.officer, town.at)


def minutes(town: Councils, days_ago: int = 2, **more: str) -> Minutes:
    """What was talked about so many days ago."""
    given = {"about": "路灯", "minutes": "两盏路灯不亮。", "about_en": "Lamps"} | more
    return Minutes(day_of(town.at) - timedelta(days=days_ago), **given)


def order(town: Councils, words: str = "修好路灯", team: str = "roads") -> Decision:
    """A decision that a team is to carry out in a week."""
    due = day_of(town.at) + timedelta(days=7)
    return Decision(words, "The lamps are mended", town.here.teams[team], due)


def test_a_decision_with_a_team_is_an_order_and_one_without_is_the_councils_own(
    town: Councils,
) -> None:
    made = council(town)
    write_council_minutes(
        made.code, minutes(town), [order(town), Decision("在公告栏贴图")], town.officer, town.at
    )
    (met,) = meetings_of(made)
    first, second = met.decisions
    assert first.task is not None and first.task.kind == "supervision"
    assert [state_of(one, town.at) for one in met.decisions] == ["ordered", "noted"]
    assert second.task is None
    assert state_of(first, town.at + timedelta(days=9)) == "late"
    act_on_task(
        first.task.pk, "reply", town.here.handler, town.at + timedelta(hours=2), {"words": "已修好"}
    )
    first = CouncilDecision.objects.select_related("task").get(pk=first.pk)
    assert state_of(first, town.at + timedelta(days=9)) == "answered"
    tell_became(first.pk, "路灯已亮。", town.officer, town.at + timedelta(days=1))
    first.refresh_from_db()
    assert state_of(first, town.at) == "told"


def test_one_order_to_a_team_carries_all_that_it_is_to_do_also_of_the_next_meeting(
    town: Councils,
) -> None:
    made = council(town)
    both = [order(town, "修好路灯"), order(town, "重画标线"), order(town, "补树", "lamps")]
    write_council_minutes(made.code, minutes(town, 5), both, town.officer, town.at)
    write_council_minutes(made.code, minutes(town, 1), [order(town, "补坑")], town.officer, town.at)
    assert Task.objects.count() == 2
    assert CouncilDecision.objects.filter(task__team_id=town.here.teams["roads"]).count() == 3
    handler = Client(headers={"accept-language": "en"})
    handler.force_login(*key_of("handler"))
    number = Task.objects.earliest("pk").case.number
    file = handler.get(f"/desk/cases/{number}/").content.decode()
    assert "More was added to the order" in file
    assert all(what in file for what in ("修好路灯", "重画标线", "补坑"))


@pytest.mark.parametrize(
    ("days_ago", "more", "says"),
    [
        (-1, {}, "not after today"),
        (400, {}, "in the council's term"),
        (2, {"minutes": " "}, "write something"),
        (2, {"minutes": "劝返重点人员三名"}, ""),
    ],
)
def test_minutes_that_cannot_be_are_refused_and_nothing_is_kept(
    town: Councils, days_ago: int, more: dict[str, str], says: str
) -> None:
    made = council(town)
    with pytest.raises(Invalid) as refused:
        write_council_minutes(
            made.code, minutes(town, days_ago, **more), [order(town)], town.officer, town.at
        )
    assert says in refused.value.text
    assert not CouncilMeeting.objects.exists() and not Task.objects.exists()


def test_an_order_without_a_day_and_a_second_meeting_of_a_day_are_refused(town: Councils) -> None:
    made = council(town)
    dayless = Decision("修", "", town.here.teams["roads"])
    with pytest.raises(Invalid, match="has a day"):
        write_council_minutes(made.code, minutes(town), [dayless], town.officer, town.at)
    write_council_minutes(made.code, minutes(town), [], town.officer, town.at)
    with pytest.raises(Refusal, match="already"):
        write_council_minutes(made.code, minutes(town), [], town.officer, town.at)


def test_only_who_keeps_the_programmes_writes_minutes_or_tells_what_became(town: Councils) -> None:
    made = council(town)
    with pytest.raises(Forbidden):
        write_council_minutes(made.code, minutes(town), [], town.here.handler, town.at)
    write_council_minutes(made.code, minutes(town), [order(town)], town.officer, town.at)
    with pytest.raises(Forbidden):
        tell_became(CouncilDecision.objects.get().pk, "好了", town.here.handler, town.at)


def test_numbers_in_minutes_are_masked_and_minutes_end_five_years_after_the_term(
    town: Councils,
) -> None:
    made = council(town)
    given = minutes(town, minutes="联系 13912345678")
    met = write_council_minutes(made.code, given, [order(town)], town.officer, town.at)
    assert "13912345678" not in met.minutes
    assert forget_minutes(town.at + timedelta(days=900 + 4 * 366)) == 0
    late = town.at + timedelta(days=900 + 6 * 366)
    assert forget_minutes(late) == 1 and forget_minutes(late) == 0
    met.refresh_from_db()
    assert met.minutes == "–" and CouncilDecision.objects.get().words == "修好路灯"


def test_the_desk_writes_minutes_and_everybody_reads_them(town: Councils) -> None:
    made = council(town)
    desk, anybody = (Client(headers={"accept-language": "en"}) for _ in range(2))
    desk.force_login(*key_of("programme_officer"))
    here = f"/desk/programmes/councils/{made.code}/"
    today = day_of(timezone.now())
    sent = {
        "do": "minutes", "held_on": str(today), "about": "路灯", "about_en": "Lamps",
        "minutes": "<b>两盏</b>不亮", "words1": "修好路灯", "words_en1": "The lamps are mended",
        "team1": str(town.here.teams["roads"]), "due1": "",
    }  # fmt: skip
    refused = desk.post(here, sent)
    assert refused.status_code == 422 and "修好路灯" in refused.content.decode()
    assert desk.post(here, sent | {"due1": str(today + timedelta(days=7))}).status_code == 302
    public = f"/together/councils/{made.code}/"
    text = anybody.get(public).content.decode()
    assert "The lamps are mended" in text and "A team has the order" in text
    assert "<b>两盏" not in text
    row = CouncilDecision.objects.get().pk
    told = {"do": "became", "decision": str(row), "became": "已亮", "became_en": "They burn again"}
    assert desk.post(here, told).status_code == 302
    assert "They burn again" in anybody.get(public).content.decode()
    assert public in anybody.get("/together/councils/").content.decode()
    assert anybody.get("/together/councils/nowhere/").status_code == 404
