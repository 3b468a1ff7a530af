"""Names of places in a text, and its matter without them (地点与事由); scikit-learn, imported late."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import rjieba
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import TfidfVectorizer

TITLE, BODY, PLACES_IN = 120, 600, 300
"""Characters that are read: of a title, of a body for its matter, of a body for places."""
OFTEN = 0.03
"""A piece of a name that stands in more of the texts than this names no place."""

_DIVISION = re.compile(
    r"西地省|[A-Z]+\d*(?:市|区|县)|[\u4e00-\u9fff]{2}(?:街道|镇)(?=[\u4e00-\u9fff]{2})"
)
_ENDS = re.compile(
    "小区|花园|家园|公寓|广场|城|苑|府|园|湾|庭|居|郡|都|派|汇|山林|里|巷|村|组|路|道|街|线|站|"
    "校|学|院|厂|桥|湖|景|盘|华|墅|寓|岛|滩|社区|时代|空间|国道"
)
_BREAKS = re.compile(
    "[的在请问是和与及对于反映投诉咨询希望建议有位我们内从到住举报为什么了很等被要求由至不就也都让将把给]"
    "|[^\u4e00-\u9fffA-Za-z0-9]"
)
_LATIN = re.compile(
    r"\b(?:[A-Z][\w'-]*\s+|\d+(?:st|nd|rd|th)?\s+){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Estate|Park|Square|Court|Gardens?|School|Bridge|Village)\b"
)
_BEFORE = 4
"""Characters before the ending that may belong to a name: the names of estates are short."""
_GENERIC = re.compile("(?:住宅)?(?:小区|社区)$|^(?:小区|附近|旁边|周边|对面)+|(?:附近|旁边|周边)")
_PLAIN = frozenset(
    [
        "搅拌站",
        "加油站",
        "幼儿园",
        "停车场",
        "公交站",
        "火车站",
        "地铁站",
        "垃圾站",
        "变电站",
        "卫生院",
        "人行道",
        "停车位",
        "充电站",
        "菜市场",
        "写字楼",
        "派出所",
        "居委会",
        "地下室",
        "高压线",
        "斑马线",
        "警戒线",
        "下水道",
        "排水沟",
        "安置房",
        "公租房",
        "幼儿园",
        "便利店",
        "麻将馆",
        "商品房",
        "收费站",
        "中转站",
        "污水厂",
        "化工厂",
        "搅拌厂",
        "水泥厂",
        "服务站",
        "车库",
        "夜宵摊",
        "烧烤店",
        "公交线",
        "高速路",
        "人行桥",
        "生活污水",
        "隔音墙",
        "绿化带",
        "步行街",
        "卫生间",
        "实验学校",
        "业委会",
        "居民区",
        "施工方",
    ]
)
"""Ordinary words that end like the name of a place."""
_SYMBOLS = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One report: its heading, its text, its moment (days from any zero) and place if known.

    What leads to a person was taken out before (core.finding.hidden).
    """

    title: str
    body: str
    day: float
    lat: float | None = None
    lon: float | None = None


def names(text: str) -> tuple[str, ...]:
    """What looks like the name of a place: an ending of places with what stands before it.

    >>> names("A2区丽发新城附近搅拌站噪音扰民")[0]
    '丽发新城'
    """
    plain = _DIVISION.sub("，", text)
    found = []
    for part in _BREAKS.split(plain):
        for end in _ENDS.finditer(part):
            start = max(0, end.start() - _BEFORE)
            if end.end() - start >= 3:
                found.append(part[start : end.end()])
    return (*found, *(one.group().casefold() for one in _LATIN.finditer(text)))


def _pieces(text: str) -> set[str]:
    """Runs of three characters of the names, but for those of ordinary words and of "estate".

    Two estates share 小区, and a mixing plant (搅拌站) ends like a station: neither names a place.
    """
    found: set[str] = set()
    for name in names(text):
        own = _GENERIC.sub("", name)
        if len(own) < 3:
            own = name
        usual = {
            w[i : i + 3]
            for w in rjieba.cut(own)
            if len(w) > 2 and w in _PLAIN
            for i in range(len(w) - 2)
        }
        found.update(p for i in range(len(own) - 2) if (p := own[i : i + 3]) not in usual)
    return found


def _own(text: str) -> set[str]:
    """The pieces that no ordinary word has a part in: 建搅拌 of 修建搅拌站 names no place.

    They are what tells two places apart; of the others some may be a matter.
    """
    found: set[str] = set()
    for name in names(text.replace("居民", "民")):
        own = _GENERIC.sub("", name)
        usual = [
            (m.start(), m.end()) for plain in _PLAIN for m in re.finditer(re.escape(plain), own)
        ]
        found.update(
            own[i : i + 3]
            for i in range(len(own) - 2)
            if not any(i < end and begin < i + 3 for begin, end in usual)
        )
    return found


def divided(text: str) -> str:
    """A text with a comma for each province, district or street that stands before a place."""
    return _DIVISION.sub("，", text)


def _grams(text: str, sizes: Iterable[int]) -> list[str]:
    plain = _SYMBOLS.sub("", _DIVISION.sub("，", text)).casefold()
    return [plain[i : i + n] for n in sizes for i in range(len(plain) - n + 1)]


def _matter(one: Spoken) -> list[str]:
    body = one.body[:BODY]
    placed = "".join((*names(one.title), *names(body[:PLACES_IN])))
    text = _DIVISION.sub("，", f"{one.title}。{one.title}。{body}")
    return [w for w in rjieba.cut(text) if len(w) > 1 and w not in placed]


def _title_grams(one: Spoken) -> list[str]:
    return _grams(one.title, (2, 3))


def _body_grams(one: Spoken) -> list[str]:
    return _grams(one.body[:BODY], (2,))


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as sparse tables, a row each, of length one (but `titled`): `placed` the pieces of
    names, `titled` those of the heading, `matter` words, `title` and `body` runs of characters.

    `named` tells whose heading names a place; `own` marks the pieces that are surely of places,
    `headed` those of the heading; `days`, `lats`, `lons` (NaN where unknown).
    """

    placed: Any
    titled: Any
    weight: Any
    matter: Any
    title: Any
    body: Any
    named: Any
    own: Any
    headed: Any
    days: Any
    lats: Any
    lons: Any


def read(texts: Sequence[Spoken]) -> Read:
    """The tables of some texts; how rare a word is, is counted in these texts themselves."""
    cut = [Spoken(one.title[:TITLE], one.body, one.day, one.lat, one.lon) for one in texts]
    heads = [_pieces(one.title) for one in cut]
    bodies = [_pieces(one.body[:PLACES_IN]) for one in cut]
    count = len(cut)
    often = Counter(p for head, body in zip(heads, bodies, strict=True) for p in head | body)
    most = max(count * OFTEN, 60)
    known = sorted(p for p, n in often.items() if 2 <= n <= most)
    column = {p: k for k, p in enumerate(known)}
    rare = diags([math.log(1 + count / often[p]) for p in known], shape=(len(known), len(known)))
    in_title, in_body = _marked(heads, column), _marked(bodies, column)
    headed = [_own(one.title) for one in cut]
    own = [h | _own(one.body[:PLACES_IN]) for h, one in zip(headed, cut, strict=True)]
    of_own = {p: k for k, p in enumerate(sorted({p for pieces in own for p in pieces}))}
    both = in_title * 2 + in_body
    both.data = np.minimum(both.data, 2)
    placed, titled = both @ rare, in_title @ rare
    norm = np.sqrt(np.asarray(placed.multiply(placed).sum(axis=1)).ravel())
    norm[norm == 0] = 1
    return Read(
        placed=(diags(1 / norm) @ placed).tocsr(),
        titled=titled.tocsr(),
        weight=np.asarray(titled.multiply(titled).sum(axis=1)).ravel(),
        matter=_weighed(cut, _matter, 0.2, 2),
        title=_weighed(cut, _title_grams, 1.0, 1),
        body=_weighed(cut, _body_grams, 0.3, 2),
        named=np.array([bool(head) for head in heads], bool),
        own=_marked(own, of_own),
        headed=_marked(headed, of_own),
        days=np.array([one.day for one in cut]),
        lats=np.array([np.nan if one.lat is None else one.lat for one in cut]),
        lons=np.array([np.nan if one.lon is None else one.lon for one in cut]),
    )


def _marked(sets: Sequence[set[str]], column: dict[str, int]) -> Any:
    pairs = [(i, column[p]) for i, pieces in enumerate(sets) for p in sorted(pieces) if p in column]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    return csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(len(sets), len(column)))


def _weighed(texts: Sequence[Spoken], take: Any, most: float, least: int) -> Any:
    # In few texts every word is "frequent" and none stands twice: nothing is left out there.
    few = len(texts) < 200
    model = TfidfVectorizer(
        analyzer=take, sublinear_tf=True, max_df=1.0 if few else most, min_df=1 if few else least
    )
    try:
        return model.fit_transform(texts).tocsr()
    except ValueError:
        return csr_matrix((len(texts), 1))
