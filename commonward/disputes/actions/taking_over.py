"""Take over disputes that ended before this system had them, with each of their steps (历史数据)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.db import transaction

from commonward.areas.models import Area
from commonward.cases.models import Case, Event, Report
from commonward.cases.queries.reference import book
from commonward.core.disputes import KINDS, LEVELS, SOURCES, category_of
from commonward.core.numbers import new_numbers
from commonward.core.procedures import Procedure
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.disputes.models import Dispute, Side
from commonward.people.access import require_administrator

SOURCE = "earlier-disputes"
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Past:
    """A dispute that has ended: what the statistics need, and nobody's name.

    `steps` are the verbs of the procedure in order with their moments; the first follows
    `registered_at` and the last ends it. `agreed` are the letters of the sides that said yes.
    """

    ref: str
    kind: str
    source: str
    area_code: str
    registered_at: datetime
    steps: Sequence[tuple[str, datetime]]
    grade: str = "blue"
    agreed: str = "a"
    group: bool = False
    place_cell: str = ""


def take_over(rows: Iterable[Past], actor: Actor = SYSTEM) -> int:
    """Write ended disputes with their events; how many were new. Whole, or nothing of it.

    Rows that are there already (same `ref`) are passed over. Raises Forbidden, and Invalid naming
    the row whose steps the procedure does not allow.
    """
    require_administrator(actor, "take_over")
    refuse_onlooker(actor)
    known = book()
    number, procedure = known.procedure_in_force("dispute")
    areas = {code: (pk, path) for pk, code, path in Area.objects.filter(valid_until=None).values_list(
        "pk", "code", "path")}  # fmt: skip
    done = 0
    left = iter(rows)
    with transaction.atomic():
        while batch := list(islice(left, _BATCH)):
            refs = [one.ref for one in batch]
            there = set(
                Case.objects.filter(source=SOURCE, source_ref__in=refs).values_list(
                    "source_ref", flat=True
                )
            )
            new = [_Taken(one, procedure, areas) for one in batch if one.ref not in there]
            _write(new, number, {k: known.category(category_of(k)).id for k in KINDS})
            done += len(new)
    return done


class _Taken:
    """A past dispute with the stages that its steps led through."""

    def __init__(self, past: Past, procedure: Procedure, areas: dict[str, tuple[int, str]]) -> None:
        self.past = past
        if past.kind not in KINDS or past.source not in SOURCES:
            raise _wrong(past, "kind or source")
        if past.area_code not in areas:
            raise _wrong(past, past.area_code)
        self.area, self.path = areas[past.area_code]
        self.level = ""
        self.outcome = ""
        self.stages = [procedure.start]
        before, back = past.registered_at, ""
        for verb, at in past.steps:
            found = procedure.verbs.get(verb)
            here = self.stages[-1]
            if found is None or here not in found.from_ or at < before:
                raise _wrong(past, verb)
            to = {"=": here, "<": back}.get(found.to, found.to)
            if procedure.stages[to].pauses:
                back = here
            self.stages.append(to)
            self.outcome = found.outcome or self.outcome
            if verb.removeprefix("to_") in LEVELS:
                self.level = verb.removeprefix("to_")
            before = at
        if not procedure.stages[self.stages[-1]].ends:
            raise _wrong(past, self.stages[-1])
        self.roles = [procedure.verbs[verb].who[0] for verb, _ in past.steps]
        self.ended = before


def _wrong(past: Past, what: str) -> Invalid:
    return Invalid(
        N_("The past dispute {ref} cannot be taken over: “{what}” does not fit."),
        ref=past.ref,
        what=what,
        field="steps",
    )


def _write(taken: Sequence[_Taken], procedure: int, categories: dict[str, int]) -> None:
    numbers = new_numbers(len(taken))
    cases = Case.objects.bulk_create(
        [
            Case(
                number=number,
                procedure_id=procedure,
                stage=one.stages[-1],
                is_open=False,
                version=len(one.past.steps) + 2,
                category_id=categories[one.past.kind],
                grade=one.past.grade,
                area_id=one.area,
                area_path=one.path,
                opened_at=one.past.registered_at,
                stage_since=one.ended,
                changed_at=one.ended,
                closed_at=one.ended,
                outcome=one.outcome,
                source=SOURCE,
                source_ref=one.past.ref,
            )
            for number, one in zip(numbers, taken, strict=True)
        ]
    )
    Report.objects.bulk_create(
        [
            Report(
                number=case.number,
                case=case,
                channel="import",
                received_at=case.opened_at,
                answered_at=case.closed_at,
            )
            for case in cases
        ]
    )
    Dispute.objects.bulk_create(
        [
            Dispute(
                case=case,
                kind=one.past.kind,
                source=one.past.source,
                level=one.level,
                group=one.past.group,
                place_cell=one.past.place_cell,
                registered_at=one.past.registered_at,
                result=one.outcome,
                ended_at=one.ended,
            )
            for case, one in zip(cases, taken, strict=True)
        ]
    )
    Side.objects.bulk_create(
        [
            Side(dispute_id=case.pk, letter=letter,
                 answer="agreed" if letter in one.past.agreed else "")
            for case, one in zip(cases, taken, strict=True)
            for letter in ("a", "b")
        ]
    )  # fmt: skip
    Event.objects.bulk_create(
        [e for case, one in zip(cases, taken, strict=True) for e in _events(case, one)]
    )


def _events(case: Case, one: _Taken) -> list[Event]:
    at, now = one.past.registered_at, datetime.now(UTC)
    begun = [
        Event(case=case, at=at, written_at=now, verb="opened", to_stage=one.stages[0],
              role="coordinator", data={"channel": "import"}),
        Event(case=case, at=at, written_at=now, verb="dispute_registered", role="coordinator",
              data={"kind": one.past.kind, "source": one.past.source}),
    ]  # fmt: skip
    since = at
    for index, (verb, when) in enumerate(one.past.steps):
        moved = one.stages[index] != one.stages[index + 1]
        begun.append(
            Event(
                case=case, at=when, written_at=now, verb=verb, from_stage=one.stages[index],
                to_stage=one.stages[index + 1], role=one.roles[index],
                spent=int((when - since).total_seconds()) if moved else None,
            )
        )  # fmt: skip
        since = when if moved else since
    return begun
