"""Answers (答卷): by link, at the counter, from paper; never with anybody's name, number or moment."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare

from commonward.core.ballots import codes
from commonward.core.finding import hidden
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.core.surveys.questions import answer_of, from_kept
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.surveys.frame import (
    count,
    in_state,
    kept,
    locked,
    note,
    stratum_of,
)
from commonward.programmes.actions.voting import drawn_id
from commonward.programmes.models import (
    Survey,
    SurveyAnswer,
    SurveyLink,
    SurveyStratum,
    SurveyWords,
)

MOST_LINKS = 5000
WHOLE, PART = 0.8, 0.5
"""Of the questions without words: from 0.8 on an answer is whole, from 0.5 on a part (AAPOR)."""


def make_links(code: str, stratum: str, many: int, actor: Actor, at: datetime) -> list[str]:
    """New one-time codes for a stratum, to be printed or sent now: only their hashes stay."""
    if not 1 <= many <= MOST_LINKS:
        raise Invalid(N_("Between 1 and {most} at once."), most=MOST_LINKS, field="many")
    with transaction.atomic():
        found = kept(code, actor, "prepared", "open")
        row = stratum_of(found, stratum)
        made = [codes.new_code() for _ in range(many)]
        SurveyLink.objects.bulk_create(
            [
                SurveyLink(id=drawn_id(), survey=found, stratum=row, mark=_mark(found, one))
                for one in made
            ],
            batch_size=500,
        )
        SurveyStratum.objects.filter(pk=row.pk).update(links=row.links + many)
        note(found, "links_made", actor, at, {"stratum": row.key, "links": many})
    return made


def _mark(found: Survey, code: str) -> str:
    return codes.mark(f"survey {found.code}", code)


def answer_by_link(code: str, typed: str, answers: Mapping[str, str], at: datetime) -> None:
    """Spend a link on one answer. Raises Missing, Refusal (codes "stage", "used"), Invalid."""
    with transaction.atomic():
        found = for_everybody(code, at)
        link = (
            SurveyLink.objects.select_related("stratum")
            .filter(survey=found, mark=_mark(found, codes.as_kept(typed)))
            .first()
        )
        if link is None:
            raise Invalid(
                N_("We do not know this code. Please look at your letter once more."), field="code"
            )
        if link.spent:
            raise Refusal(
                N_("This code was used already. Each gives one answer."), code="used", field="code"
            )
        keep_answer(found, link.stratum, "link", answers)
        SurveyLink.objects.filter(pk=link.pk).update(spent=True)


def answer_at_counter(
    code: str, key: str, stratum: str, answers: Mapping[str, str], at: datetime
) -> None:
    """An answer from the tablet at the counter, which knows the survey's counter key."""
    with transaction.atomic():
        found = for_everybody(code, at)
        if not found.counter_key or not constant_time_compare(found.counter_key, key):
            raise Missing(N_("There is no such survey."))
        keep_answer(found, stratum_of(found, stratum), "counter", answers)


def answer_from_paper(
    code: str, stratum: str, answers: Mapping[str, str], actor: Actor, at: datetime
) -> None:
    """A paper form that somebody at the desk types in. Raises Missing, Forbidden, Refusal, Invalid."""
    with transaction.atomic():
        found = locked(code, actor)
        in_state(found, "open")
        keep_answer(found, stratum_of(found, stratum), "paper", answers)


def for_everybody(code: str, at: datetime) -> Survey:
    """The survey while it asks, locked. Raises Missing, Refusal."""
    found = (
        Survey.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(code=code)
        .exclude(state="prepared")
        .first()
    )
    if found is None:
        raise Missing(N_("There is no such survey."))
    if found.state != "open" or not found.begins_on <= day_of(at) <= found.ends_on:
        raise Refusal(N_("This survey does not ask now."), code="stage")
    return found


def keep_answer(
    found: Survey, stratum: SurveyStratum, channel: str, given: Mapping[str, str]
) -> str:
    """Write an answer of a locked survey, its words apart from it; "answered" or "partial".

    Raises Invalid for what is no answer, and where fewer than half of the questions have one.
    """
    questions = from_kept(found.questions)
    plain: dict[str, Any] = {}
    words: list[SurveyWords] = []
    for one in questions:
        value = answer_of(one, given.get(one.key, ""))
        if value is None:
            continue
        if one.kind == "words":
            # What leads to somebody goes before anything is written.
            said = hidden(str(value))
            words.append(SurveyWords(id=drawn_id(), survey=found, question=one.key, words=said))
        else:
            plain[one.key] = value
    closed = sum(one.kind != "words" for one in questions)
    share = len(plain) / closed if closed else float(bool(words))
    if share < PART or not (plain or words):
        raise Invalid(N_("Please answer at least half of the questions."), field="questions")
    SurveyAnswer.objects.create(
        id=drawn_id(), survey=found, stratum=stratum, channel=channel, version=found.version,
        answers=plain,
    )  # fmt: skip
    SurveyWords.objects.bulk_create(words)
    outcome = "answered" if share >= WHOLE else "partial"
    count(stratum, channel, outcome)
    return outcome


def take_out(code: str, words: int, actor: Actor, at: datetime) -> None:
    """Take free words out that name somebody or hurt: they are deleted."""
    with transaction.atomic():
        found = kept(code, actor, "closed")
        if not SurveyWords.objects.filter(survey=found, pk=words).delete()[0]:
            raise Missing(N_("These words are gone already."))
        note(found, "words_taken_out", actor, at)


def mix_surveys() -> int:
    """Mix answers, words and links of all open surveys; how many surveys."""
    rows = list(Survey.objects.filter(state="open"))
    for one in rows:
        with transaction.atomic():
            mix(Survey.objects.select_for_update(of=("self",)).get(pk=one.pk))
    return len(rows)


def mix(found: Survey) -> None:
    """Write the rows of a locked survey anew in a drawn order.

    A database lays rows down in the order in which they come; after this they do not tell which
    words came with which answer, or which link was used when.
    """
    for model in (SurveyAnswer, SurveyWords, SurveyLink):
        rows: list[Any] = list(model.objects.filter(survey=found))
        secrets.SystemRandom().shuffle(rows)
        model.objects.filter(survey=found).delete()
        for row in rows:
            row.pk = drawn_id()
        model.objects.bulk_create(rows, batch_size=500)
