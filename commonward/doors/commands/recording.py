"""The record of processing and the assessment of its risks (处理活动记录与影响评估), out of the registers.

Every room with tables says in its `retention.py` what it keeps of somebody, why, how long, and how
it ends. Here those lines are put together, with who reads each; the Chinese of the sentences stands
in `recording_zh.json`. A test holds that no line of any register is missing, in either language.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps

from commonward.core.retention import Kept
from commonward.doors.commands.recording_lying import lying
from commonward.doors.commands.recording_words import (
    HEADS,
    OFFICE,
    READ_BY,
    READ_BY_MODEL,
    RISKS,
    ROOMS,
    TITLES,
)

LANGUAGES = ("en", "zh-hans")
_CHINESE = Path(__file__).with_name("recording_zh.json")
PARTS = ("what", "why", "how_long", "destroyed_by")


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of personal data as the record tells it, in one language."""

    room: str
    model: str
    fields: tuple[str, ...]
    what: str
    why: str
    how_long: str
    read_by: str
    destroyed_by: str
    lies: str


def registers() -> Iterator[tuple[str, Kept]]:
    """Each line of each room's register, with the room's label."""
    for app in apps.get_app_configs():
        if app.name.startswith("commonward.") and find_spec(f"{app.name}.retention"):
            yield from ((app.label, kept) for kept in import_module(f"{app.name}.retention").KEPT)


def record(language: str) -> list[Line]:
    """The whole record in one language, in the order of rooms and registers."""
    return [
        Line(
            room,
            kept.model,
            kept.fields,
            what=_said(kept.what, language),
            why=_said(kept.why, language),
            how_long=_said(kept.how_long, language),
            read_by=read_by(room, kept)[LANGUAGES.index(language)],
            destroyed_by=_said(kept.destroyed_by, language),
            lies=" ".join(way[LANGUAGES.index(language)] for way in lying(kept)),
        )
        for room, kept in registers()
    ]


def read_by(room: str, kept: Kept) -> tuple[str, str]:
    """Who reads it, in both languages: what the room says, or what is said of this kind alone."""
    of_kind = READ_BY_MODEL.get(f"{kept.model}.{kept.fields[0]}") or READ_BY_MODEL.get(kept.model)
    return of_kind or READ_BY[room]


@cache
def chinese() -> Mapping[str, str]:
    """The registers' sentences in Chinese."""
    found: dict[str, str] = json.loads(_CHINESE.read_text(encoding="utf-8"))
    return found


def _said(sentence: str, language: str) -> str:
    return sentence if language == "en" else chinese().get(sentence, sentence)


def as_markdown(language: str, site: str, contact: str, day: str) -> str:
    """The record with its assessment, to be printed, completed and signed by the office."""
    at = LANGUAGES.index(language)
    told = [
        f"# {TITLES['record'][at]}",
        "",
        TITLES["about"][at].format(site=site, contact=contact or "–", day=day),
    ]
    rooms = dict.fromkeys(line.room for line in record(language))
    for room in rooms:
        told += ["", f"## {ROOMS[room][at]}", "", _row(HEADS[at]), _row(["---"] * len(HEADS[at]))]
        told += [
            _row([
                line.what, line.why, line.how_long, line.read_by, line.destroyed_by,
                line.lies,
                f"`{line.model}`: {', '.join(f'`{one}`' for one in line.fields)}",
            ])
            for line in record(language)
            if line.room == room
        ]  # fmt: skip
    told += ["", f"## {TITLES['risks'][at]}", "", _row(TITLES["risk_heads"][at].split("|"))]
    told += [_row(["---"] * 3), *(_row(one[at].split("|")) for one in RISKS)]
    told += ["", f"## {TITLES['office'][at]}", "", *(f"- {one[at]}" for one in OFFICE)]
    return "\n".join(told) + "\n"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_data(site: str, contact: str, day: str) -> dict[str, object]:
    """The same for programs: each line once, its sentences in both languages."""
    both = zip(record("en"), record("zh-hans"), strict=True)
    return {
        "site": site,
        "contact": contact,
        "made_on": day,
        "kept": [
            {
                "room": english.room,
                "model": english.model,
                "fields": list(english.fields),
                **{
                    part: {"en": getattr(english, part), "zh-hans": getattr(zh, part)}
                    for part in (*PARTS, "read_by", "lies")
                },
            }
            for english, zh in both
        ],
        "risks": [dict(zip(LANGUAGES, one, strict=True)) for one in RISKS],
        "office": [dict(zip(LANGUAGES, one, strict=True)) for one in OFFICE],
    }
