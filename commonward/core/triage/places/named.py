"""Names of places in a text (地名): by their endings, by what follows them, and by names known.

A report says "A4区秀峰街道1094围墙外" or "恒大江湾二期": the name begins where an ordinary word, a
division's name or another place ends, and ends with 街道, 路, 小区 …; an estate without such an
ending is known from elsewhere, or told by what follows it. Nothing but the text is looked at, so
a firm or an office is left out by the words after it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from commonward.core.triage.places.boundaries import (
    Kind,
    Named,
    cutter,
    is_name,
    kind_of,
    opens_none,
)
from commonward.core.triage.places.boundaries import (
    words as _words,
)
from commonward.core.triage.places.english import english
from commonward.core.triage.reading import LONGEST

LONGEST_NAME = 14
"""Characters of a name; what is longer is a sentence."""
_CHINESE = r"\u3005\u3007\u3400-\u9fff"
_RUN = re.compile(f"[{_CHINESE}]+|(?<![A-Za-z\\d])\\d+路(?!公交|车|线|停|的)|\\d+国道")
_PHASE = re.compile(r"(?:第?[一二三四五六七八九十]{1,2}|\d{1,2})(?:期|栋|幢|号|组|楼|单元|座)$")
_HOUSE = re.compile(
    r"\s*(\d{1,5}(?:-\d{1,4})?\s*(?:号(?!线|楼)|弄)|[A-Z]?\d{1,3}\s*(?:栋|幢|座|号楼)"
    r"|[一二三四五六七八九十]{1,3}(?:栋|幢))"
)
_GATE = re.compile(rf"[东南西北正后侧]门|门口|{_HOUSE.pattern}")
BLANK = "\n"
"""What stands for a division's name once it is passed over."""
_PHASES = frozenset(f"{n}{w}" for n in "一二三四五六七八九十" for w in ("期", "栋"))
_MORE = re.compile(
    r"(?:安置|拆迁)?小区|新村社区|社区|公寓|街道|村|镇"
    r"|(?P<road>隧道|立交桥?|大桥|高架桥?|路(?![口面灯边网上人况段]))"
)
_SIDE = re.compile(r"(?<=..[苑园城区庭院郡])[东南西北](?:苑|区|院|门|广场)$")
_BESIDE = re.compile(r"[东南西北](?:苑|区|院|门|广场|边|面|侧)")
_ROAD = re.compile(r"[东西南北中一二三四五六]?(?:路(?![口面灯边网上人况])|大道|街)")
_SOON = re.compile(
    f"[{_CHINESE}]?(?:小区|花园|大厦|广场|公寓|华府|家园|酒店|国际)"
    f"|[{_CHINESE}]{{0,2}}[苑府城园湾庭郡墅邸]"
)
_LAMPS = re.compile("路[面灯边网上人况]")
_CUE = re.compile(r"[A-Z]?\d{0,3}(?:栋|期)|[一二三四五六七八九]期")
_AROUND = "湖镇乡"
"""Ends the name of what is large enough to have estates of its own: 梅溪湖嘉顺苑."""
_STOP = re.compile("站(?=地铁|出入口|出口|[A-Z]?[东南西北]?口|附近|周边|$)")
_LINE = re.compile("号线|地铁|轻轨|高铁|公交")
_LINKS = "办至到和与及靠距"
_NUMBERED = "号栋幢期靠距"
_LEADING = ("在", "位于", "住", "至", "到", "从", "和", "与", "、", "是")
_CROSSED = ("穿", "跨")
_Spans = list[tuple[int, int]]


def automaton(names: Iterable[str]) -> Any:
    """Names as `named` looks for them, None without any; built once, used often."""
    kept = sorted({name for name in names if 2 <= len(name) <= 40})
    if not kept:
        return None
    from ahocorasick_rs import AhoCorasick, MatchKind  # noqa: PLC0415 - heavy for a site's start

    return AhoCorasick(kept, matchkind=MatchKind.LeftmostLongest)


def named(text: str, known: Any = None, divisions: Any = None) -> tuple[Named, ...]:
    """The places a text names, in its order, none over another; `known` is an `automaton`,
    and so is `divisions`: names of cities and districts, which lead to a place and are none.

    >>> [one.name for one in named("A7县开元东路城东与睿城小区之间能否设置人行天桥")]
    ['开元东路', '睿城小区']
    """
    text = text[:LONGEST]
    # Same length, so that the places of the characters stay what they are.
    shown = "".join(map(_narrow, text))
    blanked = _blanked(shown, divisions)
    spans = _known_in(blanked, known) if known is not None else []
    found = [
        Named(text[a:b], kind, a, b, _house(shown, b), a > 0 and blanked[a - 1] == BLANK)
        for run in _RUN.finditer(blanked)
        for a, b, kind in _in_run(blanked, run.start(), run.end(), spans)
    ]
    found += [
        one
        for one in english(text)
        if not any(one.start < o.end and o.start < one.end for o in found)
    ]
    found.sort(key=lambda one: one.start)
    return tuple(found)


def _narrow(character: str) -> str:
    if "！" <= character <= "～":
        return chr(ord(character) - 0xFEE0)
    return "?" if "\ud800" <= character <= "\udfff" else character


def _blanked(text: str, divisions: Any) -> str:
    if divisions is not None:
        for _, a, b in divisions.find_matches_as_indexes(text):
            text = text[:a] + BLANK * (b - a) + text[b:]
    return _words().mask.sub(lambda found: BLANK * len(found.group()), text)


def _house(text: str, end: int) -> str:
    number = _HOUSE.match(text, end)
    return number[1].replace(" ", "") if number else ""


def _known_in(text: str, known: Any) -> _Spans:
    return [(a, b) for _, a, b in known.find_matches_as_indexes(text)]


def _in_run(text: str, start: int, end: int, known: _Spans) -> list[tuple[int, int, Kind]]:
    """The names in one run of Chinese characters."""
    words = _words()
    if text[start].isdigit():
        return [(start, end, Kind.ROAD)]
    # After a division's name a place is expected, whatever word its first characters make.
    masked = start > 0 and text[start - 1] == BLANK
    found: list[tuple[int, int, Kind]] = []
    begin = at = start
    for word, tag in cutter()(text[start:end]):
        stops = word in words.ordinary or (tag == "m" and _PHASE.search(word)) or word in _PHASES
        opens = at > begin or (masked and at == start) or not opens_none(word, tag)
        if not (stops and at >= begin) and opens:
            at += len(word)
            continue
        if not _joins(text, start, at, word, masked=masked and begin == start):
            found += _in_part(text, _Part(begin, at, end, masked and begin == start), known)
            begin = at + len(word)
        at += len(word)
    if begin < end:
        found += _in_part(text, _Part(begin, end, end, masked and begin == start), known)
    return found


def _joins(text: str, start: int, at: int, word: str, *, masked: bool) -> bool:
    """Whether an ordinary word is part of a name here: 劳动路, A市能东华府, 力都大厦."""
    words, after = _words(), at + len(word)
    if word in words.roads:
        return bool(_ROAD.match(text, after))
    if not masked or len(word) > 1 or at > start + 4:
        return False
    return (at == start and word in words.openings) or (
        at > start and bool(_SOON.match(text, after))
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two ordinary words; `end` is where the run ends."""

    start: int
    stop: int
    end: int
    masked: bool


def _in_part(text: str, part: _Part, known: _Spans) -> list[tuple[int, int, Kind]]:
    found: list[tuple[int, int, Kind]] = []
    at = part.start
    while at < part.stop:
        if found and (side := _BESIDE.match(text, at, part.stop)):
            at = side.end()
            continue
        if text[at] in (_LINKS if found else _NUMBERED):
            at += 1
            continue
        one = _next(text, at, part, known, anchored=part.masked or bool(found))
        if one is None:
            break
        if text[one[1] : one[1] + 1] == "口" and one[2] is Kind.ROAD:
            # A crossing is told by the road's name, but 河路口 by itself is none.
            at = one[1] + (2 if text[one[1] + 1 : one[1] + 2] in ("地", "处", "旁") else 1)
            if one[1] - one[0] > 2:
                found.append(one)
            continue
        one = _stop_of(text, one)
        anchored = part.masked or bool(found) or _known_plainly(text, *one[:2], known)
        if _counts(text, *one, part, anchored=anchored):
            found.append(one)
        at = one[1]
    return found


def _stop_of(text: str, one: tuple[int, int, Kind]) -> tuple[int, int, Kind]:
    """地铁3号线星沙大道站: a stop of a line is called like the road it stands in."""
    stop = _STOP.match(text, one[1])
    if stop is None or not _LINE.search(text, max(0, one[0] - 8), one[0]):
        return one
    return one[0], stop.end(), Kind.LANDMARK


def _next(
    text: str, at: int, part: _Part, known: _Spans, *, anchored: bool
) -> tuple[int, int, Kind] | None:
    """The first name from `at` on: by its ending, or known, whichever tells more."""
    stop, end = part.stop, part.end
    best = _by_ending(text, at, stop)
    same = next(((a, b) for a, b in known if a == at and b <= end), None)
    if same is not None:
        told = _with_ending(text, *same, end)
        # 新桥 is known, and 新桥新村社区 said: the longer one.
        if best is None or best[1] <= told[1]:
            return told
        # A road behind an estate that is known is another place, and so is what lies at a lake.
        apart = best[2] is Kind.ROAD or text[told[1] - 1] in _AROUND
        return told if apart and best[1] - told[1] > 2 else best
    later = next(((a, b) for a, b in known if at < a and b <= stop), None)
    if later is not None and not (part.masked and at == part.start):
        told = _with_ending(text, *later, end)
        if best is None or best[1] >= told[1]:
            return told
    if best is None and anchored and part.masked and at == part.start:
        return _by_what_follows(text, at, part)
    return best


def _by_ending(text: str, at: int, stop: int) -> tuple[int, int, Kind] | None:
    best: tuple[int, int, Kind] | None = None
    for i in range(at, min(stop, at + LONGEST_NAME)):
        if best is not None and i < best[1]:
            continue
        if i > at and (text[i] in "及与" or (best is not None and text[best[1]] in "内外旁前后")):
            break
        ending = _ending_at(text, at, i, stop)
        if ending is None:
            continue
        closes = ending[1] in (Kind.AREA, Kind.ROAD)
        if best is not None and i == best[1] and ending[0] == "路" and text[i + 1 : i + 2] == "段":
            break  # 水岸路段 is the stretch of road before an estate
        # 时代星城 is one estate, 丽发新城 and a lane behind it are two places.
        if best is not None and i > best[1] and (closes or i - best[1] > 4):
            break
        best = (at, i + len(ending[0]), ending[1])
        if closes:
            best = _longer(text, best, stop)
        if closes or ending[0] == "小区":
            break
    if best is None:
        return None
    side = _SIDE.search(text, best[0], best[1])
    return (at, side.start(), kind_of(text[at : side.start()])) if side else best


def _ending_at(text: str, at: int, i: int, stop: int) -> tuple[str, Kind] | None:
    if text.startswith("城市", i) or (i < at + 2 and _LAMPS.match(text, i)):
        return None
    for ending, kind in _words().endings:
        if text.startswith(ending, i) and i + len(ending) <= stop:
            if ending == "城" and text[i + 1 : i + 2] in ("铁", "管", "乡", "镇", "际"):
                return None
            return None if i == at and len(ending) < 4 else (ending, kind)
    return None


def _longer(text: str, best: tuple[int, int, Kind], stop: int) -> tuple[int, int, Kind]:
    """楚雅路隧道, 木村安置小区, 白马桥街道: an ending upon an ending."""
    at, end, _ = best
    more = _MORE.match(text, end)
    if more is None or more.end() > stop:
        return best
    if more["road"] or text[at:end].endswith(("村", "桥", "片区")):
        return at, more.end(), kind_of(more.group())
    return best


def _by_what_follows(text: str, at: int, part: _Part) -> tuple[int, int, Kind] | None:
    """An estate without an ending: 橘郡业主, 新界西北门."""
    for cut in range(2, 8):
        if at + cut > part.stop:
            break
        if text.startswith(_words().after, at + cut) or _CUE.match(text, at + cut):
            return at, at + cut, Kind.ESTATE
    return None


def _with_ending(text: str, a: int, b: int, end: int) -> tuple[int, int, Kind]:
    """A known name with 小区 or its like when that follows."""
    more = _MORE.match(text, b)
    if more and more.end() <= end and kind_of(text[a:b]) is Kind.ESTATE:
        return a, more.end(), kind_of(more.group())
    return a, b, kind_of(text[a:b])


def _known_plainly(text: str, a: int, b: int, known: _Spans) -> bool:
    """A name of the gazetteer with a gate or a house after it, or all that was said: 橘园西门 is a
    place where somebody has entered 橘园, though the word is in every dictionary."""
    return (a, b) in known and (bool(_GATE.match(text, b)) or text.strip() == text[a:b])


def _counts(text: str, a: int, b: int, kind: Kind, part: _Part, *, anchored: bool) -> bool:
    """Whether it is a name at all, and of a place."""
    words = _words()
    name = text[a:b]
    if (
        name in words.plain
        or (len(name) < 4 and not is_name(name))
        or name.endswith(words.things)
        or _PHASE.search(name)
    ):
        return False
    if kind is Kind.ROAD and a == part.start and text[:a].endswith(_CROSSED):
        return False
    if (
        len(name) < 4
        and kind in (Kind.ESTATE, Kind.LANDMARK)
        and not (anchored and _GATE.match(text, b))
        and text.strip() != name
        and _ordinary(name)
    ):
        return False
    if not anchored and not _stands_alone(text, a, name):
        return False
    follows = text[b : min(part.end, b + 6)]
    if follows.startswith(words.firms):
        return False
    # 物业公司 belongs to an estate and stands there; any other firm has its name from anywhere.
    managed = "物业" in follows and any(name.endswith(end) for end, _ in words.endings)
    return managed or not any(w in follows for w in words.companies)


def _ordinary(name: str) -> bool:
    """Whether a short name is a word of the dictionary that is no name: 独居, 乐园."""
    cut = cutter()(name) if any(name.endswith(end) for end, _ in _words().endings) else []
    return len(cut) == 1 and cut[0][1] in ("n", "v", "vn", "a", "d", "b", "i", "l", "z")


def _stands_alone(text: str, start: int, name: str) -> bool:
    """Whether a name is one though nothing leads to it: 甩锅社区 and 商贩堵路 are none.

    What makes a name is a word that no dictionary has, or one known as a place's.
    """
    if text[:start].endswith(_LEADING):
        return True
    end = next((e for e, _ in _words().endings if name.endswith(e)), "")
    stem = cutter()(name.removesuffix(end)) if end else []
    roads = _words().roads
    if any(opens_none(w, tag) and len(w) > 1 and w not in roads for w, tag in stem):
        return False
    clause = start == 0 or not _RUN.match(text, start - 1)
    strong = len(end) > 1 and end != "社区"
    if len(stem) != 1 or clause or strong or stem[0][0] in roads:
        return True
    return stem[0][1] not in ("n", "v", "vn", "a", "m")


def without(text: str, found: Iterable[Named]) -> str:
    """The text with each of these names replaced by a blank: its matter without its places."""
    kept, at = [], 0
    for one in found:
        kept.append(text[at : one.start])
        at = one.end
    return " ".join([*kept, text[at:]])
