"""Danger weighed by many small signs (险情权衡), where no single word says it.

A linear sum over what stands in one breath of a text: families of words (danger_families.toml), two
of them together, and short runs of signs or words. The weights were trained on written reports and
ordinary messages (bench/weigh_danger.py) and stand in danger_weights.json, one readable line each;
what is weighed names the words that weigh most. It looks at words alone, never at who wrote.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9']+")
_HAN_SIGN = re.compile(r"[\u3400-\u9fff]")
_PLACES = re.compile(
    r"\b\d+[a-z]?\s+(?:[a-z']+\s+){1,2}(?:ROADS)\b"
    r"|\b(?!(?:PLAIN)\b)[a-z']+\s+(?:ROADS)\b"
    r"|[路街巷弄道里园]\d+(?:号楼|号|弄)|\d+(?:栋|幢|单元|室)|\b\d+[a-z]?\b".replace(
        "ROADS",
        "road|street|avenue|lane|close|drive|court|crescent|terrace|square|gardens|grove|rd|ave",
    ).replace(
        "PLAIN",
        "the|a|our|my|this|that|whole|across|up|down|off|in|into|of|on|onto|main|side|from|to|and|"
        "his|her|their|by|is|it|at|over|blocking|fire|every|along|whole|too|very|so|bus|cycle",
    )
)
"""Addresses and numbers weigh nothing: a street's name is no road that somebody lies in."""
_CLAUSE_ENDS = re.compile(r"[，,。！？!?；;：:\n…~]|\.(?:\s|$)|\s-\s")
BREATH = 3
"""Clauses that are weighed together."""
_LONGEST_WORD = 4
_LONGEST_PHRASE = 3
_STEM = 5
_MOST_NAMED = 4
_NEARLY = 0.7


@dataclass(frozen=True, slots=True)
class Weighed:
    """The heaviest breath of a text: its weight, the words that weigh most, and what kind of
    danger they speak of, the likeliest first ("" without words)."""

    weight: float
    said: float
    """The weight of the signs that speak for danger alone."""
    families: float
    """What the families of words weigh in it, and two of them together: runs of signs that few
    texts taught must not call anybody alone."""
    words: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Borders:
    """From which weight danger is told, how much more a calm text needs, up to which weight a rule
    alone is not enough, what the families of words must weigh among it, and above which weight a
    report that does not ring is read first."""

    told: float
    calm: float
    doubtful: float
    families: float
    first: float


def language(text: str) -> str:
    """Whether a text is read as Chinese or as English."""
    return "zh" if _HAN_SIGN.search(text) else "en"


def scale(plain: str, *, brief: bool) -> str:
    """The name of the borders of a text: a brief one's of its language, or those of a long one, of
    which every breath is weighed."""
    return f"brief_{language(plain)}" if brief else "long"


def borders(name: str) -> Borders:
    """The borders of this name (`scale`)."""
    return Borders(**_table()["borders"][name])


def weighed(plain: str, *, brief: bool) -> Weighed:
    """The heaviest breath of a plain text (see danger.py); a brief one is a breath as a whole too.

    Only the signs are named that speak for danger.
    """
    weights, pairs, start = _weights()
    parts = [_signs_of(clause) for clause in _clauses(plain)]
    known = [{s: w for s in runs if (w := weights.get(s)) is not None} for runs, _ in parts]
    best, span = -99.0, (0, 0)
    for begin, end in _spans(len(parts), brief=brief):
        signs: dict[str, float] = {}
        families: set[str] = set()
        for i in range(begin, end):
            signs.update(known[i])
            families.update(parts[i][1])
        weight = start + sum(signs.values()) + sum(weights.get("=" + f, 0.0) for f in families)
        weight += sum(pairs.get(two, 0.0) for two in combinations(sorted(families), 2))
        if weight > best:
            best, span = weight, (begin, end)
    if span == (0, 0):
        return Weighed(best, 0.0, 0.0, "", ())
    found = _joined(parts[span[0] : span[1]])
    said = sum(max(0.0, weights.get(sign, 0.0)) for sign in found)
    families_weigh = sum(weights.get(sign, 0.0) for sign in found if sign[0] == "=")
    return Weighed(best, said, families_weigh, _named(found), _kinds_of(found))


def signs(plain: str, *, brief: bool) -> Iterator[dict[str, str]]:
    """Each breath of a text as what stands in it (sign: a word that names it), for training."""
    parts = [_signs_of(clause) for clause in _clauses(plain)]
    for begin, end in _spans(len(parts), brief=brief):
        yield _joined(parts[begin:end])


def _clauses(plain: str) -> list[str]:
    without = _PLACES.sub("\x00", plain)
    return [clause for clause in _CLAUSE_ENDS.split(without) if clause.strip(" \x00")]


def _spans(clauses: int, *, brief: bool) -> list[tuple[int, int]]:
    if not clauses:
        return []
    spans = {(i, min(i + BREATH, clauses)) for i in range(max(1, clauses - BREATH + 1))}
    return sorted(spans | {(0, clauses)} if brief else spans)


def _joined(parts: list[tuple[dict[str, str], dict[str, str]]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    families: dict[str, str] = {}
    for runs, found in parts:
        joined.update(runs)
        families.update(found)
    for name, word in families.items():
        joined["=" + name] = word
    for one, other in combinations(sorted(families), 2):
        joined[f"={one}+{other}"] = families[one]
    return joined


def _named(found: dict[str, str]) -> str:
    """The words that weigh most, without those that stand in another one."""
    table = _table()["danger"]
    heavy = sorted((s for s in found if table.get(s, 0.0) > 0), key=lambda s: -table[s])
    words: list[str] = []
    for word in (found[sign] for sign in heavy):
        if len(word) > 1 and not any(word in one or one in word for one in words):
            words.append(word)
        if len(words) == _MOST_NAMED:
            break
    return " ".join(words) or " ".join(found[sign] for sign in heavy[:_MOST_NAMED])


def _kinds_of(found: dict[str, str]) -> tuple[str, ...]:
    """The likeliest kind, and the next where it is nearly as likely."""
    weights = {
        kind: table["start"] + sum(table["signs"].get(sign, 0.0) for sign in found)
        for kind, table in _table()["kinds"].items()
    }
    first, second = sorted(weights, key=lambda kind: -weights[kind])[:2]
    return (first, second) if weights[first] - weights[second] < _NEARLY else (first,)


def _signs_of(clause: str) -> tuple[dict[str, str], dict[str, str]]:
    """Runs of signs or words, and families, each with a word by which it can be named."""
    runs: dict[str, str] = {}
    families: dict[str, str] = {}
    words: list[str] = []
    for run in _RUN.findall(clause):
        if run[0] >= "\u3400":
            _read_chinese(run, runs, families)
        else:
            words.append(run)
    if words:
        _read_words(words, runs, families)
    return runs, families


def _read_chinese(run: str, runs: dict[str, str], families: dict[str, str]) -> None:
    chinese = _families()[0]
    for i in range(len(run)):
        for size in range(1, min(_LONGEST_WORD, len(run) - i) + 1):
            gram = run[i : i + size]
            if size < _LONGEST_WORD:
                runs[gram] = gram
            for name in chinese.get(gram, ()):
                families[name] = gram


def _read_words(words: list[str], runs: dict[str, str], families: dict[str, str]) -> None:
    _, latin, stems = _families()
    for i, word in enumerate(words):
        runs[word] = word
        if len(word) > _STEM:
            runs[word[:_STEM] + "*"] = word
        for name in _of_word(word, latin, stems):
            families[name] = word
        for size in range(2, min(_LONGEST_PHRASE, len(words) - i) + 1):
            phrase = " ".join(words[i : i + size])
            if size == 2:
                runs[phrase] = phrase
            for name in latin.get(phrase, ()):
                families[name] = phrase


def _of_word(
    word: str, latin: dict[str, tuple[str, ...]], stems: dict[str, tuple[str, ...]]
) -> Iterator[str]:
    yield from latin.get(word, ())
    for size in range(2, len(word) + 1):
        yield from stems.get(word[:size], ())


@cache
def _families() -> tuple[dict[str, tuple[str, ...]], ...]:
    """Chinese words, English words and English stems, each with the names of its families."""
    listed = tomllib.loads((_HERE / "danger_families.toml").read_text(encoding="utf-8"))
    chinese: dict[str, tuple[str, ...]] = {}
    latin: dict[str, tuple[str, ...]] = {}
    stems: dict[str, tuple[str, ...]] = {}
    for name, words in listed["families"].items():
        for word in words:
            into = stems if word.endswith("*") else latin if word.isascii() else chinese
            key = word.rstrip("*")
            into[key] = (*into.get(key, ()), name)
    return chinese, latin, stems


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads((_HERE / "danger_weights.json").read_text("utf-8"))
    return table


@cache
def _weights() -> tuple[dict[str, float], dict[tuple[str, str], float], float]:
    """The weight of each sign, of two families together, and what every text begins with."""
    table = _table()
    weights: dict[str, float] = table["danger"]
    pairs = {
        (one, other): weight
        for sign, weight in weights.items()
        for one, plus, other in [sign[1:].partition("+")]
        if sign.startswith("=") and plus
    }
    return weights, pairs, table["start"]
