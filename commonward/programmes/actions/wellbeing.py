"""The anonymous survey of staff: opened, slips drawn, answered, closed (员工关怀问卷).

A colleague draws one slip from the bowl. Noted is that they drew, and the hash of a slip, in two
tables that are written anew in a drawn order with every draw: which belong together is nowhere.
With the slip anybody answers once at an address that asks for no sign-in. No moment is kept.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from commonward.core.ballots import codes
from commonward.core.masking import mask
from commonward.core.outcomes import K
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.core.wellbeing import MOST_QUESTIONS, Answer, check_marks, told
from commonward.people.actions import record_change
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import day_of, line
from commonward.programmes.actions.voting import drawn_id
from commonward.programmes.models import (
    StaffSurvey,
    StaffSurveyAnswer,
    StaffSurveyDraw,
    StaffSurveySlip,
)
from commonward.programmes.queries.wellbeing import is_open, keeps_surveys, teams_to_name

MOST_ANSWERS = 5_000


@dataclass(frozen=True, slots=True)
class SurveyGiven:
    """What is asked of all staff; each question in Chinese, and in English or empty."""

    title: str
    questions: tuple[tuple[str, str], ...]
    opens_on: date
    closes_on: date
    title_en: str = ""


def open_staff_survey(
    given: SurveyGiven, actor: Actor, at: datetime, *, code: str = ""
) -> StaffSurvey:
    """Put questions to all staff. Raises Forbidden, Invalid."""
    refuse_onlooker(actor)
    if not keeps_surveys(actor):
        raise Forbidden(N_("Who keeps the programmes of the whole site opens a survey of staff."))
    if not 1 <= len(given.questions) <= MOST_QUESTIONS:
        raise Invalid(
            N_("Ask between 1 and {most} questions."), most=MOST_QUESTIONS, field="questions"
        )
    if not day_of(at) <= given.closes_on or given.closes_on < given.opens_on:
        raise Invalid(N_("The last day lies before the first."), field="closes_on")
    with transaction.atomic():
        made = StaffSurvey.objects.create(
            code=code or "".join(secrets.choice(codes.ALPHABET) for _ in range(8)).lower(),
            title=line("title", given.title, 120),
            title_en=line("title_en", given.title_en, 120, needed=False),
            questions=[
                [line("questions", one, 200), line("questions", other, 200, needed=False)]
                for one, other in given.questions
            ],
            opens_on=given.opens_on, closes_on=given.closes_on,
        )  # fmt: skip
        record_change(actor, "open_staff_survey", made.code, at)
    return made


def draw_slip(code: str, actor: Actor, at: datetime) -> str:
    """Draw the own slip: its words, shown once and kept nowhere. Raises Missing, Refusal."""
    refuse_onlooker(actor)
    if actor.account is None or not actor.rights:
        raise Forbidden(N_("Only a member of staff draws a slip."))
    slip = codes.new_code()
    with transaction.atomic():
        survey = _locked(code, at)
        if StaffSurveyDraw.objects.filter(survey=survey, account=actor.account).exists():
            raise Refusal(N_("You have drawn your slip already; nobody knows which."), code="drawn")
        drawn = list(
            StaffSurveyDraw.objects.filter(survey=survey).values_list("account_id", flat=True)
        )
        slips = list(StaffSurveySlip.objects.filter(survey=survey).values_list("mark", flat=True))
        _mixed(StaffSurveyDraw, survey, [{"account_id": one} for one in (*drawn, actor.account)])
        _mixed(StaffSurveySlip, survey, [{"mark": one} for one in (*slips, _mark(code, slip))])
    return codes.shown(slip)


def answer_survey(
    code: str, slip: str, marks: Sequence[str], words: str, team: int | None, at: datetime
) -> None:
    """Put an answer in for a slip, which is used up by it. Raises Missing, Invalid, Refusal."""
    said = mask(line("words", words, 900, needed=False))[:1000]
    with transaction.atomic():
        survey = _locked(code, at)
        given = check_marks(marks, len(survey.questions))
        if team is not None and team not in teams_to_name(at):
            raise Invalid(N_("Choose one of the list."), field="team")
        if StaffSurveyAnswer.objects.filter(survey=survey).count() >= MOST_ANSWERS:
            raise Refusal(N_("The box is full."), code="bound")
        kept = StaffSurveySlip.objects.filter(survey=survey, mark=_mark(code, codes.as_kept(slip)))
        if not kept.delete()[0]:
            raise Invalid(
                N_("We do not know this slip, or it was used. Please look at it once more."),
                field="slip",
            )
        rows = _answers(survey)
        rows.append({"team_id": team, "marks": list(given), "words": said})
        _mixed(StaffSurveyAnswer, survey, rows)


def take_over_answers(
    code: str, marks: Sequence[Sequence[int]], words: Sequence[str], actor: Actor = SYSTEM
) -> int:
    """Put the answers of a box that was filled on paper in, in a drawn order; how many.

    Raises Forbidden, Missing.
    """
    refuse_onlooker(actor)
    if not keeps_surveys(actor):
        raise Forbidden(N_("Who keeps the programmes of the whole site opens a survey of staff."))
    with transaction.atomic():
        survey = StaffSurvey.objects.select_for_update().filter(code=code, closed=False).first()
        if survey is None:
            raise Missing(N_("There is no such survey."))
        said = [mask(one)[:1000] for one in words]
        rows = _answers(survey)
        rows += [
            {"team_id": None, "marks": list(one), "words": said[n] if n < len(said) else ""}
            for n, one in enumerate(marks)
        ]
        _mixed(StaffSurveyAnswer, survey, rows)
    return len(marks)


def close_staff_survey(code: str, actor: Actor, at: datetime) -> StaffSurvey:
    """Make figures and words of it and delete everything else. By who keeps it after its last day,
    and by the tick. Raises Forbidden, Missing, Refusal."""
    refuse_onlooker(actor)
    if not keeps_surveys(actor):
        raise Forbidden(N_("Who keeps the programmes of the whole site opens a survey of staff."))
    with transaction.atomic():
        survey = StaffSurvey.objects.select_for_update().filter(code=code).first()
        if survey is None:
            raise Missing(N_("There is no such survey."))
        if survey.closed or day_of(at) <= survey.closes_on:
            raise Refusal(N_("It closes by itself after its last day, not before."), code="stage")
        rows = list(StaffSurveyAnswer.objects.filter(survey=survey))
        answers = [Answer(row.team_id, tuple(row.marks)) for row in rows]
        survey.told = _named(told(answers, len(survey.questions)))
        words = [row.words for row in rows if row.words] if len(rows) >= K else []
        secrets.SystemRandom().shuffle(words)
        survey.words, survey.closed = words, True
        survey.save(update_fields=["told", "words", "closed"])
        for model in (StaffSurveyAnswer, StaffSurveySlip, StaffSurveyDraw):
            model.objects.filter(survey=survey).delete()
        record_change(actor, "close_staff_survey", survey.code, at)
    return survey


def close_past(at: datetime) -> int:
    """Close the surveys whose last day is over; how many."""
    past = StaffSurvey.objects.filter(closed=False, closes_on__lt=day_of(at))
    found = list(past.values_list("code", flat=True))
    for code in found:
        close_staff_survey(code, SYSTEM, at)
    return len(found)


def _named(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [one["team"] for one in groups if one["team"] is not None]
    names = {row.pk: (row.name, row.name_en) for row in Team.objects.filter(pk__in=ids)}
    return [
        {
            "all": one["all"], "n": one["n"], "means": one["means"],
            "team": list(names.get(one["team"], ("", ""))),
        }
        for one in groups
    ]  # fmt: skip


def _answers(survey: StaffSurvey) -> list[dict[str, Any]]:
    """The answers that lie in the box."""
    rows = StaffSurveyAnswer.objects.filter(survey=survey)
    return [{"team_id": one.team_id, "marks": one.marks, "words": one.words} for one in rows]


def _mixed(model: Any, survey: StaffSurvey, rows: list[dict[str, Any]]) -> None:
    """Write all rows anew in a drawn order with drawn numbers, as one transaction."""
    secrets.SystemRandom().shuffle(rows)
    model.objects.filter(survey=survey).delete()
    model.objects.bulk_create(
        [model(id=drawn_id(), survey=survey, **row) for row in rows], batch_size=500
    )


def _mark(code: str, slip: str) -> str:
    return codes.mark(f"staff {code}", slip)


def _locked(code: str, at: datetime) -> StaffSurvey:
    found = StaffSurvey.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no such survey."))
    if not is_open(found, day_of(at)):
        raise Refusal(N_("This survey is not open now."), code="stage")
    return found
