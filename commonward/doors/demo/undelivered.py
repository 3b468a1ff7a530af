"""A mail that goes nowhere: the board's stuck part has something to show and to be done about."""

from datetime import datetime, timedelta

from commonward.cases.actions import delivering
from commonward.cases.actions.subscribing import subscribe
from commonward.cases.models import Report
from commonward.doors.demo.robots import SOURCE

ADDRESS = "mailbox.full@resident.invalid"
"""Of a domain that never exists (RFC 2606)."""
_REPLY = "SMTP 452"
"""What the other server said: the mailbox is full."""
_BETWEEN = timedelta(minutes=25)


def leave_stuck(ends: datetime) -> str:
    """Try to tell the reporter of an open case, as often as it takes; the case's number."""
    at = ends - _BETWEEN * (delivering.STUCK_AFTER + 1)
    report = (
        Report.objects.select_related("case")
        .filter(case__source=SOURCE, case__is_open=True, case__stage="handle", received_at__lt=at)
        .order_by("-id")[:1]
        .get()
    )
    subscribe(report.pk, ADDRESS, "zh-hans", at, own=True)
    for _attempt in range(delivering.STUCK_AFTER):
        at += _BETWEEN
        leased = delivering.lease(at)
        if leased is not None:
            delivering.put_off(leased, at, _REPLY)
    return report.case.number
