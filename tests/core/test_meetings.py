"""The first common time, against a search minute by minute; and calendars that came from outside."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from commonward.core.meetings import Entry, Slot, Stretch, busy_times, feed, first_slot, slots
from commonward.core.meetings.repeating import Budget, days_of, rule_of
from commonward.core.refusals import Invalid

CHINA = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


def minutes(*pairs: tuple[int, int]) -> list[Stretch]:
    return [(MONDAY + timedelta(minutes=a), MONDAY + timedelta(minutes=b)) for a, b in pairs]


# Multiples of five minutes, so that one thing often ends when another begins.
FIVES = st.integers(0, 80).map(lambda n: 5 * n)
stretches = st.lists(
    st.tuples(FIVES, st.integers(0, 24)).map(lambda p: (p[0], p[0] + 5 * p[1])),
    max_size=5,
).map(lambda pairs: minutes(*pairs))
pools = st.none() | st.dictionaries(st.sampled_from("rst"), stretches, max_size=3)


def oracle(
    length: timedelta,
    hours: list[Stretch],
    busy: list[list[Stretch]],
    rooms: dict[str, list[Stretch]] | None,
    interpreters: dict[str, list[Stretch]] | None,
) -> datetime | None:
    """Every quarter of an hour in turn, and every minute of the meeting."""

    def within(moment: datetime, of: Iterable[Stretch]) -> bool:
        return any(a <= moment < b for a, b in of)

    for k in range(40):
        start = MONDAY + k * QUARTER
        span = [start + timedelta(minutes=m) for m in range(int(length.total_seconds() // 60))]
        if not all(within(moment, hours) for moment in span):
            continue
        if any(within(moment, one) for one in busy for moment in span):
            continue
        if all(
            pool is None or any(not any(within(m, taken) for m in span) for taken in pool.values())
            for pool in (rooms, interpreters)
        ):
            return start
    return None


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 30).map(lambda m: timedelta(minutes=5 * m)),
    stretches,
    st.lists(stretches, max_size=3),
    pools,
    pools,
)
def test_the_first_common_time_is_the_one_a_slow_search_finds(
    length: timedelta,
    hours: list[Stretch],
    busy: list[list[Stretch]],
    rooms: dict[str, list[Stretch]] | None,
    interpreters: dict[str, list[Stretch]] | None,
) -> None:
    found = first_slot(length, hours, busy, rooms, interpreters)
    assert (found.start if found else None) == oracle(length, hours, busy, rooms, interpreters)
    if found:
        assert found.end - found.start == length
        assert not rooms or not any(
            a < found.end and b > found.start for a, b in rooms[found.room] if a < b
        )


@settings(max_examples=100, deadline=None)
@given(stretches, st.lists(stretches, max_size=2))
def test_several_times_do_not_overlap_and_begin_with_the_first(
    hours: list[Stretch], busy: list[list[Stretch]]
) -> None:
    found = slots(QUARTER * 2, hours, busy, most=4)
    assert found[:1] == [s for s in [first_slot(QUARTER * 2, hours, busy)] if s]
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))


def test_a_meeting_does_not_reach_over_the_noon_break_nor_change_its_room() -> None:
    hours = minutes((0, 240), (360, 600))
    assert first_slot(HOUR, hours, [minutes((0, 200))]) == Slot(
        MONDAY + timedelta(minutes=360), MONDAY + timedelta(minutes=420)
    )
    half = {"small": minutes((30, 240)), "large": minutes((0, 30))}
    found = first_slot(HOUR, minutes((0, 240)), [], half)
    assert found and (found.room, found.start) == ("large", MONDAY + timedelta(minutes=30))


def test_a_room_that_is_taken_from_the_end_on_is_free_until_then() -> None:
    taken = {"small": minutes((60, 240))}
    found = first_slot(HOUR, minutes((0, 240)), [], taken)
    assert found == Slot(MONDAY, MONDAY + HOUR, "small")


def test_no_room_at_all_or_no_zone_is_told() -> None:
    assert first_slot(HOUR, minutes((0, 600)), [], {}) is None
    with pytest.raises(Invalid, match="zone"):
        first_slot(HOUR, [(datetime(2026, 3, 2), datetime(2026, 3, 3))], [])  # noqa: DTZ001
    with pytest.raises(Invalid, match="12 hours"):
        first_slot(timedelta(0), [], [])


PARTS = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))},
    optional={
        "INTERVAL": st.integers(1, 5),
        "COUNT": st.integers(1, 40),
        "BYDAY": st.lists(st.sampled_from(("MO", "TU", "SA", "SU")), min_size=1, unique=True)
        | st.lists(st.sampled_from(("1MO", "-1FR", "3TU")), min_size=1, unique=True),
        "BYMONTHDAY": st.lists(st.sampled_from((1, 13, 29, 31, -1)), min_size=1, unique=True),
        "BYMONTH": st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True),
        "WKST": st.sampled_from(("MO", "SU", "TH")),
        "BYSETPOS": st.sampled_from(([1], [-1], [2, -2])),
    },
)


@settings(max_examples=150, deadline=None)
@given(PARTS, st.dates(date(2020, 1, 1), date(2026, 3, 1)), st.integers(0, 900))
def test_an_event_comes_back_on_the_days_the_usual_library_gives(
    parts: dict[str, object], start: date, later: int
) -> None:
    first = start + timedelta(days=later)
    last = first + timedelta(days=200)
    values = {k: v if isinstance(v, list) else [v] for k, v in parts.items()}
    text = ";".join(f"{k}={','.join(map(str, v))}" for k, v in values.items())
    # The oracle looks on until the year 9999 where no day fits, which is why the product has
    # its own: it is asked where another day comes, within some years after the last one.
    # Of the week of the first event it leaves out the days before it, where the RFC counts them.
    assume(parts["FREQ"] != "WEEKLY" or "BYSETPOS" not in parts)
    endless = {name: value for name, value in values.items() if name != "COUNT"}
    horizon = last + timedelta(days=10_000)
    assume(next(days_of(rule_of(endless), start, last, horizon, Budget(10**6)), None))
    begin = datetime.combine(start, time())
    expected = []
    for day in rrulestr(text, dtstart=begin):
        if day.date() > last:
            break
        if day.date() >= first:
            expected.append(day.date())
    assert list(days_of(rule_of(values), start, first, last, Budget(10**6))) == expected


def ics(*lines: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", "")).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "UID:one@example", *lines, "END:VEVENT")


def busy(given: bytes, zone: ZoneInfo = CHINA, days: int = 30) -> list[tuple[str, str]]:
    found = busy_times(given, zone, MONDAY, MONDAY + timedelta(days=days))
    return [
        (f"{a.astimezone(zone):%m-%d %H:%M}", f"{b.astimezone(zone):%m-%d %H:%M}") for a, b in found
    ]


def test_a_weekly_event_counts_but_for_what_was_cancelled_moved_or_left_out() -> None:
    given = ics(
        *event(
            "DTSTART;TZID=Asia/Shanghai:20260105T090000",
            "DTEND;TZID=Asia/Shanghai:20260105T100000",
            "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260323T010000Z",
            "EXDATE;TZID=Asia/Shanghai:20260309T090000",
            "RDATE;VALUE=PERIOD:20260311T010000Z/PT2H",
        ),
        *event(
            "RECURRENCE-ID;TZID=Asia/Shanghai:20260316T090000",
            "DTSTART;TZID=Asia/Shanghai:20260317T140000",
            "DURATION:PT30M",
        ),
        *event("DTSTART:20260303T000000Z", "DTEND:20260303T010000Z", "STATUS:CANCELLED"),
        *event("DTSTART:20260303T000000Z", "DTEND:20260303T010000Z", "TRANSP:TRANSPARENT"),
    )
    assert busy(given) == [
        ("03-02 09:00", "03-02 10:00"),
        ("03-11 09:00", "03-11 11:00"),
        ("03-17 14:00", "03-17 14:30"),
        ("03-23 09:00", "03-23 10:00"),
    ]


def test_a_cancelled_repetition_is_free() -> None:
    given = ics(
        *event("DTSTART:20260302T010000Z", "DTEND:20260302T020000Z", "RRULE:FREQ=DAILY;COUNT=3"),
        *event("RECURRENCE-ID:20260303T010000Z", "DTSTART:20260303T010000Z", "STATUS:CANCELLED"),
    )
    assert busy(given) == [("03-02 09:00", "03-02 10:00"), ("03-04 09:00", "03-04 10:00")]


def test_whole_days_and_floating_times_are_those_of_the_mediators_zone() -> None:
    given = ics(
        *event("DTSTART;VALUE=DATE:20260304", "DTEND;VALUE=DATE:20260306"),
        *event("DTSTART:20260310T090000", "DTEND:20260310T093000"),
    )
    assert busy(given) == [("03-04 00:00", "03-06 00:00"), ("03-10 09:00", "03-10 09:30")]


def test_nine_oclock_stays_nine_oclock_over_the_change_to_summer_time() -> None:
    given = ics(
        *event(
            "DTSTART;TZID=W. Europe Standard Time:20260327T090000",
            "DTEND;TZID=W. Europe Standard Time:20260327T100000",
            "RRULE:FREQ=DAILY;COUNT=4",
        ),
        *event("DTSTART;VALUE=DATE:20260329", "RRULE:FREQ=DAILY;COUNT=1"),
    )
    assert busy(given, BERLIN) == [
        ("03-27 09:00", "03-27 10:00"),
        ("03-28 09:00", "03-28 10:00"),
        ("03-29 00:00", "03-30 00:00"),
        ("03-30 09:00", "03-30 10:00"),
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (event("DTSTART:20260302T010000Z", "RRULE:FREQ=SECONDLY"), "FREQ=SECONDLY"),
        (event("DTSTART:20260302T010000Z", "RRULE:FREQ=DAILY;BYHOUR=1,2"), "BYHOUR"),
        (event("DTSTART:20260302T010000Z", "RRULE:FREQ=WEEKLY;BYDAY=XX"), "broken"),
        (event("DTSTART:99999999"), "broken"),
        (event(), "broken"),
        (event("DTSTART;TZID=Middle/Earth:20260302T090000"), "Middle/Earth"),
        (event("DTSTART:20260302T010000Z", "DTEND:20260301T010000Z"), "broken"),
        (event("DTSTART:20260302T010000Z", "DURATION:P900000D"), "broken"),
        (event("DTSTART:00010101T000000"), "broken"),
        (event("DTSTART:99991231T235959"), "broken"),
        (event("DTSTART:20260302T010000Z", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "broken"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_never_taken_for_free(
    lines: tuple[str, ...], told: str
) -> None:
    with pytest.raises(Invalid) as refused:
        busy(ics(*lines))
    assert told in str(refused.value)


def test_rules_without_a_day_and_zones_without_an_end_do_not_keep_the_reader_busy() -> None:
    never = event("DTSTART:19010101T000000Z", "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31")
    assert busy(ics(*never * 100)) == []
    with pytest.raises(Invalid, match="too often"):
        busy(ics(*event("DTSTART:19010101T000000Z", "RRULE:FREQ=DAILY;COUNT=999999") * 10))
    zone = (
        "BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "BEGIN:STANDARD", "DTSTART:19010101T000000",
        "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0100",
        "END:STANDARD", "END:VTIMEZONE",
    )  # fmt: skip
    there = event("DTSTART;TZID=Asia/Shanghai:20260302T090000", "DURATION:PT1H")
    assert busy(ics(*zone, *there)) == [("03-02 09:00", "03-02 10:00")]
    with pytest.raises(Invalid, match="1 MB"):
        busy(b"x" * 1_000_001)
    with pytest.raises(Invalid, match="3,?000"):
        busy(ics(*event("DTSTART:20260302T010000Z") * 3_001))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            (
                "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", "DTSTART:20260302",
                "DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=PERIOD:20260302T000000Z/PT1H",
                "RRULE:FREQ=YEARLY;BYDAY=-99MO", "RRULE:FREQ=DAILY;INTERVAL=0", "RDATE:x", "EXDATE:",
                "RRULE:FREQ=DAILY;UNTIL=", "DURATION:-PT1H", "RECURRENCE-ID:1", "UID:\x00", ":", ";=",
                "DTSTART;TZID=../../etc/passwd:20260302T000000", "RRULE:COUNT=5", "DTEND:20260302",
                "RRULE:FREQ=DAILY;BYSETPOS=400;BYMONTHDAY=0", "RRULE:FREQ=WEEKLY;WKST=9",
            )
        ),
        max_size=9,
    ).map(lambda lines: ics("BEGIN:VEVENT", *lines, "END:VEVENT"))
)  # fmt: skip
def test_no_file_brings_anything_but_times_or_a_refusal(given: bytes) -> None:
    try:
        found = busy_times(given, CHINA, MONDAY, MONDAY + timedelta(days=30))
    except Invalid:
        return
    assert all(MONDAY <= a < b <= MONDAY + timedelta(days=30) for a, b in found)


def test_what_goes_out_comes_in_again_and_names_nobody() -> None:
    there = [
        Entry("s1@here", MONDAY, MONDAY + HOUR, "调解 7H-2026，请准时到场；" * 6, "Room 2", 1),
        Entry("s2@here", MONDAY + 5 * HOUR, MONDAY + 6 * HOUR, "Mediation", cancelled=True),
    ]
    made = feed(there, "My sessions", MONDAY)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert busy_times(made, CHINA, MONDAY, MONDAY + timedelta(days=1)) == [(MONDAY, MONDAY + HOUR)]
    assert b"STATUS:CANCELLED" in made and b"SEQUENCE:1" in made
