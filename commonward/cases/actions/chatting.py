"""Conversations in chats: found again for an hour, kept sealed, destroyed on time (对话).

Who a conversation is with is kept nowhere: a keyed hash of the day finds it again, as an allowance
does, so nothing joins the conversations of two days, and no case leads to one.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from commonward.cases.actions.photos import Ready
from commonward.cases.actions.sealing import masters
from commonward.cases.models import Conversation, ConversationPicture
from commonward.core import sealing
from commonward.core.chat.kept import packed, unpacked
from commonward.core.chat.model import Talk
from commonward.core.chat.plan import shipped

MOST_LINES = 80
"""Lines that a page shows again."""
_MARK = 32


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation that was found: its row, what it knows, and the lines that its page shows
    (who: "me" or "you", and the words). `talk` is None for one that begins."""

    row: Conversation | None
    talk: Talk | None
    lines: tuple[tuple[str, str], ...] = ()


def mark_of(platform: str, whose: str, at: datetime) -> str:
    """What is kept of who a conversation is with, when it began on this day."""
    told = f"{at.astimezone(UTC).date().isoformat()} {platform} {whose}"
    return salted_hmac("commonward.conversation", told, algorithm="sha256").hexdigest()[:_MARK]


def found(platform: str, whose: str, at: datetime, *, lock: bool = False) -> Held:
    """The conversation that goes on, of today or begun yesterday; one forgotten by now is none."""
    marks = [mark_of(platform, whose, at), mark_of(platform, whose, at - timedelta(days=1))]
    rows = Conversation.objects.filter(mark__in=marks)
    if lock:
        rows = rows.select_for_update()
    row = rows.order_by("-last_at", "-pk").first()
    if row is None or at - row.last_at > _forgotten_after():
        return Held(row, None)
    read = json.loads(_opened(row, bytes(row.kept), "said"))
    return Held(row, unpacked(read["talk"]), tuple((a, b) for a, b in read["lines"]))


def locked(platform: str, whose: str, at: datetime) -> Held:
    """The conversation under lock; made where there is none. In the transaction of its step."""
    there = found(platform, whose, at, lock=True)
    if there.talk is not None:
        return there
    if there.row is not None:
        _destroy([there.row.pk])
    mark = mark_of(platform, whose, at)
    try:
        with transaction.atomic():
            row = Conversation(platform=platform, mark=mark, last_at=at, kept=b"")
            row.key = sealing.wrap(sealing.new_key(), masters(), f"chat {mark}")
            row.save()
    except IntegrityError:  # another message of the same moment was faster
        return found(platform, whose, at, lock=True)
    return Held(row, None)


def keep(held: Held, talk: Talk, at: datetime, lines: Sequence[tuple[str, str]] = ()) -> None:
    """Keep where it stands; pictures that it names no more are destroyed."""
    row = held.row
    if row is None:
        return
    told = [list(one) for one in lines][-MOST_LINES:]
    plain = json.dumps({"talk": packed(talk), "lines": told}, ensure_ascii=False)
    row.kept = sealing.seal(plain.encode("utf-8", "replace"), _key(row), f"{row.mark} said")
    row.last_at = max(at, row.last_at)
    row.save(update_fields=["kept", "last_at"])
    gone = ConversationPicture.objects.filter(conversation=row)
    gone.exclude(name__in=talk.draft.pictures).delete()


def keep_picture(held: Held, picture: Ready) -> str:
    """Keep a picture until it is filed or given up; its name in the conversation."""
    if held.row is None:
        return ""
    name = secrets.token_hex(8)
    sealed = sealing.seal(picture.content, _key(held.row), f"{held.row.mark} {name}")
    ConversationPicture.objects.create(
        conversation=held.row, name=name, content=sealed, width=picture.width, height=picture.height
    )
    return name


def pictures(held: Held, names: Iterable[str]) -> tuple[Ready, ...]:
    """The pictures of these names, in their order."""
    if held.row is None:
        return ()
    rows = ConversationPicture.objects.filter(conversation=held.row)
    there = {one.name: one for one in rows}
    made = []
    for name in names:
        if (one := there.get(name)) is not None:
            content = _opened(held.row, bytes(one.content), name)
            made.append(Ready(content, "", one.width, one.height))
    return tuple(replace(one, digest=_digest(one.content)) for one in made)


def forget_conversations(at: datetime, most: int = 1000) -> int:
    """Destroy what nobody went on with in time, keys and all; says how many."""
    late = Conversation.objects.filter(last_at__lt=at - _forgotten_after())
    return _destroy(list(late.values_list("pk", flat=True)[:most]))


def _destroy(ids: Sequence[int]) -> int:
    ConversationPicture.objects.filter(conversation_id__in=ids).delete()
    Conversation.objects.filter(pk__in=ids).delete()
    return len(ids)


def _forgotten_after() -> timedelta:
    return timedelta(seconds=shipped().forgotten_after)


def _key(row: Conversation) -> bytes:
    return sealing.unwrap(row.key, masters(), f"chat {row.mark}")


def _opened(row: Conversation, sealed: bytes, what: str) -> bytes:
    return sealing.open_sealed(sealed, _key(row), f"{row.mark} {what}")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
