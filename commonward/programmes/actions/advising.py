"""Advice on preventing harm: texts kept, proposed by a rule, told or declined by a person."""

from datetime import datetime, timedelta

from django.db import transaction

from commonward.areas.actions import publish_news
from commonward.areas.models import Area
from commonward.areas.queries.tree import valid
from commonward.cases.models import Category
from commonward.core.advising import STANDS, VERSION, Advice, checked, reason, shipped
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.people.actions import record_change
from commonward.programmes.models import AdviceProposal, AdviceText
from commonward.programmes.queries.advice import (
    advice_of,
    counted,
    decides,
    windows_known,
)

EVERY = timedelta(hours=20)
"""The rule is asked once a night."""
AGAIN = timedelta(days=28)
"""What was told or declined for an area is not proposed there again before."""
LAPSES = timedelta(days=14)
"""A proposal that nobody decided: its counts are no longer true."""
_LONGEST = timedelta(days=120)


def set_up_advice(at: datetime, actor: Actor = SYSTEM) -> int:
    """Adopt the shipped texts that a site's categories fit and that are missing; how many.

    What a site has changed or switched off stays as it is. Raises Forbidden.
    """
    _require(actor, "set_up_advice")
    known = {
        code: f"{name} {name_en} {keywords}"
        for code, name, name_en, keywords in Category.objects.filter(active=True).values_list(
            "code", "name", "name_en", "keywords"
        )
    }
    there = set(AdviceText.objects.values_list("code", flat=True))
    made = 0
    for one in shipped():
        advice = one.of(known)
        if advice.code not in there and any(
            code.startswith(advice.categories) for code in known if advice.categories
        ):
            keep_text(advice, at, actor=actor)
            made += 1
    return made


@transaction.atomic
def keep_text(advice: Advice, at: datetime, *, actor: Actor, active: bool = True) -> AdviceText:
    """Add a text, or change the one of this name. Raises Forbidden, Invalid naming the field."""
    _require(actor, "keep_advice")
    refuse_onlooker(actor)
    made = checked(advice)
    row, _new = AdviceText.objects.update_or_create(
        code=made.code,
        defaults={
            "kind": made.kind,
            "title": made.title,
            "title_en": made.title_en,
            "lines": list(made.lines),
            "lines_en": list(made.lines_en),
            "categories": list(made.categories),
            "months": list(made.months),
            "quiet": made.quiet,
            "active": active,
        },
    )
    record_change(
        actor, "keep_advice", row.code, at,
        {"title": row.title, "categories": row.categories, "months": row.months, "active": active},
    )  # fmt: skip
    return row


def advice_due(at: datetime) -> bool:
    """Whether the rule was not asked for a night (1 query)."""
    newest = AdviceProposal.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    return AdviceText.objects.filter(active=True).exists() and (
        newest is None or at - newest >= EVERY
    )


def propose_advice(at: datetime) -> int:
    """Propose each text where counts or the season call for it; how many were proposed.

    A larger area's proposal stands for its parts too. Proposals that nobody decided lapse.
    """
    AdviceProposal.objects.filter(state="proposed", made_at__lte=at - LAPSES).update(
        state="lapsed", decided_at=at
    )
    texts = {row.code: row for row in AdviceText.objects.filter(active=True)}
    counts = counted({code: advice_of(row).categories for code, row in texts.items()}, at)
    areas = {
        row.code: row
        for row in Area.objects.filter(valid(at), code__in={code for _text, code in counts})
    }
    held = set(
        AdviceProposal.objects.filter(made_at__gt=at - AGAIN).values_list("text_id", "area__code")
    )
    known = windows_known(at)
    made = 0
    for (code, place), numbers in sorted(counts.items(), key=lambda row: (row[0][0], row[0][1])):
        text, area = texts[code], areas.get(place)
        why = reason(numbers[: 1 + known], at.month, text.months)
        if area is None or why is None or _holds(text.pk, area.path, held):
            continue
        _row, new = AdviceProposal.objects.get_or_create(
            text=text,
            area=area,
            state="proposed",
            defaults={
                "rule": why.rule,
                "version": VERSION,
                "count": why.count,
                "usual": why.usual,
                "made_at": at,
            },
        )
        held.add((text.pk, area.code))
        made += new
    return made


def publish_advice(
    proposal: int, actor: Actor, at: datetime, *, until: datetime | None = None
) -> AdviceProposal:
    """Show a proposed text on the pages of its area. Raises Missing, Forbidden, Invalid, Stale."""
    refuse_onlooker(actor)
    ends = at + timedelta(days=STANDS) if until is None else until
    if not at < ends <= at + _LONGEST:
        raise Invalid(
            N_("It ends after today and stands {days} days at most."),
            days=_LONGEST.days,
            field="until",
        )
    with transaction.atomic():
        row = _to_decide(proposal, actor)
        advice = advice_of(row.text)
        row.news = publish_news(
            actor,
            row.area.code,
            "prevention",
            advice.title,
            "\n".join(advice.lines),
            since=at,
            until=ends,
            at=at,
            title_en=advice.title_en,
            words_en="\n".join(advice.lines_en),
        )
        return _decided(row, "published", actor, at)


def decline_advice(proposal: int, actor: Actor, at: datetime) -> AdviceProposal:
    """Leave a proposed text untold; it comes again no sooner than `AGAIN`. Raises as above."""
    refuse_onlooker(actor)
    with transaction.atomic():
        return _decided(_to_decide(proposal, actor), "declined", actor, at)


def ask_advice(text: str, area_code: str, actor: Actor, at: datetime) -> AdviceProposal:
    """Propose a text by hand, whatever the counts say. Raises Missing, Forbidden, Stale."""
    refuse_onlooker(actor)
    row = AdviceText.objects.filter(code=text).first()
    area = Area.objects.filter(valid(at), code=area_code).first()
    if row is None or area is None:
        raise Missing(N_("There is no such text or no such area."), field="text")
    _require_area(actor, area.path)
    made, new = AdviceProposal.objects.get_or_create(
        text=row,
        area=area,
        state="proposed",
        defaults={"rule": "person", "version": VERSION, "made_at": at},
    )
    if not new:
        raise Stale(N_("This text waits for a decision there already."))
    return made


def _holds(text: int, path: str, held: set[tuple[int, str]]) -> bool:
    """Whether this text was decided on or waits, for the area or one above it."""
    return any((text, code) in held for code in path.strip("/").split("/"))


def _to_decide(proposal: int, actor: Actor) -> AdviceProposal:
    row = (
        AdviceProposal.objects.select_for_update(of=("self",))
        .select_related("text", "area")
        .filter(pk=proposal)
        .first()
    )
    if row is None or not decides(actor, row.area.path):
        raise Missing(N_("There is no such proposal, or none that you decide on."))
    if row.state != "proposed":
        raise Stale(N_("Somebody else has decided on it meanwhile."))
    return row


def _decided(row: AdviceProposal, state: str, actor: Actor, at: datetime) -> AdviceProposal:
    row.state, row.decided_by_id, row.decided_at = state, actor.account, at
    row.save(update_fields=["state", "decided_by", "decided_at", "news"])
    record_change(actor, f"advice_{state}", row.text.code, at, {"area": row.area.code})
    return row


def _require(actor: Actor, verb: str) -> None:
    if actor.role != "system" and not actor.roles_for(
        ("programme_officer", "administrator"), verb, "", ""
    ):
        raise Forbidden(N_("Only who keeps the programmes of the whole site changes its advice."))


def _require_area(actor: Actor, path: str) -> None:
    if not decides(actor, path):
        raise Forbidden(
            N_("Only those who lead or administer this area tell its people something.")
        )
