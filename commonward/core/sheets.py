"""Reading tables of text (CSV): any of the usual encodings, a broken record never harms the next.

A record is one line, or several where a value in quotes holds line breaks. When the quotes do
not fit, the first of those lines alone is refused, in words, and reading goes on with the line
after it: nothing is swallowed up to the end of the file.
"""

import codecs
import csv
import gzip
import hashlib
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, cast

from commonward.core.refusals import N_, Invalid, Refusal

MOST_LINES = 200
MOST_CHARACTERS = 100_000
"""Bounds of one record: beyond them a quote was left open."""
_CHUNK = 1 << 20
_ENCODINGS = ("utf-8-sig", "gb18030")
_SIGNS_OF_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Record(NamedTuple):
    """One record: the line it begins on (1 is the line of titles), its values, its own text.

    `fault` says why it could not be read; `values` is empty then.
    """

    line: int
    values: list[str]
    text: str
    fault: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table in a file (表格): where it is, how it is written, what its columns are called.

    `digest` is the SHA-256 of the file's bytes: the same file is known again.
    """

    path: Path
    encoding: str
    digest: str
    columns: tuple[str, ...]

    @classmethod
    def at(cls, path: Path) -> "Sheet":
        """The table in a CSV file, perhaps compressed (.gz): UTF-8 with or without a mark, GB18030.

        Raises Invalid when it is not there, not text, empty, or names a column twice.
        """
        try:
            encoding, digest = _look(path)
        except (OSError, EOFError) as error:
            raise Invalid(
                N_("{name} cannot be read: {error}"), name=path.name, error=str(error), field="file"
            ) from None
        with _text(path, encoding) as lines:
            first = next(_records(lines, width=0), None)
        if first is None or not any(v.strip() for v in first.values):
            raise Invalid(
                N_("{name} does not begin with a line that names its columns."),
                name=path.name,
                field="file",
            )
        columns = tuple(v.strip() for v in first.values)
        twice = sorted({c for c in columns if c and columns.count(c) > 1})
        if twice:
            raise Invalid(
                N_("{name} names the column {column} twice; give each its own name."),
                name=path.name,
                column=twice[0],
                field="file",
            )
        return cls(path, encoding, digest, columns)

    def need(self, *wanted: str) -> None:
        """Raises Invalid naming the columns that are missing."""
        missing = [c for c in wanted if c not in self.columns]
        if missing:
            raise Invalid(
                N_("{name} has no column {missing}. It has: {columns}."),
                name=self.path.name,
                missing=", ".join(missing),
                columns=", ".join(self.columns),
                field="file",
            )

    def records(self, after: int = 0) -> Iterator[Record]:
        """The records below the titles that begin after line `after`; empty lines are passed over."""
        with _text(self.path, self.encoding) as lines:
            records = _records(lines, width=len(self.columns))
            next(records, None)
            for record in records:
                if record.line > after:
                    yield record


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _text(path: Path, encoding: str) -> IO[str]:
    return io.TextIOWrapper(_open(path), encoding=encoding, newline="")


def _look(path: Path) -> tuple[str, str]:
    """The encoding and the digest, in one pass over the bytes."""
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256")
    decoders = {name: codecs.getincrementaldecoder(name)() for name in _ENCODINGS}
    with _open(path) as plain:
        begun = False
        while chunk := plain.read(_CHUNK):
            if not begun and chunk.startswith(_SIGNS_OF_UTF16):
                raise Invalid(
                    N_("{name} is written in UTF-16; save it as UTF-8 or GB18030."),
                    name=path.name,
                    field="file",
                )
            begun = True
            if b"\0" in chunk:
                raise Invalid(
                    N_("{name} is not a table of text; give a CSV in UTF-8 or GB18030."),
                    name=path.name,
                    field="file",
                )
            _feed(decoders, chunk, final=False)
        _feed(decoders, b"", final=True)
    if not decoders:
        raise Invalid(
            N_("{name} is neither UTF-8 nor GB18030; save it as UTF-8."),
            name=path.name,
            field="file",
        )
    return next(iter(decoders)), digest.hexdigest()


def _feed(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool) -> None:
    for name, decoder in list(decoders.items()):
        try:
            decoder.decode(chunk, final)
        except UnicodeDecodeError:
            del decoders[name]


def _records(lines: IO[str], width: int) -> Iterator[Record]:
    """Records of `width` values (0: of any width), broken ones with their fault."""
    ahead: deque[str] = deque()
    number = 0

    def line() -> str:
        return ahead.popleft() if ahead else lines.readline()

    while text := line():
        number += 1
        if not text.strip():
            continue
        if '"' not in text and len(text) <= MOST_CHARACTERS:
            # Most records: nothing is quoted, so the commas alone divide it.
            plain = text.rstrip("\r\n")
            values = plain.split(",")
            fault = _wrong_width(len(values), width) if width and len(values) != width else None
            yield Record(number, [] if fault else values, plain, fault)
            continue
        taken = [text]
        quotes = text.count('"')
        while quotes % 2 and len(taken) < MOST_LINES and sum(map(len, taken)) < MOST_CHARACTERS:
            following = line()
            if not following:
                break
            taken.append(following)
            quotes += following.count('"')
        reader = csv.reader(taken, strict=True)
        try:
            _check_length(text)
            values = next(reader)
            if width and len(values) != width:
                raise _wrong_width(len(values), width)
        except (csv.Error, Invalid) as fault:
            ahead.extendleft(reversed(taken[1:]))
            yield Record(number, [], text.rstrip("\r\n"), _in_words(fault))
            continue
        # A quote inside an unquoted value (a 5" pipe) opens nothing: the rest is read again.
        ahead.extendleft(reversed(taken[reader.line_num :]))
        yield Record(number, values, "".join(taken[: reader.line_num]).rstrip("\r\n"))
        number += reader.line_num - 1


def _check_length(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            N_("the line has {given} characters; at most {most} are taken"),
            given=len(text),
            most=MOST_CHARACTERS,
        )


def _wrong_width(found: int, width: int) -> Invalid:
    return Invalid(
        N_("the line has {found} values, but the first line names {width} columns"),
        found=found,
        width=width,
    )


def _in_words(fault: Exception) -> Refusal:
    if isinstance(fault, Refusal):
        return fault
    return Invalid(
        N_(
            "the quotes are broken ({error}): a value in quotes ends with a quote, and a quote "
            "inside it is doubled"
        ),
        error=str(fault),
    )
