"""Bytes into words: character sets that are not what they say, and headers in encoded words.

>>> spelt("高空抛物".encode("gb18030"), "gb2312")
'高空抛物'
>>> header("=?gb2312?B?wre1xg==?= =?utf-8?q?_now?=")
'路灯 now'
"""

import base64
import binascii
import quopri
import re

from commonward.core.channels import one_line

LONGEST_HEADER = 4000

_SAME = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "gb_2312-80": "gb18030", "euc-cn": "gb18030", "hz-gb-2312": "hz", "chinese": "gb18030",
    "utf8": "utf-8", "utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "cp-850": "cp850",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "big5": "big5hkscs", "x-big5": "big5hkscs",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "iso8859-1": "cp1252", "windows-1252": "cp1252",
    "shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
}  # fmt: skip
_KNOWN = re.compile(
    r"utf-(8|16|16le|16be|32)|gb18030|big5hkscs|hz|iso-8859-\d{1,2}|(windows-|cp)125\d|cp850"
    r"|koi8-[ru]|cp932|euc-jp|iso-2022-(jp|kr)|cp949|tis-620|mac-?roman"
)
"""Python knows codecs that are no character sets, one that takes ages, and UTF-7, which makes halves
of signs: those are not asked."""
_VAGUE = {"", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default", "cp1252", "8bit"}
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_B64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}\Z")


def spelt(data: bytes, charset: str) -> str:
    """The words that these bytes are most likely meant to be; never an error."""
    name = charset.strip().strip("\"'").lower().replace("_", "-") if charset else ""
    name = _SAME.get(name.replace("gb-2312-80", "gb_2312-80"), name)
    name = {"ks-c-5601-1987": "cp949", "shift-jis": "cp932"}.get(name, name)
    if data.isascii() and name != "hz" and not name.startswith(("iso-2022", "utf-16", "utf-32")):
        return data.decode("ascii")
    if name in _VAGUE or not _KNOWN.fullmatch(name):
        tries: tuple[str, ...] = ("utf-8", "gb18030") if name != "cp1252" else ("utf-8", "cp1252")
    else:
        tries = (name, "utf-8", "gb18030")
    for one in tries:
        try:
            return data.decode(one)
        except (UnicodeError, LookupError):
            continue
    usual = name if _KNOWN.fullmatch(name) and name not in _VAGUE else "utf-8"
    return data.decode(usual, "replace")


def header(raw: str) -> str:
    """A header's value on one line, in plain signs; what cannot be decoded stays as it is."""
    raw = raw[:LONGEST_HEADER]
    if not raw.isascii():
        raw = spelt(raw.encode("utf-8", "surrogateescape"), "")
    raw = _GAP.sub(r"\1", raw)
    found: list[str] = []
    held, held_in, last = b"", "", 0
    for word in _WORD.finditer(raw):
        between = raw[last : word.start()]
        charset, data = word[1].lower(), _word_bytes(word[2], word[3])
        if between or charset != held_in:
            found += [spelt(held, held_in), between]
            held, held_in = b"", charset
        # A sign may begin in one word and end in the next.
        held, last = held + data, word.end()
    found += [spelt(held, held_in), raw[last:]]
    return one_line("".join(found).replace("\x00", ""))


def _word_bytes(how: str, text: str) -> bytes:
    plain = text.encode("ascii", "replace")
    return unbase64(plain) if how in "bB" else quopri.decodestring(plain, header=True)


def unbase64(data: bytes) -> bytes:
    """What a base64 text holds, whatever else somebody put between or after its lines.

    >>> unbase64(b"aGVsbG8=" + bytes([10]) + b"-- a footer of a list")
    b'hello'
    """
    lines = []
    for line in data.split(b"\n"):
        plain = line.strip()
        if plain and _B64.match(plain):
            lines.append(plain)
            if plain.endswith(b"="):
                break
    joined = b"".join(lines).rstrip(b"=")
    if len(joined) % 4 == 1:
        joined = joined[:-1]
    try:
        return base64.b64decode(joined + b"=" * (-len(joined) % 4))
    except (binascii.Error, ValueError):
        return b""


def unquoted(data: bytes) -> bytes:
    """What a quoted-printable text holds."""
    return quopri.decodestring(data)
