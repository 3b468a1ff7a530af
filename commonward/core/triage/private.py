"""Where a text holds what leads to a person (隐私识别): spans, their kind, and how sure that is.

Rules and checksums, no trained model. Numbers are looked for as people write them: half- and
full-width, in Chinese numerals (一三九…), broken by blanks, dashes or unseen characters. A number
that its own checksum confirms (GB 11643 for identity numbers, Luhn, ISO 13616) is sure; one that
fails it is reported all the same, because a slip of the pen hides nobody.

This finds things to hide in a text that is about to be read by more people. It keeps, compares and
counts nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

VERSION = "private-rules-1"

PHONE, IDENTITY, CARD, IBAN = "phone", "identity", "card", "iban"
PLATE, MAIL, ACCOUNT, ROOM, NAME, NUMBER = "plate", "mail", "account", "room", "name", "number"

ALWAYS = frozenset({PHONE, IDENTITY, CARD, IBAN, PLATE, MAIL, ACCOUNT, NUMBER})
"""What no public text holds; rooms and names are marked for the person who decides."""

_FEWEST_DIGITS = 7
_SURE, _LIKELY, _PERHAPS = 1.0, 0.9, 0.6


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `begin` to `end` (not included) of the text as it was given; `sure` in 0..1."""

    begin: int
    end: int
    kind: str
    sure: float


_UNSEEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_DIGIT_SIGNS = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"
_AS_DIGITS = str.maketrans(_DIGIT_SIGNS, "0012345678911234567892")

_NUMBERS = re.compile(
    rf"""
    (?P<date>
        (?<!\d)(?:19|20)\d{{2}}(?:[-/.]|年)(?:0?[1-9]|1[0-2])(?:[-/.]|月)
        (?:0?[1-9]|[12]\d|3[01])(?:日|(?!\d))
    )
    | (?P<decimal> (?<![\d.])\d{{1,3}}\.\d{{3,}}(?![\d.]|-\d) )
    | (?P<mail> [^\s@＠,;:<>()\[\]，。；：、（）《》“”]{{1,64}}
        (?:[@＠] [^\s@＠,;:<>()\[\]，。；：、（）《》“”]{{1,190}})+ )
    | (?P<run> [+＋]?[(（]?\d(?:[\s()（）.\-‐-―－·_{_UNSEEN}]{{0,2}}\d)*[xXｘＸ]? )
    """,
    re.VERBOSE,
)
_MIXED = re.compile(
    rf"[\d{_DIGIT_SIGNS}](?:[\s\-－{_UNSEEN}]{{0,2}}[\d{_DIGIT_SIGNS}]){{6,}}[xXｘＸ]?"
)
_SIGNS = re.compile(
    rf"[{_DIGIT_SIGNS}][\s\-－{_UNSEEN}\d]{{0,3}}[\d{_DIGIT_SIGNS}][\s\-－{_UNSEEN}\d]{{0,3}}[\d{_DIGIT_SIGNS}]"
)
"""Most texts hold no three numerals beside each other, and are done."""
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-NP-Za-hj-np-z]"
    r"[·•\-\s]?(?:[A-HJ-NP-Za-hj-np-z0-9]{5,6}|[A-HJ-NP-Za-hj-np-z0-9]{4}[学警港澳挂])"
    r"(?![A-Za-z0-9])"
)
_ACCOUNT = re.compile(
    r"(?:微信号?|VX|vx|V信|v信|薇信|威信|WeChat|wechat|QQ|qq|扣扣)(?:号|ID|id|是|为)?[:：\s]{0,3}"
    r"(?P<account>[A-Za-z][A-Za-z0-9_-]{5,19}|\d{5,12})"
)
_ROOM = re.compile(
    r"[\dA-Za-z一二三四五六七八九十]{1,4}[栋幢座号楼]+(?:楼)?[\d一二三四五六七八九十]{1,3}单元"
    r"[\dA-Za-z一二三四五六七八九十]{1,4}(?:室|号|房|户)?"
    r"|[\dA-Za-z一二三四五六七八九十]{1,4}(?:栋|幢|座|号楼|单元)\d{3,4}(?:室|号|房|户)?(?!\d)"
    r"|(?<!\d)\d{3,4}(?:室|房间|号房)"
    r"|(?i:\b(?:flat|apartment|apt\.?|room|unit)\s+(?:no\.?\s*)?\d{1,4}[a-z]?\b)"
)

# The hundred most frequent surnames and the double ones that are not ordinary words.
_SURNAME = (
    "(?:欧阳|上官|司马|诸葛|司徒|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董"
    "袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎"
    "贺顾毛郝龚邵万钱严覃武戴莫孔向汤])"
)
_NAMES = re.compile(
    rf"{_SURNAME}[\u4e00-\u9fff]{{0,2}}?"
    r"(?:先生|女士|小姐|师傅|阿姨|大爷|大妈|大叔|婆婆|奶奶|爷爷|同志|某某|某)"
    rf"|(?:我叫|名叫|姓名[:：是为]?|联系人[:：是为]?|叫做)\s*{_SURNAME}[\u4e00-\u9fff]{{1,2}}"
    r"|(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx)\b\.?\s+[A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)?"
    r"|(?<![A-Za-z])(?:[Mm]y name is|I am called)\s+[A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)?"
)


def spans(text: str, kinds: frozenset[str] = ALWAYS) -> tuple[Span, ...]:
    """What of these kinds a text holds, in order, none overlapping another.

    >>> [(s.kind, "李雷 139 1234 5678"[s.begin : s.end]) for s in spans("李雷 139 1234 5678")]
    [('phone', '139 1234 5678')]
    """
    found = sorted(
        (one for one in _all(text, kinds) if one.kind in kinds), key=lambda s: (s.begin, -s.end)
    )
    kept: list[Span] = []
    for one in found:
        if not kept or one.begin >= kept[-1].end:
            kept.append(one)
        elif one.end > kept[-1].end:
            last = kept[-1]
            kept[-1] = Span(last.begin, one.end, last.kind, max(last.sure, one.sure))
    return tuple(kept)


def without(text: str, mask: str, kinds: frozenset[str] = ALWAYS) -> str:
    """The text with `mask` in place of each span."""
    at, parts = 0, []
    for one in spans(text, kinds):
        parts += [text[at : one.begin], mask]
        at = one.end
    return "".join(parts) + text[at:] if parts else text


def names(text: str) -> Iterator[Span]:
    """Names beside a form of address or an introduction (张女士, 我叫李雷, Mr Smith)."""
    for found in _NAMES.finditer(text):
        yield Span(found.start(), found.end(), NAME, _PERHAPS)


def _all(text: str, kinds: frozenset[str]) -> Iterator[Span]:
    yield from _numbers(text)
    if _SIGNS.search(text):
        yield from _numerals(text)
    for pattern, kind in ((_PLATE, PLATE), (_ROOM, ROOM)):
        # What nobody asked for is not looked for: public pages ask for few kinds, and often.
        for found in pattern.finditer(text) if kind in kinds else ():
            yield Span(found.start(), found.end(), kind, _LIKELY)
    for found in _ACCOUNT.finditer(text):
        yield Span(*found.span("account"), ACCOUNT, _LIKELY)
    for found in _IBAN.finditer(text):
        yield Span(found.start(), found.end(), IBAN, _SURE if _is_iban(found.group()) else _LIKELY)
    if NAME in kinds:
        yield from names(text)


def _numbers(text: str) -> Iterator[Span]:
    for found in _NUMBERS.finditer(text):
        if found.lastgroup == "mail":
            yield Span(found.start(), found.end(), MAIL, _SURE)
        elif found.lastgroup == "run":
            whole = found.group()
            if sum(c.isdecimal() for c in whole) >= _FEWEST_DIGITS:
                yield Span(found.start(), found.end(), *_kind_of(_digits(whole)))


def _numerals(text: str) -> Iterator[Span]:
    """Numbers with Chinese numerals: only what is as long as a telephone's, for people count too."""
    for found in _MIXED.finditer(text):
        digits = _digits(found.group().translate(_AS_DIGITS))
        kind, sure = _kind_of(digits)
        if kind != NUMBER or len(digits) >= 11:
            yield Span(found.start(), found.end(), kind, sure)


def _digits(written: str) -> str:
    plain = "".join(str(int(c)) for c in written if c.isdecimal())
    return plain + "X" if written[-1] in "xXｘＸ" else plain


def _kind_of(digits: str) -> tuple[str, float]:
    """What a run of digits is, by its length and beginning, and how sure that is."""
    size = len(digits)
    if size == 18 and _looks_dated(digits[6:14]):
        return IDENTITY, _SURE if _is_identity(digits) else _LIKELY
    if size == 15 and digits[8:10] <= "12" and digits[10:12] <= "31" and digits[0] in "123456":
        return IDENTITY, _LIKELY
    national = digits[2:] if digits.startswith("86") and size == 13 else digits
    if re.fullmatch(r"1[3-9]\d{9}", national):
        return PHONE, _SURE
    if 13 <= size <= 19 and digits.isdigit() and _is_luhn(digits):
        return CARD, _SURE
    if re.fullmatch(r"0\d{9,11}|400\d{7}|[2-8]\d{6,7}", national):
        return PHONE, _LIKELY
    return (CARD, _PERHAPS) if 16 <= size <= 19 else (NUMBER, _PERHAPS)


def _looks_dated(eight: str) -> bool:
    return eight[:2] in {"18", "19", "20"} and "01" <= eight[4:6] <= "12" and eight[6:] <= "31"


def _is_identity(number: str) -> bool:
    """Whether the check character holds (GB 11643: ISO 7064 MOD 11-2)."""
    from stdnum.iso7064 import mod_11_2  # noqa: PLC0415 – only where such a number stands

    return bool(mod_11_2.is_valid(number))


def _is_luhn(number: str) -> bool:
    from stdnum import luhn  # noqa: PLC0415

    return bool(luhn.is_valid(number))


def _is_iban(number: str) -> bool:
    from stdnum import iban  # noqa: PLC0415

    return bool(iban.is_valid(number))
