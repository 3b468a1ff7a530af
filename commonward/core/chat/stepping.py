"""One step of a conversation: what a message makes of it. Nothing is read or written here."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from commonward.core.channels import unseen_out
from commonward.core.chat.commands import coded, command_of
from commonward.core.chat.model import Add, Effect, Knows, Message, Outcome, Reply, Talk
from commonward.core.chat.plan import Plan
from commonward.core.chat.states import Move, ask, ended, filing, taken
from commonward.core.danger import numbers_to_call

MOST_SEEN = 40
"""Names of messages that are known again when they come twice."""
_HOUR = timedelta(hours=1)
_CHINESE = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]{2}")


def fresh(plan: Plan, key: str, language: str = "") -> Talk:
    """A conversation that begins. `key` is random and of no other; `language` is that of its
    platform or page, until the first words say another."""
    return Talk(key=key, state=plan.begins, language=language)


def step(plan: Plan, talk: Talk, message: Message, at: datetime, knows: Knows, key: str) -> Outcome:
    """What this message makes of the conversation; the same message again makes nothing.

    `key` names the conversation that begins where this one was forgotten already. `talk` is
    answered with what is kept; effects are the door's to do, in the transaction that keeps it.
    """
    if message.id in talk.seen:
        return Outcome(talk, talk.last, again=True)
    late = talk.last_at is not None and at - talk.last_at > timedelta(seconds=plan.forgotten_after)
    if late:
        talk = fresh(plan, key, talk.language)
    first = talk.last_at is None
    text = unseen_out(message.text).replace("\x00", "").strip()
    cut = len(text) > plan.longest_words
    text = text[: plan.longest_words]
    talk = _noted(plan, talk, message, text, at)
    call = numbers_to_call(text)
    before: list[Reply] = []
    if call:
        before.append(Reply("danger", {"numbers": " / ".join(call)}, call=call))
    if talk.heard > plan.an_hour:
        if talk.heard == plan.an_hour + 1:
            before.append(Reply("slow", {"contact": knows.contact}))
        return _done(talk, before)
    if late and talk.language:
        before.append(Reply("late"))
    if cut:
        before.append(Reply("cut"))
    found = _meant(plan, talk, replace(message, text=text), knows, first=first)
    return _done(found.talk, [*before, *found.replies], found.effects)


def concluded(talk: Talk, replies: tuple[Reply, ...]) -> Talk:
    """The conversation after its door did what was asked: this was answered."""
    return replace(talk, last=replies)


def filed(plan: Plan, talk: Talk, number: str, code: str) -> Talk:
    """The conversation after its draft became the report of this number."""
    return replace(talk, number=number, code=code)


def refused(before: Talk, after: Talk) -> Talk:
    """The conversation where what it asked for was refused: it stands where it stood."""
    return replace(
        before, seen=after.seen, last_at=after.last_at, hour=after.hour, heard=after.heard,
        language=after.language,
    )  # fmt: skip


def _noted(plan: Plan, talk: Talk, message: Message, text: str, at: datetime) -> Talk:
    hour, heard = talk.hour, talk.heard
    if hour is None or at - hour >= _HOUR:
        hour, heard = at, 0
    language = talk.language
    if talk.state == plan.begins or not language:  # the first words decide
        if _CHINESE.search(text):
            language = "zh-hans"
        elif _LATIN.search(text) and not text.startswith("/"):
            language = "en"
    return replace(
        talk, language=language, seen=(*talk.seen, message.id)[-MOST_SEEN:], last_at=at, hour=hour,
        heard=heard + 1,
    )  # fmt: skip


def _done(talk: Talk, replies: list[Reply], effects: tuple[Effect, ...] = ()) -> Outcome:
    told = tuple(replies)
    return Outcome(replace(talk, last=told), told, effects)


def _meant(plan: Plan, talk: Talk, message: Message, knows: Knows, *, first: bool) -> Move:
    known = coded(plan, talk, message)
    if known is not None:
        return known
    command = "" if message.picture or message.place else command_of(plan, message.text)
    if command in ("stop", "again"):
        over = ended(plan, talk, plan.gives_up if command == "stop" else plan.begins)
        return over if command == "stop" else _and_ask(plan, over, knows)
    if command in ("english", "chinese"):
        chosen = replace(talk, language="en" if command == "english" else "zh-hans")
        return Move(chosen, (ask(plan, chosen, knows),))
    if command == "back":
        return _back(plan, talk, knows)
    if command == "person":
        return _person(plan, talk, knows)
    if command == "greeting" or (first and not _says(message)):
        return Move(talk, (Reply("hello"), ask(plan, talk, knows)))
    if command == "help":
        return Move(talk, (Reply("refused", {"why": _takes(plan, talk)}), ask(plan, talk, knows)))
    found = taken(plan, talk, message, knows, command)
    if found is None:
        name = f"strange_{message.strange}"
        name = name if name in plan.says else "strange" if message.strange else "nobody_knows"
        told = Reply(name, {"takes": _takes(plan, talk)})
        found = Move(talk, (told, ask(plan, talk, knows)))
    return found if not first else replace(found, replies=(Reply("hello"), *found.replies))


def _says(message: Message) -> bool:
    return bool(message.text or message.place or message.picture or message.strange)


def _and_ask(plan: Plan, over: Move, knows: Knows) -> Move:
    return replace(over, replies=(ask(plan, over.talk, knows),))


def _back(plan: Plan, talk: Talk, knows: Knows) -> Move:
    if not talk.before:
        return Move(talk, (Reply("first"), ask(plan, talk, knows)))
    earlier = replace(talk, state=talk.before[-1], before=talk.before[:-1], offered=())
    return Move(earlier, (ask(plan, earlier, knows),))


def _person(plan: Plan, talk: Talk, knows: Knows) -> Move:
    """A person takes over: what was said is filed for whoever sorts, or asked for first."""
    state = plan.states[talk.state]
    if talk.draft.words:
        return filing(plan, talk, person=True)
    if state.keeps == "add" and talk.number:
        words = plan.text("person_asked", talk.language or "zh-hans")
        return Move(talk, (), (Add(talk.number, talk.code, words),))
    asked = replace(talk, state=plan.begins, before=(), offered=(), person=True)
    return Move(asked, (Reply("person_what", {"contact": knows.contact}),))


def _takes(plan: Plan, talk: Talk) -> str:
    """What is taken now, in words."""
    language = talk.language or "zh-hans"
    kinds = [plan.text(f"takes_{kind}", language) for kind in sorted(plan.states[talk.state].takes)]
    joined = ("、" if language.startswith("zh") else ", ").join(kinds)
    return plan.text("takes", language, {"kinds": joined})
