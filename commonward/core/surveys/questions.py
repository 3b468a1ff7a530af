"""A questionnaire as data (问卷): one question a line, checked with clear refusals.

    key | kind | 中文 | English | option = English; option = English | …

Kinds: `scale` (1 to 5), `one` (one of up to twelve options), `yes_no`, `words`. Every question may
be left out. Asked is how a service or a place is found by whoever answers; never what they think
of politics, what they believe, whom they know or what others do.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from commonward.core.refusals import N_, Invalid

KINDS: Mapping[str, str] = {
    "scale": N_("Scale from 1 to 5"),
    "one": N_("One of several"),
    "yes_no": N_("Yes or no"),
    "words": N_("In own words"),
}
MOST_QUESTIONS, MOST_OPTIONS = 40, 12
LONGEST, LONGEST_WORDS = 200, 500
SCALE = (1, 2, 3, 4, 5)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `options` are (key, 中文, English) of a question of kind `one`."""

    key: str
    kind: str
    text: str
    text_en: str = ""
    options: tuple[tuple[str, str, str], ...] = ()


def read(text: str) -> tuple[Question, ...]:
    """The questions that lines of text stand for, checked. Raises Invalid that names the line."""
    found: list[Question] = []
    for number, row in enumerate(text.splitlines(), 1):
        if row.strip():
            found.append(_line(row, number))
    check(found)
    return tuple(found)


def written(questions: Sequence[Question]) -> str:
    """The same as lines of text; `read` gives them back."""
    return "\n".join(
        " | ".join(
            part
            for part in (
                one.key, one.kind, one.text, one.text_en,
                "; ".join(f"{zh} = {en}" if en else zh for _key, zh, en in one.options),
            )
        ).rstrip(" |")
        for one in questions
    )  # fmt: skip


def kept(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """As plain values that a database keeps."""
    return [{**asdict(one), "options": [list(o) for o in one.options]} for one in questions]


def from_kept(rows: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions again."""
    return tuple(
        Question(
            row["key"], row["kind"], row["text"], row["text_en"],
            tuple((key, zh, en) for key, zh, en in row["options"]),
        )
        for row in rows
    )  # fmt: skip


def _line(row: str, number: int) -> Question:
    parts = [part.strip() for part in row.replace("｜", "|").split("|")]
    if len(parts) < 3 or len(parts) > 5:
        raise Invalid(
            N_("Line {line}: write key | kind | question | English | options."),
            line=number,
            field="questions",
        )
    key, kind, text, text_en, options = [*parts, "", ""][:5]
    pairs = [one.partition("=") for one in re.split("[;；]", options) if one.strip()]
    return Question(
        key, kind, text, text_en,
        tuple((f"o{n}", zh.strip(), en.strip()) for n, (zh, _eq, en) in enumerate(pairs, 1)),
    )  # fmt: skip


def check(questions: Sequence[Question]) -> None:
    """Raises Invalid for what cannot be asked or counted."""
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise Invalid(
            N_("Ask between 1 and {most} questions."), most=MOST_QUESTIONS, field="questions"
        )
    seen: set[str] = set()
    for one in questions:
        if not _KEY.fullmatch(one.key):
            raise _wrong(
                one, N_("“{key}”: a key is small letters, digits and _, and begins with a letter.")
            )
        if one.key in seen:
            raise _wrong(one, N_("“{key}” stands twice; each question has a key of its own."))
        seen.add(one.key)
        if one.kind not in KINDS:
            raise _wrong(one, N_("“{key}”: the kind is scale, one, yes_no or words."))
        if not one.text or max(len(one.text), len(one.text_en)) > LONGEST:
            raise _wrong(one, N_("“{key}”: a question has between 1 and 200 characters."))
        _check_options(one)
        refuse_opinions(one.text, one.text_en, *(w for o in one.options for w in o[1:]))


def _check_options(one: Question) -> None:
    if one.kind != "one":
        if one.options:
            raise _wrong(one, N_("“{key}”: only a question of kind “one” has options."))
        return
    names = [zh for _key, zh, _en in one.options]
    if not 2 <= len(names) <= MOST_OPTIONS or "" in names or len(set(names)) < len(names):
        raise _wrong(one, N_("“{key}”: give between 2 and 12 different options, parted by “;”."))
    if any(len(word) > 80 for option in one.options for word in option):
        raise _wrong(one, N_("“{key}”: an option has at most 80 characters."))


def _wrong(one: Question, why: str) -> Invalid:
    return Invalid(why, key=one.key[:40], field="questions")


def answer_of(one: Question, given: str) -> int | str | None:
    """What a form's field answers to a question; None where it was left out. Raises Invalid."""
    given = given.replace("\x00", "").strip()
    if not given:
        return None
    if one.kind == "scale" and given in {str(n) for n in SCALE}:
        return int(given)
    if one.kind == "yes_no" and given in ("yes", "no"):
        return given
    if one.kind == "one" and given in {key for key, _zh, _en in one.options}:
        return given
    if one.kind == "words":
        if len(given) > LONGEST_WORDS:
            raise Invalid(
                N_("At most {most} characters, please."), most=LONGEST_WORDS, field=one.key
            )
        return given
    raise Invalid(N_("Choose one of the answers."), field=one.key)


_ZH = (
    "政治", "党派", "政党", "入党", "党员", "选举谁", "投票给", "信仰", "宗教", "信教", "教徒", "民族成分",
    "领导人", "国家大事", "意识形态", "忠诚", "爱国", "思想动态", "思想倾向", "政治面貌", "境外", "翻墙",
    "上访", "信访人", "是否认识", "认识谁", "认识的人", "您认识", "你认识", "举报谁", "谁在", "是谁",
    "哪些人", "哪个人", "什么人", "可疑人员", "可疑的人", "重点人", "外来人员", "邻居是否", "邻居有没有",
    "您的邻居", "你的邻居", "家人是否", "亲友是否", "姓名", "身份证", "电话号码", "手机号", "微信号",
    "家庭住址", "门牌号", "性取向", "病史",
)  # fmt: skip
_EN = re.compile(
    r"\b(?:politic\w*|part(?:y|ies) member\w*|(?:which|what|political) party|vot(?:e|ed|ing) for|"
    r"relig\w*|faith|belie(?:f|fs|ve in)|worship\w*|church|mosque|god|ideolog\w*|patriot\w*|loyal\w*|"
    r"do you know (?:any|some|who|a person|people)\w*|who do you|whom do you|know anyone|"
    r"anyone you know|someone you know|people you know|"
    r"your neighbou?rs? (?:do|does|did|is|are|have|has|ever)|which (?:person|people|neighbou?rs?)|"
    r"suspicious (?:person|people|neighbou?r)\w*|name of (?:the |a )?(?:person|neighbou?r)|"
    r"name and address|your name|phone number|identity (?:card|number)|ethnic\w*|"
    r"sexual orientation|petition\w*|vpn|nationalit\w*)\b"
)


def refuse_opinions(*texts: str, field: str = "questions") -> None:
    """Raises Invalid for a question about opinions on politics, belief, or about other people."""
    for text in texts:
        wide = unicodedata.normalize("NFKC", text).lower()
        # Signs and spaces put between characters to hide a word hide nothing.
        together = re.sub(r"[\W_]+", "", wide)
        found = next((word for word in _ZH if word in together), "")
        plain = " ".join(re.sub(r"[-_]", " ", wide).split())
        if not found and (hit := _EN.search(plain)) is not None:
            found = hit.group()
        if found:
            raise Invalid(
                N_(
                    "“{words}” is not asked here: a survey asks how people find services and "
                    "places – nothing of politics, belief, other people or who somebody is."
                ),
                words=found,
                field=field,
                code="opinions",
            )


STANDARD = """\
safe_night | scale | 天黑后独自在居住的社区步行，您觉得安全吗？ | How safe do you feel walking alone in your community after dark?
safe_day | scale | 白天在居住的社区，您觉得安全吗？ | How safe do you feel in your community by day?
lighting | scale | 您对道路照明满意吗？ | How satisfied are you with the street lighting?
clean | scale | 您对环境卫生满意吗？ | How satisfied are you with how clean it is?
reported | yes_no | 过去十二个月，您向服务中心反映过问题吗？ | Have you reported a problem to the service centre in the last twelve months?
answered | scale | 如果反映过，您对办理结果满意吗？ | If you did, how satisfied were you with what came of it?
channel | one | 您最愿意怎样反映问题？ | How would you most like to report a problem? | 电话 = Telephone; 手机或网页 = Phone or web; 到窗口 = At the counter; 网格员 = Grid worker
better | words | 最应当先改善的是什么？ | What should be made better first?
"""
"""Satisfaction and sense of safety: what a new survey begins with (1 not at all – 5 very much)."""
