"""What a checklist may not ask (清单不得询问的内容): who is there, who lives there, who they are.

An item asks about a place: its exits, wires, walls, kitchens, fences. One that asks for a name, a
number that leads to somebody, who lives or works there, how many they are or where they come
from is refused by its words, in both languages; so is one that counts people found or fined
(core.targets.allowed). A fault in these words errs to refusing: the item is written otherwise.
"""

import re

from commonward.core.refusals import N_, Invalid
from commonward.core.targets.allowed import refuse_people

_PERSONS_ZH = (
    "姓名|身份证|证件号|手机号|电话号|联系电话|联系方式|微信号|户口|户籍|暂住证|居住证|籍贯|民族|宗教|信仰"
    "|国籍|婚姻|出生|年龄|性别|照片中的人|人脸|指纹|车牌|住了谁|谁住|住着谁|住户名|租户名|租客名|房客名"
    "|人员名单|人员信息|实名|流动人口|外来人口|外地人|几个人|多少人|人数|住几人|住多少|居住人|同住|家庭成员"
    "|重点人|可疑人|陌生人|前科|吸毒|精神病|上访|信访人|政治面貌|健康状况|残疾人信息"
)
_HARMLESS_ZH = (
    "限定人数|核定人数|最大容纳人数|容纳人数|限载人数|安全生产管理人员(?:配备|在岗)|持证上岗"
)
_PERSONS_EN = (
    r"names? of (?:the )?(?:tenants?|residents?|owners?|workers?|occup\w+|people|persons?|guests?|staff)"
    r"|(?:tenant|resident|owner|worker|occupant|guest|person)(?:'?s)? (?:full )?names?"
    r"|full names?|surnames?|id(?:entity)?[ -]?(?:cards?|numbers?|papers?)|passports?"
    r"|(?:phone|mobile|telephone) numbers?|wechat|number ?plates?|licen[cs]e plates?"
    r"|who (?:lives?|works?|stays?|sleeps?|rents?|is|are)\b|how many (?:people|persons|tenants|residents|workers"
    r"|migrants|guests|children|families|households)|number of (?:people|persons|tenants|residents|workers|migrants"
    r"|guests|families|households)|nationalit\w+|ethnic\w*|religio\w+|household register\w*|hukou"
    r"|place of birth|born|ages? of|gender|migrants?|foreigners?|strangers?|suspicious"
    r"|criminal records?|drug us\w+|mental\w*|petitioners?|fingerprints?|faces?\b|photos? of (?:people|persons|the owner)"
    r"|list of (?:tenants|residents|people|persons|guests|workers)"
)
_HARMLESS_EN = (
    r"number of people allowed|greatest number of people (?:allowed|permitted)|faces? the (?:street|road)"
    r"|names? of (?:the )?(?:product|supplier|substance)s?"
)
_ZH = re.compile(_PERSONS_ZH)
_ZH_HARMLESS = re.compile(_HARMLESS_ZH)
_EN = re.compile(rf"\b(?:{_PERSONS_EN})")
_EN_HARMLESS = re.compile(_HARMLESS_EN)


def asks_about_persons(text: str) -> str:
    """The words for which an item is refused, "" where it asks about the place."""
    chinese = _ZH.search(_ZH_HARMLESS.sub("", "".join(text.split())))
    if chinese is not None:
        return chinese.group()
    english = _EN.search(_EN_HARMLESS.sub("", " ".join(text.lower().split())))
    return english.group() if english is not None else ""


def refuse_persons(*texts: str, field: str = "text") -> None:
    """Raises Invalid where one of these texts asks about persons, or counts them."""
    for text in texts:
        words = asks_about_persons(text)
        if words:
            raise Invalid(
                N_(
                    "“{words}” asks who is there. A checklist asks about the place: its exits, wires, "
                    "walls, kitchens, fences. Write the item about what must be in order."
                ),
                words=words,
                field=field,
                code="asks_about_persons",
            )
    refuse_people(*texts, field=field)
