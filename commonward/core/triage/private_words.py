"""Plates, accounts, addresses of homes and names beside what announces them (隐私词语).

Conservative where a word may be anybody's: a name needs a form of address, an introduction or a
signature; a house number alone is a place for everybody, and a home's only where it is said to be one.
"""

import re
from collections.abc import Iterator

from commonward.core.triage.private_kinds import (
    ACCOUNT,
    LIKELY,
    MAIL,
    NAME,
    PERHAPS,
    PLATE,
    ROOM,
    Span,
)  # fmt: skip

_LETTERS = "A-HJ-NP-Za-hj-np-z"
_PLATES = (
    re.compile(
        r"[京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊使]"
        rf"\s?[{_LETTERS}]\s?[·•.\-\s]{{0,2}}"
        rf"(?:[{_LETTERS}0-9](?:\s?[{_LETTERS}0-9]){{4,5}}|[{_LETTERS}0-9]{{4}}[学警港澳挂使领試试])"
        r"(?![A-Za-z0-9])"
    ),
    re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}\s?[A-Z]{3}(?![A-Za-z0-9])"),
    re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[ -]?\d{2}[ -]?[A-Z]{1,2}[ -]?\d{4}(?![A-Za-z0-9])"),
    re.compile(
        r"(?i:\b(?:plates?|reg(?:istration)?|licen[cs]e|number|vehicle|taxi)\b|车牌|車牌|牌照|车号|車號|車号|港车|香港车)"
        r"[^A-Z\d，。,.]{0,14}"
        r"(?P<plate>(?=[A-Z \d-]*\d)(?=[\d -]*[A-Z])[A-Z\d]{1,4}(?:[ -]?[A-Z\d]{2,5}){1,2})(?![A-Za-z\d])"
    ),
)
_WHERE = (
    "微信号?|微博|VX|vx|Vx|V信|v信|薇信|威信|WeChat|wechat|weixin|QQ|qq|扣扣|企鹅号?|抖音|快手|小红书|知乎"
    "|B站|b站|支付宝|闲鱼|淘宝|钉钉|陌陌|电报|[Tt]elegram|TG|tg|LINE|Line|[Ll]ine [Ii][Dd]|[Ww]hats[Aa]pp"
    "|[Ss]kype|[Ss]ignal|[Ss]napchat|[Ii]nstagram|[Ii]nsta|IG|[Ff]acebook|[Tt]witter|[Tt]ik[Tt]ok|KakaoTalk"
    "|[Dd]iscord|[Vv]enmo|[Pp]ay[Pp]al"
)
_ACCOUNTS = (
    re.compile(
        rf"(?:{_WHERE})(?:\s?(?:账号|帐号|帳號|号码|号|號|ID|id|Id|是|为|叫|昵称|名|handle|account|username|user"
        rf"|name|is|me|on|at|add|:|：)){{0,4}}[\s:：@＠“\"]{{0,3}}"
        r"(?P<account>(?:live:)?[A-Za-z][A-Za-z0-9_.-]{3,29}[A-Za-z0-9_]|\d{5,12})"
    ),
    re.compile(r"(?:加我|我的?)[Vv][:：\s]{0,2}(?P<account>[A-Za-z][\w-]{4,19})"),
    re.compile(r"(?P<account>(?<![\w@])[A-Za-z][\w-]{4,19})(?:这个|是我的?)(?:微信|QQ|qq|账号)"),
    re.compile(
        rf"(?:{_WHERE})[^.。\n]{{0,20}}\b(?:name|handle|id|ID) (?:there )?is (?P<account>[A-Za-z][\w.-]{{3,29}}\w)"
    ),
    re.compile(
        r"(?:fb\.com|facebook\.com|t\.me|instagram\.com|x\.com|twitter\.com)/(?P<account>[\w.]{3,40}\w)"
    ),
    re.compile(r"(?:(?<=\s)|^|(?<=[\u4e00-\u9fff:：]))(?P<account>@[A-Za-z]\w{3,29})(?![\w@.])"),
)
_WORDS_NOT_ACCOUNTS = frozenset(
    [
        "group",
        "account",
        "accounts",
        "message",
        "messages",
        "video",
        "videos",
        "call",
        "calls",
        "public",
        "official",
        "channel",
        "page",
        "pages",
        "post",
        "posts",
        "number",
        "handle",
        "profile",
        "store",
        "business",
        "support",
        "service",
        "username",
        "friends",
    ]
)
_MAILS = (
    re.compile(
        r"[A-Za-z0-9][\w.+-]{1,40}\s?(?:艾特|圈[aA]|\s?[(\[（【]\s?(?:at|AT|@)\s?[)\]）】]\s?| at )\s?"
        r"[A-Za-z0-9-]{2,30}(?:\s?(?:点|點|[(\[（【]\s?dot\s?[)\]）】]| dot |\.)\s?[A-Za-z]{2,12}){1,3}"
    ),
    re.compile(
        r"\b\w+(?:\s(?:dot|underscore|dash)\s\w+){0,3} at \w+(?:\sdot\s\w+){1,3}\b", re.IGNORECASE
    ),
)

_N = "[\\dA-Za-z一二三四五六七八九十甲乙丙丁]"
_ROOM = re.compile(
    rf"{_N}{{1,4}}[栋幢棟座号號楼樓]+(?:楼|樓)?{_N}{{1,3}}(?:单元|單元|梯|门|門)[\s-]?{_N}{{1,4}}(?:室|号|號|房|户|戶)?"
    rf"|{_N}{{1,4}}(?:栋|幢|棟|座|号楼|號樓|单元|單元|斋|阁)[\s-]?[A-Za-z]?\d{{2,4}}(?:室|号|號|房|户|戶|F|层|樓)?(?!\d)"
    rf"|{_N}{{1,4}}(?:栋|幢|棟|座|号楼|單元|单元)\d{{1,2}}(?:F|层|楼|樓)(?:[\dA-Za-z]{{1,4}}(?:室|号|號|房|户|戶))?"
    r"|(?<![\d-])\d{1,3}[-—]\d{1,2}[-—]\d{3,4}(?![\d-])"
    r"|(?<!\d)[A-Za-z]?\d{3,4}(?:室|房间|房間|号房|號房|宿舍)"
    r"|\d{1,3}(?:楼|樓|层)(?:之\d{1,2}|[A-Z\d]{1,4}(?:室|房|座))"
    r"|(?i:\b(?:flat|apartment|apt\.?)\s+(?:no\.?\s*|#)?\d{0,4}[a-z]?\b(?<=[\da-z]))(?<=\d)[a-z]?"
    r"|(?i:\b(?:flat|apartment|apt\.?)\s+(?:no\.?\s*|#)?(?:\d{1,4}[a-z]?|[a-z]\d{0,3})\b)"
    r"|(?i:\b(?:flat|apartment|apt\.?)\s+[\da-z]{1,4}),\s*\d{1,4}[a-z]?(?:\s+[A-Z][\w'’-]*){1,3}"
    r"|(?<![A-Za-z\d])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![A-Za-z\d])"
    r"|\d{1,3}[#＃](?:楼|栋|号楼)?(?:\d{1,2}单元(?:[一二三四五六七八九十\d]{1,3}[层楼](?:[东西南北中]户)?)?|[一二三四五六七八九十\d]{1,3}[层楼][东西南北中]户)"
    r"|(?i:\b(?:room|unit|suite)\s+(?:no\.?\s*|#)?\d{3,4}[a-z]?\b)"
)
_HOME = re.compile(
    r"我家|我屋|门牌|门牌号|家住|住址|住在|我住|^住|是我家|地址|户籍|快递放|寄到|送到|收件"
    r"|(?i:\bi live\b|\bwe live\b|\blives?\b|\bmy (?:home|house|address|flat|mother|father|gran)"
    r"|\bour (?:home|house|flat)\b|\bat home\b|\bdeliver|\bsend (?:it )?to\b|\bflat\b|\bapartment\b)"
)
_AT_HOME = re.compile(
    r"(?:[甲乙丙]?\d{1,5}|(?<=[路街巷道村弄里])[一二三四五六七八九十百]{1,5})(?:号院|號院|号(?![线令文])|號|弄|巷)"
    r"(?:[之附]?[\d甲乙丙A-Z]{1,4}(?:号院|號院|号|號|弄|巷|栋|幢|楼|樓|室|房|户|之\d)?)*"
    r"|\b\d{1,4}[a-zA-Z]?,?\s+(?:[A-Z][\w'’-]*\s+){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Way|Close|Court|Gardens?|Place|Terrace|Crescent"
    r"|Mews|Row|Square|Grove|Walk|House)\b"
)
_CLAUSE = re.compile(r"[^。！？!?\n；;，,]+")

# The hundred most frequent surnames and the double ones that are not ordinary words.
_SURNAME = (
    "(?:欧阳|上官|司马|诸葛|司徒|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董"
    "袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎"
    "贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬鄭許馮鄧曾蕭葉蘇呂盧譚賈鍾陸韋鄒羅謝閻龍賀顧龔萬錢嚴湯])"
)
_GIVEN = r"[\u4e00-\u9fff]{1,2}"
_ENDS = r"(?=收|瘫|敬上|想|就|私|(?:大姐|大哥)|[\s，。,.、；;：:！!？?）)（(“”\"]|$|\d|在|是|的|被|把|说|要|于|和|与|向|于|电|联|手机|住|家|系|身份|因|经|从|也|都|去|来|到|没|不)"
_CAP = "[A-Z][A-Za-zÀ-ž'’-]+"
_KIN = "儿子|女儿|老公|老婆|丈夫|妻子|爱人|母亲|父亲|妈妈|爸爸|奶奶|爷爷|外婆|外公|孙子|孙女|哥哥|弟弟|姐姐|妹妹|邻居|朋友|同事|老师|房东|租客"
_LATIN = rf"{_CAP}(?:\s+(?:{_CAP}|[A-Z]\.?|van|de|bin|al)){{0,2}}"
_NAMES = re.compile(
    rf"{_SURNAME}[\u4e00-\u9fff]{{0,2}}?"
    r"(?:先生|女士|小姐|师傅|師傅|阿姨|大爷|大妈|大叔|婆婆|奶奶|爷爷|同志|某某|某|太太|(?<!主任)(?<!责任)老师|老師|医生|醫生|嫂|伯伯|叔叔)"
    rf"|(?:我叫|名叫|姓名[:：是为]?|联系人[:：是为]?|聯絡人[:：是為]?|叫做|户名[:：是为]?|收款人[:：]?|签名[:：]?|署名[:：]?"
    rf"|投诉人[:：]?|举报人[:：]?|反映人[:：]?|申请人[:：]?|当事人[:：]?|本人姓名?[:：]?|落款[:：]?|本人(?![于向任方])|收件人?[:：]|車主|车主|举报(?!人)|老师|老師|家母|家父|申請人|聯絡|我係|我是|(?:的|，|,)叫|(?:小名|大名)叫?)"
    rf"\s*(?P<zh>{_SURNAME}\s*{_GIVEN}){_ENDS}"
    rf"|(?:{_KIN}|业主|住户|居民|户主|村民)(?:叫|是|名叫)?(?![于向任方])(?P<kin>{_SURNAME}{_GIVEN}){_ENDS}"
    rf"|^(?P<first>{_SURNAME}{_GIVEN})(?=[，,\s]\s?1\d{{2}})"
    rf"|(?P<titled>{_SURNAME}{_GIVEN})(?:大姐|大哥|大嫂|阿婆|阿公)"
    r"|(?P<dotted>[\u4e00-\u9fff]{2,5}[·•][\u4e00-\u9fff]{2,6})(?=[\s，。,.、；;：:！!？?）)]|$|要|在|的|说|是|向|被|住|家)"
    r"|(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Auntie|Uncle)\b\.?\s+[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)?"
    rf"|(?<![A-Za-z])(?:[Mm]y name(?:'s| is)|I am called|[Nn]ame:?|[Ss]igned:?|[Cc]alled)\s+(?P<told>{_LATIN})"
    rf"|(?:I'm|I am|[Tt]his is|[Ii]t's)\s+(?:Dr\.?\s+)?(?P<am>{_CAP}\s+{_CAP})"
    rf"|(?:[Rr]egards|[Ss]incerely|[Ff]aithfully|[Tt]ruly|[Tt]hanks|[Cc]heers|[Ss]igned)[,\s–-]+(?P<signed>{_LATIN})(?=[\s.,]*$|[\n,.])"
    rf"|(?:[Mm]y|[Oo]ur)\s+(?:son|daughter|wife|husband|mother|father|mum|mom|dad|gran|grandmother|neighbou?r|friend"
    rf"|brother|sister|landlord|tenant|colleague|partner|boss|teacher|aunt|uncle),?\s+(?P<my>{_LATIN})"
    rf"|^(?P<head>{_CAP}\s+{_CAP})(?=,\s*(?i:flat|tel|phone|mobile|room|unit|aged?|\d))"
)

_ALONE = frozenset({"kin", "first", "titled", "am", "signed", "my", "head"})
"""Where only the name is hidden, not the words that announce it."""


def plates(text: str) -> Iterator[Span]:
    """Number plates of vehicles (车牌)."""
    for pattern in _PLATES:
        for found in pattern.finditer(text):
            group = "plate" if "plate" in pattern.groupindex else 0
            yield Span(*found.span(group), PLATE, LIKELY)


def accounts(text: str) -> Iterator[Span]:
    """Accounts of messengers and networks, beside their name."""
    for pattern in _ACCOUNTS:
        for found in pattern.finditer(text):
            if found["account"].casefold() not in _WORDS_NOT_ACCOUNTS:
                yield Span(*found.span("account"), ACCOUNT, LIKELY)


def spelt_mails(text: str) -> Iterator[Span]:
    """E-mail addresses without their sign: chenjie艾特example点com."""
    for pattern in _MAILS:
        for found in pattern.finditer(text):
            yield Span(found.start(), found.end(), MAIL, LIKELY)


def rooms(text: str) -> Iterator[Span]:
    """Dwellings: a room with its building; and a house where somebody says that they live there."""
    for found in _ROOM.finditer(text):
        yield Span(found.start(), found.end(), ROOM, LIKELY)
    for clause in _CLAUSE.finditer(text) if _HOME.search(text) else ():
        if _HOME.search(clause.group()):
            for found in _AT_HOME.finditer(text, *clause.span()):
                yield Span(found.start(), found.end(), ROOM, PERHAPS)


def names(text: str) -> Iterator[Span]:
    """Names beside a form of address, an introduction, kin or a signature (张女士, 我叫李雷, Mr Smith)."""
    for found in _NAMES.finditer(text):
        given = found["kin"] or found["zh"]
        if given and _is_word(given):
            continue
        begin, end = found.span(found.lastgroup if found.lastgroup in _ALONE else 0)
        yield Span(begin, end, NAME, PERHAPS)


def _is_word(name: str) -> bool:
    """白天 is a time, whatever surnames there are."""
    import rjieba  # noqa: PLC0415 - only where a name may stand

    return bool(rjieba.has_word(name)) and not any(t == "nr" for _, t in rjieba.tag(name))
