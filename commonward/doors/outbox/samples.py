"""A made-up letter for each use of words: what a page of administration shows beside them."""

from dataclasses import replace
from datetime import datetime, timedelta

from commonward.cases.queries.asked import ASKED
from commonward.cases.queries.followed import Told
from commonward.cases.queries.letters import Letter, Standing
from commonward.core.procedures import Procedure, Stage, Verb
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Missing

_WORDS = Text("Our people look at it on Thursday morning.", "我们周四上午派人到现场查看。")
_QUESTION = Text("Which of the two gates is it?", "请问是南门还是北门？")
_TEAM = ("河东街道城管办", "Street office, city management")


def letter_for(
    procedure: Procedure, verb: Verb | None, stage: Stage | None, language: str, at: datetime
) -> Letter:
    """A step of this procedure as its reporter would hear of it; the first question without one."""
    asks = verb is not None and verb.name == ASKED
    words = (_QUESTION if asks else _WORDS).in_language(language)
    closed = stage is not None and (stage.closed or stage.ends)
    step = stands = None
    if verb is not None:
        step = Told(1, at, verb.name, verb.title, stage, words, mine=False)
        stands = Standing(
            stage=stage or next(iter(procedure.stages.values())),
            has=_TEAM,
            contact="0733-12345",
            due_at=None if closed else at + timedelta(days=5),
            paused=stage is not None and stage.pauses,
            closed_at=at if closed else None,
            reopen_until=at + timedelta(days=procedure.reopen_days)
            if closed and procedure.reopen_days
            else None,
        )
    return Letter(
        delivery=0,
        made_at=at,
        to="name@example.org",
        language=language,
        token="0-sample",  # noqa: S106 (opens nothing: no subscription has this number)
        number="GK-2026-000123",
        own=True,
        public=True,
        until=at + timedelta(days=2),
        step=step,
        standing=stands,
    )


def sample(use: str, procedures: tuple[Procedure, ...], language: str, at: datetime) -> Letter:
    """A letter in which the words of a use would be found. Raises Missing."""
    kind, _, name = use.partition(":")
    if use == "confirm":
        return letter_for(procedures[0], None, None, language, at)
    if use == "mailed":
        return replace(letter_for(procedures[0], None, None, language, at), receipt="sample")
    if use == "asks":
        asked = Verb(ASKED, Text("Ask", "询问"), frozenset(), "", ())
        return letter_for(procedures[0], asked, None, language, at)
    for procedure in procedures:
        for verb in procedure.verbs.values():
            stage = procedure.stages.get(verb.to)
            ends = stage is not None and (stage.closed or stage.ends)
            if (
                (kind == "verb" and verb.name == name)
                or (kind == "stage" and verb.to == name)
                or (use == "ends" and ends)
                or (use == "step" and stage is not None and not ends)
            ):
                return letter_for(procedure, verb, stage, language, at)
    raise Missing(N_("There is no such text."), field="use")
