"""What other borders would have meant for open cases and those of last month (区划试算)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commonward.areas.queries import calendar_name_for
from commonward.areas.queries.answering import answering_for, named_by_rules
from commonward.areas.queries.drafting import Draft, Trial, trial
from commonward.cases.models import Case
from commonward.cases.queries.answering import office_open
from commonward.cases.queries.reference import book
from commonward.people.models import Team
from commonward.people.queries import revisions

WINDOW = timedelta(days=31)
MOST_CASES = 5_000
SHOWN = 20
_FIELDS = ("number", "procedure_id", "category_id", "grade", "opened_at", "lat", "lon")

Names = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TeamMove:
    """So many cases from one team to another, as (name, English name); None is unrouted."""

    before: Names | None
    after: Names | None
    cases: int


@dataclass(frozen=True, slots=True)
class Share:
    """Some cases below the draft's root: how many were looked at, whether these were all, how
    many would lie in another area, how many would go to another team, from whom to whom, and the
    numbers of the first few that lie elsewhere."""

    cases: int
    whole: bool
    located: int
    moved: int
    moves: tuple[TeamMove, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relocated:
    """The cases open now, and those opened in the month before."""

    open: Share
    month: Share


def relocated(draft: Draft, at: datetime) -> Relocated:
    """Locate the cases around a draft with the borders of now and then, and ask today's rules.

    Looked at are cases with a place that were filed below the draft's root, at most MOST_CASES
    of either kind, the newest first; asked are the duties of their procedure's routed stages, in
    or out of office hours as when they were opened (9 queries at most, however many cases).
    """
    tried = trial(draft)
    here = Case.objects.filter(
        area_path__startswith=draft.root, lat__isnull=False, lon__isnull=False
    )
    ask = _asking(draft.since)
    return Relocated(
        _share(here.filter(is_open=True), tried, ask),
        _share(here.filter(opened_at__gte=at - WINDOW, opened_at__lt=at), tried, ask),
    )


Ask = Callable[[tuple[Any, ...], str, str], set[tuple[int | None, int | None]]]


def _share(rows: Any, tried: Trial, ask: Ask) -> Share:
    found = list(rows.order_by("-opened_at", "-id").values_list(*_FIELDS)[: MOST_CASES + 1])
    looked = found[:MOST_CASES]
    before, after = tried.located([row[5] for row in looked], [row[6] for row in looked])
    moves: Counter[tuple[int | None, int | None]] = Counter()
    elsewhere: list[str] = []
    moved = 0
    for row, old, new in zip(looked, before, after, strict=True):
        if old == new:
            continue
        elsewhere.append(row[0])
        ways = ask(row, old, new)
        moved += bool(ways)
        moves.update(ways)
    return Share(
        len(looked), len(found) == len(looked), len(elsewhere), moved,
        _named(moves.most_common()), tuple(elsewhere[:SHOWN]),
    )  # fmt: skip


def _asking(since: datetime) -> Ask:
    marks = revisions()
    known = book(marks)
    duties = {
        version: sorted({stage.duty for stage in procedure.stages.values() if stage.routed})
        for version, procedure in known.procedures.items()
    }
    answers: dict[tuple[object, ...], int | None] = {}

    def team(duty: str, category: str, path: str, grade: str, opened: datetime) -> int | None:
        is_open = office_open(calendar_name_for(path, marks), opened, marks)
        key = (duty, category, grade, is_open, named_by_rules(duty, path, marks))
        if key not in answers:
            answers[key] = answering_for(duty, category, path, grade, since, is_open, marks).team
        return answers[key]

    def ask(row: tuple[Any, ...], old: str, new: str) -> set[tuple[int | None, int | None]]:
        _number, version, category_id, grade, opened, _lat, _lon = row
        category = known.categories[category_id].code
        ways = {
            (team(duty, category, old, grade, opened), team(duty, category, new, grade, opened))
            for duty in duties[version]
        }
        return {way for way in ways if way[0] != way[1]}

    return ask


def _named(
    moves: Sequence[tuple[tuple[int | None, int | None], int]],
) -> tuple[TeamMove, ...]:
    wanted = {team for way, _count in moves for team in way if team is not None}
    names = {
        pk: (own, english)
        for pk, own, english in Team.objects.filter(pk__in=wanted).values_list(
            "id", "name", "name_en"
        )
    }
    return tuple(
        TeamMove(
            None if before is None else names[before],
            None if after is None else names[after],
            count,
        )
        for (before, after), count in moves
    )
