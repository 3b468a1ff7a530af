"""What marks stand on at a site: the procedure, the category, and kinds with their criteria."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from commonward.cases.actions import adopt_procedure, set_category
from commonward.cases.models import Category, ProcedureVersion
from commonward.core.marks.allowed import check_kind
from commonward.core.marks.kind import NOTICE_DAYS, Criterion, Kind, from_data, shipped
from commonward.core.procedures import shipped as procedure_text
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.insight.queries.measuring import book_in_force
from commonward.people.access import require_administrator
from commonward.people.actions import record_change
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.models import MarkKind
from commonward.programmes.queries.marks import CATEGORY, newest, read_kind

PROCEDURE = "mark"
GROUP = "专项工作"
EDITS = ("administrator", "programme_officer")


def set_up_marks(at: datetime, actor: Actor = SYSTEM) -> None:
    """Adopt the procedure, make the category and publish the kinds that are missing."""
    require_administrator(actor, "set_up_marks")
    if not ProcedureVersion.objects.filter(name=PROCEDURE).exists():
        adopt_procedure(procedure_text(PROCEDURE), at=at, actor=actor)
    if not Category.objects.filter(code=CATEGORY).exists():
        set_category(
            CATEGORY, "质量标志", name_en="Mark of quality", procedure=PROCEDURE, group=GROUP,
            reportable=False, actor=actor,
        )  # fmt: skip
    there = newest()
    for code, kind in shipped().items():
        if code not in there:
            publish_kind(kind, actor, at, upon=0)


def may_edit(actor: Actor) -> bool:
    """Whether this person publishes kinds of marks: criteria hold everywhere, so a grant does too."""
    return actor.role == "system" or bool(actor.roles_for(EDITS, "keep", "", CATEGORY))


def publish_kind(
    kind: Kind, actor: Actor, at: datetime, *, upon: int, holds_from: date | None = None
) -> MarkKind:
    """Publish a version (公布条件): nominations under it begin `NOTICE_DAYS` later at the earliest.

    `upon` is the number of the version it was written upon, 0 for a new kind. Nominations that
    stand keep theirs. Raises Forbidden, Invalid, Stale.
    """
    refuse_onlooker(actor)
    if not may_edit(actor):
        raise Forbidden(N_("Kinds of marks are published by who keeps all programmes."))
    kind = from_data(kind.to_data())
    check_kind(kind, book_in_force(at))
    first = day_of(at) + timedelta(days=NOTICE_DAYS)
    if holds_from is not None and holds_from < first:
        raise Invalid(
            N_("Criteria stand published {days} days before the first nomination."),
            days=NOTICE_DAYS,
            field="holds_from",
        )
    before = newest(kind.code).get(kind.code)
    if before is not None and before.about != kind.about:
        raise Invalid(N_("What bears a mark stays; make another kind."), field="about")
    return _write(kind, actor, at, upon, holds_from or first, takes=True)


def close_kind(code: str, actor: Actor, at: datetime, *, upon: int) -> MarkKind:
    """Take no more nominations of a kind; marks that are borne stay. Raises as `publish_kind`."""
    refuse_onlooker(actor)
    if not may_edit(actor):
        raise Forbidden(N_("Kinds of marks are published by who keeps all programmes."))
    before = newest(code).get(code)
    if before is None:
        raise Missing(N_("There is no such mark."))
    return _write(read_kind(before), actor, at, upon, day_of(at), takes=False)


def with_list(criterion: Criterion, lines: tuple[tuple[str, str], ...]) -> Criterion:
    """A criterion whose list is copied from a checklist, so that it stays as it was published."""
    return replace(criterion, items=lines)


def _write(
    kind: Kind, actor: Actor, at: datetime, upon: int, holds_from: date, *, takes: bool
) -> MarkKind:
    try:
        with transaction.atomic():
            before = newest(kind.code).get(kind.code)
            if (before.number if before else 0) != upon:
                raise _stale()
            made = MarkKind.objects.create(
                kind=kind.code, number=upon + 1, about=kind.about, data=kind.to_data(),
                open=takes, holds_from=holds_from, published_at=at, by_id=actor.account,
            )  # fmt: skip
            record_change(
                actor, "publish_mark_kind", kind.code, at, {"number": made.number, "open": takes}
            )
    except IntegrityError as clash:
        raise _stale() from clash
    return made


def _stale() -> Stale:
    return Stale(N_("Somebody else published a version in the meantime; look at it again."))
