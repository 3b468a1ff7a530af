"""What an issue is called: a place and words that its own reports have in common (命名)."""

import re
from collections import Counter
from collections.abc import Sequence

import rjieba

from commonward.core.triage.hot.reading import BODY, divided, names

MOST_WORDS = 4
_NOTHING = frozenset(
    [
        "小区",
        "附近",
        "问题",
        "投诉",
        "反映",
        "希望",
        "领导",
        "政府",
        "相关",
        "部门",
        "居民",
        "业主",
        "情况",
        "解决",
        "我们",
        "严重",
        "什么",
        "请问",
        "这个",
        "没有",
        "已经",
        "可以",
        "尊敬",
        "现在",
        "处理",
        "举报",
        "咨询",
        "建议",
        "生活",
        "影响",
        "要求",
        "进行",
        "存在",
        "发现",
        "导致",
        "得到",
        "出现",
        "造成",
        "表示",
        "作为",
        "增加",
        "加快",
        "倡导",
        "具体",
        "有何",
        "无法",
        "不能",
        "国家",
        "市政府",
        "市长",
        "书记",
        "局长",
        "市民",
        "群众",
        "百姓",
        "老百姓",
        "人员",
        "举报人",
        "工作人员",
        "时间",
        "目前",
        "您好",
        "谢谢",
        "通知",
        "回复",
        "加强",
        "规定",
        "有关",
        "不堪设想",
        "行动",
        "地处",
        "大力",
        "知道",
        "东西",
        "行为",
        "实际",
        "后果",
        "能否",
        "是否",
        "如何",
        "为何",
        "全部",
        "周边",
        "市委",
        "区政府",
        "县政府",
        "正当要求",
        "情况严重",
        "严重威胁",
        "https",
        "http",
        "www",
        "the",
        "and",
        "for",
        "with",
        "this",
        "that",
        "please",
        "there",
        "has",
        "have",
        "been",
        "near",
        "from",
        "are",
        "was",
        "not",
    ]
)
_SAYING = frozenset(["n", "v", "a", "b", "s", "z", "i", "l", "j", "t", "e"])
"""First letters of the tags of words that can tell of a matter: no pronouns, numbers, particles."""
_OF_PEOPLE = re.compile(
    "(?:书记|市长|区长|县长|镇长|局长|主任|经理|老师|校长|医生|先生|女士|小姐|同志|某某|某)$"
)
_NO_PLACE = re.compile("政府|市委|^相关|车道$|线路$|^高速公路$")
_BOUND = frozenset("的在是和与及对于到从由被把将让请问我你他它有位们为了就也都很等住去来走")
_DIVIDES = frozenset("省市区县")
_LONGEST_PLACE = 12
_MOSTLY = 0.75
"""The share of a name's occurrences that must have one character before it for it to belong."""


def named(texts: Sequence[tuple[str, str]], least: int = 3) -> tuple[str, tuple[str, ...]]:
    """The place and the words of (heading, text) pairs; each stands in at least `least` of them.

    A word of one reporter alone names nothing: what is told here was said by several.

    >>> named([("丽发新城搅拌站噪音", "")] * 3)[0]
    '丽发新城'
    """
    places: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for title, body in texts:
        here = {name for name in names(title) or names(body[:BODY])}
        places.update({end for name in here for end in _endings(name)})
        words.update(_telling(f"{title} {body[:BODY]}"))
    shared = [(n, len(p), p) for p, n in places.items() if n >= least and not _NO_PLACE.search(p)]
    # A longer name that nearly as many have is the whole of a shorter one.
    place = max(shared, key=lambda one: (one[0] * min(one[1], 6), one[2]), default=(0, 0, ""))[2]
    place = _whole(place, [divided(f"{title}，{body[:BODY]}") for title, body in texts])
    # Of words that as many have, the longer one says more.
    if not any(n >= least and w not in place for w, n in words.items()):
        # Cut differently each time (路灯 + 坏, 路 + 灯不亮): counted where it stands in the text.
        whole = [divided(f"{title} {body[:BODY]}").casefold() for title, body in texts]
        words = Counter({w: sum(w in text for text in whole) for w in words})
    best = sorted((-n, -len(w), w) for w, n in words.items() if n >= least and w not in place)
    return place, tuple(w for *_, w in best[:MOST_WORDS])


def _telling(text: str) -> set[str]:
    """The words that can tell of a matter; never what the tagger takes for somebody's name."""
    return {
        w.casefold()
        for w, tag in rjieba.tag(divided(text), False)
        if len(w.strip()) > 1
        and tag[:1] in _SAYING
        and not tag.startswith("nr")
        and w.casefold() not in _NOTHING
        and not _OF_PEOPLE.search(w)
        and not any(c.isdigit() or c == "." for c in w)
    }


def _whole(place: str, texts: Sequence[str]) -> str:
    """A name without the division that stands before it, and with what always does (嘉 + 顺苑).

    A name was cut at a number of characters; where three in four occurrences have the same
    character before it, that belongs to the name.
    """
    if not place or place.isascii():
        return place
    while len(place) > 3 and place[0] in _DIVIDES:
        place = place[1:]
    while len(place) < _LONGEST_PLACE:
        before: Counter[str] = Counter()
        for text in texts:
            # One voice for each report, however often it says the name.
            found = re.finditer(re.escape(place), text)
            before.update({text[m.start() - 1 : m.start()] for m in found})
        said = sum(before.values())
        one, n = before.most_common(1)[0] if before else ("", 0)
        if n < _MOSTLY * said or not "\u4e00" <= one <= "\u9fff" or one in _BOUND | _DIVIDES:
            break
        place = one + place
    return place


def _endings(name: str) -> list[str]:
    if name.isascii():
        return [name]
    return [name[i:] for i in range(max(1, len(name) - 2))]
