"""A conversation as JSON, to be sealed and kept until it is forgotten."""

import json
from datetime import datetime
from typing import Any

from commonward.core.chat.model import Choice, Draft, Reply, Talk


def packed(talk: Talk) -> str:
    """As text."""
    return json.dumps(
        {
            "key": talk.key, "state": talk.state, "language": talk.language,
            "draft": _fields(talk.draft), "offered": [_fields(one) for one in talk.offered],
            "before": talk.before, "person": talk.person, "filed": talk.filed,
            "number": talk.number, "code": talk.code, "seen": talk.seen,
            "last": [_fields(one) for one in talk.last],
            "last_at": _moment(talk.last_at), "hour": _moment(talk.hour), "heard": talk.heard,
        },
        ensure_ascii=False,
    )  # fmt: skip


def unpacked(text: str) -> Talk:
    """The conversation again."""
    read: dict[str, Any] = json.loads(text)
    draft = read["draft"]
    return Talk(
        key=read["key"], state=read["state"], language=read["language"],
        draft=Draft(**{**draft, "pictures": tuple(draft["pictures"])}),
        offered=tuple(Choice(**one) for one in read["offered"]),
        before=tuple(read["before"]), person=read["person"], filed=read["filed"],
        number=read["number"], code=read["code"], seen=tuple(read["seen"]),
        last=tuple(
            Reply(**{**one, "choices": tuple(one["choices"]), "call": tuple(one["call"])})
            for one in read["last"]
        ),
        last_at=_read(read["last_at"]), hour=_read(read["hour"]), heard=read["heard"],
    )  # fmt: skip


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
