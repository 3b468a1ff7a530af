"""What the office asks one reporter, and what it tells the people of an area."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Schema, Status
from pydantic import Field

from commonward.areas import actions as areas
from commonward.areas.models import News
from commonward.areas.queries import area_by_code
from commonward.areas.queries.news import NewsItem, news_at
from commonward.cases.access import access_case, visible_case
from commonward.cases.actions import asking
from commonward.cases.models import Case
from commonward.cases.queries.asked import Question, questions_of
from commonward.doors.api.fields import Code, Id, Moment, Name, Number, Word, Words
from commonward.doors.api.keys import caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.doors.api.versions import IfMatch, tag, version_of

TAGS = ["telling"]


class QuestionShown(Schema):
    """A question to one reporter (向诉求人提问); `report` is their number."""

    id: int
    report: str
    at: datetime
    words: str
    is_open: bool
    answered_at: datetime | None
    answer: str
    withdrawn: bool


class AskIn(Schema):
    words: Words
    report: Code = Field("", description="whom to ask, where several reported it")


class AnswerIn(Schema):
    words: Words


class NewsIn(Schema):
    """News or advice; the English text may be left out, as a whole."""

    kind: Word
    title: Name
    words: Words
    title_en: Name = ""
    words_en: Words = ""
    since: Moment
    until: Moment


class NewsShown(Schema):
    """News or advice of an area (公告、防范提示)."""

    id: int
    kind: str
    title: str
    title_en: str
    words: str
    words_en: str
    area: str
    since: datetime
    until: datetime


def _questions(number: str, response: HttpResponse) -> tuple[Question, ...]:
    case = Case.objects.only("pk", "version").get(number=number)
    tag(response, case.version)
    return questions_of(case.pk)


@router.get("/cases/{number}/questions", tags=TAGS, response={200: list[QuestionShown], **PROBLEMS})
def list_questions(
    request: HttpRequest, response: HttpResponse, number: Number
) -> tuple[Question, ...]:
    """What its reporters were asked, and what they answered."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door="api", what="questions")
    return _questions(case.number, response)


@router.post(
    "/cases/{number}/questions", tags=TAGS, response={201: list[QuestionShown], **PROBLEMS}
)
def ask_reporter(
    request: HttpRequest, response: HttpResponse, number: Number, given: AskIn, if_match: IfMatch
) -> Status[tuple[Question, ...]]:
    """Ask a reporter; they read it on their own page and answer there. No clock stops for it."""
    by = caller(request)
    case = visible_case(number, by.actor)
    asking.ask_reporter(
        case.number,
        given.words,
        by.actor,
        by.at,
        report=given.report,
        version=version_of(if_match),
    )
    return Status(201, _questions(case.number, response))


@router.post(
    "/cases/{number}/questions/{question}/answer",
    tags=TAGS,
    response={200: list[QuestionShown], **PROBLEMS},
)
def note_answer(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    question: Id,
    given: AnswerIn,
    if_match: IfMatch,
) -> tuple[Question, ...]:
    """Write down what a reporter answered by telephone or at the counter."""
    by = caller(request)
    case = visible_case(number, by.actor)
    asking.answer_question(
        case.number, question, given.words, by.actor, by.at, version=version_of(if_match)
    )
    return _questions(case.number, response)


@router.post(
    "/cases/{number}/questions/{question}/withdrawal",
    tags=TAGS,
    response={200: list[QuestionShown], **PROBLEMS},
)
def withdraw_question(
    request: HttpRequest, response: HttpResponse, number: Number, question: Id, if_match: IfMatch
) -> tuple[Question, ...]:
    """Take a question back that needs no answer any more."""
    by = caller(request)
    case = visible_case(number, by.actor)
    asking.withdraw_question(case.number, question, by.actor, by.at, version=version_of(if_match))
    return _questions(case.number, response)


@router.get("/areas/{code}/news", tags=TAGS, response={200: list[NewsShown], **PROBLEMS})
def list_news(request: HttpRequest, code: Code) -> tuple[NewsItem, ...]:
    """What an area's page tells now, and what it will tell; from the areas above it too."""
    at = caller(request).at
    return news_at(area_by_code(code, at).path, at, coming=True)


@router.post("/areas/{code}/news", tags=TAGS, response={201: NewsShown, **PROBLEMS})
def publish_news(request: HttpRequest, code: Code, given: NewsIn) -> Status[NewsItem]:
    """Tell the people of an area, and of all below, something for a time."""
    by = caller(request)
    made = areas.publish_news(
        by.actor,
        code,
        given.kind,
        given.title,
        given.words,
        since=given.since,
        until=given.until,
        at=by.at,
        title_en=given.title_en,
        words_en=given.words_en,
    )
    return Status(201, _shown(made))


@router.post("/news/{news}/end", tags=TAGS, response={200: NewsShown, **PROBLEMS})
def end_news(request: HttpRequest, news: Id) -> NewsItem:
    """Show it no more."""
    by = caller(request)
    return _shown(areas.end_news(by.actor, news, at=by.at))


def _shown(news: News) -> NewsItem:
    return NewsItem(
        news.pk,
        news.kind,
        news.title,
        news.title_en,
        news.words,
        news.words_en,
        news.area.code,
        news.valid_from,
        news.valid_until,
    )
