"""Join cases that are one problem; split one that is several."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commonward.areas.queries import revisions
from commonward.cases.actions import timing
from commonward.cases.actions.finding import find_new
from commonward.cases.actions.moving import check_version, in_order, locked, take, touch
from commonward.cases.actions.recording import in_short, record
from commonward.cases.actions.rows import CASES
from commonward.cases.models import Case, Report
from commonward.cases.queries.answering import team_for
from commonward.cases.queries.reference import book
from commonward.core.numbers import new_number
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor

MOST_PARTS = 10


def join(
    number: str, into: str, reason: str, actor: Actor, at: datetime, *, version: int | None = None
) -> Case:
    """Join a case to another as the same problem (捆绑): its reporters follow the other from now.

    Each keeps their own number and is answered when the other case ends. The details they gave
    stay sealed under the case they were given in.
    """
    if number == into:
        raise Invalid(N_("A case cannot be joined to itself."), field="into")
    with transaction.atomic():
        # Always in the same order, so that two joins crosswise wait instead of dead-locking.
        both = {n: locked(n) for n in sorted((number, into))}
        case, main = both[number], both[into]
        check_version(case, version)
        at = max(in_order(case, at), in_order(main, at))
        if not main.is_open:
            raise Refusal(N_("Case {number} has ended; nothing can join it."), number=into)
        if main.joined_to_id is not None:
            raise Refusal(N_("Case {number} is itself joined to another."), number=into)
        case.joined_to = main
        take(case, "join", actor, at, {"words": reason})
        moved = list(Report.objects.filter(case=case).values_list("number", flat=True))
        Report.objects.filter(case=case).update(answered_at=None)
        # Those that followed this one follow the other too: nobody hangs on a chain.
        for follower in Case.objects.select_for_update(of=("self",)).filter(joined_to=case):
            follower.joined_to = main
            touch(follower, in_order(follower, at))
            record(follower, "follows", at, actor, role="dispatcher", data={"case": into})
        from commonward.cases.actions.same import keep_join  # noqa: PLC0415 (it asks who may see)

        keep_join(case, main, at)
        touch(main, at)
        record(
            main, "joined_by", at, actor, role="dispatcher", team=main.team_id,
            data={"case": number, "reports": moved},
        )  # fmt: skip
    return main


def split(
    number: str, parts: Sequence[tuple[str, str]], actor: Actor, at: datetime,
    *, version: int | None = None,
) -> list[Case]:  # fmt: skip
    """Split off children (拆分): one per (category, words); the parent closes only after them."""
    if not 1 <= len(parts) <= MOST_PARTS:
        raise Invalid(N_("Split into 1 to {most} parts."), most=MOST_PARTS, field="parts")
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        at = in_order(case, at)
        now = revisions()
        known = book(now)
        code = known.categories[case.category_id].code
        if not actor.roles_for(
            ("intake_officer", "dispatcher", "duty_chief"), "split", case.area_path, code
        ):
            raise Forbidden(N_("Splitting is for the centre's officers."))
        if case.closed_at is not None or case.parent_id is not None:
            raise Refusal(
                N_("A closed case, or one that was itself split off, cannot be split."),
                code="stage",
            )
        children = []
        for category, words in parts:
            facts = known.category(category)
            procedure_id, procedure = known.procedure_in_force(facts.procedure)
            first = procedure.stages[procedure.start]
            child = Case(
                number=new_number(),
                procedure_id=procedure_id,
                stage=first.name,
                category_id=facts.id,
                grade=case.grade if case.grade in procedure.grades else procedure.grades[0],
                summary=" ".join(words.split())[:200],
                origin="split",
                area_id=case.area_id,
                area_path=case.area_path,
                lat=case.lat,
                lon=case.lon,
                address=case.address,
                parent=case,
                opened_at=at,
                stage_since=at,
                changed_at=at,
            )
            team_for(child, first, facts, at, now)
            clocks = timing.first_clocks(child, procedure, facts.code, None, at, now)
            timing.nearest(child, clocks, now)
            CASES.insert(child)
            find_new(child, words, {})
            for clock in clocks:
                clock.case_id = child.pk
            timing.save(clocks)
            record(
                child, "opened", at, actor, role="dispatcher", to_stage=first.name,
                team=child.team_id, data={"parent": number, "routing": in_short(child.routing)},
            )  # fmt: skip
            children.append(child)
        touch(case, at)
        record(
            case, "split", at, actor, role="dispatcher", team=case.team_id,
            data={"children": [c.number for c in children]},
        )  # fmt: skip
    return children
