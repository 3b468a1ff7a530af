"""Terms counted on a paper calendar with the notices of 2025 and 2026 beside it.

Rule, track, place, start (Beijing time), pauses, longer, expected end, last day, how, citation.
"""

_HAND = "by hand"


def _row(
    rule: str,
    track: str,
    start: str,
    last: str,
    why: str,
    pauses: str = "",
    longer: str = "",
    sure: bool = True,
) -> tuple[str, ...]:
    """The end is the midnight after the last day, whose date is written beside it."""
    day, end = last.split(">")
    mark = "" if sure else "?"
    return (
        rule,
        track,
        "/320509/",
        start if "T" in start else f"{start}T10:00:00+08:00",
        pauses,
        longer,
        f"{end}T00:00:00+08:00{mark}",
        day,
        _HAND,
        why,
    )


def _hours(rule: str, start: str, end: str, day: str) -> tuple[str, ...]:
    return rule, "general", "/320509/", start, "", "", end, day, _HAND, "反家庭暴力法28"


_CONFIRM = "人民调解法33；民事诉讼法85"
_COURT = "法释〔2016〕14号27；民事诉讼法85"
_MEDICAL = "医疗纠纷预防和处理条例38"
_POLICE = "公安机关办理行政案件程序规定：七个工作日"

BY_HAND: tuple[tuple[str, ...], ...] = (
    # Day 30 falls into the National Day week, and moves to Thursday 9 October.
    _row("confirmation", "general", "2025-09-01", "2025-10-09>2025-10-10", _CONFIRM),
    _row("confirmation", "general", "2025-08-31", "2025-09-30>2025-10-01", _CONFIRM),
    _row("confirmation", "general", "2025-01-02", "2025-02-05>2025-02-06", _CONFIRM),
    # Saturday 8 February 2025 is a make-up day: it stays.
    _row("confirmation", "general", "2025-01-09", "2025-02-08>2025-02-09", _CONFIRM),
    _row("confirmation", "general", "2025-03-01", "2025-03-31>2025-04-01", _CONFIRM),
    _row("confirmation", "general", "2025-04-05", "2025-05-06>2025-05-07", _CONFIRM),
    _row("confirmation", "general", "2025-03-28", "2025-04-27>2025-04-28", _CONFIRM),
    _row("confirmation", "general", "2025-05-02", "2025-06-03>2025-06-04", _CONFIRM),
    # New Year's Day 2026; Sunday 4 January is worked.
    _row("confirmation", "general", "2025-12-02", "2026-01-04>2026-01-05", _CONFIRM),
    _row("confirmation", "general", "2026-01-16", "2026-02-24>2026-02-25", _CONFIRM),
    _row("confirmation", "general", "2026-01-15", "2026-02-14>2026-02-15", _CONFIRM),
    _row("confirmation", "general", "2026-08-21", "2026-09-20>2026-09-21", _CONFIRM),
    _row("confirmation", "general", "2026-08-26", "2026-09-28>2026-09-29", _CONFIRM),
    _row("confirmation", "general", "2026-11-30", "2026-12-30>2026-12-31", _CONFIRM),
    # Nobody knows yet whether it moves: the day stands, provisional.
    _row("confirmation", "general", "2026-12-02", "2027-01-01>2027-01-02", _CONFIRM, sure=False),
    _row(
        "traffic_request",
        "traffic",
        "2025-09-21",
        "2025-10-09>2025-10-10",
        "道路交通安全法实施条例94",
    ),
    _row(
        "traffic_request",
        "traffic",
        "2025-09-18",
        "2025-09-28>2025-09-29",
        "道路交通安全法实施条例94",
    ),
    _row(
        "traffic_request",
        "traffic",
        "2025-10-01",
        "2025-10-11>2025-10-12",
        "道路交通安全法实施条例94",
    ),
    # The right to arbitration opens on time, holiday or not.
    _row("mediation", "labour", "2025-09-20", "2025-10-05>2025-10-06", "劳动争议调解仲裁法14"),
    _row("mediation", "labour", "2025-03-03T23:59:59+08:00", "2025-03-18>2025-03-19", "民法典201"),
    _row("mediation", "labour", "2025-03-04T00:00:00+08:00", "2025-03-19>2025-03-20", "民法典201"),
    # The same moment as the row above, written in another zone.
    _row("mediation", "labour", "2025-03-03T16:00:00+00:00", "2025-03-19>2025-03-20", "民法典201"),
    # Months: the day of the same number, or the last one.
    _row("mediation", "general", "2025-01-31", "2025-02-28>2025-03-01", "民法典202"),
    _row("mediation", "general", "2024-01-31", "2024-02-29>2024-03-01", "民法典202"),
    _row("mediation", "general", "2025-12-31", "2026-01-31>2026-02-01", "民法典202"),
    _row("mediation", "general", "2025-08-31", "2025-09-30>2025-10-01", "民法典202"),
    _row("mediation", "general", "2025-02-28", "2025-03-28>2025-03-29", "民法典202"),
    # Working days across two holidays, and one with its make-up days.
    _row("mediation", "medical", "2025-03-03", "2025-04-15>2025-04-16", _MEDICAL),
    _row("mediation", "medical", "2025-09-01", "2025-10-17>2025-10-18", _MEDICAL),
    _row(
        "mediation",
        "medical",
        "2025-03-03",
        "2025-04-25>2025-04-26",
        _MEDICAL,
        pauses="appraisal 2025-03-10T09:00:00+08:00 2025-03-20T09:00:00+08:00",
    ),
    _row("court_acceptance", "court", "2025-09-30", "2025-10-11>2025-10-12", "3 working days"),
    _row("court_acceptance", "court", "2026-02-13", "2026-02-25>2026-02-26", "3 working days"),
    _row("court_acceptance", "court", "2025-01-24", "2025-02-05>2025-02-06", "3 working days"),
    _row("second_session", "police", "2025-04-24", "2025-05-07>2025-05-08", _POLICE),
    _row("second_session", "police", "2026-04-30", "2026-05-13>2026-05-14", _POLICE),
    # The hour of the event is left out.
    _hours(
        "protection_order", "2025-03-03T15:20:00+08:00", "2025-03-06T16:00:00+08:00", "2025-03-06"
    ),
    _hours(
        "protection_order_urgent",
        "2025-03-03T15:00:00+08:00",
        "2025-03-04T16:00:00+08:00",
        "2025-03-04",
    ),
    _hours(
        "protection_order_urgent",
        "2025-09-30T22:59:59+08:00",
        "2025-10-01T23:00:00+08:00",
        "2025-10-01",
    ),
    _row("review_request", "review", "2025-08-02", "2025-10-09>2025-10-10", "行政复议法20、88"),
    _row("review_decision", "review", "2025-08-02", "2025-10-01>2025-10-02", "行政复议法62"),
    _row(
        "review_decision",
        "review",
        "2025-08-02",
        "2025-10-31>2025-11-01",
        "行政复议法62",
        longer="30 head_approves",
    ),
    # No 29 February in 2026; Saturday 28 February 2026 is a make-up day.
    _row(
        "enforcement", "general", "2024-02-29", "2026-02-28>2026-03-01", "民事诉讼法250；民法典202"
    ),
    _row("enforcement", "general", "2023-10-01", "2025-10-09>2025-10-10", "民事诉讼法250"),
    _row("enforcement", "general", "2024-01-31", "2026-02-02>2026-02-03", "民事诉讼法250"),
    _row("enforcement", "general", "2024-05-04", "2026-05-06>2026-05-07", "民事诉讼法250"),
    _row(
        "enforcement", "general", "2025-06-30", "2027-06-30>2027-07-01", "民事诉讼法250", sure=False
    ),
    _row(
        "petition_answer", "petition", "2026-01-01", "2026-03-02>2026-03-03", "信访工作条例：60日"
    ),
    _row(
        "petition_answer",
        "petition",
        "2026-01-01",
        "2026-04-01>2026-04-02",
        "信访工作条例：60日、30日",
        longer="30 head_approves",
    ),
    _row("legal_aid_decision", "general", "2025-09-28", "2025-10-05>2025-10-06", "法律援助法43"),
    _row("legal_aid_assignment", "general", "2025-09-30", "2025-10-03>2025-10-04", "法律援助法43"),
    _row("mediation_before_filing", "court", "2025-09-01", "2025-10-09>2025-10-10", _COURT),
    _row(
        "mediation_before_filing",
        "court",
        "2025-09-01",
        "2025-10-31>2025-11-01",
        _COURT,
        longer="30 all_agree",
    ),
    _row(
        "mediation_before_filing",
        "court",
        "2025-09-01",
        "2025-10-11>2025-10-12",
        _COURT,
        pauses="appraisal 2025-09-10T14:00:00+08:00 2025-09-20T10:00:00+08:00",
    ),
    _row("mediation_after_filing_summary", "court", "2025-09-26", "2025-10-09>2025-10-10", _COURT),
    _row("mediation_after_filing", "court", "2025-09-16", "2025-10-09>2025-10-10", _COURT),
)
