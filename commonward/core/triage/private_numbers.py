"""Numbers that lead to a person: telephones, identity, cards, accounts abroad (号码识别).

Looked for as people write them: half- and full-width, in numerals or words, broken by blanks, dashes,
brackets or signs. A number that is announced as a file's, an order's or a thing's own is nobody's.
"""

import re
from collections.abc import Iterator

from commonward.core.triage.private_kinds import (
    CARD,
    IBAN,
    IDENTITY,
    LIKELY,
    MAIL,
    NUMBER,
    PERHAPS,
    PHONE,
    SURE,
    Span,
)  # fmt: skip

_FEWEST_DIGITS = 7
UNSEEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufe0f\ufeff"
_DIGIT_SIGNS = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"
_AS_DIGITS = str.maketrans(_DIGIT_SIGNS, "0012345678911234567892")
_BETWEEN = rf"[\s()（）.\-‐-―－·_【】\[\]☎📞📱{UNSEEN}]{{0,3}}"
_SLASH = r"[/／](?=\d{4})"

_NUMBERS = re.compile(
    rf"""
    (?P<date>
        (?<!\d)(?:19|20)\d{{2}}(?:[-/.]|年)(?:0?[1-9]|1[0-2])(?:[-/.]|月)
        (?:0?[1-9]|[12]\d|3[01])(?:日|(?!\d))
    )
    | (?P<decimal> (?<![\d.])\d{{1,3}}\.\d{{3,}}(?![\d.]|-\d) )
    | (?P<mail> [^\s@＠,;:<>()\[\]，。；：、（）《》“”]{{1,64}}
        (?:[@＠] [^\s@＠,;:<>()\[\]，。；：、（）《》“”]{{1,190}})+ )
    | (?P<run> (?:(?<![A-Za-z])(?P<letters>[A-Z]{{1,2}}))?[+＋]?[(（]?\d(?:(?:{_SLASH}|{_BETWEEN})\d)*[xXｘＸ]?
        (?:[(（][\dA][)）])?(?:\s?(?:转|转接|分机|分機|ext\.?|x)\s?\d{{1,5}})? )
    """,
    re.VERBOSE,
)
_MIXED = re.compile(
    rf"[\d{_DIGIT_SIGNS}](?:[\s\-－{UNSEEN}]{{0,2}}[\d{_DIGIT_SIGNS}]){{6,}}[xXｘＸ]?"
)
_SIGNS = re.compile(
    rf"[{_DIGIT_SIGNS}][\s\-－{UNSEEN}\d]{{0,3}}[{_DIGIT_SIGNS}][\s\-－{UNSEEN}\d]{{0,3}}[{_DIGIT_SIGNS}]"
)
"""Most texts hold no three numerals beside each other, and are done."""
_SAID = "oh|nought|zero|one|two|three|four|five|six|seven|eight|nine"
_SPELT = re.compile(
    rf"\b(?:(?:double|triple|treble)\s+)?(?:{_SAID})"
    rf"(?:[\s,-]+(?:(?:double|triple|treble)\s+)?(?:{_SAID}|hundred)){{5,}}\b",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?![A-Za-z0-9])"
)
_OF_IDENTITY = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{1,2}\d{7,8}(?!\d)|[A-Z]{1,2}\d{6}[(（]?[\dA][)）]?(?![\dA-Za-z])"
    r"|[A-Z]{1,2} ?\d{6} ?[(（][\dA][)）]|[HM]\d{8,10}(?!\d)"
    r"|[A-Z][12]\d{8}(?!\d)|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b)"
)
"""Passports, Hong Kong, Taiwan, British national insurance: letters, then digits."""
_NOBODYS = re.compile(
    r"(?:编号|編號|编码|代码|单号|單號|表号|车身号|设备码|订单号?|工单号?|流水号?|受理号|案件号?|案号|文号|税号|信用代码|注册号"
    r"|执照号?|许可证号?|备案号|合同号|发票号?|快递单?|运单号?|物流号?|序列号|型号|版本号?|批号|条码|彩票|双色球"
    r"|楼盘号|站台号|井盖号?|灯杆号?|杆号|设备号|资产号?|项目号?|ISBN|ISSN|(?i:gb|jb|jgj|cjj|db)\s?\d*/?[tT]?|ISO|RFC|"
    r"\b(?i:case|ticket|order|asset|error|charity|company|invoice|serial|model|part|tracking|reference|ref"
    r"|permit|licence|version|batch|meter|lamp|pole|column|bin|stop|docket|file|report|request|application|freephone|helpline|hotline)"
    r"(?:\s(?i:id|no|number|code|nr|ref|column))?)[\s.:：#是为号A-Z/-]{0,6}$"
)
"""What a number is announced by that belongs to a thing, a file or a standard."""
_OURS = re.compile(
    r"身份证|证件|卡号|银行|账号|帐号|电话|電話|手机|手機|座机|热线|拨打|致电|联系|户口|护照"
    r"|(?i:passport|card|phone|mobile|my licence|\btel|\bcall|\bring\b|\btext|whatsapp)"
)


_AMOUNT = re.compile(
    r"\s?(?:多|余)?(?:元|万|亿|平方|平米|平|㎡|m2|米|吨|公里|%|pcu|人(?!民)|户(?!名)|千瓦|KW|度|年(?!生)|块钱|美元)"
)
_A_CODE = re.compile(r"\s?(?:是|为)(?:设备|产品|物流|商品|案件)?(?:码|编号|单号|型号)")
_RANGE = re.compile(
    r"(?:(?:19|20)\d\d\.\d{1,2}\s?[-‐-―－]{1,2}\s?(?:19|20)\d\d\.\d{1,2}"
    r"|\d{1,2}[.:]\d\d\s?[-‐-―－]{1,2}\s?\d{1,2}[.:]\d\d"
    r"|[1-9]\d{0,2}00\s?[-‐-―－]{1,2}\s?[1-9]\d{0,3}00)$"
)
"""Months, hours or round amounts from – to: 2018.9-2019.1, 22.40——7.00, 1500-1700."""
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-‐-―－/]\s?(?:19|20)\d\d$")
_PAPER = re.compile(r"[(（\[【]?(?:19|20)\d\d[)）\]】]\s?\d{1,5}$")
"""The number of an official paper: (2008) 090."""


def numbers(text: str) -> Iterator[Span]:
    """Numbers in digits, and e-mail addresses."""
    for found in _NUMBERS.finditer(text):
        if found.lastgroup == "mail":
            yield Span(found.start(), found.end(), MAIL, SURE)
        elif found["run"] is not None:
            begin = found.start() + len(found["letters"] or "")
            whole = text[begin : found.end()]
            if sum(c.isdecimal() for c in whole) < _FEWEST_DIGITS:
                continue
            extended = re.split(r"转|分机|分機|ext|x\s?\d", whole)[0]
            kind, sure = kind_of(digits(extended))
            if (
                sure == SURE
                and kind != CARD
                or not _is_nobodys(text, found.start())
                and not _counted(text, whole, found.end())
            ):
                yield Span(begin, found.end(), kind, sure)


def lettered(text: str) -> Iterator[Span]:
    """Numbers that begin with letters: passports and identity numbers elsewhere, IBANs."""
    for found in _OF_IDENTITY.finditer(text):
        if not _is_nobodys(text, found.start()):
            yield Span(found.start(), found.end(), IDENTITY, LIKELY)
    for found in _IBAN.finditer(text):
        plain = found.group().replace("-", "").replace(" ", "")
        sure = SURE if _is_iban(plain.upper()) else LIKELY
        if sure != SURE and _is_nobodys(text, found.start()):
            continue
        if sure == SURE or sum(c.isdecimal() for c in plain) >= _FEWEST_DIGITS + 3:
            yield Span(found.start(), found.end(), IBAN, sure)


def numerals(text: str) -> Iterator[Span]:
    """Numbers with Chinese numerals: only what is as long as a telephone's, for people count too;
    and numbers spelt in English words."""
    if _SIGNS.search(text):
        for found in _MIXED.finditer(text):
            plain = digits(found.group().translate(_AS_DIGITS))
            kind, sure = kind_of(plain)
            spelt = not any(c.isdecimal() for c in found.group())
            if kind != NUMBER or len(plain) >= (10 if spelt else 11):
                yield Span(found.start(), found.end(), kind, sure)
    for found in _SPELT.finditer(text):
        yield Span(found.start(), found.end(), PHONE, LIKELY)


def _counted(text: str, whole: str, end: int) -> bool:
    """Whether it is an amount, two years, or the number of a paper."""
    begin = end - len(whole)
    if _OURS.search(text, max(0, begin - 12), begin):
        return False
    return bool(
        _AMOUNT.match(text, end)
        or _A_CODE.match(text, end)
        or _RANGE.match(whole)
        or _YEARS.match(whole)
        or (_PAPER.match(whole) and text[end : end + 1] == "号")
    )


def _is_nobodys(text: str, begin: int) -> bool:
    before = text[max(0, begin - 24) : begin]
    if before.endswith(("0x", "0X")):
        return True
    # Of several announcements the last one counts: 案件编号不知道，身份证430…
    said = re.split(r"[，。；,;！？!?]", before)[-1]
    return bool(_NOBODYS.search(said)) and not _OURS.search(said)


def digits(written: str) -> str:
    """The digits of a number as it was written, with the X of an identity number."""
    plain = "".join(str(int(c)) for c in written if c.isdecimal())
    return plain + "X" if written[-1] in "xXｘＸ" else plain


def kind_of(digits: str) -> tuple[str, float]:
    """What a run of digits is, by its length and beginning, and how sure that is."""
    size = len(digits)
    if size == 18 and _looks_dated(digits[6:14]):
        return IDENTITY, SURE if _is_identity(digits) else LIKELY
    if size == 15 and digits[8:10] <= "12" and digits[10:12] <= "31" and digits[0] in "123456":
        return IDENTITY, LIKELY
    national = digits[2:] if digits.startswith("86") and size == 13 else digits
    if re.fullmatch(r"1[3-9]\d{9}", national):
        return PHONE, SURE
    if 13 <= size <= 19 and digits.isdigit() and _is_luhn(digits):
        return CARD, SURE
    if re.fullmatch(r"0\d{9,11}|400\d{7}|[2-8]\d{6,7}", national):
        return PHONE, LIKELY
    return (CARD, PERHAPS) if 16 <= size <= 19 else (NUMBER, PERHAPS)


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
