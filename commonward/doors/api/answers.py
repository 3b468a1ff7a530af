"""Answers to what is often asked, as residents read them (公开知识库): a list, a search, one."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from commonward.cases.queries.knowledge import (
    Told,
    public_answer,
    public_answers,
    public_matching,
)
from commonward.core.refusals import N_, Missing
from commonward.doors.api.fields import Id
from commonward.doors.api.keys import caller
from commonward.doors.api.router import PROBLEMS, router

TAGS = ["answers"]
MOST = 100

AreaCode = Annotated[str, Query("", pattern="^[0-9A-Za-z_-]{0,32}$")]
Tongue = Annotated[str, Query("zh-hans", pattern="^(zh-hans|en)$")]


class SourceShown(Schema):
    """Where an answer is written; `checked` is the day on which somebody last looked, or empty."""

    kind: str
    name: str
    link: str
    checked: str


class AnswerShown(Schema):
    """An answer as it holds in the area asked for; in another `language` where there is none in
    the one asked for. `area` is empty where it holds everywhere; `because` are the words of a
    search that matched; `address` is its page on the portal."""

    id: int
    question: str
    words: str
    language: str
    area: str
    category: str
    sources: list[SourceShown]
    valid_until: datetime | None
    address: str
    because: list[str] = Field(default_factory=list)


@router.get("/answers", tags=TAGS, response={200: list[AnswerShown], **PROBLEMS})
def list_answers(
    request: HttpRequest,
    language: Tongue,
    area: AreaCode,
    text: Annotated[str, Query("", max_length=200)],
) -> list[dict[str, Any]]:
    """The public answers, or those that fit a question (`text`), the best first; at most 100.

    A question in either language finds both. Nothing of what was asked is kept.
    """
    at = caller(request).at
    if text.strip():
        found = public_matching(text, area, language, at, most=MOST)
    else:
        found = public_answers(area, language, at)[:MOST]
    return [_shown(one) for one in found]


@router.get("/answers/{answer}", tags=TAGS, response={200: AnswerShown, **PROBLEMS})
def read_answer(
    request: HttpRequest, answer: Id, language: Tongue, area: AreaCode
) -> dict[str, Any]:
    """One public answer, for an area and in a language."""
    found = public_answer(answer, area, language, caller(request).at)
    if found is None:
        raise Missing(N_("There is no such answer."), field="answer")
    return _shown(found)


def _shown(told: Told) -> dict[str, Any]:
    line = told.line
    return {
        "id": line.id,
        "question": line.question,
        "words": line.words,
        "language": line.language,
        "area": line.area,
        "category": line.category,
        "sources": [one.to_data() for one in line.sources],
        "valid_until": line.valid_until,
        "address": f"/answers/{line.id}/",
        "because": list(line.because),
    }
