"""Marks of quality as offices, panel and public read them, and who may do what with one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from commonward.cases.access import below
from commonward.core.indicators.book import Book
from commonward.core.indicators.windows import Window
from commonward.core.marks.allowed import as_told, meets
from commonward.core.marks.kind import REMIND_DAYS, Criterion, Kind, from_data
from commonward.core.refusals import N_, Missing
from commonward.core.rights import PROGRAMME, Actor
from commonward.insight.queries.measuring import book_in_force, figures_of
from commonward.programmes.models import Mark, MarkCheck, MarkDispute, MarkKind

CATEGORY = f"{PROGRAMME}mark"
KEEPS = ("programme_officer", "leader")
"""Who keeps marks, sends others to look, and sits on the panel."""
WORKS = ("handler", "grid_worker")
EVERYBODY = (*KEEPS, *WORKS)
"""Whose team can nominate, show, look and appeal."""
BORNE = ("given", "doubted")
"""Stages of a mark that is borne."""
MOST = 200


def keeps(found: Mark, actor: Actor) -> bool:
    """Whether this person keeps this mark."""
    return actor.role == "system" or bool(
        actor.roles_for(KEEPS, "keep", found.case.area_path, CATEGORY)
    )


def may_work(found: Mark, actor: Actor) -> bool:
    """Whether a post of this person may work at it at all, for their team."""
    return bool(actor.roles_for((*EVERYBODY, "system"), "see", found.case.area_path, CATEGORY))


def of_office(found: Mark, actor: Actor) -> bool:
    """Whether this person is of the office that nominated it."""
    return actor.role == "system" or (
        may_work(found, actor) and found.office_id in actor.teams
    )  # fmt: skip


def of_checker(found: Mark, actor: Actor) -> bool:
    """Whether this person is of the team that looks, and not of the office."""
    return (
        may_work(found, actor)
        and found.checker_id in actor.teams
        and found.office_id not in actor.teams
    )


def mark_of(number: str, actor: Actor) -> Mark:
    """The mark with this case's number, if this person keeps it or works at it. Raises Missing."""
    found = (
        Mark.objects.select_related(
            "case", "version", "office", "checker", "room", "area", "place", "renews__case"
        )
        .filter(case__number=number)
        .first()
    )
    if found is None or not (
        keeps(found, actor) or of_office(found, actor) or of_checker(found, actor)
    ):
        raise Missing(N_("There is no mark {number}, or none that you may see."), number=number)
    return found


def marks_for(
    actor: Actor, *, stage: str = "", kind: str = "", only: str = "", today: date
) -> list[Mark]:
    """The marks that this person sees, the newest first (1 query); `only` is "soon" or "ended"."""
    rows = Mark.objects.select_related("case", "version", "office", "room", "area", "place")
    rows = rows.filter(ended_at__isnull=only != "ended")
    if stage:
        rows = rows.filter(case__stage=stage)
    if kind:
        rows = rows.filter(kind=kind)
    if only == "soon":
        rows = rows.filter(
            case__stage__in=BORNE, valid_until__lte=today + timedelta(days=REMIND_DAYS)
        )
    if actor.role != "system" and not actor.roles_for(KEEPS, "keep", "", CATEGORY):
        seen = Q(pk__in=[])
        if any(right.role in WORKS for right in actor.rights):
            seen |= Q(office__in=actor.teams) | Q(checker__in=actor.teams)
        for right in actor.rights:
            if right.role in KEEPS and right.area and right.covers(f"/{right.area}/", CATEGORY):
                seen |= Q(case__area_path__contains=f"/{right.area}/")
        rows = rows.filter(seen)
    return list(rows.order_by("-nominated_at", "-pk")[:MOST])


def newest(kind: str = "") -> dict[str, MarkKind]:
    """The last version of each kind (1 query)."""
    rows = MarkKind.objects.order_by("kind", "number")
    return {one.kind: one for one in (rows.filter(kind=kind) if kind else rows)}


def taking(today: date) -> dict[str, MarkKind]:
    """The version of each kind under which a nomination is taken today (1 query).

    The one before holds until the newest one's first day; a kind that was closed takes none.
    """
    found: dict[str, MarkKind] = {}
    for one in MarkKind.objects.filter(holds_from__lte=today).order_by("kind", "number"):
        found[one.kind] = one
    return {code: one for code, one in found.items() if one.open}


def version_of(kind: str, number: int) -> MarkKind:
    """One version. Raises Missing."""
    found = MarkKind.objects.filter(kind=kind, number=number).first()
    if found is None:
        raise Missing(N_("There is no such mark."))
    return found


def read_kind(version: MarkKind) -> Kind:
    """A version's kind, as it was checked when it was published."""
    return from_data(version.data)


def checks_of(found: Mark) -> list[MarkCheck]:
    """Its criteria as they were shown and checked (1 query)."""
    return list(
        MarkCheck.objects.filter(mark=found).select_related("team").order_by("number")
    )  # fmt: skip


def open_dispute(found: Mark) -> MarkDispute | None:
    """The appeal or doubt that waits for its decision (1 query)."""
    return MarkDispute.objects.filter(mark=found, decided_at=None).first()


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as it is told, how many lie under it, and whether it reaches the bound."""

    value: float | None
    under: int | None
    met: bool


def figure_of(
    found: Mark, criterion: Criterion, today: date, at: datetime, book: Book | None = None
) -> Told:
    """A figure of the record for what is to bear the mark, of the days before today.

    Raises Refusal while figures are being prepared.
    """
    book = book or book_in_force(at)
    indicator = book.indicators.get(criterion.indicator)
    if indicator is None:
        return Told(None, None, False)
    if found.area is not None:
        only = {found.area.level: (found.area.code,)}
    else:
        only = {"department": (found.office.code,)}
    span = Window(today - timedelta(days=criterion.days), today, settings.SITE_ZONE)
    told = figures_of([indicator.name], [span], only=only, at=at, book=book)[span]
    figure = told.get((), {}).get(indicator.name)
    if figure is None or figure.value is None:
        return Told(None, None, False)
    value, under = float(figure.value), figure.under
    return Told(
        as_told(indicator, value),
        None if under is None else int(under),
        meets(criterion, indicator, value, under),
    )


@dataclass(frozen=True, slots=True)
class Public:
    """A mark as everybody reads it: no name, no evidence in words, no voice."""

    mark: Mark
    kind: Kind
    checks: Sequence[MarkCheck]
    disputes: Sequence[MarkDispute]


def bearing(today: date, *, about: str = "", kind: str = "", area_path: str = "") -> list[Public]:
    """What bears a mark today, by what it is (4 queries)."""
    rows = _told().filter(case__stage__in=BORNE, valid_until__gte=today, ended_at=None)
    if about:
        rows = rows.filter(version__about=about)
    if kind:
        rows = rows.filter(kind=kind)
    if area_path:
        rows = rows.filter(below([area_path], "case__area_path"))
    return _public(rows.order_by("valid_until", "pk")[:MOST])


def settled(*, most: int = 50) -> list[Public]:
    """What was decided lately and is borne no more: refused, taken, expired (4 queries)."""
    rows = _told().exclude(decision="").exclude(case__stage__in=BORNE)
    return _public(rows.order_by("-decided_at", "pk")[:most])


def public_mark(number: str) -> Public:
    """One that was decided. Raises Missing."""
    found = _public(_told().filter(case__number=number).exclude(decision="")[:1])
    if not found:
        raise Missing(N_("There is no mark {number}, or none that you may see."), number=number)
    return found[0]


def renewed_by(found: Mark) -> Mark | None:
    """The nomination that is to take its place (1 query)."""
    return Mark.objects.filter(renews=found).exclude(ended_as="withdrawn").first()


def _told() -> QuerySet[Mark]:
    return Mark.objects.select_related("case", "version", "office", "room", "area", "place")


def _public(rows: QuerySet[Mark]) -> list[Public]:
    found = list(rows)
    ids = [one.pk for one in found]
    checks: Mapping[int, list[MarkCheck]] = defaultdict(list)
    for one in MarkCheck.objects.filter(mark__in=ids).order_by("mark", "number"):
        checks[one.mark_id].append(one)
    said: Mapping[int, list[MarkDispute]] = defaultdict(list)
    for two in MarkDispute.objects.filter(mark__in=ids).order_by("mark", "id"):
        said[two.mark_id].append(two)
    return [Public(one, read_kind(one.version), checks[one.pk], said[one.pk]) for one in found]
