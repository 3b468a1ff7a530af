"""The parts of a mail: what is read as its text, which files are beside it, what is left out.

What a file is is told by its first bytes; its name and its stated type are what somebody wrote.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from commonward.core.channels import one_line
from commonward.core.mailed.model import File, LeftOut
from commonward.core.mailed.pages import text_of
from commonward.core.mailed.quoting import unflowed
from commonward.core.mailed.spelling import LONGEST_HEADER, header, spelt, unbase64
from commonward.core.refusals import N_, Invalid

Part = Message


class Bounded(Message):
    """A part whose fields with parameters are read up to a bound: the library looks at an open quote
    in them anew for each sign."""

    def set_raw(self, name: str, value: Any) -> None:
        """As it is read."""
        if name.lower() in _WITH_PARAMETERS and isinstance(value, str):
            value = value[:LONGEST_HEADER]
        super().set_raw(name, value)


DEEPEST = 20
MOST_PARTS = 200
MOST_FILES = 6
MOST_FILE_BYTES = 20_000_000
MOST_NAMED = 12
MOST_TEXT = 400_000
SMALL_INLINE = 6000
"""Bytes: a smaller picture within the text is a mark of a signature or counts readers."""

_WITH_PARAMETERS = frozenset(("content-type", "content-disposition"))
_SIGNED = frozenset(
    ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
)
_SEALED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"))
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))


@dataclass(slots=True)
class Gathered:
    """What a walk through the parts found."""

    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    reports: list[dict[str, str]] = field(default_factory=list)
    parts: int = 0

    def leave(self, name: str, size: int, why: str) -> None:
        """Name one that is not kept."""
        if len(self.left_out) < MOST_NAMED:
            self.left_out.append(LeftOut(name, size, why))


def gather(mail: Part) -> Gathered:
    """Text, files and the rest. Raises Invalid for a mail with very many parts."""
    found = Gathered()
    _walk(mail, found, 0)
    return found


def raw_of(part: Part, name: str) -> str:
    """A header's value as it came; "" for none."""
    for key, value in part.raw_items():
        if key.lower() == name:
            return str(value)
    return ""


def _walk(part: Part, found: Gathered, depth: int) -> None:
    found.parts += 1
    if depth > DEEPEST or found.parts > MOST_PARTS:
        raise Invalid(N_("This mail has too many parts within one another."), field="mail")
    kind = part.get_content_type()
    inner = part.get_payload()
    if kind == "message/delivery-status" and isinstance(inner, list):
        found.reports += [_fields(one) for one in inner[:MOST_PARTS] if isinstance(one, Message)]
    elif kind in _SEALED:
        found.leave(_name(part) or _plainly(kind), 0, "sealed")
    elif kind.startswith("message/"):
        if kind == "message/rfc822" and depth:
            found.leave(_name(part) or "message.eml", 0, "mail")
    elif isinstance(inner, list):
        _many(kind, [one for one in inner if isinstance(one, Message)], found, depth)
    else:
        _leaf(part, kind, found, inline=False)


def _many(kind: str, inner: list[Part], found: Gathered, depth: int) -> None:
    if kind == "multipart/alternative":
        _best(inner, found, depth)
        return
    if kind == "multipart/signed":
        inner = inner[:1]
    for one in inner:
        if kind == "multipart/related" and not one.is_multipart():
            found.parts += 1
            _leaf(one, one.get_content_type(), found, inline=True)
        else:
            _walk(one, found, depth + 1)


def _best(inner: list[Part], found: Gathered, depth: int) -> None:
    """The same said in several ways: plain words, else the page; the files of all of them."""
    said: list[tuple[str, list[str]]] = []
    for one in inner:
        own = Gathered(parts=found.parts)
        _walk(one, own, depth + 1)
        found.parts = own.parts
        found.files += own.files
        found.left_out += own.left_out
        found.reports += own.reports
        said.append((one.get_content_type(), own.texts))
    there = [(kind, texts) for kind, texts in said if any(t.strip() for t in texts)]
    plain = [texts for kind, texts in there if kind == "text/plain"]
    found.texts += (plain or [texts for _, texts in there] or [[]])[0]


def _leaf(part: Part, kind: str, found: Gathered, *, inline: bool) -> None:
    name = _name(part)
    beside = "attachment" in raw_of(part, "content-disposition").lower()[:40]
    if kind in _SIGNED:
        return
    if kind in ("text/plain", "text/html") and not beside and not (name and found.texts):
        found.texts.append(_text(part, kind))
        return
    if kind in _TNEF or name.lower() == "winmail.dat":
        found.leave(name or "winmail.dat", 0, "tnef")
        return
    data, called = content(part), name or _plainly(kind)
    what = _sniffed(data)
    inline = inline or (not beside and bool(raw_of(part, "content-id")))
    if inline and len(data) < SMALL_INLINE:
        return
    if not what:
        found.leave(called, len(data), "kind")
    elif len(data) > MOST_FILE_BYTES:
        found.leave(called, len(data), "large")
    elif len(found.files) >= MOST_FILES:
        found.leave(called, len(data), "many")
    else:
        found.files.append(File(called, what, data, inline))


def _text(part: Part, kind: str) -> str:
    told = spelt(content(part)[: MOST_TEXT * 4], _param(part, "charset"))[:MOST_TEXT]
    told = told.replace("\r\n", "\n").replace("\r", "\n")
    if kind == "text/html":
        return text_of(told)
    if _param(part, "format").lower() == "flowed":
        return unflowed(told, delsp=_param(part, "delsp").lower() == "yes")
    return told


def content(part: Part) -> bytes:
    """Its bytes, whatever was done to them on the way; broken ones as far as they go."""
    how = raw_of(part, "content-transfer-encoding").strip().strip("\"'").lower()
    how = how.partition(";")[0].strip()
    payload = part.get_payload() if how == "base64" else part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    if isinstance(payload, str):
        plain = payload.encode("utf-8", "surrogateescape")
        return unbase64(plain) if how == "base64" else plain
    return b""


def _sniffed(data: bytes) -> str:
    if data[:3] == b"\xff\xd8\xff" or data[:8] == b"\x89PNG\r\n\x1a\n":
        return "picture"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "picture"
    return "pdf" if data[:1024].lstrip().startswith(b"%PDF-") else ""


def _name(part: Part) -> str:
    """The file's name on one line, without any folder; "" for none."""
    given = _tried(_plain(part, "content-disposition", "content-type").get_filename) or ""
    plain = header(given).replace("\\", "/").rpartition("/")[2]
    return one_line(plain.replace("\x00", "")).strip(". ")[:80]


def _plainly(kind: str) -> str:
    """What a file without a name is called: what it says that it is."""
    return header(kind).rpartition("/")[2][:40] or "file"


def _param(part: Part, name: str) -> str:
    found = _tried(lambda: _plain(part, "content-type").get_param(name, ""))
    if isinstance(found, tuple):
        found = found[2]
    return str(found or "").strip()[:60]


def _plain(part: Part, *names: str) -> Part:
    """These headers alone, with bytes that are no ASCII in the characters they are meant to be:
    the library would put marks of what it cannot read in their place."""
    made = Part()
    for name in names:
        if raw := raw_of(part, name):
            told = raw if raw.isascii() else spelt(raw.encode("utf-8", "surrogateescape"), "")
            made.set_raw(name, told)
    return made


def _tried(asked: Callable[[], Any]) -> Any:
    """What a header's parameter says; None where its writing breaks the reader."""
    try:
        return asked()
    except Exception:  # the library raises what the broken text led it to
        return None


def _fields(part: Part) -> dict[str, str]:
    return {key.lower(): header(str(value)) for key, value in part.raw_items()}


def every(part: Part, depth: int = 0) -> Iterator[Part]:
    """A part and all within it, as deep as is read."""
    yield part
    inner = part.get_payload()
    if isinstance(inner, list) and depth < DEEPEST:
        for one in inner[:MOST_PARTS]:
            if isinstance(one, Message):
                yield from every(one, depth + 1)
