"""What courses some work asks for, and who lacks them: empty where the site asks for none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from commonward.core.refusals import N_, Refusal
from commonward.people.models import Qualification, Requirement
from commonward.people.queries.revisions import InMemory
from commonward.people.queries.teams import accounts_of

WORKS = ("mediator", "grid_worker", "handler", "volunteer")
"""Work that can ask for a course: mediation, and what teams of these kinds are given."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A course that some work asks for, and the day on which it is held next, if one is set."""

    code: str
    title: str
    work: str
    kind: str
    next_on: date | None

    def refusal(self, on: date, *, team: bool = False) -> Refusal:
        """Why the work is not given: what is missing, and when it can be learnt."""
        return Refusal(self.why(on, team=team), code="course", title=self.title, day=self.next_on)

    def why(self, on: date, *, team: bool = False) -> str:
        """The words of the refusal, with places for title and day."""
        held = self.next_on is not None and self.next_on >= on
        if team:
            return (
                N_("Nobody in this team has a current course “{title}”; it is held next on {day}.")
                if held
                else N_(
                    "Nobody in this team has a current course “{title}”; no session is set yet."
                )
            )
        return (
            N_("A current course “{title}” is missing; it is held next on {day}.")
            if held
            else N_("A current course “{title}” is missing; no session is set yet.")
        )


def asked_for(marks: Mapping[str, int], work: str, kind: str = "") -> tuple[Asked, ...]:
    """What a kind of work asks for (no query while `marks` say it is new)."""
    return tuple(one for one in _asked.at(marks) if one.work == work and one.kind in ("", kind))


def held_by(codes: Iterable[str], accounts: Iterable[int], on: date) -> dict[int, frozenset[str]]:
    """Which of these courses each account has that is current on a day (1 query; none for none)."""
    wanted, found = list(codes), {account: set[str]() for account in accounts}
    if wanted and found:
        rows = Qualification.objects.filter(code__in=wanted, account__in=list(found))
        for account, code, until in rows.values_list("account", "code", "until"):
            if until is None or until >= on:
                found[account].add(code)
    return {account: frozenset(codes) for account, codes in found.items()}


def refuse_unqualified(
    marks: Mapping[str, int], work: str, account: int, on: date, kind: str = ""
) -> None:
    """Raises Refusal (code "course") where this person lacks what the work asks for."""
    asked = asked_for(marks, work, kind)
    held = held_by([one.code for one in asked], [account], on)[account]
    for one in asked:
        if one.code not in held:
            raise one.refusal(on)


def refuse_unqualified_team(
    marks: Mapping[str, int], work: str, team: int, on: date, at: datetime
) -> None:
    """Raises Refusal (code "course") where nobody in a team has all that the work asks for.

    Work is given to teams; who of it does it, the team says: one who may is enough.
    """
    asked = asked_for(marks, work)
    if not asked:
        return
    held = held_by([one.code for one in asked], accounts_of([team], at)[team], on)
    codes = {one.code for one in asked}
    if any(codes <= has for has in held.values()):
        return
    nobody = next((a for a in asked if not any(a.code in has for has in held.values())), asked[0])
    raise nobody.refusal(on, team=True)


def _load() -> tuple[Asked, ...]:
    return tuple(
        Asked(
            row.code, row.title if not row.title_en else f"{row.title} / {row.title_en}",
            row.work, row.kind, row.next_on,
        )
        for row in Requirement.objects.order_by("code")
    )  # fmt: skip


_asked = InMemory("people", _load)
