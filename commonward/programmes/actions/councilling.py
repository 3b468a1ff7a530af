"""Councils with their terms, and consultations with the answers owed (议事会、征求意见)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from commonward.areas.models import Area
from commonward.cases.models import Case
from commonward.core.ballots.codes import ALPHABET
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.people.actions import record_change
from commonward.programmes.actions.council_meetings import forget_minutes
from commonward.programmes.actions.council_rules import (
    LONGEST_WORDS,
    PROPOSAL,
    day_of,
    line,
    require_keeper,
)
from commonward.programmes.actions.voting import mix_open
from commonward.programmes.models import (
    COUNCILS,
    Consultation,
    ConsultationWords,
    Council,
    CouncilSeat,
    Proposal,
    ProposalComment,
    ProposalNote,
    ProposalPhoto,
)


@dataclass(frozen=True, slots=True)
class Seats:
    """A council as it is set; `seats` are pairs of a title and a name given with consent or ""."""

    kind: str
    name: str
    area: int
    begins_on: date
    ends_on: date
    name_en: str = ""
    room: str = ""
    office_line: str = ""
    office_box: str = ""
    meets: str = ""
    seats: Sequence[tuple[str, str]] = ()


def set_council(code: str, given: Seats, actor: Actor, at: datetime) -> Council:
    """Make a council ("" for a new one) or change it. Raises Forbidden, Invalid, Missing."""
    area = Area.objects.filter(pk=given.area).first()
    if area is None or given.kind not in COUNCILS:
        raise Invalid(N_("Choose one of the list."), field="area" if area is None else "kind")
    require_keeper(actor, area.path, PROPOSAL)
    if given.ends_on <= given.begins_on:
        raise Invalid(N_("The last day lies before the first."), field="ends_on")
    with transaction.atomic():
        found = Council.objects.select_for_update(of=("self",)).filter(code=code).first()
        if code and found is None:
            raise Missing(N_("There is no such council."))
        if found is not None:
            require_keeper(actor, found.area.path, PROPOSAL)
        made = found or Council(code=_new_code())
        made.kind, made.area = given.kind, area
        made.begins_on, made.ends_on = given.begins_on, given.ends_on
        made.name = line("name", given.name, 80)
        made.name_en = line("name_en", given.name_en, 80, needed=False)
        made.room = line("room", given.room, 120, needed=False)
        made.office_line = line("office_line", given.office_line, 40, needed=False)
        made.office_box = line("office_box", given.office_box, 120, needed=False)
        made.meets = line("meets", given.meets, 120, needed=False)
        made.save()
        CouncilSeat.objects.filter(council=made).delete()
        CouncilSeat.objects.bulk_create(
            CouncilSeat(
                council=made, title=line("seats", title, 60),
                shown_name=line("seats", name, 40, needed=False),
                consent_on=day_of(at) if name.strip() else None,
            )
            for title, name in given.seats
        )  # fmt: skip
        record_change(actor, "set_council", made.code, at, {"kind": made.kind})
    return made


@dataclass(frozen=True, slots=True)
class Question:
    """What the office asks the public, where, until when, and by when it answers."""

    title: str
    area: int
    opens_on: date
    closes_on: date
    answer_by: date
    title_en: str = ""
    about: str = ""
    about_en: str = ""


def open_consultation(given: Question, actor: Actor, at: datetime) -> Consultation:
    """Ask the public. Raises Forbidden, Invalid."""
    area = Area.objects.filter(pk=given.area).first()
    if area is None:
        raise Invalid(N_("Choose one of the list."), field="area")
    require_keeper(actor, area.path, PROPOSAL)
    if not given.opens_on <= given.closes_on <= given.answer_by:
        raise Invalid(N_("The last day lies before the first."), field="closes_on")
    made = Consultation.objects.create(
        code=_new_code(), area=area, opens_on=given.opens_on, closes_on=given.closes_on,
        answer_by=given.answer_by, title=line("title", given.title, 120),
        title_en=line("title_en", given.title_en, 120, needed=False),
        about=line("about", given.about, LONGEST_WORDS, needed=False),
        about_en=line("about_en", given.about_en, LONGEST_WORDS, needed=False),
    )  # fmt: skip
    record_change(actor, "open_consultation", made.code, at)
    return made


def speak(code: str, words: str, at: datetime) -> ConsultationWords:
    """Ask or say something in a consultation, under no name."""
    found = Consultation.objects.filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no such consultation."))
    if not found.opens_on <= day_of(at) <= found.closes_on:
        raise Refusal(N_("This consultation is not open now."), code="stage")
    said = mask(line("words", words, LONGEST_WORDS))
    return ConsultationWords.objects.create(consultation=found, said_on=day_of(at), words=said)


def answer_words(said: int, answer: str, actor: Actor, at: datetime) -> None:
    """Answer one who asked."""
    found = ConsultationWords.objects.select_related("consultation__area").filter(pk=said).first()
    if found is None:
        raise Missing(N_("There is no such question."))
    require_keeper(actor, found.consultation.area.path, PROPOSAL)
    found.answer = line("answer", answer, LONGEST_WORDS)
    found.answered_at, found.answered_by_id = at, actor.account
    found.save(update_fields=["answer", "answered_at", "answered_by"])


def end_consultation(code: str, summary: str, changed: str, actor: Actor, at: datetime) -> None:
    """Sum up what was said and what was changed because of it; each question is answered first."""
    found = Consultation.objects.select_related("area").filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no such consultation."))
    require_keeper(actor, found.area.path, PROPOSAL)
    if found.said.filter(answered_at=None).exists():
        raise Refusal(N_("Answer every question first."), code="owed")
    found.summary = line("summary", summary, LONGEST_WORDS)
    found.changed = line("changed", changed, LONGEST_WORDS)
    found.answered_at = at
    found.save(update_fields=["summary", "changed", "answered_at"])
    record_change(actor, "end_consultation", code, at)


def forget_councils(at: datetime) -> int:
    """Each night: names end with the term, words with their time; open boxes are mixed anew.

    How many rows were emptied or deleted.
    """
    a_year_ago = at - timedelta(days=366)
    ended = CouncilSeat.objects.filter(council__ends_on__lt=day_of(at)).exclude(shown_name="")
    done = ended.update(shown_name="", consent_on=None)
    forgotten = Case.objects.filter(category__code=PROPOSAL, forgotten_at__isnull=False).values(
        "pk"
    )
    rows = Proposal.objects.filter(pk__in=forgotten).exclude(words="", title="")
    ProposalNote.objects.filter(proposal__in=rows).update(words="")
    done += rows.update(title="", words="", word="")
    done += ProposalPhoto.objects.filter(proposal__in=forgotten).delete()[0]
    old = ProposalComment.objects.filter(proposal__case__closed_at__lt=a_year_ago)
    done += old.delete()[0]
    done += ConsultationWords.objects.filter(consultation__answered_at__lt=a_year_ago).delete()[0]
    done += forget_minutes(at)
    mix_open()
    return done


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(8))
