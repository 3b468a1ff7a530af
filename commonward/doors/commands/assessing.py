"""The assessment of each kind of personal data (个人信息保护影响评估), out of the registers.

Per line of a register: for what, on which basis the law may allow it, what could happen to somebody,
how grave that is before and after what the software does, what that is, how long, and who reads it.
Basis and gravity are proposals: the office decides, completes and signs. A test holds that each line
of each register has its own, in both languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from commonward.core.retention import Kept
from commonward.doors.commands.recording import LANGUAGES, Line, record, registers
from commonward.doors.commands.recording_lying import SEALED, lying
from commonward.doors.commands.recording_words import ROOMS

Both = tuple[str, str]
T = TypeVar("T")

_DUTY: Both = (
    "A task in the public interest that law gives to the office (GDPR art. 6 (1) e; PIPL art. 13 (1) 3).",
    "为履行法定职责或法定义务所必需（个人信息保护法第十三条第一款第三项；GDPR 第六条第一款 e 项）。",
)
_CONSENT: Both = (
    "Consent, which may be taken back (GDPR art. 6 (1) a; PIPL art. 13 (1) 1).",
    "取得本人同意，可随时撤回（个人信息保护法第十三条第一款第一项；GDPR 第六条第一款 a 项）。",
)
_STAFF: Both = (
    "The work of staff and who answers for what (GDPR art. 6 (1) b and e; PIPL art. 13 (1) 2).",
    "人员管理与履职所必需（个人信息保护法第十三条第一款第二项；GDPR 第六条第一款 b、e 项）。",
)
_LIFE: Both = (
    "Life, health and property in an emergency (GDPR art. 6 (1) d and e; PIPL art. 13 (1) 4).",
    "紧急情况下为保护生命健康和财产安全所必需（个人信息保护法第十三条第一款第四项；"
    "GDPR 第六条第一款 d、e 项）。",
)
_SIDES: Both = (
    "The free will of both sides and the law on mediation; what is sensitive by separate consent (GDPR "
    "art. 6 (1) e, 9 (2) a; PIPL art. 13 (1) 1 and 3, 29).",
    "双方自愿并依人民调解法；敏感个人信息须单独同意（个人信息保护法第十三条第一款第一、三项及第二十九条；"
    "GDPR 第六条第一款 e 项、第九条第二款 a 项）。",
)
BASES: Mapping[str, Both] = {
    "people.": _STAFF,
    "cases.": _DUTY,
    "cases.Subscription": _CONSENT,
    "cases.HandOverConsent": _CONSENT,
    "cases.Conversation": _CONSENT,
    "cases.SavedView": _STAFF,
    "cases.Sent": _STAFF,
    "disputes.": _SIDES,
    "response.": _LIFE,
    "response.PlanData": _STAFF,
    "response.Roster": _STAFF,
    "programmes.": _DUTY,
    "programmes.CouncilSeat": _CONSENT,
    "programmes.RiskOpinion": _CONSENT,
    "programmes.RiskSeat": _CONSENT,
    "programmes.Survey": _CONSENT,
    "programmes.StaffSurvey": _CONSENT,
    "programmes.Drill": _STAFF,
}
"""By the beginning of a model's name, the longest that fits: what may be the basis."""

_KNOWN: Both = (
    "Whoever gets hold of it learns who told or who is meant, and may press, shame or harm them.",
    "得到它的人会知道是谁反映的或指的是谁，可能施压、羞辱或伤害。",
)
_GUESSED: Both = (
    "Words and places may let a neighbour or the one complained of guess who told.",
    "文字和地点可能让邻居或被投诉的人猜到是谁反映的。",
)
_CONFIDED: Both = (
    "What was confided in a quarrel could be used against somebody.",
    "纠纷中透露的内容可能被用来对付当事人。",
)
_HELP: Both = (
    "Who called for help, and where they are, could reach the one they fear.",
    "求助人及其所在位置可能被其所惧怕的人得知。",
)
_AT_WORK: Both = (
    "A member of staff could be watched or blamed by what their work leaves.",
    "工作人员可能因工作留痕而被监视或归咎。",
)
_MARKED: Both = (
    "Of itself it leads to nobody; together with what made it it could join two things.",
    "本身不指向任何人；与其来源结合可能把两件事联系起来。",
)
RISKS: Mapping[str, tuple[Both, int]] = {
    "people.": (_AT_WORK, 2),
    "cases.": (_GUESSED, 2),
    "disputes.": (_CONFIDED, 3),
    "response.": (_HELP, 3),
    "programmes.": (_GUESSED, 2),
    "response.PlanData": (_AT_WORK, 1),
    "response.Roster": (_AT_WORK, 1),
    "cases.SavedView": (_AT_WORK, 1),
    "cases.Sent": (_AT_WORK, 1),
    "cases.Receipt": (_MARKED, 1),
    "cases.Allowance": (_MARKED, 1),
    "cases.AskedInVain": (_MARKED, 1),
    "cases.CaseKey": (_KNOWN, 3),
    "cases.PhoneCall": (_KNOWN, 3),
    "cases.Subscription": (_KNOWN, 3),
    "cases.Exchange": (_KNOWN, 3),
    "cases.ErasedPart": (_MARKED, 1),
}
"""The same: what could happen, and how grave that is before anything is done (1 low to 3 high)."""
GRAVITY: tuple[Both, ...] = (("none", "无"), ("low", "低"), ("middle", "中"), ("high", "高"))
TITLES: tuple[Both, ...] = (
    ("Assessment of each kind of personal data", "各类个人信息的保护影响评估"),
    (
        "Site: {site}. Contact: {contact}. Made on {day} from the registers of the running code "
        "(`privacy assessment`). Basis and gravity are proposals: the office decides and signs.",
        "站点：{site}。联系方式：{contact}。{day} 由运行中的代码登记册生成（`privacy assessment`）。"
        "法律依据与风险程度为建议，由机构确定并签署。",
    ),
)
HEADS: tuple[Both, ...] = (
    ("kind", "种类"), ("purpose", "目的"), ("basis (proposed)", "法律依据（建议）"),
    ("what could happen", "可能的影响"), ("before → after", "措施前 → 措施后"),
    ("measures", "措施"), ("how long", "期限"), ("who reads it", "谁能看"),
    ("where", "所在"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assessed:
    """One line of a register, assessed, in one language; gravities are 0 (none) to 3 (high)."""

    line: Line
    basis: str
    risk: str
    before: int
    after: int
    measures: str


def assessment(language: str) -> list[Assessed]:
    """Every line of every register."""
    at = LANGUAGES.index(language)
    found = []
    for line, (_room, kept) in zip(record(language), registers(), strict=True):
        risk, before = of(kept, RISKS)
        measures = (line.lies, line.destroyed_by)
        found.append(
            Assessed(
                line, of(kept, BASES)[at], risk[at], before, before - _lessened(kept, before),
                " ".join(measures),
            )
        )  # fmt: skip
    return found


def of(kept: Kept, table: Mapping[str, T]) -> T:
    """What a table says of a register's line: the longest beginning of its model's name."""
    return table[max((one for one in table if kept.model.startswith(one)), key=len)]


def _lessened(kept: Kept, before: int) -> int:
    """By how much: what is sealed opens for those who work on it alone; the rest is seen by the
    posts of that place, each look noted, and ends on time. A high risk is never told as gone."""
    if before <= 1:
        return 0
    return 2 if before == 3 and set(lying(kept)) == {SEALED} else 1


def as_table(language: str, site: str, contact: str, day: str) -> str:
    """All of it as Markdown, a table for each room."""
    at = LANGUAGES.index(language)
    told = [
        f"# {TITLES[0][at]}",
        "",
        TITLES[1][at].format(site=site, contact=contact or "–", day=day),
    ]
    rows = assessment(language)
    for room in dict.fromkeys(one.line.room for one in rows):
        told += ["", f"## {ROOMS[room][at]}", "", _row([head[at] for head in HEADS])]
        told += [
            _row(["---"] * len(HEADS)),
            *(_row(_cells(one, at)) for one in rows if one.line.room == room),
        ]
    return "\n".join(told) + "\n"


def _cells(one: Assessed, at: int) -> list[str]:
    line = one.line
    fields = ", ".join(f"`{name}`" for name in line.fields)
    return [
        line.what, line.why, one.basis, one.risk,
        f"{GRAVITY[one.before][at]} → {GRAVITY[one.after][at]}",
        one.measures, line.how_long, line.read_by, f"`{line.model}`: {fields}",
    ]  # fmt: skip


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_data(site: str, contact: str, day: str) -> dict[str, object]:
    """The same for programs, each sentence in both languages."""
    both = zip(assessment("en"), assessment("zh-hans"), strict=True)
    return {
        "site": site, "contact": contact, "made_on": day,
        "assessed": [
            {
                "room": en.line.room, "model": en.line.model, "fields": list(en.line.fields),
                "gravity_before": en.before, "gravity_after": en.after,
                **{
                    name: {"en": getattr(en, name), "zh-hans": getattr(zh, name)}
                    for name in ("basis", "risk", "measures")
                },
                **{
                    name: {"en": getattr(en.line, name), "zh-hans": getattr(zh.line, name)}
                    for name in ("what", "why", "how_long", "read_by")
                },
            }
            for en, zh in both
        ],
    }  # fmt: skip
