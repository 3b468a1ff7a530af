"""What the demonstration's office has written: standard texts, answers to enquiries, news."""

from datetime import datetime, timedelta

from commonward.areas.actions.telling import publish_news
from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.texts import add_text
from commonward.core.rights import Actor
from commonward.doors.demo import names

_BOTH = ("zh-hans", "en")
# Name, English name, stage, words, English words.
TEXTS = (
    ("已受理", "Accepted", "collect", "您反映的问题（{number}）已受理，我们会尽快派给责任单位。",
     "We have accepted your report {number} and will send it to those who must answer."),
    ("已派遣", "On its way", "dispatch", "案件 {number} 已派给{team}，最迟于 {due} 答复。",
     "Case {number} is with {team}; you will have an answer by {due}."),
    ("需要补充位置", "Where exactly?", "collect", "请告诉我们具体位置，例如路口、门牌或明显建筑。",
     "Please tell us the exact place: a crossing, a house number, a building that stands out."),
    ("延期说明", "Why it takes longer", "handle", "配件正在采购，预计 {due} 前完成，给您带来不便，敬请谅解。",
     "A part is on order; it will be done by {due}. We are sorry that you have to wait."),
    ("回访开场白", "Beginning a callback", "evaluate", "您好，关于案件 {number}（{category}），想了解问题是否已经解决？",
     "Hello, about case {number} ({category}): has it been solved?"),
)  # fmt: skip
# Category, question, English question, words, English words, keywords, source, days still valid.
ANSWERS = (
    ("D901", "居住证到期怎么续？", "How do I renew a residence permit?",
     "带身份证和租房合同到街道便民服务中心，当场办结，不收费。",
     "Bring your identity card and tenancy contract to the street's service hall. It is done while you wait, free of charge.",
     "居住证, 续签, residence permit", "服务指南 1-03", 200),
    ("D901", "高龄补贴在哪里办？", "Where do I apply for the allowance for the very old?",
     "年满80周岁，由本人或家属到社区申请，次月发放。",
     "From the age of 80, apply at the community office yourself or through your family; it is paid from the next month.",
     "高龄, 补贴, 老人, allowance", "服务指南 2-11", 150),
    ("D901", "新生儿上户口带什么？", "What do I bring to register a newborn child?",
     "出生医学证明、父母户口簿和身份证、结婚证。", "The birth certificate, the parents' household booklets and identity cards, the marriage certificate.",
     "户口, 新生儿, 出生, newborn", "服务指南 1-01", 300),
    ("D902", "老小区加装电梯有补贴吗？", "Is there a grant for adding a lift?",
     "有。本单元三分之二以上业主同意后申请，补贴按楼层计算。",
     "Yes. It can be asked for once two thirds of the owners of the entrance agree; it depends on the number of floors.",
     "电梯, 加装, 补贴, lift", "住建 2026-8", 5),
    ("D902", "家里装充电桩要谁同意？", "Whose consent do I need for a charging point?",
     "自有车位只需物业配合踏勘，不需要全体业主同意。",
     "For a parking space of your own only the property manager's survey is needed, not the consent of all owners.",
     "充电桩, 车位, charging", "住建 2025-21", 90),
)  # fmt: skip
NEWS = (
    ("prevention", "接到“客服退款”电话请先挂断", "Hang up on “refund” calls",
     "自称客服要您下载软件、开屏幕共享的，都是诈骗。拿不准就拨96110。",
     "Whoever asks you to install a program or share your screen is a fraud. In doubt, call 96110."),
    ("prevention", "大风天请远离树木和广告牌", "Keep away from trees and signs in high wind",
     "近日有雷雨大风。发现树木倾斜、井盖松动，请随时反映。",
     "Storms are forecast. Please report leaning trees and loose manhole covers at any time."),
    ("news", "滨河大道东段夜间养护", "Night works on Riverside Avenue",
     "本周每晚22时至次日5时半幅施工，请绕行。",
     "Each night this week one half is closed from 22:00 to 5:00; please take another way."),
)  # fmt: skip


def write(chief: Actor, at: datetime) -> None:
    """Everything above, written by this duty chief at that moment, in both languages."""
    for name, english, stage, words, words_en in TEXTS:
        for language, title, text in zip(_BOTH, (name, english), (words, words_en), strict=True):
            add_text(chief, title, text, at, language=language, stage=stage)
    for code, asked, asked_en, words, words_en, keywords, source, days in ANSWERS:
        first = None
        for language, question, text in zip(
            _BOTH, (asked, asked_en), (words, words_en), strict=True
        ):
            made = add_answer(
                chief, question, text, at, language=language, category=code, keywords=keywords,
                source=source, valid_until=at + timedelta(days=days), of=first,
            )  # fmt: skip
            first = first or made.pk
    for kind, title, title_en, words, words_en in NEWS:
        publish_news(
            chief, names.CODE, kind, title, words, since=at, until=at + timedelta(days=60), at=at,
            title_en=title_en, words_en=words_en,
        )  # fmt: skip
