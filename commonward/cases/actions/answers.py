"""Write the knowledge base: answers to what is often asked, each with an owner and an end."""

from datetime import datetime

from django.db import transaction

from commonward.areas.actions import bump
from commonward.cases.actions.texts import check_use
from commonward.cases.models import Answer, AnswerVersion
from commonward.cases.queries.texts import EDITORS, may_edit, require_editor
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Stale
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.access import active_team, moment, standing_account

LONGEST_ANSWER = 8_000


def add_answer(
    actor: Actor,
    question: str,
    words: str,
    at: datetime,
    *,
    language: str,
    category: str = "",
    keywords: str = "",
    source: str = "",
    owner: int | None = None,
    team: int | None = None,
    valid_until: datetime | None = None,
) -> Answer:
    """Add an answer (知识库条目); without an `owner` it is the actor's own.

    `source` says where it is written (a law, a notice). Raises Forbidden or Invalid.
    """
    refuse_onlooker(actor)
    require_editor(actor, "edit_answers", category)
    check_use(language, category)
    owner_id = owner if owner is not None else actor.account
    if owner_id is None:
        raise Invalid(N_("Say who sees to it that the answer stays right."), field="owner")
    standing_account(owner_id)
    if team is not None:
        active_team(team)
    _check(question, words, keywords, source, at, valid_until)
    with transaction.atomic():
        made = Answer.objects.create(
            category=category,
            language=language,
            owner_id=owner_id,
            team_id=team,
            valid_until=valid_until,
        )
        _version(made, question, words, keywords, source, actor, at)
    return made


def change_answer(
    actor: Actor,
    answer: int,
    question: str,
    words: str,
    at: datetime,
    *,
    version: int,
    keywords: str = "",
    source: str = "",
    valid_until: datetime | None = None,
    owner: int | None = None,
) -> Answer:
    """Say it anew, or say that it is still right until another day: a version of its own.

    Its owner, the members of its team and editors may. Raises Forbidden, Missing, Invalid, Stale.
    """
    refuse_onlooker(actor)
    _check(question, words, keywords, source, at, valid_until)
    with transaction.atomic():
        found = _locked(actor, answer)
        if found.version != version:
            raise Stale(
                N_("This answer was changed in the meantime (version {now}, you had {had})."),
                now=found.version,
                had=version,
            )
        if owner is not None:
            standing_account(owner)
            found.owner_id = owner
        found.version += 1
        found.valid_until = valid_until
        found.active = True
        found.save(update_fields=["version", "valid_until", "active", "owner"])
        _version(found, question, words, keywords, source, actor, at)
    return found


def retire_answer(actor: Actor, answer: int) -> None:
    """Offer an answer no more; its versions stay."""
    refuse_onlooker(actor)
    with transaction.atomic():
        found = _locked(actor, answer)
        found.active = False
        found.save(update_fields=["active"])
        bump("answers")


def _locked(actor: Actor, answer: int) -> Answer:
    found = Answer.objects.select_for_update().filter(pk=answer).first()
    if found is None:
        raise Missing(N_("There is no such answer."), field="answer")
    mine = actor.account is not None and found.owner_id == actor.account
    if not (
        mine or found.team_id in actor.teams or may_edit(actor, "edit_answers", found.category)
    ):
        raise Forbidden(
            N_("An answer is changed by its owner, its team, or {editors}."),
            editors=", ".join(EDITORS),
        )
    return found


def _check(
    question: str,
    words: str,
    keywords: str,
    source: str,
    at: datetime,
    valid_until: datetime | None,
) -> None:
    for field, text, most in (
        ("question", question, 300),
        ("words", words, LONGEST_ANSWER),
        ("keywords", keywords, 300),
        ("source", source, 300),
    ):
        if len(text) > most or "\x00" in text:
            raise Invalid(
                N_("{which} is too long: at most {most} characters are taken."),
                which=field,
                most=most,
                field=field,
            )
    if not question.strip():
        raise Invalid(N_("Write the question as people ask it."), field="question")
    if not words.strip():
        raise Invalid(N_("Write the answer."), field="words")
    if valid_until is not None and moment(valid_until) <= at:
        raise Invalid(
            N_("The answer would have expired already: name a later day."), field="valid_until"
        )


def _version(
    answer: Answer,
    question: str,
    words: str,
    keywords: str,
    source: str,
    actor: Actor,
    at: datetime,
) -> None:
    AnswerVersion.objects.create(
        answer=answer,
        number=answer.version,
        question=" ".join(question.split()),
        keywords=keywords,
        words=words,
        source=source,
        valid_until=answer.valid_until,
        by_id=actor.account,
        at=at,
    )
    bump("answers")
