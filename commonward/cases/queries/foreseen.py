"""What a step would do with each of many cases, or why not: asked before anything is written.

The answers are core's own; what reading many cases one by one would ask a thousand times is read
at once here. The step itself is taken by `cases.actions`, which asks again under the lock.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from commonward.cases.access import seen_by
from commonward.cases.actions.handing import team_that_answers
from commonward.cases.actions.tasking import ASKED_BY
from commonward.cases.models import Case, Event, Task
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.reference import Book, book
from commonward.core.procedures import Procedure, Situation, Verb, step
from commonward.core.procedures.model import Text
from commonward.core.procedures.step import offered
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.people.queries import revisions as read_revisions

MOST = 200
"""Cases that one look, and so one bulk of steps, may have."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One case and what would become of it: the title of the stage it would be in, or a refusal.

    `line` is None where there is no such case for the asker (the refusal says so).
    """

    number: str
    line: CaseLine | None
    to: Text | None
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Possible:
    """A step that at least one of several cases could take now, and for how many."""

    verb: Verb
    cases: int


def possible(actor: Actor, numbers: Sequence[str], at: datetime) -> tuple[Possible, ...]:
    """The steps of the cases' procedures that this person could take with any of them now."""
    many = _Many(actor, numbers)
    counted: Counter[str] = Counter()
    verbs: dict[str, Verb] = {}
    for case in many.cases.values():
        procedure = many.known.procedures[case.procedure_id]
        for verb in offered(procedure, actor, many.situation(case), at):
            counted[verb.name] += 1
            verbs.setdefault(verb.name, verb)
    order = [name for p in many.known.procedures.values() for name in p.verbs]
    return tuple(Possible(verbs[name], counted[name]) for name in sorted(counted, key=order.index))


def offered_each(
    actor: Actor, numbers: Sequence[str], at: datetime
) -> Mapping[str, tuple[Verb, ...]]:
    """By number of each case that this person may see, the steps they could take with it now."""
    many = _Many(actor, numbers)
    return {
        case.number: tuple(
            offered(many.known.procedures[case.procedure_id], actor, many.situation(case), at)
        )
        for case in many.cases.values()
    }


def foreseen_step(
    actor: Actor,
    numbers: Sequence[str],
    verb: str,
    given: Mapping[str, Any],
    at: datetime,
    *,
    filled: bool = True,
) -> tuple[Foreseen, ...]:
    """What `cases.actions.act` would do with each of these cases (6 queries, however many).

    Not `filled`: as if whatever the step needs will have been given.
    """
    many = _Many(actor, numbers)
    wrong = _wrong_team([given["team"]], many, at) if given.get("team") else None
    main = many.seen(str(given.get("into", "")), actor) if verb == "join" else None

    def foretold(case: Case) -> Text:
        procedure = many.known.procedures[case.procedure_id]
        told = given if filled else _anything(procedure, verb)
        taken = step(procedure, verb, actor, many.situation(case), told, at)
        if not filled:
            return taken.to.title
        if wrong is not None:
            raise wrong
        if verb == "join":
            _can_follow(case, main, str(given.get("into", "")))
        if verb == "recategorise":
            _same_procedure(case, str(given["category"]), many.known)
        return taken.to.title

    return many.each(at, foretold)


def foreseen_tasks(
    actor: Actor, numbers: Sequence[str], kind: str, teams: Sequence[int], at: datetime
) -> tuple[Foreseen, ...]:
    """What `cases.actions.ask_tasks` would do with each of these cases (6 queries)."""
    many = _Many(actor, numbers)
    asked = set(
        Task.objects.filter(
            case_id__in=list(many.cases), kind=kind, is_open=True, team_id__in=teams
        ).values_list("case_id", flat=True)
    )
    wrong = _wrong_team(teams, many, at)
    _, procedure = many.known.procedure_in_force(kind)

    def foretold(case: Case) -> Text:
        code = many.known.categories[case.category_id].code
        if not actor.roles_for(ASKED_BY[kind], kind, case.area_path, code):
            raise Forbidden(
                N_("“{kind}” is for {who}; you hold no such role here."),
                kind=kind,
                who=", ".join(ASKED_BY[kind]),
            )
        if case.closed_at is not None:
            raise Refusal(
                N_("Case {number} is closed; no task can be added."),
                number=case.number,
                code="stage",
            )
        if case.pk in asked:
            raise Refusal(
                N_("This team has been asked already and its task is open."), code="asked"
            )
        if wrong is not None:
            raise wrong
        return procedure.stages[procedure.start].title

    return many.each(at, foretold)


def _anything(procedure: Procedure, verb: str) -> Mapping[str, Any]:
    needs = procedure.verbs[verb].needs if verb in procedure.verbs else ()
    return dict.fromkeys(needs, "…") | {"outcome": next(iter(procedure.outcomes), "")}


def _can_follow(case: Case, main: Case | None, into: str) -> None:
    if main is None:
        raise Missing(
            N_("There is no case {number}, or none that you may see."), number=into, field="into"
        )
    if case.number == main.number:
        raise Invalid(N_("A case cannot be joined to itself."), field="into")
    if not main.is_open:
        raise Refusal(N_("Case {number} has ended; nothing can join it."), number=into)


def _same_procedure(case: Case, code: str, known: Book) -> None:
    facts = known.category(code)
    if known.categories[case.category_id].procedure != facts.procedure:
        raise Invalid(
            N_("“{code}” follows another procedure; refuse this case and open one there."),
            code=facts.code,
            field="category",
        )


def _wrong_team(teams: Iterable[Any], many: "_Many", at: datetime) -> Refusal | None:
    try:
        for team in teams:
            team_that_answers(team, at, many.marks)
    except Refusal as refusal:
        return refusal
    return None


class _Many:
    """The cases of these numbers that the asker may see, with all that `step` wants to know."""

    def __init__(self, actor: Actor, numbers: Sequence[str]) -> None:
        self.numbers = list(dict.fromkeys(numbers))[:MOST]
        self.marks = read_revisions()
        self.known: Book = book(self.marks)
        rows = Case.objects.filter(seen_by(actor, self.marks), number__in=self.numbers)
        self.cases = {case.pk: case for case in rows}
        self._waits = self._waiting()
        self._done = self._doers()

    def each(self, at: datetime, foretold: Any) -> tuple[Foreseen, ...]:
        """Ask about each case in the order of the numbers."""
        by_number = {case.number: case for case in self.cases.values()}
        shown = {line.number: line for line in lines(list(self.cases), at, self.marks)}
        found = []
        for number in self.numbers:
            to: Text | None = None
            refused: Refusal | None = None
            try:
                if number not in by_number:
                    raise Missing(
                        N_("There is no case {number}, or none that you may see."), number=number
                    )
                to = foretold(by_number[number])
            except Refusal as refusal:
                refused = refusal
            found.append(Foreseen(number, shown.get(number), to, refused))
        return tuple(found)

    def seen(self, number: str, actor: Actor) -> Case | None:
        """The case of this number, whether among them or not, if the asker may see it."""
        rows = Case.objects.filter(seen_by(actor, self.marks), number=number)
        return rows.first()

    def situation(self, case: Case) -> Situation:
        """Where one of them stands."""
        procedure = self.known.procedures[case.procedure_id]
        done = self._done.get(case.pk, [])
        by: dict[str, frozenset[int]] = {}
        teams: dict[str, frozenset[int]] = {}
        for verb in procedure.by_stage[case.stage]:
            for other in verb.apart_from:
                by[other] = frozenset(a for v, a, _ in done if v == other and a is not None)
                # The event names who had the case: the doer's team only where it must be.
                if procedure.verbs[other].own_team:
                    teams[other] = frozenset(t for v, _, t in done if v == other and t is not None)
        return Situation(
            stage=case.stage,
            area_path=case.area_path,
            category=self.known.categories[case.category_id].code,
            team=case.team_id,
            back_to=case.back_to,
            counters=case.counters,
            closed_at=case.closed_at,
            waits_for=self._waits.get(case.pk, 0),
            done_by=by,
            done_by_teams=teams,
        )

    def _waiting(self) -> Mapping[int, int]:
        ids = list(self.cases)
        found: Counter[int] = Counter()
        tasks = Task.objects.filter(case_id__in=ids, is_open=True, blocks=True)
        found.update(dict(tasks.values_list("case_id").annotate(Count("id"))))
        parts = Case.objects.filter(parent_id__in=ids, is_open=True)
        found.update({p: n for p, n in parts.values_list("parent_id").annotate(Count("id")) if p})
        return found

    def _doers(self) -> Mapping[int, list[tuple[str, int | None, int | None]]]:
        verbs = {
            name
            for case in self.cases.values()
            for verb in self.known.procedures[case.procedure_id].by_stage[case.stage]
            for name in verb.apart_from
        }
        found: dict[int, list[tuple[str, int | None, int | None]]] = defaultdict(list)
        if verbs:
            rows = Event.objects.filter(case_id__in=list(self.cases), task=None, verb__in=verbs)
            for case, name, by, team in rows.values_list(
                "case_id", "verb", "account_id", "team_id"
            ):
                found[case].append((name, by, team))
        return found
