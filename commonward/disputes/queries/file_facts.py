"""A dispute's file as facts for its papers, with what this person may see and nothing more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from commonward.cases.models import Event
from commonward.cases.queries.reference import book
from commonward.core.agreements.clauses import Agreement as Terms
from commonward.core.agreements.clauses import Clause as Term
from commonward.core.agreements.drafting import Drafted, draft
from commonward.core.papers import facts
from commonward.core.papers.binding import COURT
from commonward.core.papers.kinds import entries, kinds
from commonward.core.papers.wording import side as side_name
from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.actions.needs import needs_of
from commonward.disputes.actions.sealing import unseal, unseal_data
from commonward.disputes.models import (
    Appointment,
    Dispute,
    HandOver,
    Paper,
    Party,
    Session,
    Side,
)
from commonward.disputes.queries.agreements import agreement_shown, binding_terms, names_of
from commonward.disputes.queries.file_found import inquiries_in, performed, visits_of
from commonward.disputes.queries.sessions import SessionLine, sessions_of

CONTRACTS = frozenset({"agreement", "oral", "confirmation", "performance_sheet"})
"""Papers on which each side stands with name and address: they bind both."""


_FAILED = frozenset({"not_settled"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """Who looks at which dispute, and whether the paper is one that binds both sides."""

    dispute: Dispute
    actor: Actor
    contract: bool


def file_of(
    dispute: Dispute,
    actor: Actor,
    language: str = "zh",
    *,
    code: str = "",
    filed_by: str = "",
    filed_at: datetime | None = None,
) -> facts.File:
    """The facts for the paper `code` as this person may see them; "" is any paper that is no
    contract. `filed_by` and `filed_at` are set when the file is bound. Days are the site's.
    """
    language = "en" if language == "en" else "zh"
    contract = code in CONTRACTS and sees(dispute, actor, "agreement")
    seen = _Seen(dispute, actor, contract)
    sides = list(
        Side.objects.filter(dispute=dispute).select_related("dispute__case").order_by("letter")
    )
    people = list(
        Party.objects.filter(side__dispute=dispute, left_at=None)
        .select_related("side")
        .order_by("pk")
    )
    binding = code == "confirmation" or filed_at is not None
    agreement = _in_force(seen, language) if binding else _in_hand(seen, language)
    settled = agreement is not None and agreement.agreed_on is not None
    held = sessions_of(dispute, actor)
    case = dispute.case
    procedure = book().procedures[case.procedure_id]
    team = case.handling_team or case.team
    confirming = code == "confirmation" and agreement is not None
    return facts.File(
        number=case.number,
        kind=dispute.kind,
        source=dispute.source,
        summary=_summary(seen, sides),
        committee=facts.Committee(
            name=team.name if team else "", phone=team.contact if team else ""
        ),
        mediators=mediators_of(dispute),
        registrar=_registrar(dispute),
        registered_on=_day(dispute.registered_at),
        began_on=_began(dispute),
        ended_on=_day(dispute.ended_at) or (agreement.agreed_on if agreement else None),
        filed_by=filed_by,
        filed_on=_day(filed_at),
        keep_years=procedure.keep_years,
        rule_version=f"{procedure.name} {case.procedure.number}",
        sides=tuple(_side(seen, side, people, sides) for side in sides),
        planned=_planned(held, language),
        sessions=_sessions(held, dispute, settled, language),
        agreement=agreement,
        inquiries=inquiries_in(dispute, actor),
        visits=visits_of(dispute, actor),
        confirmation=_confirmation(dispute, language) if confirming else None,
    )


def mediators_of(dispute: Dispute) -> tuple[str, ...]:
    """Names of those who mediate or mediated it, in order (staff, not residents)."""
    rows = Appointment.objects.filter(dispute=dispute).exclude(end__in=["objection", "conflict"])
    names = rows.order_by("appointed_at").values_list("mediator__account__name", flat=True)
    return tuple(dict.fromkeys(names))


def _sessions(
    lines: Sequence[SessionLine], dispute: Dispute, settled: bool, language: str
) -> tuple[facts.Session, ...]:
    """The sessions of which this person may read the record; the last one's result is the end's."""
    written = [line for line in lines if line.record]
    names = dict(
        Session.objects.filter(pk__in=[line.id for line in written]).values_list(
            "pk", "mediator__account__name"
        )
    )
    found = []
    for number, line in enumerate(written, 1):
        last = number == len(written)
        ended = "failed" if dispute.result in _FAILED else ""
        result = "agreed" if last and settled else (ended if last else "adjourned")
        found.append(
            facts.Session(
                number=number,
                began=timezone.localtime(line.start),
                place=_place(line, language),
                present=tuple(side_name(letter, language) for letter in line.present),
                rights=line.record.get("rights", ""),
                principles=line.record.get("principles", ""),
                accounts=line.record.get("accounts", ""),
                checked=line.record.get("facts", ""),
                risks=line.record.get("risks", ""),
                terms=line.record.get("terms", ""),
                signed=line.record.get("signatures", ""),
                result="adjourned" if line.state == "adjourned" else result,
                recorder=names.get(line.id, ""),
            )
        )
    return tuple(found)


def _planned(lines: Sequence[SessionLine], language: str) -> facts.Planned | None:
    """The next session that both sides are asked to."""
    line = next((line for line in lines if line.state == "planned"), None)
    if line is None:
        return None
    return facts.Planned(
        at=timezone.localtime(line.start),
        place=_place(line, language),
        link=line.details.get("video", ""),
    )


def _confirmation(dispute: Dispute, language: str) -> facts.Confirmation:
    """To which court it goes, and with which annexes: those that are in the file."""
    sent = (
        HandOver.objects.filter(dispute=dispute, what="confirmation")
        .select_related("team")
        .order_by("-made_at", "-pk")
        .first()
    )
    held = set(
        Paper.objects.filter(dispute=dispute, form="scan", taken_back_at=None).values_list(
            "entry", flat=True
        )
    )
    annexes = [kinds()["agreement"].title.inn(language)]
    annexes += [
        entry.title.inn(language)
        for entry in entries()
        if entry.code in COURT - {"agreement", "confirmation"} and entry.code in held
    ]
    return facts.Confirmation(
        court=sent.team.name if sent and sent.team else "",
        applied_on=_day(sent.made_at) if sent else None,
        annexes=tuple(annexes),
    )


def _place(line: SessionLine, language: str) -> str:
    zh, en = line.venue_name
    room = (en or zh) if language == "en" else zh
    return " ".join(part for part in (room, line.address, line.details.get("place", "")) if part)


def _summary(seen: _Seen, sides: Sequence[Side]) -> str:
    dispute = seen.dispute
    if sees(dispute, seen.actor, "neutral"):
        neutral = unseal(dispute, dispute.neutral, "neutral")
        if neutral:
            return neutral
    return _words(seen, sides[0]) if sides else ""


def _words(seen: _Seen, side: Side) -> str:
    """A side's own account; the application is that of the first."""
    if side.letter != "a" or not sees(seen.dispute, seen.actor, "words", side=side):
        return ""
    return unseal(seen.dispute, seen.dispute.words, "words")


def _wants(seen: _Seen, side: Side) -> str:
    """What a side asks for, for those who may read its account."""
    return needs_of(side).wants if sees(seen.dispute, seen.actor, "words", side=side) else ""


def _side(seen: _Seen, side: Side, people: Sequence[Party], sides: Sequence[Side]) -> facts.Side:
    shown = seen.contract or sees(seen.dispute, seen.actor, "contacts", side=side)
    mine = [one for one in people if one.side_id == side.pk] if shown else []
    parties = [_participant(_details(seen, one)) for one in mine if one.part == "party"]
    agents = [_agent(_details(seen, one)) for one in mine if one.part == "representative"]
    return facts.Side(
        letter=side.letter,
        party=parties[0] if parties else facts.Participant(),
        others=tuple(parties[1:]),
        agent=agents[0] if agents else None,
        account=_words(seen, side),
        wants=_wants(seen, side),
        applied_on=_day(side.answered_at) if side.answer == "agreed" else None,
        voluntary=side.answer == "agreed",
    )


def _details(seen: _Seen, party: Party) -> Mapping[str, str]:
    told = unseal_data(seen.dispute, party.details, f"party {party.pk}")
    # Who signs must know with whom, not how to reach them: that goes through the mediator.
    hidden = () if seen.actor.party is None or _reaches(seen, party) else ("phone", "email")
    return {name: str(value) for name, value in told.items() if name not in hidden}


def _reaches(seen: _Seen, party: Party) -> bool:
    return sees(seen.dispute, seen.actor, "contacts", side=party.side)


def _participant(told: Mapping[str, str]) -> facts.Participant:
    return facts.Participant(
        name=told.get("name", ""),
        sex=told.get("gender", ""),
        ethnicity=told.get("ethnicity", ""),
        age=told.get("age", ""),
        work=told.get("occupation", ""),
        contact=told.get("phone", "") or told.get("email", ""),
        address=told.get("work_or_address", ""),
        head=told.get("head", ""),
    )


def _agent(told: Mapping[str, str]) -> facts.Agent:
    return facts.Agent(
        name=told.get("name", ""),
        relation=told.get("relation", ""),
        contact=told.get("phone", "") or told.get("email", ""),
        powers=told.get("powers", ""),
    )


def _in_hand(seen: _Seen, language: str) -> facts.Agreement | None:
    """The version in hand, else in force, as this person sees it."""
    shown = agreement_shown(seen.dispute, seen.actor, language)
    if shown is None:
        return None
    return _agreement(
        seen.dispute, shown.version, shown.oral, shown.effective_at, shown.terms, shown.clauses
    )


def _in_force(seen: _Seen, language: str) -> facts.Agreement | None:
    """The version that binds: no draft goes into the archive or to the court."""
    found = binding_terms(seen.dispute) if sees(seen.dispute, seen.actor, "agreement") else None
    if found is None:
        return None
    row, terms = found
    clauses = draft(terms, names_of(seen.dispute), language)
    return _agreement(seen.dispute, row.version, row.oral, row.effective_at, terms, clauses)


def _agreement(
    dispute: Dispute,
    version: int,
    oral: bool,
    effective_at: datetime | None,
    terms: Terms,
    clauses: Sequence[Drafted],
) -> facts.Agreement:
    return facts.Agreement(
        number=f"{dispute.case.number}-{version}",
        facts=terms.facts,
        issues=unseal(dispute, dispute.neutral, "neutral"),
        clauses=tuple(
            _clause(term, drafted.legal)
            for term, drafted in zip(terms.clauses, clauses, strict=True)
        ),
        copies=len(terms.sides) + 1,
        agreed_on=_day(effective_at),
        oral=oral,
        performance=performed(dispute),
    )


def _clause(term: Term, legal: str) -> facts.Clause:
    return facts.Clause(
        words=legal,
        manner=term.how,
        place=term.where,
        due=_due(term.by),
        amount=Decimal(term.fen) / 100 if term.fen is not None else None,
        owes=term.who,
        instalments=tuple((_due(by), Decimal(fen) / 100) for by, fen in term.instalments),
    )


def _due(written: str) -> date | str | None:
    """The day, where one is written as a day; else the words that fix it."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return written or None


def _registrar(dispute: Dispute) -> str:
    """Who took it down; of what a side sent in itself, who first took it up."""
    found = (
        Event.objects.filter(case_id=dispute.pk, verb__in=["dispute_registered", "contact"])
        .exclude(account=None)
        .order_by("id")
        .values_list("account__name", flat=True)
        .first()
    )
    return found or ""


def _began(dispute: Dispute) -> date | None:
    """When talks first began."""
    found = (
        Event.objects.filter(case_id=dispute.pk, to_stage__startswith="at_")
        .order_by("id")
        .values_list("at", flat=True)
        .first()
    )
    return _day(found)


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None
