"""The page of the checked list of security (OWASP ASVS), made of its data.

`python -m house.asvs` writes docs/guide/security.md out of docs/guide/asvs.toml; a test compares
the two and looks for every test and line that the data names. Standard library alone.
"""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "guide" / "asvs.toml"
PAGE = ROOT / "docs" / "guide" / "security.md"

KINDS = {
    "test": "held by test",
    "code": "held by code",
    "not": "**not held**",
    "none": "does not apply",
}
_HEAD = """# Security, held against OWASP ASVS 5.0

The [OWASP Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/) 5.0.0, levels 1 and 2: all {all} requirements, by their numbers, in short words of our own (the standard's own text decides). This page is made of `docs/guide/asvs.toml` by `python -m house.asvs`; a test compares both and looks for every test, file and line that is named.

It was filled in by reading the code, not by an independent examiner. What is *held by code* rests on a setting, a library or a line, and no test of ours would see it break. What is *not held* says why, and that is meant to be read: [what we promise](promises.md), [who may attack and what remains](threat-model.md), [data protection](data-protection.md).

| | {kinds} |
|---|{lines}|
{sums}
"""


def page() -> str:
    """The page, as it should stand."""
    chapters = tomllib.loads(DATA.read_text(encoding="utf-8"))
    counts = {number: Counter(line[3] for line in one["lines"]) for number, one in chapters.items()}
    whole = sum(counts.values(), Counter())
    sums = [
        f"| [V{number} {one['name']}](#{_mark(number, one['name'])}) | {_row(counts[number])} |"
        for number, one in chapters.items()
    ]
    told = _HEAD.format(
        all=whole.total(),
        kinds=" | ".join(kind.strip("*") for kind in KINDS.values()),
        lines="|".join("---" for _ in KINDS),
        sums="\n".join([*sums, f"| all | {_row(whole)} |"]),
    )
    for number, one in chapters.items():
        told += f"\n## V{number} {one['name']}\n\n| number | level | what is asked | how | where and why |\n|---|---|---|---|---|\n"
        told += "".join(_told(line) for line in one["lines"])
    return told


def _told(line: list[Any]) -> str:
    number, level, words, how, where, why = line
    cells = [
        *(f"`{place.replace('|', chr(92) + '|')}`" for place in where),
        *([why] if why else []),
    ]
    return f"| {number} | {level} | {words} | {KINDS[how]} | {'<br>'.join(cells)} |\n"


def _row(count: Counter[str]) -> str:
    return " | ".join(str(count[kind] or "–") for kind in KINDS)


def _mark(number: str, name: str) -> str:
    return f"v{number}-{name.lower().replace('/', '').replace(' ', '-')}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
