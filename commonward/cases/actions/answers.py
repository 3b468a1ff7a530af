"""Write the knowledge base: answers to what is often asked, each with an owner and an end."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonward.areas.actions import bump
from commonward.areas.queries import area_by_code
from commonward.cases.actions.texts import check_use
from commonward.cases.models import Answer, AnswerVersion
from commonward.cases.queries.texts import EDITORS, may_edit, require_editor
from commonward.core.knowledge.sources import Source, check_sources
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
    sources: Iterable[Source] = (),
    public: bool = False,
    of: int | None = None,
    area: str = "",
) -> Answer:
    """Add an answer (知识库条目); without an `owner` it is the actor's own.

    `sources` say where it is written (a law, a notice); `source` is one by its name alone. One
    that is `of` another says the same in another language, or for an area (its code). A `public`
    one is shown to residents once somebody else has checked it. Raises Forbidden or Invalid.
    """
    refuse_onlooker(actor)
    first = _first_of(of)
    if first is not None:
        category = first.category
    require_editor(actor, "edit_answers", category)
    check_use(language, category)
    _check_place(first, area, language, at)
    owner_id = owner if owner is not None else actor.account
    if owner_id is None:
        raise Invalid(N_("Say who sees to it that the answer stays right."), field="owner")
    standing_account(owner_id)
    if team is not None:
        active_team(team)
    _check(question, words, keywords, source, at, valid_until)
    kept = check_sources(_sources(source, sources), _today(at))
    try:
        with transaction.atomic():
            made = Answer.objects.create(
                category=category,
                language=language,
                owner_id=owner_id,
                team_id=team,
                valid_until=valid_until,
                public=public,
                of_id=first.pk if first else None,
                area=area,
            )
            _version(made, question, words, keywords, kept, actor, at)
    except IntegrityError:
        raise _there_already() from None
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
    team: int | None = None,
    sources: Iterable[Source] = (),
    public: bool | None = None,
) -> Answer:
    """Say it anew, or say that it is still right until another day: a version of its own.

    Residents read the version before until somebody else has checked this one; where it is no
    longer `public`, they read it no more.

    Its owner, the members of its team and editors may. Raises Forbidden, Missing, Invalid, Stale.
    """
    refuse_onlooker(actor)
    _check(question, words, keywords, source, at, valid_until)
    kept = check_sources(_sources(source, sources), _today(at))
    with transaction.atomic():
        found = locked_answer(actor, answer)
        if found.version != version:
            raise Stale(
                N_("This answer was changed in the meantime (version {now}, you had {had})."),
                now=found.version,
                had=version,
            )
        if owner is not None:
            standing_account(owner)
            found.owner_id = owner
        if team is not None:
            active_team(team)
            found.team_id = team
        if public is not None:
            found.public = public
        if not found.public or not found.active:
            found.shown = 0
        found.version += 1
        found.valid_until = valid_until
        found.active = True
        found.save(
            update_fields=["version", "valid_until", "active", "owner", "team", "public", "shown"]
        )
        _version(found, question, words, keywords, kept, actor, at)
    return found


def retire_answer(actor: Actor, answer: int) -> None:
    """Offer an answer no more, to residents neither; its versions stay."""
    refuse_onlooker(actor)
    with transaction.atomic():
        found = locked_answer(actor, answer)
        found.active = False
        found.shown = 0
        found.save(update_fields=["active", "shown"])
        bump("answers")


def locked_answer(actor: Actor, answer: int) -> Answer:
    """The answer, locked for whoever may change it. Raises Missing, Forbidden."""
    refuse_onlooker(actor)
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
    sources: tuple[Source, ...],
    actor: Actor,
    at: datetime,
) -> None:
    AnswerVersion.objects.create(
        answer=answer,
        number=answer.version,
        question=" ".join(question.split()),
        keywords=keywords,
        words=words,
        source="; ".join(one.name for one in sources)[:300],
        sources=[one.to_data() for one in sources],
        valid_until=answer.valid_until,
        by_id=actor.account,
        at=at,
    )
    bump("answers")


def _sources(source: str, sources: Iterable[Source]) -> tuple[Source, ...]:
    given = tuple(sources)
    return given or ((Source("document", source),) if source.strip() else ())


def _today(at: datetime) -> date:
    return timezone.localdate(at)


def _first_of(of: int | None) -> Answer | None:
    """The answer that a variant belongs to: the first of its group. Raises Missing."""
    if of is None:
        return None
    found = Answer.objects.filter(pk=of).select_related("of").first()
    if found is None:
        raise Missing(N_("There is no such answer."), field="of")
    return found.of or found


def _check_place(first: Answer | None, area: str, language: str, at: datetime) -> None:
    if first is None:
        if area:
            raise Invalid(
                N_("First write what holds everywhere; then say what is otherwise in one area."),
                field="area",
            )
        return
    if area:
        try:
            area_by_code(area, at)
        except Missing as missing:
            raise Invalid(missing.text, field="area", **missing.values) from None
    same = Answer.objects.filter(of=first, area=area, language=language).exists()
    if same or (not area and language == first.language):
        raise _there_already()


def _there_already() -> Invalid:
    return Invalid(
        N_("There is an answer for this area in this language already: change that one."),
        field="area",
    )
