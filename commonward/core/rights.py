"""Who may do what where: role × area subtree × categories × verbs, default deny."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from commonward.core.refusals import N_, Forbidden

ROLES = (
    "reporter",
    "system",
    "grid_worker",
    "intake_officer",
    "dispatcher",
    "duty_chief",
    "handler",
    "leader",
    "administrator",
    "party",
    "coordinator",
    "mediator",
    "panelist",
    "clerk",
    "legal_aid",
    "partner",
    "response_coordinator",
    "unit",
    "planner",
    "programme_officer",
)
"""The posts of the loop (岗位): 监督员 受理员 派遣员 值班长 处置人员 领导, and those outside it; then
those of mediation: 当事人 调解协调员 调解员 专家 法院书记员 法律援助 协作单位; then those of urgent
help: 应急调度员 出动单元; who plans ahead: 规划员; and who keeps
plans and campaigns and sees that they are kept: 督查员."""

SEALED = "D-"
"""Categories whose code begins so are disputes: only the posts of mediation see such a case."""
URGENT = "E-"
"""Categories whose code begins so are incidents: only who coordinates urgent help sees such a case."""
PROGRAMME = "P-"
"""Categories whose code begins so are work of the programmes: reviews, proposals, plans' months."""
APART = (SEALED, URGENT, PROGRAMME)
"""Cases that their own rooms keep and show; no list of the loop has them."""


@dataclass(frozen=True, slots=True)
class Right:
    """One grant (授权): a role, everywhere or below one area, for all or some categories/verbs.

    `area` is an area code ("" = everywhere), `categories` are code prefixes and `verbs` names;
    empty tuples mean no narrowing.
    """

    role: str
    area: str = ""
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()

    def covers(self, area_path: str, category: str) -> bool:
        """Whether a case filed under this path and category lies inside the grant."""
        if self.area and f"/{self.area}/" not in area_path:
            return False
        return not self.categories or any(category.startswith(c) for c in self.categories)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff, a reporter (by their report), a program, or the tick itself."""

    account: int | None = None
    name: str = ""
    rights: tuple[Right, ...] = ()
    teams: frozenset[int] = field(default_factory=frozenset)
    report: int | None = None
    party: int | None = None
    role: str = ""
    """Set for actors without grants: "system", "reporter" or "party"."""
    seen_by: int | None = None
    """The administrator who looks with this person's eyes; nothing may be changed then."""
    under: int | None = None
    """The right for an emergency that stands now; what is done meanwhile is marked with it."""

    def roles_for(
        self, wanted: Iterable[str], verb: str, area_path: str, category: str
    ) -> tuple[str, ...]:
        """Those of the wanted roles that this actor holds for this verb at this place."""
        wanted = tuple(wanted)
        if self.role:
            return (self.role,) if self.role in wanted else ()
        return tuple(
            r.role
            for r in self.rights
            if r.role in wanted
            and (not r.verbs or verb in r.verbs)
            and r.covers(area_path, category)
        )


def refuse_onlooker(actor: Actor) -> None:
    """Raises Forbidden when somebody else only looks with this person's eyes."""
    if actor.seen_by is not None:
        raise Forbidden(N_("You see the pages as somebody else: nothing can be changed or opened."))


SYSTEM = Actor(name="system", role="system")
"""The tick and other work that no person started."""


def reporter(report: int) -> Actor:
    """Whoever holds the receipt of this report."""
    return Actor(report=report, name="reporter", role="reporter")


def party(party: int) -> Actor:
    """Whoever holds the pass of this party to a dispute (当事人)."""
    return Actor(party=party, name="party", role="party")
