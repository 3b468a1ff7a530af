"""What is offered to whoever was deceived, and letters ready to be printed (事后帮扶): a data file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Invalid, Missing

_FILE = Path(__file__).parent / "support.toml"


@dataclass(frozen=True, slots=True)
class Aid:
    """One kind of help; `consent` is true where others are told, which needs a word of its own."""

    code: str
    title: Text
    text: Text
    letter: str = ""
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be printed; {number} stands for the payment stop's."""

    code: str
    title: Text
    text: Text

    def filled(self, language: str, number: str) -> str:
        """The letter in a language, with the number in it."""
        return self.text.in_language(language).strip().replace("{number}", number)


@dataclass(frozen=True, slots=True)
class Offer:
    """All help and all letters, in the file's order."""

    aids: Mapping[str, Aid]
    letters: Mapping[str, Letter]

    def letter(self, code: str) -> Letter:
        """One letter. Raises Missing."""
        if code not in self.letters:
            raise Missing(N_("There is no letter “{code}”."), code=code)
        return self.letters[code]


def read_offer(text: str) -> Offer:
    """The file's text, checked. Raises Invalid in words."""
    try:
        data = tomllib.loads(text)
        letters = {
            row["code"]: Letter(row["code"], _text(row["title"]), _text(row["text"]))
            for row in data["letter"]
        }
        aids = {
            row["code"]: Aid(
                row["code"], _text(row["title"]), _text(row["text"]), row.get("letter", ""),
                bool(row.get("consent", False)),
            )
            for row in data["help"]
        }  # fmt: skip
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
        raise Invalid(
            N_("This is not a readable text of help: {wrong}."), wrong=str(wrong)
        ) from None
    for aid in aids.values():
        if aid.letter and aid.letter not in letters:
            raise Invalid(N_("There is no letter “{code}”."), code=aid.letter)
    return Offer(aids, letters)


@cache
def offer() -> Offer:
    """What is shipped."""
    return read_offer(_FILE.read_text(encoding="utf-8"))


def _text(value: Any) -> Text:
    return Text(en=value["en"], zh=value["zh"])
