"""Take one message of a conversation: what is kept, what is done, what is answered; once each."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from commonward.cases.actions import chatting
from commonward.cases.actions.chatted import (
    Told,
    add_by_chat,
    answered_of,
    no_more_news,
    report_by_chat,
)
from commonward.cases.actions.chatting import Held
from commonward.cases.actions.photos import Ready, prepare_photo
from commonward.cases.actions.receipts import code_of, enter
from commonward.cases.queries.followed import followed
from commonward.core.chat.model import (
    Add,
    Effect,
    File,
    Message,
    NoNews,
    Outcome,
    Reply,
    Status,
    Talk,
)
from commonward.core.chat.plan import compared, shipped
from commonward.core.chat.states import takes_picture
from commonward.core.chat.stepping import concluded, filed, fresh, refused, step
from commonward.core.refusals import Refusal
from commonward.doors.chat.knowing import knows
from commonward.doors.look.showing import due_words, named, said
from commonward.doors.outbox.address import address
from commonward.people.words import tell

log = logging.getLogger(__name__)

WEB = "web"


@dataclass(frozen=True, slots=True)
class Came:
    """One message of a platform. `picture` fetches what was sent with it (raises OSError or
    Refusal); `answers` is the name of the message of ours that it answers; `category` is that of
    what comes by this platform; `language` is what the platform says of its writer. `bound` counts
    a report against whatever else bounds them (raises Refusal)."""

    platform: str
    whose: str
    message: Message
    category: str = ""
    picture: Callable[[], bytes] | None = None
    answers: str = ""
    language: str = ""
    bound: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One message back, in its reader's language."""

    text: str
    choices: tuple[str, ...] = ()
    place: str = ""
    """The words of a button that shares the place; "" for none."""
    picture: bool = False
    call: tuple[str, ...] = ()


def take(came: Came, at: datetime) -> tuple[Answer, ...]:
    """Take a message; what is answered. The same one again is answered the same and does nothing."""
    photo, strange = _photo(came, at)
    with transaction.atomic():
        held = chatting.locked(came.platform, came.whose, at)
        begins = fresh(shipped(), token_hex(12), language_of(came.language))
        talk = held.talk or begins
        message = came.message
        if message.id not in talk.seen:
            if photo is not None and (why := takes_picture(shipped(), talk)):
                photo, strange = None, why
            name = chatting.keep_picture(held, photo) if photo is not None else ""
            message = replace(message, picture=name, strange=strange or message.strange)
        with translation.override(talk.language or None):
            outcome = step(shipped(), talk, message, at, knows(at), begins.key)
        after = outcome.talk
        with translation.override(after.language or None):
            if not outcome.again:
                outcome = _about_ours(came, talk, outcome, message)
                after = _done(came, held, talk, outcome, at)
            answers = told(came, after)
        if not outcome.again:
            mine = [("me", _shown(came))] if _shown(came) else []
            lines = (*held.lines, *mine, *(("you", one.text) for one in answers))
            chatting.keep(held, after, at, lines if came.platform == WEB else ())
    return answers


def language_of(told: str) -> str:
    """The language of ours that a platform or page means; the site's own for none."""
    if not told:
        return settings.LANGUAGE_CODE
    return "zh-hans" if told.lower().startswith("zh") else "en"


def _shown(came: Came) -> str:
    place = "📍" if came.message.place is not None else ""
    return " ".join(filter(None, (came.message.text.strip(), "🖼" if came.picture else "", place)))


def _photo(came: Came, at: datetime) -> tuple[Ready | None, str]:
    """The picture that came, encoded anew, or why there is none; fetched before anything is locked,
    and only where it will be taken."""
    if came.picture is None:
        return None, ""
    talk = chatting.found(came.platform, came.whose, at).talk or fresh(shipped(), "")
    if came.message.id in talk.seen or talk.heard > shipped().an_hour:
        return None, ""
    why = takes_picture(shipped(), talk)
    if why:
        return None, why
    try:
        return prepare_photo(came.picture()), ""
    except Refusal as refusal:
        return None, "large" if "bytes" in refusal.text else "unread"
    except OSError as fault:
        log.warning("A picture could not be fetched: %s", type(fault).__name__)
        return None, "unread"


def _about_ours(came: Came, talk: Talk, outcome: Outcome, message: Message) -> Outcome:
    """An answer to a message of ours is about its report, whatever the conversation is at."""
    about = answered_of(came.platform, came.answers, came.whose) if came.answers else None
    if about is None:
        return outcome
    _report, number = about
    counted = replace(refused(talk, outcome.talk), last=outcome.talk.last)
    if shipped().heard.get(compared(message.text)) == "stop":
        return Outcome(counted, (), (NoNews(number),))
    call = tuple(one for one in outcome.replies if one.text == "danger")
    return Outcome(
        replace(counted, last=call), call, (Add(number, "", message.text, message.picture),)
    )


def _done(came: Came, held: Held, before: Talk, outcome: Outcome, at: datetime) -> Talk:
    """Do what the step asks for; the conversation after it, with what is answered."""
    after, replies = outcome.talk, outcome.replies
    for effect in outcome.effects:
        try:
            after, more = _one(came, held, after, effect, at)
        except Refusal as refusal:
            after = refused(before, after)
            more = (Reply("refused", {"why": tell(refusal)}),)
        replies = (*replies, *more)
    return concluded(after, replies)


def _one(
    came: Came, held: Held, talk: Talk, effect: Effect, at: datetime
) -> tuple[Talk, tuple[Reply, ...]]:
    if isinstance(effect, File):
        return _file(came, held, talk, effect, at)
    if isinstance(effect, NoNews):
        no_more_news(effect.number, came.platform, came.whose, at)
        return talk, (Reply("no_news", {"number": effect.number}),)
    if isinstance(effect, Status):
        return talk, (_standing(enter(effect.number, effect.code, at).report_id, at),)
    return talk, (_add(came, held, effect, at),)


def _file(
    came: Came, held: Held, talk: Talk, effect: File, at: datetime
) -> tuple[Talk, tuple[Reply, ...]]:
    draft = effect.draft
    if came.bound is not None:
        came.bound()
    if effect.person:
        asked = shipped().text("person_asked", effect.language)
        draft = replace(draft, words=f"{draft.words}\n\n[{asked}]")
    known = Told(
        came.platform, came.whose, draft, effect.key, effect.language, news=came.platform != WEB
    )
    photos = chatting.pictures(held, draft.pictures)
    report, token = report_by_chat(known, came.category, photos, at, a_day=settings.CHAT_A_DAY)
    code = code_of(token)
    values = {
        "number": report.number,
        "code": code,
        "link": f"{address('portal:follow')}?number={report.number}",
    }
    if came.platform == WEB:
        values["link"] = address("portal:receipt", token)
    reply = Reply("person_filed" if effect.person else "filed", values, ("@choice_new",))
    return filed(shipped(), talk, report.number, code), (reply,)


def _add(came: Came, held: Held, effect: Add, at: datetime) -> Reply:
    report = enter(effect.number, effect.code, at).report_id if effect.code else _answered(came)
    photos = chatting.pictures(held, (effect.picture,) if effect.picture else ())
    add_by_chat(report, effect.words, photos, at)
    return Reply("added", {"number": effect.number})


def _answered(came: Came) -> int:
    found = answered_of(came.platform, came.answers, came.whose)
    return found[0] if found is not None else 0


def _standing(report: int, at: datetime) -> Reply:
    """How a report stands, in a few lines."""
    found = followed(report, at)
    who = named(found.has.name, found.has.name_en) if found.has else ""
    due = _("Due: {moment}").format(moment=due_words(found.due_at)) if found.due_at else ""
    values = {
        "number": found.number,
        "stage": said(found.stage.title),
        "who": "" if found.closed_at else who,
        "due": "" if found.closed_at else due,
        "link": f"{address('portal:follow')}?number={found.number}",
    }
    return Reply("status", values)


def told(came: Came, talk: Talk) -> tuple[Answer, ...]:
    """What was answered last, as its reader reads it."""
    plan, language = shipped(), talk.language
    return tuple(
        Answer(
            plan.told(_for(came, reply), language),
            tuple(plan.label(one, language) for one in reply.choices),
            plan.text("choice_place", language) if reply.place else "",
            reply.picture,
            reply.call,
        )
        for reply in talk.last
    )


def _for(came: Came, reply: Reply) -> Reply:
    """The same reply as a page says it, where news cannot come back."""
    on_page = f"{reply.text}_web"
    there = came.platform == WEB and on_page in shipped().says
    return replace(reply, text=on_page) if there else reply
