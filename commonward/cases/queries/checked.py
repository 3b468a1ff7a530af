"""What of a case everybody reads, piece by piece, for whoever checks it (公开核对)."""

from collections.abc import Sequence
from dataclasses import dataclass

from commonward.cases.models import Case, Event, Remark, Report
from commonward.core.checking import Piece, pieces

WORDS, ADDRESS, STEP = "words", "address", "step"


@dataclass(frozen=True, slots=True)
class Checked:
    """A public text: the number of its report ("" for what the office wrote), which part of it
    (`words`, `address`, `step-ID`), and its pieces."""

    report: str
    part: str
    pieces: tuple[Piece, ...]

    @property
    def open(self) -> int:
        """How many stretches are proposed and nobody decided of."""
        return sum(bool(one.kind) and not one.hidden and not one.decided for one in self.pieces)


def texts_of(case: Case, reports: Sequence[Report] | None = None) -> list[Checked]:
    """The texts of a case that the public reads now, the newest of the office last (2 queries)."""
    if not case.public:
        return []
    if reports is None:
        reports = list(Report.objects.filter(case=case, public=True, hidden_at=None).order_by("id"))
    found = []
    for one in reports:
        for part, text in ((WORDS, one.words), (ADDRESS, one.address or case.address)):
            if text:
                found.append(Checked(one.number, part, pieces(text, one.marks.get(part, {}))))
    events = Event.objects.filter(case=case, task=None).values("id")
    for remark in Remark.objects.filter(event__in=events, public=True).order_by("event_id"):
        marks = pieces(remark.words, remark.marks)
        found.append(Checked("", f"{STEP}-{remark.event_id}", marks))
    return found
