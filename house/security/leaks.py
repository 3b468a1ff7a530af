"""Secrets in the tree and in everything that git remembers.

Two kinds of rule: the known shapes of keys (their issuers gave them a beginning so that they can be
found), and what is named like a secret and looks drawn by lot. Standard library alone.
"""

import math
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from house.installing import ROOT
from house.security.told import Part

ACCEPTED = Path(__file__).parent / "accepted.toml"
SHAPES = {
    "private key": re.compile(
        r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n[A-Za-z0-9+/=]{16}|\s*$)"
    ),
    "key of AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "token of GitHub": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{60,}"),
    "token of PyPI": re.compile(r"\bpypi-[A-Za-z0-9_-]{50,}"),
    "token of Slack": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    "key of Google": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "key of Stripe": re.compile(r"\b[rs]k_live_[0-9A-Za-z]{20,}"),
    "bot of Telegram": re.compile(r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    "signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}"),
    "key of ours": re.compile(r"\bcw_[A-Za-z0-9_-]{40,}"),
    "password in an address": re.compile(r"\b[a-z+]{3,12}://[^\s/:@'\"{<$]+:([^\s/@'\"{<$]{6,})@"),
}  # fmt: skip
_NAMED = re.compile(
    r"(?i)(?:secret|token|passw(?:or)?d|api[_-]?key|access[_-]?key|master[_-]?key)[a-z_\"']*"
    r"\s*(?::=|[:=])\s*[rb]?[\"']?([A-Za-z0-9+/=_-]{20,120})(?![A-Za-z0-9(.\[])"
)
DRAWN = 3.7
"""Bits a sign above which a text is taken as drawn by lot; English words have 2.5 to 3.4."""
_WORDS = re.compile(r"[A-Za-z]{3,}")
_SKIPPED = (".lock", ".po", ".mo", ".woff2", ".png", ".jpg", ".pdf", ".svg", ".pbf", ".ico")
MOST = 4_000
"""Longer lines are made by machines (vendored files); their first signs are read."""


def entropy(text: str) -> float:
    """Shannon's bits a sign."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def in_line(line: str) -> Iterator[tuple[str, str]]:
    """What looks like a secret in one line: its kind, and the text itself."""
    line = line[:MOST]
    for kind, shape in SHAPES.items():
        for found in shape.finditer(line):
            yield kind, found[found.lastindex or 0]
    for found in _NAMED.finditer(line):
        text = found[1]
        mixed = any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
        if mixed and entropy(text) > DRAWN and not _spoken(text):
            yield "drawn value", text


def scan() -> Part:
    """The tree as git lists it, and each line that was ever added."""
    part = Part("secrets (tree and history)")
    accepted = tomllib.loads(ACCEPTED.read_text("utf-8"))["not_secret"]
    known = [(re.compile(row["text"]), row["why"]) for row in accepted]
    seen = 0
    for place, line in (*_tree(), *_history()):
        seen += 1
        for kind, text in in_line(line):
            if not any(shape.search(text) for shape, _why in known):
                part.find(kind, place, f"{text[:6]}… ({len(text)} signs)")
    part.looked = f"{seen:,} lines, {_git('rev-list', '--count', '--all').strip()} commits"
    return part


def _tree() -> Iterator[tuple[str, str]]:
    for name in _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        path = ROOT / name
        if not name or name.endswith(_SKIPPED) or not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" in data[:4096]:
            continue
        for at, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            yield f"{name}:{at}", line


def _history() -> Iterator[tuple[str, str]]:
    commit = name = ""
    command = ["log", "--all", "-p", "--no-color", "--no-textconv", "--format=commit %h", "-U0"]
    for line in _git(*command).splitlines():
        if line.startswith("commit "):
            commit = line[7:]
        elif line.startswith("+++ "):
            name = line[4:].removeprefix("b/")
        elif line.startswith("+") and not name.endswith(_SKIPPED):
            yield f"{commit} {name}", line[1:]


def _spoken(text: str) -> bool:
    """Whether most of it is words, as in names of tests and settings."""
    return sum(map(len, _WORDS.findall(text))) > 0.75 * len(text) and bool(re.search("[_-]", text))


def _git(*command: str) -> str:
    told = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, check=True)
    return told.stdout.decode("utf-8", "replace")


def of(texts: Iterable[str]) -> list[tuple[str, str]]:
    """What looks like a secret in these lines."""
    return [found for text in texts for found in in_line(text)]
