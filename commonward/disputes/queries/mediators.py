"""Mediators as the register has them, and as the rules of matching see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max

from commonward.core.caucus import Ring, fingerprint
from commonward.core.matching import Match, Neutral, Wanted, match
from commonward.core.recurring import middle
from commonward.core.refusals import N_, Refusal
from commonward.core.rights import Actor
from commonward.disputes.actions.sealing import unseal, unseal_data
from commonward.disputes.models import (
    Appointment,
    ConflictAnswer,
    Dispute,
    Mediator,
    Objection,
    Party,
    Proposal,
    Side,
    Tick,
    Training,
    Venue,
)
from commonward.people.actions import record_access
from commonward.people.queries import accounts_of, revisions
from commonward.people.queries.names import account_names
from commonward.people.queries.qualified import asked_for, held_by

HOURS = tuple(
    f"{day}-{part}"
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for part in ("am", "pm", "eve")
)
"""Parts of the week in which a mediator may be free."""
URGENCY = {"red": 2, "yellow": 1, "blue": 0}


@dataclass(frozen=True, slots=True)
class MediatorLine:
    """A mediator as the register shows one."""

    account: int
    name: str
    languages: Sequence[str]
    subjects: Sequence[str]
    hours: Sequence[str]
    gender: str
    lon: float | None
    lat: float | None
    most: int
    active: bool
    load: int
    trained_until: date | None
    has_passphrase: bool
    fingerprint: str
    calendar_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a proposed mediator: have you an interest here? Names of this dispute only."""

    number: str
    kind: str
    names: Sequence[str]
    answered: bool | None


@dataclass(frozen=True, slots=True)
class Named:
    """A proposed mediator as the sides see one, and what a side has ticked."""

    mediator: int
    name: str
    languages: Sequence[str]
    gender: str
    km: float | None
    load: int
    most: int
    trained_until: date | None
    ticks: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the choice of a mediator stands: the three, who is appointed, and what is objected."""

    three: Sequence[Named]
    reason: str
    filtered: Mapping[str, int]
    proposed_at: datetime | None
    appointed: MediatorLine | None
    appointed_at: datetime | None
    chosen_by: str
    disclosure: str
    disclosed_at: datetime | None
    objections: Sequence["ObjectionLine"]


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection to the mediator, and what was decided."""

    id: int
    letter: str
    words: str
    said_at: datetime
    upheld: bool | None
    answer: str


def mediators(on: date) -> list[MediatorLine]:
    """The whole register, by name; 4 queries."""
    rows = list(Mediator.objects.order_by("account_id"))
    loads, trained = _loads(), _trained(on)
    names = account_names([row.pk for row in rows])
    return sorted(
        (_line(row, names.get(row.pk, ""), loads, trained) for row in rows),
        key=lambda line: (line.name, line.account),
    )


def mediator_line(account: int, on: date) -> MediatorLine | None:
    """One row of the register, or None."""
    row = Mediator.objects.filter(pk=account).first()
    if row is None:
        return None
    return _line(row, account_names([account]).get(account, ""), _loads(), _trained(on))


def trainings_of(account: int) -> list[Training]:
    """The trainings of a mediator, the newest first."""
    return list(Training.objects.filter(mediator=account).order_by("-until", "-id"))


def venues() -> list[Venue]:
    """The rooms in use, by name."""
    return list(Venue.objects.filter(active=True).order_by("name", "id"))


def found_for(disputes: Sequence[Dispute], at: datetime) -> list[Match]:
    """The matching of these disputes with all mediators, in one assignment.

    Once talks run, the dispute is with a committee, and only its members can follow.
    """
    on = day_of(at)
    known = _neutrals(on, asks := _asks(disputes))
    first = [d for d in disputes if d.case.handling_team_id is None]
    found = dict(zip([d.pk for d in first], match(_wanted(first, asks), known, on), strict=True))
    for dispute in disputes:
        if dispute.pk not in found:
            team = dispute.case.handling_team_id or 0
            members = set(accounts_of([team], at)[team])
            own = [one for one in known if one.mediator in members]
            found[dispute.pk] = match(_wanted([dispute], asks), own, on)[0]
    return [found[dispute.pk] for dispute in disputes]


def appointed(dispute: Dispute) -> Appointment | None:
    """Who mediates this dispute now."""
    return (
        Appointment.objects.select_related("mediator")
        .filter(dispute=dispute, ended_at=None)
        .first()
    )


def is_appointed(dispute: Dispute, actor: Actor) -> bool:
    """Whether this person is the dispute's mediator now."""
    found = appointed(dispute)
    return found is not None and actor.account is not None and found.mediator_id == actor.account


def choice_of(dispute: Dispute, at: datetime) -> Choice:
    """How the choice of the mediator stands; the caller has asked the table of confidentiality."""
    on = day_of(at)
    open_one = Proposal.objects.filter(dispute=dispute, ended_at=None).first()
    three = [] if open_one is None else list(open_one.three)
    now = appointed(dispute)
    wanted = [int(one["mediator"]) for one in three]
    lines = {
        line.account: line
        for line in mediators(on)
        if line.account in wanted or (now is not None and line.account == now.mediator_id)
    }
    ticks: dict[int, dict[str, bool]] = {}
    for tick in Tick.objects.select_related("side").filter(side__dispute=dispute):
        ticks.setdefault(tick.mediator_id, {})[tick.side.letter] = tick.accepts
    return Choice(
        three=[
            Named(
                line.account,
                line.name,
                line.languages,
                line.gender,
                one["km"],
                line.load,
                line.most,
                line.trained_until,
                ticks.get(line.account, {}),
            )
            for one in three
            if (line := lines.get(int(one["mediator"]))) is not None
        ],
        reason=open_one.reason if open_one else "",
        filtered=open_one.filtered if open_one else {},
        proposed_at=open_one.made_at if open_one else None,
        appointed=lines.get(now.mediator_id) if now else None,
        appointed_at=now.appointed_at if now else None,
        chosen_by=now.chosen_by if now else "",
        disclosure=unseal(dispute, now.disclosure, f"disclosure {now.pk}") if now else "",
        disclosed_at=now.disclosed_at if now else None,
        objections=_objections(dispute),
    )


def asked_of(actor: Actor, at: datetime, *, door: str) -> list[Asked]:
    """The disputes in which this mediator is proposed and must say whether they have an interest.

    Only the names on both sides are shown, and no other case; each look is noted, and whoever
    looks with the mediator's eyes is shown no name.
    """
    if actor.account is None:
        return []
    found = []
    rows = Proposal.objects.select_related("dispute__case").filter(
        ended_at=None, dispute__ended_at=None
    )
    for row in rows.order_by("made_at", "id"):
        if actor.account not in [int(one["mediator"]) for one in row.three]:
            continue
        said = ConflictAnswer.objects.filter(dispute=row.dispute, mediator=actor.account).first()
        number = row.dispute.case.number
        if actor.seen_by is None:
            record_access(actor.account, None, number, "dispute names", door, at)
        found.append(
            Asked(
                number,
                row.dispute.kind,
                names_in(row.dispute) if actor.seen_by is None else (),
                said.conflicted if said else None,
            )
        )
    return found


def names_in(dispute: Dispute) -> list[str]:
    """How those on the sides want to be called."""
    rows = Party.objects.filter(side__dispute=dispute, left_at=None).order_by("side__letter", "pk")
    names = (str(unseal_data(dispute, p.details, f"party {p.pk}").get("name", "")) for p in rows)
    return [name for name in names if name]


def ring_of(mediator: Mediator) -> Ring:
    """The mediator's pair under lock. Raises Refusal where none was made."""
    if mediator.public is None or mediator.locked is None:
        raise Refusal(
            N_("Set your passphrase first, on the page about yourself."), code="no_passphrase"
        )
    return Ring(bytes(mediator.public), bytes(mediator.locked))


def context_of(mediator: Mediator) -> str:
    """What a mediator's lock is bound to."""
    return f"mediator {mediator.pk}"


def day_of(at: datetime) -> date:
    """The day here at that moment."""
    return at.astimezone(ZoneInfo(settings.SITE_ZONE)).date()


def _wanted(disputes: Sequence[Dispute], asks: Mapping[str, frozenset[str]]) -> list[Wanted]:
    ids = [d.pk for d in disputes]
    languages: dict[int, set[str]] = {}
    for side in Side.objects.filter(dispute__in=ids, interpreter=False).exclude(language=""):
        languages.setdefault(side.dispute_id, set()).add(_code(side.language))
    vetoed: dict[int, set[int]] = {}
    for tick in Tick.objects.select_related("side").filter(side__dispute__in=ids, accepts=False):
        vetoed.setdefault(tick.side.dispute_id, set()).add(tick.mediator_id)
    conflicts: dict[int, set[int]] = {}
    for answer in ConflictAnswer.objects.filter(dispute__in=ids, conflicted=True):
        conflicts.setdefault(answer.dispute_id, set()).add(answer.mediator_id)
    wishes = dict(
        Proposal.objects.filter(dispute__in=ids, ended_at=None).values_list("dispute", "gender")
    )
    return [
        Wanted(
            d.pk,
            frozenset(languages.get(d.pk, ())),
            d.kind,
            gender=wishes.get(d.pk, ""),
            vetoed=frozenset(vetoed.get(d.pk, ())),
            conflicts=frozenset(conflicts.get(d.pk, ())),
            lon=place[0],
            lat=place[1],
            urgency=URGENCY.get(d.case.grade, 0),
            courses=asks[d.kind],
        )
        for d in disputes
        for place in [_middle(d.place_cell)]
    ]


def _asks(disputes: Sequence[Dispute]) -> dict[str, frozenset[str]]:
    """The courses that each kind among these disputes asks of a mediator."""
    now = revisions()
    return {d.kind: frozenset(a.code for a in asked_for(now, "mediator", d.kind)) for d in disputes}


def _code(language: str) -> str:
    """A language's code without regard to case; Chinese without more is Mandarin."""
    code = language.casefold()
    return "zh-hans" if code in ("zh", "zh-cn", "cmn") else code


def _middle(cell: str) -> tuple[float | None, float | None]:
    """Longitude and latitude of the middle of a cell, or of nowhere."""
    if not cell:
        return None, None
    lat, lon = middle(cell)
    return lon, lat


def _neutrals(on: date, asks: Mapping[str, frozenset[str]]) -> list[Neutral]:
    loads, trained = _loads(), _trained(on)
    rows = list(Mediator.objects.order_by("account_id"))
    learnt = held_by({code for of in asks.values() for code in of}, [r.pk for r in rows], on)
    return [
        Neutral(
            row.pk,
            frozenset(_code(word) for word in row.languages),
            frozenset(row.subjects),
            frozenset(row.hours),
            row.gender,
            trained.get(row.pk),
            loads.get(row.pk, 0),
            row.most,
            row.lon,
            row.lat,
            row.active,
            learnt[row.pk],
        )
        for row in rows
    ]


def _loads() -> dict[int, int]:
    """Disputes in hand per mediator: appointed, and not ended."""
    rows = Appointment.objects.filter(ended_at=None, dispute__ended_at=None)
    return dict(rows.values("mediator").annotate(n=Count("id")).values_list("mediator", "n"))


def _trained(on: date) -> dict[int, date]:
    """The last day of current training of each mediator who has one that has been done."""
    rows = Training.objects.filter(done_on__lte=on, until__gte=on).values_list("mediator")
    return dict(rows.annotate(last=Max("until")))


def _line(
    row: Mediator, name: str, loads: Mapping[int, int], trained: Mapping[int, date]
) -> MediatorLine:
    return MediatorLine(
        row.pk,
        name,
        row.languages,
        row.subjects,
        row.hours,
        row.gender,
        row.lon,
        row.lat,
        row.most,
        row.active,
        loads.get(row.pk, 0),
        trained.get(row.pk),
        row.public is not None,
        fingerprint(row.public) if row.public is not None else "",
        row.calendar_at,
    )


def _objections(dispute: Dispute) -> list[ObjectionLine]:
    rows = Objection.objects.select_related("side").filter(appointment__dispute=dispute)
    return [
        ObjectionLine(
            row.pk,
            row.side.letter,
            unseal(dispute, row.words, f"objection {row.pk}"),
            row.said_at,
            row.upheld,
            unseal(dispute, row.answer, f"objection answer {row.pk}"),
        )
        for row in rows.order_by("id")
    ]
