"""What somebody wrote to the site: an end to messages, words about a report of theirs, or a report.

STOP · TD · 退订            no more about the report whose message was answered
STOP K7M2Q9XP4D            … about the report of this number
K7M2Q9XP4D 3FH9KZ words     words about this report, with the code of its receipt
"""

import re
import unicodedata
from dataclasses import dataclass

from commonward.core.channels import unseen_out
from commonward.core.numbers import ALPHABET, LENGTH, normalise
from commonward.core.refusals import Invalid

CODE_LENGTH = 6
_STOP = re.compile(
    r"(?:(?:STOPALL|STOP|UNSUBSCRIBE|TD|T)\b|退订|取消订阅)[\s:.。!！]*(.{0,40}?)[\s.。!！]*", re.I
)


@dataclass(frozen=True, slots=True)
class Written:
    """`number` and `code` are "" where it begins with none; a `stop` has no words."""

    words: str = ""
    number: str = ""
    code: str = ""
    stop: bool = False


_MEANT = f"[{ALPHABET}OIL]"
_NUMBER = rf"{_MEANT}(?:[ \-]?{_MEANT}){{{LENGTH - 1}}}"
_CODE = rf"{_MEANT}{{3}}[ \-]?{_MEANT}{{3}}"
_CODED = re.compile(
    rf"({_NUMBER})[\s:：,，#]+({_CODE})(?=$|[\s:：,，.。])[\s:：,，.。]*", re.IGNORECASE
)


def read(text: str) -> Written:
    """What a text means; signs that are not seen are left out."""
    plain = unseen_out(text).replace("\x00", "").strip()
    begins = unicodedata.normalize("NFKC", plain)
    stop = _STOP.fullmatch(begins)
    if stop is not None:
        number = _number(stop[1])
        if number or not stop[1]:
            return Written(stop=True, number=number)
    found = _CODED.match(begins)
    if found is not None:
        number = _number(found[1])
        if number:
            return Written(begins[found.end() :].strip(), number, re.sub(r"[ \-]", "", found[2]))
    return Written(plain)


def _number(text: str) -> str:
    try:
        return normalise(text)
    except Invalid:
        return ""
