"""Courses as colleagues see their own, and as who keeps them sees what is due, by team."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from commonward.core.learning import state_of
from commonward.core.refusals import N_, Missing
from commonward.core.rights import PROGRAMME, Actor
from commonward.disputes.models import Mediator
from commonward.people.models import Account, Grant, Membership
from commonward.people.queries.actors import valid_at
from commonward.programmes.models import Certificate, Course, CourseSeat, CourseSession
from commonward.response.models import Unit

CATEGORY = f"{PROGRAMME}course"
KEEPS = ("programme_officer",)
SEES = ("programme_officer", "leader")
"""Who keeps courses and sees who lacks one; a leader sees how many of which team."""
MOST = 200
_ROLES = {"mediator": "mediator", "grid_worker": "grid_worker", "handler": "handler"}


def keeps_courses(actor: Actor) -> bool:
    """Whether this person keeps the courses of the site."""
    return actor.role == "system" or bool(actor.roles_for(KEEPS, "keep", "", CATEGORY))


def courses(*, active: bool | None = None) -> list[Course]:
    """The courses by work and code (1 query)."""
    rows = Course.objects.order_by("-active", "work", "code")
    return list(rows if active is None else rows.filter(active=active))


@dataclass(frozen=True, slots=True)
class Due:
    """A course that somebody's work asks for, and how it stands: "missing", "over", "soon" …"""

    course: Course
    state: str
    until: date | None
    following: CourseSession | None
    signed_up: bool

    @property
    def waits(self) -> bool:
        """Whether something is to be done."""
        return self.state != "current"


def own_courses(actor: Actor, today: date, at: datetime) -> list[Due]:
    """What this person's work asks for, what waits first (5 queries; 1 where no course is)."""
    known = courses(active=True)
    if not known or actor.account is None:
        return []
    asked = _asked_of(known, [actor.account], at).get(actor.account, [])
    if not asked:
        return []
    until = _until(asked, [actor.account])
    following = _following(asked, at)
    seats = set(
        CourseSeat.objects.filter(
            account=actor.account, session__starts_at__gte=at, session__called_off=False
        ).values_list("session__course", flat=True)
    )
    found = []
    for one in asked:
        day, has = until.get((actor.account, one.pk), (None, False))
        state = state_of(day, has, today)
        found.append(Due(one, state, day, following.get(one.pk), one.pk in seats))
    order = ("over", "missing", "soon", "current")
    return sorted(found, key=lambda due: (order.index(due.state), due.course.code))


def own_seats(actor: Actor, at: datetime) -> list[CourseSeat]:
    """The sessions that this person signed up for and that are not over, the next first."""
    rows = CourseSeat.objects.filter(account=actor.account, session__ends_at__gte=at)
    return list(rows.select_related("session__course").order_by("session__starts_at")[:MOST])


def own_certificates(actor: Actor) -> list[Certificate]:
    """What this person has done, the newest first."""
    rows = Certificate.objects.filter(account=actor.account).select_related("course")
    return list(rows.order_by("-done_on", "course__code")[:MOST])


@dataclass(frozen=True, slots=True)
class TeamDue:
    """A course in a team: of how many it is asked, how many lack it or soon will, and their names
    for who may read them."""

    team: int
    course: Course
    of: int
    late: int
    soon: int
    names: Sequence[str]


def due_by_team(
    actor: Actor, today: date, at: datetime, *, names_of: int | None = None
) -> list[TeamDue]:
    """What is due, by team and course (7 queries); of one team names, for who keeps the courses.

    In the order of teams and courses: no team stands above another by its figures.
    """
    known = courses(active=True)
    accounts = dict(Account.objects.filter(is_active=True).values_list("pk", "name"))
    asked = _asked_of(known, None, at)
    until = _until(known, None)
    teams: dict[int, set[int]] = {}
    for team, account in (
        Membership.objects.filter(valid_at(at)).values_list("team", "account").distinct()
    ):
        teams.setdefault(team, set()).add(account)
    found = []
    named = names_of if keeps_courses(actor) else None
    for team, members in sorted(teams.items()):
        for course in known:
            own = [one for one in members if course in asked.get(one, ())]
            states = {
                one: state_of(*until.get((one, course.pk), (None, False)), today) for one in own
            }
            late = [one for one in own if states[one] in ("missing", "over")]
            soon = [one for one in own if states[one] == "soon"]
            if late or soon:
                told = sorted(accounts[one] for one in (*late, *soon)) if team == named else ()
                found.append(TeamDue(team, course, len(own), len(late), len(soon), told))
    return found


def sessions(at: datetime, *, past: bool = False) -> list[CourseSession]:
    """The sessions to come with how many seats are taken, or the past ones of a year (1 query)."""
    rows = CourseSession.objects.select_related("course").annotate(taken=Count("seats"))
    if past:
        rows = rows.filter(ends_at__lt=at, ends_at__gte=at - timedelta(days=365))
        return list(rows.order_by("-starts_at")[:MOST])
    return list(rows.filter(ends_at__gte=at).order_by("starts_at")[:MOST])


def session_for(pk: int) -> CourseSession:
    """One session. Raises Missing."""
    found = CourseSession.objects.select_related("course", "keeper").filter(pk=pk).first()
    if found is None:
        raise Missing(N_("There is no such session."))
    return found


def seats_of(session: CourseSession) -> list[CourseSeat]:
    """Who signed up, by name: for who keeps the list."""
    rows = CourseSeat.objects.filter(session=session).select_related("account")
    return list(rows.order_by("account__name", "pk"))


def staff_to_choose(at: datetime) -> list[tuple[int, str]]:
    """Who can keep the list of a session: whoever has a post (1 query)."""
    ids = Grant.objects.filter(valid_at(at)).values("account")
    rows = Account.objects.filter(pk__in=ids, is_active=True).order_by("name", "pk")
    return list(rows.values_list("pk", "name")[:1000])


def _asked_of(
    known: Sequence[Course], accounts: Sequence[int] | None, at: datetime
) -> dict[int, list[Course]]:
    """Which courses each account's work asks for; of these accounts, or of all."""
    posts: dict[str, set[int]] = {}
    rows = Grant.objects.filter(valid_at(at))
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    for role, account in rows.filter(role__in=[*_ROLES, "unit"]).values_list("role", "account"):
        posts.setdefault(role, set()).add(account)
    kinds: dict[int, list[str]] = {}
    if any(one.kind for one in known):
        kinds = dict(Mediator.objects.filter(active=True).values_list("pk", "subjects"))
    volunteers: set[int] = set()
    if posts.get("unit") and any(one.work == "volunteer" for one in known):
        crews = Unit.objects.filter(agency="volunteer", active=True).values("team")
        volunteers = posts["unit"] & set(
            Membership.objects.filter(valid_at(at), team__in=crews).values_list(
                "account", flat=True
            )
        )
    found: dict[int, list[Course]] = {}
    for one in known:
        due: Iterable[int] = (
            volunteers if one.work == "volunteer" else posts.get(_ROLES[one.work], ())
        )
        for account in due:
            if not one.kind or one.kind in kinds.get(account, ()):
                found.setdefault(account, []).append(one)
    return found


def _until(
    known: Sequence[Course], accounts: Sequence[int] | None
) -> Mapping[tuple[int, int], tuple[date | None, bool]]:
    """(account, course) → until when the latest certificate counts, and that there is one."""
    rows = Certificate.objects.filter(course__in=known)
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    found: dict[tuple[int, int], tuple[date | None, bool]] = {}
    for account, course, until in rows.values_list("account", "course", "until"):
        before = found.get((account, course))
        if before is None or before[0] is not None and (until is None or until > before[0]):
            found[account, course] = (until, True)
    return found


def _following(known: Sequence[Course], at: datetime) -> dict[int, CourseSession]:
    rows = CourseSession.objects.filter(
        Q(course__in=known), called_off=False, starts_at__gte=at
    ).order_by("-starts_at")
    return {one.course_id: one for one in rows}
