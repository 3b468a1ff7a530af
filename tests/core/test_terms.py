"""Terms of law: a table of vectors, the oracle that wrote it, and what is refused."""

import csv
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from commonward.core.calendars import Calendar, DayTable
from commonward.core.refusals import Invalid, Missing, Refusal
from commonward.core.terms import Longer, Pause, due, read_rules, shipped_rules
from tests.core.notices import TABLE
from tests.core.terms_oracle import KNOWN_YEARS, VECTORS, rows

CALENDAR = Calendar("Asia/Shanghai", TABLE)
MORNING = datetime.fromisoformat("2025-03-03T10:00:00+08:00")
SHIPPED = shipped_rules()


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def asked(vector: dict[str, str]) -> dict[str, Any]:
    """Pauses and more time as they stand in the table."""
    given: dict[str, Any] = {}
    if vector["pauses"]:
        why, since, until = vector["pauses"].split()
        given["pauses"] = [Pause(why, at(since), at(until))]
    if vector["longer"]:
        amount, because = vector["longer"].split()
        given["longer"] = Longer(int(amount), because)
    return given


def counted(vector: dict[str, str]) -> tuple[str, str]:
    """What the code says: the end with its mark, and the last day."""
    rule = SHIPPED.find(vector["rule"], track=vector["track"], place=vector["place"])
    try:
        found = due(rule, at(vector["start"]), CALENDAR, **asked(vector))
    except Missing as refused:
        return refused.code, refused.code
    assert found is not None
    end = found.at.astimezone(CALENDAR.tz).isoformat() + ("?" if found.provisional else "")
    return end, found.last_day.isoformat()


def test_every_vector_is_met() -> None:
    wrong = [
        (vector, found)
        for vector in vectors()
        if (found := counted(vector)) != (vector["expected"], vector["last_day"])
    ]
    assert not wrong, wrong[:3]


def test_the_vectors_are_those_of_the_oracle_and_each_has_its_source() -> None:
    written = vectors()
    assert written == rows()
    assert len(written) >= 500
    assert all(vector["citation"] for vector in written)
    assert sum(vector["counted"] == "by hand" for vector in written) >= 50
    assert TABLE.years == KNOWN_YEARS


def test_the_vectors_reach_every_rule_pauses_more_time_and_unknown_years() -> None:
    written = vectors()
    assert {vector["rule"] for vector in written} == {rule.name for rule in SHIPPED.rules}
    kinds = Counter(
        kind
        for vector in written
        for kind, there in (
            ("paused", vector["pauses"]),
            ("longer", vector["longer"]),
            ("provisional", vector["expected"].endswith("?")),
            ("no table", vector["expected"] == "no_table"),
        )
        if there
    )
    assert min(kinds[kind] for kind in ("paused", "longer", "provisional", "no table")) >= 5, kinds


def test_the_oracle_finds_by_itself_what_was_counted_by_hand() -> None:
    """Else one of the two counts wrongly, and the hand is not always right."""
    by_key = {
        (v["rule"], v["track"], v["start"][:10]): v["last_day"]
        for v in vectors()
        if v["counted"] == "day by day" and not v["pauses"] and not v["longer"]
    }
    both = 0
    for vector in vectors():
        key = vector["rule"], vector["track"], vector["start"][:10]
        plain = not vector["pauses"] and not vector["longer"]
        if vector["counted"] == "by hand" and plain and key in by_key:
            both += 1
            assert by_key[key] == vector["last_day"], vector
    assert both >= 10


def test_an_unknown_track_and_an_unknown_name_are_refused() -> None:
    with pytest.raises(Missing, match="No time limits are known for the track lunar"):
        SHIPPED.find("mediation", track="lunar")
    with pytest.raises(Missing, match="no time limit of the name siesta"):
        SHIPPED.find("siesta", track="general")
    with pytest.raises(Missing, match="says nothing about the track court"):
        SHIPPED.find("mediation", track="court")


def test_working_days_in_a_year_without_its_table_are_refused_and_not_guessed() -> None:
    rule = SHIPPED.find("mediation", track="medical")
    with pytest.raises(Missing, match="holidays of 2027 are not known") as refused:
        due(rule, at("2026-12-20T10:00:00+08:00"), CALENDAR)
    assert refused.value.code == "no_table"


def test_a_term_stands_still_while_a_pause_is_open_and_runs_on_after_it() -> None:
    rule = SHIPPED.find("mediation", track="medical")
    begun = at("2025-03-10T09:00:00+08:00")
    assert due(rule, MORNING, CALENDAR, pauses=[Pause("appraisal", begun)]) is None
    over = Pause("appraisal", at("2025-06-10T09:00:00+08:00"))
    done = due(rule, MORNING, CALENDAR, pauses=[over])
    assert done is not None
    assert done.last_day.isoformat() == "2025-04-15"


def test_overlapping_pauses_count_once() -> None:
    rule = SHIPPED.find("mediation_before_filing", track="court")
    first = Pause("appraisal", at("2025-03-05T09:00+08:00"), at("2025-03-15T09:00+08:00"))
    second = Pause("appraisal", at("2025-03-10T09:00+08:00"), at("2025-03-20T09:00+08:00"))
    whole = Pause("appraisal", at("2025-03-05T09:00+08:00"), at("2025-03-20T09:00+08:00"))
    assert due(rule, MORNING, CALENDAR, pauses=[first, second]) == due(
        rule, MORNING, CALENDAR, pauses=[whole]
    )


def test_a_pause_that_the_rule_does_not_name_is_refused() -> None:
    pause = Pause("appraisal", MORNING, MORNING)
    for name, track in (("mediation", "labour"), ("protection_order", "general")):
        with pytest.raises(Refusal, match="goes on during appraisal"):
            due(SHIPPED.find(name, track=track), MORNING, CALENDAR, pauses=[pause])


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    rule = SHIPPED.find("mediation", track="medical")
    pause = Pause("appraisal", at("2025-03-10T09:00+08:00"), at("2025-03-09T09:00+08:00"))
    with pytest.raises(Invalid, match="cannot have ended before"):
        due(rule, MORNING, CALENDAR, pauses=[pause])


def test_more_time_takes_what_the_rule_says_and_no_more_than_it_says() -> None:
    decision = SHIPPED.find("review_decision", track="review")
    with pytest.raises(Refusal, match="takes head_approves"):
        due(decision, MORNING, CALENDAR, longer=Longer(30, "all_agree"))
    with pytest.raises(Refusal, match="by 1 to 30"):
        due(decision, MORNING, CALENDAR, longer=Longer(31, "head_approves"))
    with pytest.raises(Refusal, match="cannot be made longer"):
        due(
            SHIPPED.find("confirmation", track="general"),
            MORNING,
            CALENDAR,
            longer=Longer(1, "all_agree"),
        )


def test_of_many_instalments_the_last_one_counts_and_of_other_events_there_is_one() -> None:
    enforcement = SHIPPED.find("enforcement", track="general")
    instalments = [at(f"{day}T10:00+08:00") for day in ("2023-01-31", "2024-01-31", "2023-07-31")]
    found = due(enforcement, instalments, CALENDAR)
    assert found is not None
    assert found.last_day.isoformat() == "2026-02-02"
    with pytest.raises(Invalid, match="begins with one event"):
        due(SHIPPED.find("confirmation", track="general"), instalments, CALENDAR)
    with pytest.raises(Invalid, match="give its moment"):
        due(enforcement, [], CALENDAR)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(Invalid, match="without a zone"):
        due(SHIPPED.find("confirmation", track="general"), datetime(2025, 3, 3), CALENDAR)  # noqa: DTZ001


def test_the_calendar_of_another_place_has_its_own_weekend_and_zone() -> None:
    """A place whose weekend is Friday and Saturday, five and three quarter hours from UTC."""
    days = DayTable(years=frozenset({2025}))
    other = Calendar("Asia/Kathmandu", days, weekend=(4, 5))
    rule = SHIPPED.find("court_acceptance", track="court")
    found = due(rule, at("2025-03-05T10:00+05:45"), other)  # a Wednesday
    assert found is not None
    assert found.last_day.isoformat() == "2025-03-10"
    assert found.at == at("2025-03-11T00:00+05:45")
    order = due(
        SHIPPED.find("protection_order_urgent", track="general"),
        at("2025-03-05T10:50+05:45"),
        other,
    )
    assert order is not None
    assert order.at == at("2025-03-06T11:00+05:45")


def test_every_shipped_rule_names_its_law_and_says_so_when_the_article_is_still_to_be_found() -> (
    None
):
    for rule in SHIPPED.rules:
        assert rule.law and rule.law_en and rule.title and rule.title_en
        assert rule.citation.startswith("《")
        assert ("第" in rule.citation.split("》")[-1]) is bool(rule.article)
    assert sum(bool(rule.article) for rule in SHIPPED.rules) >= 14


def test_the_rule_of_the_smallest_place_wins() -> None:
    text = (
        one_rule()
        + one_rule(place='"320509"', amount="20")
        + one_rule(place='"320509001"', amount="10")
    )
    rules = read_rules('tracks = ["general"]\n' + text)
    assert rules.find("talking", track="general").amount == 30
    assert rules.find("talking", track="general", place="/32/320509/").amount == 20
    assert rules.find("talking", track="general", place="/32/320509/320509001/").amount == 10


def one_rule(**changed: str) -> str:
    entries = {
        "name": '"talking"',
        "title": '"谈"',
        "title_en": '"Talking"',
        "amount": "30",
        "unit": '"day"',
        "start": '"accepted"',
        "track": '"any"',
        "law": '"某法"',
        "law_en": '"Some law"',
        "article": '"1"',
        "binds": '"office"',
    } | changed
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items() if value)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"law": ""}, "needs words for law"),
        ({"name": '"Talking to"'}, "small Latin letters"),
        ({"amount": "0"}, "is 1 to 3660"),
        ({"amount": "true"}, "is 1 to 3660"),
        ({"unit": '"moon"'}, "counted in one of"),
        ({"track": '"lunar"'}, "does not list: lunar"),
        ({"binds": '"nobody"'}, "either the office or a party"),
        ({"unit": '"work_day"', "rolls": "true"}, "can move to a working day"),
        (
            {"unit": '"month"', "amount": "1", "longer_if": '"all_agree"'},
            "Only a time limit in days",
        ),
        ({"longer_most": "5"}, "says in longer_if"),
        ({"unit": '"hour"', "excludes": '["appraisal"]'}, "for a limit in days"),
        ({"of_many": '"first"'}, "is last, or left out"),
        ({"place": '"here"'}, "an area's code"),
        ({"article": "1"}, "is text"),
        ({"weather": '"fine"'}, "unknown entry weather"),
    ],
)
def test_a_table_that_would_count_wrongly_is_refused(changed: dict[str, str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_rules('tracks = ["general"]\n' + one_rule(**changed))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tracks = [", "cannot be read"),
        ('tracks = ["general"]\n', "at least one"),
        (one_rule(), "list of tracks"),
        ('tracks = ["general"]\n' + one_rule() + one_rule(), "stands twice"),
    ],
)
def test_a_text_that_is_no_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_rules(text)
