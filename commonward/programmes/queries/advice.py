"""Advice: the site's texts, what waits for a decision, and what is told now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from commonward.areas.models import Area
from commonward.areas.queries.tree import valid
from commonward.cases.models import Case, Category
from commonward.cases.queries.shown import shown
from commonward.core.advising import BEFORE, WINDOW, Advice
from commonward.core.figures import NO_CASE
from commonward.core.refusals import N_, Missing
from commonward.core.rights import APART, Actor
from commonward.programmes.models import AdviceProposal, AdviceText

TELLS = ("programme_officer", "leader", "administrator")
"""Who decides what is told; `areas.actions.publish_news` asks again."""
LEVELS = ("district", "street")
"""Of areas that advice is proposed for: smaller ones would tell of single houses."""
MOST = 200
_STANDS = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One text as somebody reads it."""

    id: int
    advice: Advice
    area: str
    area_name: str
    area_name_en: str
    rule: str
    count: int
    usual: float
    made_at: datetime
    until: datetime | None = None


def texts() -> list[AdviceText]:
    """All texts of the site, by kind and name (1 query)."""
    return list(AdviceText.objects.order_by("kind", "code"))


def text_by(code: str) -> AdviceText:
    """The text of this name. Raises Missing."""
    found = AdviceText.objects.filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no text “{code}”."), code=code)
    return found


def advice_of(row: AdviceText) -> Advice:
    """A row as `core` reads it."""
    return Advice(
        code=row.code,
        kind=row.kind,
        title=row.title,
        lines=tuple(row.lines),
        categories=tuple(row.categories),
        months=tuple(row.months),
        title_en=row.title_en,
        lines_en=tuple(row.lines_en),
        quiet=row.quiet,
    )


def proposed(actor: Actor) -> list[Told]:
    """What waits for this person's decision, the newest first (1 query)."""
    rows = _rows(Q(state="proposed"))[:MOST]
    return [_told(row) for row in rows if decides(actor, row.area.path)]


def decides(actor: Actor, area_path: str) -> bool:
    """Whether this person may tell the people of an area something."""
    return bool(actor.roles_for((*TELLS, "system"), "publish_news", area_path, ""))


def told_now(at: datetime, area_path: str = "") -> list[Told]:
    """What is published and stands, in an area and those above it, or ("") anywhere (1 query)."""
    standing = Q(state="published", news__valid_from__lte=at, news__valid_until__gt=at)
    if area_path:
        standing &= Q(area__code__in=area_path.strip("/").split("/"))
    return [_told(row) for row in _rows(standing)[:_STANDS]]


def one_told(proposal: int, at: datetime) -> Told | None:
    """One that stands; None where there is none (1 query)."""
    found = _rows(Q(pk=proposal, state="published", news__valid_until__gt=at)).first()
    return None if found is None else _told(found)


def counted(
    prefixes: Mapping[str, Iterable[str]], at: datetime
) -> dict[tuple[str, str], list[int]]:
    """Problems by text and code of area (`LEVELS`), newest window first (1 + `BEFORE` queries of
    at most a row per category and grid, and 2).

    `prefixes` are those of each text. Counted are cases that everybody may see; of categories that
    stand apart (a stopped payment) all are, and their text tells no number.
    """
    codes = list(Category.objects.values_list("id", "code"))
    kinds = {
        text: frozenset(pk for pk, code in codes if code.startswith(tuple(wanted)))
        for text, wanted in prefixes.items()
    }
    within = _levels(at)
    found: dict[tuple[str, str], list[int]] = {}
    for back in range(BEFORE + 1):
        for category, path, count in _window(frozenset().union(*kinds.values()), at, back):
            for text, ids in kinds.items():
                if category in ids:
                    for code in filter(within.__contains__, path.strip("/").split("/")):
                        row = found.setdefault((text, code), [0] * (BEFORE + 1))
                        row[back] += count
    return found


def windows_known(at: datetime) -> int:
    """How many whole windows before the newest one this site has lived: what it did not see is
    nothing usual (1 query)."""
    first = Case.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    lived = (at - first).days if first is not None else 0
    return max(0, min(BEFORE, lived // WINDOW - 1))


def _window(ids: frozenset[int], at: datetime, back: int) -> Iterable[tuple[int, str, int]]:
    ends = at - timedelta(days=WINDOW * back)
    apart = Q()
    for start in APART:
        apart |= Q(category__code__startswith=start)
    return (
        Case.objects.filter(
            category_id__in=ids,
            opened_at__gt=ends - timedelta(days=WINDOW),
            opened_at__lte=ends,
            joined_to=None,
        )
        .exclude(outcome__in=NO_CASE)
        .annotate(told=shown())
        .filter(Q(told=True) | apart)
        .values_list("category_id", "area_path")
        .annotate(count=Count("id"))
    )


def _levels(at: datetime) -> frozenset[str]:
    return frozenset(
        Area.objects.filter(valid(at), level__in=LEVELS).values_list("code", flat=True)
    )


def _rows(wanted: Q) -> QuerySet[AdviceProposal]:
    return (
        AdviceProposal.objects.filter(wanted)
        .select_related("text", "area", "news")
        .order_by("-made_at", "-id")
    )


def _told(row: AdviceProposal) -> Told:
    return Told(
        id=row.pk,
        advice=advice_of(row.text),
        area=row.area.code,
        area_name=row.area.name,
        area_name_en=row.area.name_en,
        rule=row.rule,
        count=row.count,
        usual=row.usual,
        made_at=row.made_at,
        until=row.news.valid_until if row.news is not None else None,
    )
