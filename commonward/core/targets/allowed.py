"""What must not be made a target (不得设为指标): numbers of people found, fined, caught or complaining.

Whoever is measured by such a number will find people to fill it. A target or the figure of a
campaign says something of works, places, answers and times. The words decide, in both languages:
a word for taking hold of somebody near a word for persons (or counted in persons), and words that
mean nothing else. Complaining is a right, so fewer petitions are no target either; answering
them in time is one. What is refused by mistake is said again in other words: the refusal names
the words that were found.
"""

import re
import unicodedata
from typing import NamedTuple

from commonward.core.refusals import N_, Invalid

VERSION = "allowed-1"
"""Of these words; told beside a refusal's record."""


class Found(NamedTuple):
    """Why words are refused: the word for what is done to somebody, and the word for persons."""

    done: str
    who: str


_ALONE_ZH = (
    "抓获", "抓捕", "拘留", "逮捕", "刑拘", "行拘", "遣返", "劝返", "截访", "稳控", "布控", "打处",
    "上访", "非访", "缠访", "闹访", "信访量", "信访总量", "信访人", "投诉量", "投诉总量", "举报量",
    "重点人员", "重点人群管控", "列管", "在逃", "落网", "到案", "罚没", "罚款金额", "罚款总额",
    "罚单", "处罚金额", "处罚案件数", "罚款数", "罚款起数", "罚款笔数", "黑名单人", "失信人",
)  # fmt: skip
_DONE_ZH = (
    "查处", "查获", "查到", "查出", "查扣", "处罚", "罚款", "扣留", "扣押", "驱离", "驱赶", "清退",
    "清理", "管控", "监控", "打击", "排查", "摸排", "发现", "揪出", "拦截", "训诫", "约谈", "曝光",
    "通报", "处理", "处分", "追究", "移送", "起诉", "判处", "拘押", "信访", "投诉", "举报", "控制",
    "登记在册", "盘查", "核查身份", "识别",
)  # fmt: skip
_WHO_ZH = (
    "人员", "人数", "人次", "人口", "嫌疑人", "违法者", "违法人", "当事人", "对象", "居民", "租户",
    "租客", "商贩", "摊贩", "摊主", "群众", "住户", "司机", "驾驶人", "乞讨者", "流浪者", "上访者",
    "外来人", "名单", "个人", "行人", "学生", "家长", "业主", "户主", "村民", "市民", "分子", "老人",
)  # fmt: skip
_UNITS_ZH = ("人", "名", "人次", "人数", "个人", "名人", "位")
_HARMLESS_ZH = re.compile(
    "工作人员|巡查人员|维保人员|维修人员|管理人员|救援人员|医护人员|网格人员|检查人员|专业人员"
    "|值班人员|调解人员|无关人员|居民(?:区|楼|小区|点|委员会|用水|用电|用气)|学生(?:餐|宿舍|营养)"
    "|对象(?:为|是)(?:楼|设施|设备|场所)|投诉(?:电话|渠道|平台)|业主(?:委员会|大会)|老人(?:院|之家)"
    "|满意(?:率|度)|人行|人民|人居"
)
_CLAUSE_ZH = re.compile(r"[，。；、：！？,.;:!?()（）\n]+")
_COUNTED_ZH = re.compile(r"\d\s*(?:余|多)?\s*(?:人|名)(?!行|民|居|工|次性)")
_ANSWERING_ZH = re.compile(
    "答复|办结率|按期|按时|回访|受理时限|响应|化解率|处理时限|处理率|解决率|回复|及时率|满意"
)
_RIGHTS_ZH = ("信访", "投诉", "举报")
"""What people do by right; its being answered is an office's work and may be a target."""

_ALONE_EN = (
    r"arrest(?:s|ed|ing)?", r"detentions?", r"detain(?:s|ed|ees?|ing)?", r"apprehen(?:ded|sions?)",
    r"deport(?:ed|ations?)", r"fined", r"offenders?", r"culprits?", r"fugitives?", r"suspects",
    r"petitioners?", r"petitioning", r"fines? (?:issued|imposed|collected|revenue|income|given)",
    r"(?:number|amount|total|sum|count|value|revenue|income) of (?:the )?(?:fines?|penalt(?:y|ies))",
    r"penalties (?:issued|imposed|collected)", r"(?:issue|impose|collect|levy) \S*\s?fines?",
    r"(?:number|count|total|volume|fewer|less|reduc\w+|decreas\w+|drop|fall) (?:of |in |the )*(?:repeat )?"
    r"(?:petitions?|complaints?|complainants?)",
    r"key (?:persons?|individuals?|people)", r"persons? of interest", r"watch ?lists?",
    r"prosecut(?:ed|ions)", r"convict(?:ed|ions?)", r"evict(?:ed|ions?)",
)  # fmt: skip
_DONE_EN = (
    "found", "identified", "detected", "discovered", "caught", "catch", "seized", "captured", "stopped", "checked",
    "fine", "fines", "punished", "penalised", "penalized", "sanctioned", "removed", "expelled",
    "cleared", "controlled", "monitored", "watched", "tracked", "screened", "questioned",
    "interrogated", "warned", "summoned", "charged", "reported", "exposed", "named", "blacklisted",
    "petition", "petitions", "complain", "complaining", "complained", "intercepted", "investigated",
    "registered", "uncovered", "rounded up",
)  # fmt: skip
_WHO_EN = (
    "people", "persons", "person", "individuals", "residents", "tenants", "vendors", "hawkers",
    "migrants", "beggars", "households", "families", "drivers", "citizens", "violators",
    "members of the public", "men", "women", "children", "pupils", "students", "parents", "workers",
    "owners", "villagers", "complainants", "passengers", "suspect", "riders", "pedestrians",
    "foreigners", "strangers", "inhabitants", "neighbours", "neighbors",
)  # fmt: skip
_UNITS_EN = {"people", "persons", "person", "individuals", "residents", "heads"}
_HARMLESS_EN = re.compile(
    r"\b(?:pupils?|students?|residents?|people|persons?|workers?|neighbou?rs?|families|parents) "
    r"(?:satisfied|trained|reached|served|helped|answered)"
    r"|works? found|answers? to (?:petitions?|complaints?)|(?:petitions?|complaints?) answered"
)
_WORDS_BETWEEN = 5


def why_not(*texts: str, unit: str = "") -> Found | None:
    """The words for which such a target is refused; None when it may stand.

    `texts` are its title, formula and description in either language, each judged by itself;
    `unit` is what it is counted in.
    """
    unit = _plain(unit)
    for text in texts:
        plain = _plain(text)
        found = _in_chinese(plain, unit) or _in_english(plain, unit)
        if found is not None:
            return found
    return None


def refuse_people(*texts: str, unit: str = "", field: str = "title") -> None:
    """Raises Invalid where these words would make a number of people the target."""
    found = why_not(*texts, unit=unit)
    if found is not None:
        raise Invalid(
            N_(
                "“{words}” would count people. A target says what happens to works, places, answers "
                "and times; numbers of people found, fined, caught or complaining are never one."
            ),
            words=" … ".join(part for part in found if part),
            field=field,
            code="counts_people",
        )


def _plain(text: str) -> str:
    """One way of writing: half-width, small letters, no hidden signs, spaces single."""
    wide = unicodedata.normalize("NFKC", text).lower()
    shown = "".join(c for c in wide if unicodedata.category(c) not in ("Cf", "Mn"))
    return " ".join(re.sub(r"[-_/]", " ", shown).split())


def _in_chinese(text: str, unit: str) -> Found | None:
    together = _HARMLESS_ZH.sub(
        "\u3000", re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", text)
    )
    counted = unit in _UNITS_ZH
    for clause in _CLAUSE_ZH.split(together):
        for word in _ALONE_ZH:
            if word in clause:
                return Found(word, "")
        answering = bool(_ANSWERING_ZH.search(clause))
        for word in _DONE_ZH:
            if word not in clause or (word in _RIGHTS_ZH and answering):
                continue
            who = next((w for w in _WHO_ZH if w in clause), "")
            if not who and (number := _COUNTED_ZH.search(clause)):
                who = number.group()
            if not who and counted:
                who = unit
            if who:
                return Found(word, who)
    return None


_ALONE_EN_RE = re.compile(r"\b(?:" + "|".join(_ALONE_EN) + r")\b")
_DONE_EN_SET = "|".join(re.escape(w) for w in _DONE_EN)
_WHO_EN_SET = "|".join(re.escape(w) for w in _WHO_EN)
_GAP = rf"(?:[^\s.;,:!?]+\s+){{0,{_WORDS_BETWEEN}}}?"
_BEFORE_EN = re.compile(rf"\b(?P<done>{_DONE_EN_SET})\s+{_GAP}(?P<who>{_WHO_EN_SET})\b")
_AFTER_EN = re.compile(rf"\b(?P<who>{_WHO_EN_SET})\s+{_GAP}(?P<done>{_DONE_EN_SET})\b")
_DONE_EN_RE = re.compile(rf"\b(?:{_DONE_EN_SET})\b")


def _in_english(text: str, unit: str) -> Found | None:
    kept = _HARMLESS_EN.sub(" ; ", text)
    if alone := _ALONE_EN_RE.search(kept):
        return Found(alone.group(), "")
    for pattern in (_BEFORE_EN, _AFTER_EN):
        if near := pattern.search(kept):
            return Found(near["done"], near["who"])
    if unit in _UNITS_EN and (done := _DONE_EN_RE.search(kept)):
        return Found(done.group(), unit)
    return None
