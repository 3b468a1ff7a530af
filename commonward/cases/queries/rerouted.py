"""What another rule of who answers would have meant for the cases of last month (派遣试算)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.areas.queries import calendar_name_for
from commonward.areas.queries.ruling import trial
from commonward.cases.models import Case
from commonward.cases.queries.answering import office_open
from commonward.cases.queries.reference import book
from commonward.core.routing import Facts, Rule
from commonward.people.models import Team
from commonward.people.queries import revisions, team_states

WINDOW = timedelta(days=31)
MOST_CASES = 5_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Move:
    """So many cases from one team to another, as (name, English name); None is unrouted."""

    before: tuple[str, str] | None
    after: tuple[str, str] | None
    cases: int


@dataclass(frozen=True, slots=True)
class Rerouted:
    """How many of the `cases` looked at would have gone elsewhere, from whom to whom, and the
    numbers of the first few; `whole` says whether they were all of the month."""

    cases: int
    whole: bool
    moved: int
    moves: tuple[Move, ...]
    examples: tuple[str, ...]


def rerouted(name: str, proposed: Rule | None, at: datetime) -> Rerouted:
    """Ask today's rules and the changed ones about each case opened in the month before `at`.

    Asked are the stages of the case's procedure that are routed by the duties concerned, at the
    moment the case was opened, of today's teams. `proposed` None takes the rule away. At most
    MOST_CASES, the newest first (4 queries).
    """
    marks = revisions()
    known = book(marks)
    tried = trial(name, proposed, at)
    asked = {
        version: sorted(
            {
                stage.duty
                for stage in procedure.stages.values()
                if stage.routed and stage.duty in tried.duties
            }
        )
        for version, procedure in known.procedures.items()
    }
    rows = (
        Case.objects.filter(opened_at__gte=at - WINDOW, opened_at__lt=at)
        .order_by("-opened_at", "-id")
        .values_list("number", "procedure_id", "category_id", "area_path", "grade", "opened_at")
    )
    found = list(rows[: MOST_CASES + 1])
    teams = team_states(at, marks)
    answers: dict[tuple[object, ...], tuple[int | None, int | None]] = {}
    moves: Counter[tuple[int | None, int | None]] = Counter()
    examples: list[str] = []
    moved = 0
    for number, version, category_id, path, grade, opened in found[:MOST_CASES]:
        ways = set()
        for duty in asked[version]:
            is_open = office_open(calendar_name_for(path, marks), opened, marks)
            category = known.categories[category_id].code
            places = (tried.before.named(duty, path), tried.after.named(duty, path))
            key = (duty, category, grade, is_open, *places)
            if key not in answers:
                facts = Facts(duty, category, path, grade, is_open, at)
                answers[key] = (
                    tried.before.route(facts, teams).team,
                    tried.after.route(facts, teams).team,
                )
            if answers[key][0] != answers[key][1]:
                ways.add(answers[key])
        if ways:
            moved += 1
            moves.update(ways)
            if len(examples) < SHOWN:
                examples.append(number)
    names = {
        pk: (own, english)
        for pk, own, english in Team.objects.filter(
            pk__in={team for way in moves for team in way if team is not None}
        ).values_list("id", "name", "name_en")
    }
    return Rerouted(
        cases=min(len(found), MOST_CASES),
        whole=len(found) <= MOST_CASES,
        moved=moved,
        moves=tuple(
            Move(
                None if before is None else names[before],
                None if after is None else names[after],
                count,
            )
            for (before, after), count in moves.most_common()
        ),
        examples=tuple(examples),
    )
