"""The days that an office keeps in a review, and the words that its parts are chosen by.

The figures are a first proposal, of no law: a site writes its own, each version with who and when.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Invalid

MOST_DAYS = 250


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days: how long the notice stands at least, by when a question is read and shown, by
    when it is answered, how long before a hearing it is announced; and calendar days after a
    hearing until the names of who spoke are deleted."""

    notice_days: int = 10
    read_days: int = 2
    answer_days: int = 10
    hearing_days: int = 5
    names_days: int = 7

    def to_data(self) -> dict[str, int]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Terms":
        """Checked: whole numbers of days. Raises Invalid naming the field."""
        kept = {}
        for one in fields(cls):
            given = data.get(one.name, one.default)
            if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_DAYS:
                raise Invalid(
                    N_("Give a whole number of days from 1 to {most}."),
                    most=MOST_DAYS,
                    field=one.name,
                )
            kept[one.name] = given
        if kept["read_days"] > kept["answer_days"]:
            raise Invalid(
                N_("A question is shown before its answer is due: give it fewer days."),
                field="read_days",
            )
        return cls(**kept)


SIZES: Mapping[str, Text] = {
    "under_5": Text("fewer than five (not published)", "不足5个（不公布）"),
    "5_49": Text("5 to 49", "5至49个"),
    "50_199": Text("50 to 199", "50至199个"),
    "200_999": Text("200 to 999", "200至999个"),
    "1000_9999": Text("1,000 to 9,999", "1000至9999个"),
    "10000_up": Text("10,000 or more", "1万个以上"),
}
"""About how many are affected; below five nothing is published of a group but that it is small."""
SMALL = "under_5"
OUTCOMES: Mapping[str, Text] = {
    "go": Text("go", "可以实施"),
    "conditions": Text("go, with conditions", "附条件实施"),
    "later": Text("later", "暂缓实施"),
    "no": Text("no", "不予实施"),
}
"""What can be decided, and what an expert can recommend."""
KINDS: Mapping[str, Text] = {
    "question": Text("A question", "提问"),
    "objection": Text("An objection", "反对意见"),
    "proposal": Text("A proposal how to do it better", "改进建议"),
}
"""What the public can say to a review."""
GROUNDS: Mapping[str, Text] = {
    "private": Text("somebody's private data", "涉及个人隐私"),
    "law": Text("what the law plainly forbids", "法律明确禁止公开"),
}
"""Why a published line may be hidden; criticism is no reason."""
PARTS: Mapping[str, Text] = {
    "facts": Text("The facts", "项目情况"),
    "group": Text("Who is affected", "受影响群体"),
    "question": Text("Words of the public", "公众意见"),
    "answer": Text("An answer of the office", "单位答复"),
    "minutes": Text("What was said at the hearing", "听证记录"),
    "opinion": Text("An expert's opinion", "专家意见"),
    "item": Text("A risk", "风险点"),
    "why": Text("The reasons of the decision", "决定理由"),
    "changed": Text("What was changed", "采纳与修改情况"),
    "condition": Text("A condition", "附加条件"),
}
"""The lines of a review that can be hidden."""
