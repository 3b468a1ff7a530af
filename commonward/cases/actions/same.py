"""Keep what people answered to “is it the same problem?” (是否同一问题): facts of cases alone.

Who answered stands nowhere, and of what was shown only numbers are kept: which edge each feature
reached. Nothing is kept where nobody was asked, nor of what was not shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.cases.models import Case, Report, SameAnswer
from commonward.cases.queries.nearby import Telling, likely
from commonward.cases.queries.reference import book
from commonward.cases.queries.same_weights import weighing
from commonward.core.rights import APART, SYSTEM
from commonward.core.triage.same_judging import rounded
from commonward.people.queries import reading_once

_MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """A case that was shown as perhaps the same, and what had been compared of it."""

    case: int
    row: Mapping[str, float]


def with_answer(
    opening: Callable[[], Report], shown: Sequence[Shown], where: str, at: datetime
) -> Report:
    """Take a report in, and keep what its teller said of the cases that they were shown.

    Which one it was is where the report is now; in none of them it is another problem. The same
    sending twice is one answer.
    """
    if not shown:
        return opening()
    with transaction.atomic():
        report = opening()
        cases = {one.case for one in shown}
        same = report.case_id if report.case_id in cases else None
        if same is None and report.number != report.case.number:
            return report  # it joined a case that was not among those compared
        SameAnswer.objects.bulk_create(
            [
                SameAnswer(
                    case_id=report.case_id, same_id=same, report=report, where=where,
                    version=weighing().weights.version, looked=_kept(shown), at=at,
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip
    return report


def keep_join(case: Case, main: Case, at: datetime) -> None:
    """Keep that an officer joined a case to an earlier one near by, as it looked when it was told.

    A case that was made later, or lies elsewhere, teaches nothing of what to show: it is left out.
    """
    if case.lat is None or case.lon is None or main.opened_at > case.opened_at:
        return
    with reading_once():
        code = book().categories[case.category_id].code
        if code.startswith(APART):
            return
        telling = Telling(case.lat, case.lon, code, case.summary, case.address)
        near = likely(SYSTEM, telling, case.opened_at, most=_MOST_SHOWN, besides=(case.pk,))
        version = weighing().weights.version
    shown = [Shown(one.line.id, one.row) for one in near if one.row is not None]
    if main.pk not in {one.case for one in shown}:
        return
    SameAnswer.objects.create(
        case=case, same=main, where="desk", version=version, looked=_kept(shown), at=at
    )


def _kept(shown: Sequence[Shown]) -> list[dict[str, object]]:
    return [{"case": one.case, "row": rounded(one.row)} for one in shown]
