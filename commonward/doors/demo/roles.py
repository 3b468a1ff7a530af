"""The posts that a visitor of the demonstration may try, each with its log-in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from commonward.doors.demo import helping, matters
from commonward.doors.look.showing import named

PASSWORD = "tongli-demo-2026"  # noqa: S105 (told to everybody, and good for nothing else)


@dataclass(frozen=True, slots=True)
class Post:
    """A log-in: whose work it is, in which team, and what there is to do."""

    login: str
    role: str
    team: str
    title: Promise
    work: Promise
    more: bool = False
    """Whether it stands among the further departments."""


_NAMED = lazy(named, str)
_HANDLER = _("Handler, {team}")
_UNIT = _("Unit {unit}")
_FIRST = ("roads", "clean")
POSTS: Sequence[Post] = (
    Post("demo-intake", "intake_officer", "intake", _("Intake officer"),
         _("Reads what residents report, takes calls, joins duplicates, calls back.")),
    Post("demo-dispatcher", "dispatcher", "dispatch", _("Dispatcher"),
         _("Sends each case to those who must answer, and looks at what they send back.")),
    Post("demo-chief", "duty_chief", "chiefs", _("Duty chief"),
         _("Files and closes cases, decides on more time, watches what is late.")),
    Post("demo-roads", "handler", "roads", _("Handler, Road Maintenance"),
         _("Takes cases on, mends, proves it, or hands back with a reason.")),
    Post("demo-cleaning", "handler", "clean", _("Handler, Street Cleaning"),
         _("The same, for rubbish and dirty streets.")),
    Post("demo-grid", "grid_worker", "", _("Grid worker"),
         _("Verifies and checks on the spot, with a phone, also without a network.")),
    Post("demo-leader", "leader", "leaders", _("Leader"),
         _("Sees what is late and why, and supervises.")),
    Post("demo-admin", "administrator", "", _("Administrator"),
         _("Areas, teams, procedures, limits, calendars and rights.")),
    Post("demo-coordinator", "coordinator", "talks", _("Coordinator of mediation"),
         _("Registers disputes, asks both sides, finds a mediator, sees that each deadline is kept.")),
    Post("demo-mediator", "mediator", "committee", _("Mediator"),
         _("Talks with both sides, plans sessions, writes down what they agree on.")),
    Post("demo-panel", "panelist", "panel", _("Expert of the panel"),
         _("Retired judges, doctors and engineers: helps with the hard ones."), more=True),
    Post("demo-clerk", "clerk", "court", _("Court clerk"),
         _("Receives agreements that both sides want confirmed."), more=True),
    Post("demo-legal-aid", "legal_aid", "legal-aid", _("Legal aid"),
         _("Advises those who cannot pay a lawyer."), more=True),
    Post("demo-response", "response_coordinator", helping.DESK, _("Response coordinator"),
         _("Sends the right units now, sees who has answered and who is silent.")),
    Post("demo-planner", "planner", helping.DESK, _("Planner"),
         _("Plans where units stand, rosters, rounds and grids."), more=True),
    Post("demo-programmes", "programme_officer", "leaders", _("Programme officer"),
         _("Keeps the year's plan, campaigns and reviews, and sees that each promise is kept."),
         more=True),
    *(
        Post(f"demo-{helping.unit_team(force)}", "unit", helping.unit_team(force),
             format_lazy(_UNIT, unit=_NAMED(name, english)),
             _("Goes out: answers an order on the phone, is there, is free again."), more=True)
        for force, (name, english, *_rest) in helping.UNITS.items()
    ),
    Post("demo-bank", "partner", helping.BANK, _("Bank that stops payments"),
         _("Reads a request to stop a payment and answers within three minutes."), more=True),
    # Wherever the dispatcher sends a visitor's case, there is somebody to take it on.
    *(
        Post(f"demo-{code}", "handler", code,
             format_lazy(_HANDLER, team=_NAMED(name, english)),
             _("Takes cases on, mends, proves it, or hands back with a reason."), more=True)
        for code, (name, english, _contact) in matters.DEPARTMENTS.items() if code not in _FIRST
    ),
)  # fmt: skip
