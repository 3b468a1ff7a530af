"""What has no place in a review of a project: lists of persons and measures against people.

A risk of a project is met by changing the project: another route, a wall against noise, money for a
loss, an earlier answer. Keeping people from speaking is no such measure, and a number of petitions
is no risk. The words decide, in both languages, and the refusal names them; the shared words of
targets come on top where something is counted.
"""

import re
import unicodedata

from commonward.core.refusals import N_, Invalid
from commonward.core.targets.allowed import why_not

VERSION = "risk-allowed-1"
"""Of these words."""

_ZH = (
    "接访", "稳控", "劝返", "截访", "拦访", "维稳", "重点人", "重点对象", "骨干人员", "挑头", "带头人",
    "组织者名单", "闹事", "缠访", "闹访", "非访", "上访", "信访量", "信访总量", "访民", "布控", "盯防",
    "包保到人", "包保到户", "人盯人", "一人一策", "一人一档", "人员名单", "人员台账", "训诫", "做通思想",
    "思想疏导", "教育疏导", "舆情管控", "管控舆情", "删帖", "压降信访", "降低信访", "减少信访", "减少投诉",
    "压降投诉", "黑名单", "人脸识别", "上门劝说", "家访劝说", "打击处理", "落地查人",
)  # fmt: skip
_ZH_NEAR = re.compile(
    "(?:拦截|监视|监控|跟踪|看管|看住|约谈|警告|劝阻|劝离|劝说|管控|控制|稳住|安抚|排查|摸排|登记|屏蔽|盯住)"
    "[^，。；、！？,.;!?]{0,4}"
    "(?:居民|群众|住户|村民|市民|业主|商户主|人员|反对者|异议者|家属|言论|家庭|户主|租户|个人)"
    "(?!区|楼|小区|点|委员会|用水|用电|出行|通行|噪声|意见|诉求|损失|房屋|健康)"
)
_ZH_AFTER = re.compile(
    "对[^，。；、！？,.;!?]{0,6}(?:居民|群众|住户|村民|业主|人员|者|家属)(?:进行|实施|加强|开展|予以)?"
    "(?:看管|监视|监控|跟踪|警告|约谈|管控|劝阻|劝说|安抚|控制|训诫|盯防)"
)
"""What is done, and to whom: a ditch intercepts water, and a works' noise may be followed."""
_EN = (
    r"key (?:persons?|people|individuals?|figures|opponents|objectors)",
    r"ring ?leaders?", r"trouble ?makers?", r"agitators?", r"instigators?",
    r"dissuad\w*", r"(?:silencing|pacify\w*|intimidat\w*)", r"stability (?:maintenance|work team|team)",
    r"(?:maintain|keep|ensure|safeguard)\w* (?:the )?(?:social |public |local )?stability(?! of)",
    r"(?:monitor|watch|track|surveil|intercept|follow|control|calm|silence|discourage|question|warn)"
    r"(?:s|ed|ing|e|ance of|ing of)? (?:the |these |all |any )?(?:(?:key|angry|loud|opposing|affected|nearby) )?(?:residents?|people|persons?|neighbours?|neighbors?|villagers?|owners?|tenants?|"
    r"objectors?|opponents?|petitioners?|households?|families|individuals?)",
    r"(?:number|count|volume) of (?:petition|complain|object)\w*",
    r"(?:fewer|less|reduc\w+|lower\w*|cut\w*|prevent\w*|stop\w*|keep down|bring down) (?:the )?(?:number of )?"
    r"(?:petition|complain|objection|protest)\w*",
    r"(?:list|register|file|record)s? of (?:the )?(?:\w+ )?(?:residents?|people|persons?|objectors?|"
    r"opponents?|petitioners?|households?|owners?|villagers?)",
    r"(?:people|persons|residents|opponents|objectors) (?:to be )?(?:watched|visited|warned|controlled|"
    r"monitored|calmed)",
    r"black ?lists?", r"watch ?lists?", r"face recognition", r"facial recognition",
    r"delet\w+ (?:\w+ )?(?:posts?|comments?)", r"(?:public )?opinion control",
    r"preventive detention", r"house visits? to persuade",
)  # fmt: skip
_EN_RE = re.compile(r"\b(?:" + "|".join(_EN) + r")\b")
_NAMES = re.compile(
    r"(?:^|[，,。;；\s])[\u4e00-\u9fff]{1,2}某{1,2}|身份证|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dxX](?!\d)"
)
"""A person who is meant though not named in full, and numbers that lead to one."""


def why_refused(text: str) -> str:
    """The words for which a text is refused; "" where it may stand."""
    plain = _plain(text)
    together = re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", plain)
    # Signs put between characters to hide a word ("稳*控") hide nothing.
    together = re.sub(r"(?<=[\u3400-\u9fff])[*_.\-·•/|]+(?=[\u3400-\u9fff])", "", together)
    for word in _ZH:
        if word in together:
            return word
    if near := _ZH_NEAR.search(together) or _ZH_AFTER.search(together):
        return near.group()
    if found := _EN_RE.search(plain):
        return found.group()
    if found := _NAMES.search(plain):
        return found.group().strip("，,。;； ")
    return ""


def refuse_against_people(*texts: str, field: str = "") -> None:
    """Raises Invalid where one of these texts of a review is about persons or acts against them."""
    for text in texts:
        found = why_refused(text)
        if found:
            raise Invalid(
                N_(
                    "“{words}” is about persons. A review weighs the project: say what of the "
                    "project is changed, paid, shown or answered. Lists of persons, counts of "
                    "petitions and keeping people from speaking have no place in it."
                ),
                words=found,
                field=field,
                code="against_people",
            )


def refuse_measure(*texts: str, field: str = "measure") -> None:
    """The same of a measure or a condition, where numbers of people found or caught are refused too."""
    refuse_against_people(*texts, field=field)
    counted = why_not(*texts)
    if counted is not None:
        raise Invalid(
            N_(
                "“{words}” is about persons. A review weighs the project: say what of the "
                "project is changed, paid, shown or answered. Lists of persons, counts of "
                "petitions and keeping people from speaking have no place in it."
            ),
            words=" … ".join(part for part in counted if part),
            field=field,
            code="against_people",
        )


def _plain(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).lower()
    shown = "".join(c for c in wide if unicodedata.category(c) not in ("Cf", "Mn"))
    return " ".join(re.sub(r"[-_]", " ", shown).split())
