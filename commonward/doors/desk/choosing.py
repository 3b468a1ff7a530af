"""What the fields of a step offer: teams, categories, filing conditions, outcomes, cases near."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonward.areas.queries import chain
from commonward.cases.models import Case
from commonward.cases.queries.nearby import similar
from commonward.cases.queries.offering import rule_says, standards_of
from commonward.cases.queries.places import PlaceFound, places_named
from commonward.cases.queries.reference import book
from commonward.core.calendars import Limit
from commonward.core.procedures import Procedure
from commonward.core.refusals import N_
from commonward.core.rights import Actor
from commonward.doors.desk import helping, wording
from commonward.doors.desk.filling import Field, Group, Option
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing
from commonward.people.queries import revisions
from commonward.people.queries.names import TeamToChoose, teams_to_choose

_KINDS = {
    "department": N_("Departments"),
    "street": N_("Streets"),
    "centre": N_("The centre"),
    "grid": N_("Grid teams"),
    "community": N_("Communities and villages"),
    "partner": N_("Partners outside"),
}
_SENT_ELSEWHERE = frozenset({"unit", "bank"})
"""Sent by an order of urgent help or asked to stop a payment, never by a case."""
_MOST_GRID_TEAMS = 40
"""Above this a list of grid teams helps nobody: the one that answers there is suggested."""


def teams(case: Case, stage: str, at: datetime, *, grids: bool = True) -> tuple[Group, ...]:
    """The teams by kind, those first that the rules name for this stage or that had it before."""
    known = teams_to_choose(revisions())
    by_id = {team.id: team for team in known.values()}
    first: list[Option] = []
    if stage:
        ruled, why = rule_says(case, stage, at)
        if ruled in by_id:
            hint = _("by the rule “{rule}”").format(rule=why.rule) if why.rule else ""
            first.append(_team(by_id[ruled], hint))
    if case.handling_team_id in by_id and str(case.handling_team_id) not in {
        o.value for o in first
    }:
        first.append(_team(by_id[case.handling_team_id], _("had it before")))
    found = [Group(_("Suggested"), tuple(first))] if first else []
    return (*found, *_by_kind(known.values(), grids=grids))


def other_teams(case: Case) -> tuple[Group, ...]:
    """Those who may be asked to come or to assist: every team that is not a grid's."""
    rest = [t for t in teams_to_choose(revisions()).values() if t.id != case.team_id]
    return _by_kind(rest, grids=False)


def _by_kind(known: Iterable[TeamToChoose], *, grids: bool) -> tuple[Group, ...]:
    found: dict[str, list[Option]] = {kind: [] for kind in _KINDS}
    for team in known:
        if team.kind in _SENT_ELSEWHERE:
            continue
        found.setdefault(team.kind, []).append(_team(team))
    if not grids or len(found["grid"]) > _MOST_GRID_TEAMS:
        found["grid"] = []
    return tuple(
        Group(_(_KINDS[kind]) if kind in _KINDS else kind, tuple(options))
        for kind, options in found.items()
        if options
    )


def _team(team: TeamToChoose, hint: str = "") -> Option:
    return Option(str(team.id), named(team.name, team.name_en), hint)


def categories(case: Case, *, with_own: bool = False) -> tuple[Group, ...]:
    """The categories that follow the case's procedure, by the first two digits of their code."""
    known = book()
    own = known.categories[case.category_id]
    groups: dict[str, list[Option]] = {}
    for facts in sorted(known.categories.values(), key=lambda c: c.code):
        if facts.active and facts.procedure == own.procedure and (with_own or facts.id != own.id):
            label = f"{named(facts.name, facts.name_en)} ({facts.code})"
            groups.setdefault(facts.code[:2], []).append(Option(facts.code, label))
    titles = {
        code: named(
            known.categories[known.codes[code]].name, known.categories[known.codes[code]].name_en
        )
        for code in groups
        if code in known.codes
    }
    return tuple(Group(titles.get(code, code), tuple(o)) for code, o in groups.items())


def standards(case: Case) -> tuple[Group, ...]:
    """The filing conditions of the case's category, each with its limit."""
    options = tuple(
        Option(
            str(line.id),
            line.condition,
            wording.limit_words(Limit.from_data(line.limit)) if line.limit else "",
            line.id == case.standard_id,
        )
        for line in standards_of(case.category_id)
    )
    return (Group("", options),) if options else ()


def outcomes(procedure: Procedure) -> tuple[Group, ...]:
    """What a closing may say about the problem itself."""
    options = (Option(name, wording.word(wording.OUTCOMES, name)) for name in procedure.outcomes)
    return (Group("", tuple(options)),)


def marks() -> tuple[Group, ...]:
    """How content somebody is, from 1 to 5."""
    words = (
        _("1 – not at all"), _("2 – hardly"), _("3 – partly"), _("4 – mostly"), _("5 – fully"),
    )  # fmt: skip
    return (Group("", tuple(Option(str(n), word) for n, word in enumerate(words, 1))),)


def yes_no() -> tuple[Group, ...]:
    """A question that may stay unanswered."""
    return (Group("", (Option("yes", _("Yes")), Option("no", _("No")))),)


def near(case: Case, actor: Actor, at: datetime) -> tuple[Group, ...]:
    """Open cases that are perhaps the same problem, nearest first."""
    if case.lat is None or case.lon is None:
        return ()
    code = book().categories[case.category_id].code
    options = tuple(
        Option(
            one.line.number,
            f"{one.line.number} · {one.line.summary}",
            _("{n} m away").format(n=round(one.metres)),
        )
        for one in similar(actor, code, case.lat, case.lon, at)
        if one.line.id != case.pk
    )
    return (Group("", options),) if options else ()


def places_found(fields: Iterable[Field], standing: Standing) -> tuple[Field, ...]:
    """The fields, those for a place with what a search for the typed name found."""
    return tuple(
        replace(one, places=_places(one.find, standing)) if one.kind == "place" else one
        for one in fields
    )


def _places(wanted: str, standing: Standing) -> tuple[Option, ...]:
    found = places_named(standing.actor, wanted, standing.at)
    return tuple(
        Option(
            f"{place.lat:.6f}|{place.lon:.6f}|{'' if place.area else place.name}",
            named(place.name, place.name_en),
            place_told(place, standing),
        )
        for place in found
    )


def place_told(place: PlaceFound, standing: Standing) -> str:
    """What is said beside a place found: why it is offered, and where it lies."""
    if place.area:
        return _("area: its middle")
    if place.within:
        areas = chain(place.within, standing.at)[-3:]
        where = " › ".join(named(a.name, a.name_en) for a in areas)
        return where if place.alike == 1 else _("{where} (written alike)").format(where=where)
    return ngettext("{n} earlier case", "{n} earlier cases", place.cases).format(n=place.cases)


def texts(case: Case, actor: Actor, at: datetime) -> tuple[Option, ...]:
    """The standard texts for the case's category and stage, their places filled, and articles of
    the knowledge base: those that fit its words first."""
    found = helping.of(case, actor, at)
    return (
        *(Option(words, text.name) for text, words in found.texts),
        *(Option(one.words, one.question) for one in found.help.answers),
    )
