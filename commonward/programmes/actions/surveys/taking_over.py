"""Take over the answers of a survey that was asked elsewhere, in bulk (接收历史答卷)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from commonward.core.finding import hidden
from commonward.core.rights import Actor
from commonward.programmes.actions.surveys.frame import count, kept
from commonward.programmes.actions.voting import drawn_id
from commonward.programmes.models import SurveyAnswer, SurveyStratum, SurveyWords

Taken = tuple[str, str, Mapping[str, Any], Mapping[str, str]]
"""The stratum's key, the channel, the answers by question, the free words by question."""


def take_over(
    code: str, rows: Sequence[Taken], actor: Actor, *, outcomes: Mapping[str, int] | None = None
) -> int:
    """Write answers of an open survey and what else came of calling (in its first stratum).

    Raises Missing, Forbidden, Refusal.
    """
    with transaction.atomic():
        found = kept(code, actor, "open")
        strata = {one.key: one for one in SurveyStratum.objects.filter(survey=found)}
        SurveyAnswer.objects.bulk_create(
            [
                SurveyAnswer(
                    id=drawn_id(), survey=found, stratum=strata[key], channel=channel,
                    version=found.version, answers=dict(answers),
                )
                for key, channel, answers, _words in rows
            ],
            batch_size=500,
        )  # fmt: skip
        SurveyWords.objects.bulk_create(
            [
                SurveyWords(id=drawn_id(), survey=found, question=question, words=hidden(said))
                for _key, _channel, _answers, words in rows
                for question, said in words.items()
            ],
            batch_size=500,
        )
        for (key, channel), many in Counter(row[:2] for row in rows).items():
            count(strata[key], channel, "answered", many)
        for outcome, many in (outcomes or {}).items():
            count(next(iter(strata.values())), "phone", outcome, many)
    return len(rows)
