"""What can be done with many cases at once: the steps of their procedures, tasks, joining."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.cases.access import visible_case
from commonward.cases.actions import act, ask_tasks, join
from commonward.cases.actions.tasking import ASKED_BY
from commonward.cases.queries.foreseen import (
    MOST,
    Foreseen,
    foreseen_step,
    foreseen_tasks,
    possible,
)
from commonward.cases.queries.reference import Book, book
from commonward.core.numbers import normalise
from commonward.core.procedures import Verb
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.desk import wording
from commonward.doors.desk.naming import code_of
from commonward.doors.look.showing import said
from commonward.doors.look.standing import Standing
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose

ASK = "ask_"
"""Before the kind of task, in the name of a deed."""
TO_A_TEAM = "to_a_team"
"""Give the cases to a team, by whichever step does that where most of them stand."""
_GIVING = ("dispatch", "assign", "decide_finally")
_FILLED = frozenset({"reason", "words", "result", "team", "category", "outcome"})
_LONGEST = {"reason": 2000, "words": 2000, "result": 2000}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done with several cases; `cases` is for how many of the chosen."""

    name: str
    title: str
    needs: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen cases in their order, each with the version that was seen (None: none was)."""

    versions: Mapping[str, int | None]

    @property
    def numbers(self) -> list[str]:
        """Their numbers."""
        return list(self.versions)


def chosen(given: Sequence[str]) -> Chosen:
    """Cases as "NUMBER" or "NUMBER:VERSION". Raises Invalid for none, too many or a wrong one."""
    versions: dict[str, int | None] = {}
    for one in given:
        number, _, version = one.partition(":")
        if version and not (version.isdecimal() and len(version) < 10):
            raise Invalid(N_("This page is too old: load it again."), field="case")
        versions[normalise(number)] = int(version) if version else None
    if not versions:
        raise Invalid(N_("Select at least one case in the list first."), field="case")
    if len(versions) > MOST:
        raise Invalid(N_("At most {most} cases can be done at once."), field="case", most=MOST)
    return Chosen(versions)


def deeds(standing: Standing, numbers: Sequence[str]) -> list[Deed]:
    """What this person could do with at least one of them now.

    What a resident says is for one call each, and what needs approval is asked for on the case.
    """
    known = book()
    found = [
        Deed(one.verb.name, said(one.verb.title), _needs(one.verb), one.cases)
        for one in possible(standing.actor, numbers, standing.at)
        if _for_many(one.verb)
    ]
    for kind in ASKED_BY:
        if kind not in known.in_force:
            continue
        cases = sum(
            one.refusal is None
            for one in foreseen_tasks(standing.actor, numbers, kind, (), standing.at)
        )
        if cases:
            title = wording.word(wording.ASKS, kind)
            found.append(Deed(f"{ASK}{kind}", title, ("team", "words"), cases))
    return found


def deed(standing: Standing, name: str, numbers: Sequence[str]) -> Deed:
    """One of them by its name, also where no case can take it just now. Raises Missing."""
    offered = deeds(standing, numbers)
    if name == TO_A_TEAM:
        giving = [one for one in offered if one.name in _GIVING]
        if not giving:
            raise Missing(
                N_("None of these cases can be given to a team by you where it stands."),
                field="verb",
            )
        return max(giving, key=lambda one: one.cases)
    for one in offered:
        if one.name == name:
            return one
    known = book()
    kind = name.removeprefix(ASK)
    if kind != name and kind in ASKED_BY and kind in known.in_force:
        return Deed(name, wording.word(wording.ASKS, kind), ("team", "words"), 0)
    verb = _verb(name, known)
    return Deed(name, said(verb.title), _needs(verb), 0)


def _verb(name: str, known: Book) -> Verb:
    for procedure in known.procedures.values():
        if procedure.about == "case" and name in procedure.verbs:
            verb = procedure.verbs[name]
            if _for_many(verb):
                return verb
    raise Missing(
        N_("“{verb}” cannot be done with several cases at once."), field="verb", verb=name
    )


def _for_many(verb: Verb) -> bool:
    return (
        not verb.approval
        and "reporter" not in verb.who
        and verb.name != "locate"
        and set(verb.needs) <= _FILLED
    )


def _needs(verb: Verb) -> tuple[str, ...]:
    return ("into", "words") if verb.name == "join" else verb.needs


def filled(one: Deed, given: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in for a deed. Raises Invalid where something is missing or wrong."""
    found: dict[str, Any] = {}
    for name in one.needs:
        value = given.get(name, "").strip()
        if not value:
            raise Invalid(N_("Fill in what is needed."), field=name)
        if len(value) > _LONGEST.get(name, 200):
            raise Invalid(
                N_("This is too long: at most {most} characters."),
                field=name,
                most=_LONGEST.get(name, 200),
            )
        found[name] = value
    marks = revisions()
    if "category" in found:
        found["category"] = code_of("category", found["category"], marks)
    if "team" in found:
        team = teams_to_choose(marks).get(code_of("team", found["team"], marks))
        if team is None:
            raise Invalid(N_("There is no team “{given}”."), field="team", given=found["team"])
        found["team"] = team.id
    if "into" in found:
        found["into"] = normalise(found["into"])
    return found


def foreseen(
    standing: Standing, one: Deed, numbers: Sequence[str], given: Mapping[str, Any] | None
) -> tuple[Foreseen, ...]:
    """What would become of each; without `given` as if all were filled in."""
    actor, at = standing.actor, standing.at
    if one.name.startswith(ASK):
        teams = [] if given is None else [given["team"]]
        return foreseen_tasks(actor, numbers, one.name.removeprefix(ASK), teams, at)
    return foreseen_step(actor, numbers, one.name, given or {}, at, filled=given is not None)


def do(
    standing: Standing, one: Deed, number: str, version: int | None, given: Mapping[str, Any]
) -> None:
    """Do it with one case, in a transaction of its own. Raises as the verbs of the room do."""
    actor, at = standing.actor, standing.at
    case = visible_case(number, actor)
    if one.name.startswith(ASK):
        kind = one.name.removeprefix(ASK)
        ask_tasks(case.number, kind, [given["team"]], given["words"], actor, at, version=version)
    elif one.name == "join":
        into = visible_case(given["into"], actor)
        join(case.number, into.number, given["words"], actor, at, version=version)
    else:
        act(case.number, one.name, actor, at, given, version=version)
