"""Evidence of a target (佐证): photos kept with the month's case, under a report of their own."""

from collections.abc import Sequence
from datetime import datetime

from commonward.cases.actions import Said, add_report
from commonward.cases.actions.photos import prepare_photo, with_photos
from commonward.cases.models import Report
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.programmes.actions.reviewing import report_line
from commonward.programmes.models import ReviewLine


def report_with_photos(
    number: str,
    target: int,
    value: str,
    words: str,
    sent: Sequence[bytes],
    actor: Actor,
    at: datetime,
) -> ReviewLine:
    """Report a target with its photos: all of it is kept, or nothing.

    Raises as `report_line` and `prepare_photo`.
    """
    photos = [prepare_photo(one) for one in sent if one]
    if not photos:
        return report_line(number, target, value, words, actor, at)
    taken: list[ReviewLine] = []

    def reported() -> Report:
        line = report_line(number, target, value, words, actor, at)
        if line.report is None:
            line.report = add_report(number, Said(channel="counter"), at, actor=actor)
            line.save(update_fields=["report"])
        if line.report is None:
            raise Missing(N_("There is no report {number}."), number=number)
        taken.append(line)
        return line.report

    with_photos(photos, reported, at, actor, moment="after")
    return taken[0]
