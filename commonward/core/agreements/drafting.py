"""An agreement said twice: as the legal text that is signed, and in plain words beside it.

Names stand only here: `names` maps a side's letter to what stands on the paper. What is missing is
drawn as a gap, never invented. Chinese terms: 协议内容 (legal text), 大白话说明 (plain words).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commonward.core.agreements.amounts import capital, figures
from commonward.core.agreements.clauses import Agreement, Clause
from commonward.core.agreements.moments import NoSuchDay, read_moment

LANGUAGES = ("zh", "en")
GAP = "____"
_SIDE = re.compile(r"\{([a-z])\}")


@dataclass(frozen=True, slots=True)
class Drafted:
    """One clause, numbered from 1, in the legal and the plain wording of one language."""

    number: int
    legal: str
    plain: str


def draft(agreement: Agreement, names: Mapping[str, str], language: str) -> list[Drafted]:
    """Each clause of the agreement in legal and plain words; `language` is zh or en."""
    speak = _Chinese(names) if language == "zh" else _English(names)
    return [
        Drafted(number, speak.legal(clause), speak.plain(clause))
        for number, clause in enumerate(agreement.clauses, 1)
    ]


@dataclass(frozen=True, slots=True)
class _Speaker:
    names: Mapping[str, str]

    def _name(self, letters: Sequence[str]) -> str:
        return self._and.join(self.names.get(one, one) for one in letters) or GAP

    def _told(self, text: str) -> str:
        """Free words with the names of the sides put in where `{a}` stands."""
        return _SIDE.sub(lambda m: self.names.get(m[1], m[1]), text).strip() or GAP

    @property
    def _and(self) -> str:
        raise NotImplementedError

    def legal(self, clause: Clause) -> str:
        """The wording that is signed."""
        raise NotImplementedError

    def plain(self, clause: Clause) -> str:
        """The same in everyday words."""
        raise NotImplementedError


class _Chinese(_Speaker):
    __slots__ = ()

    @property
    def _and(self) -> str:
        return "、"

    def legal(self, clause: Clause) -> str:
        if clause.act == "other":
            return _ended(self._told(clause.text), "。")
        main = _LEGAL_ZH[clause.act].format(**self._places(clause))
        return main + self._tail(clause)

    def plain(self, clause: Clause) -> str:
        if clause.act == "other":
            return _ended(self._told(clause.text), "。")
        said = _PLAIN_ZH[clause.act].format(**self._places(clause))
        if clause.proof:
            said += f"怎么算做到：{_ended(self._told(clause.proof), '。')}"
        if clause.if_not:
            said += f"没做到的话：{_ended(self._told(clause.if_not), '。')}"
        return said

    def _places(self, clause: Clause) -> dict[str, str]:
        return {
            "who": self._name(clause.who),
            "to": self._name(clause.to),
            "what": self._told(clause.what),
            "how": self._told(clause.how),
            "where": self._told(clause.where),
            "by": self._by(clause),
            "sum": self._sum(clause.fen, clause.currency),
            "short": f"{figures(clause.fen)}元" if clause.fen is not None else GAP,
            "shares": "，".join(
                f"{self._name([side])}承担{self._sum(fen, clause.currency)}"
                for side, fen in clause.shares
            )
            or GAP,
            "span": self._span(clause),
        }

    def _sum(self, fen: int | None, currency: str) -> str:
        if fen is None or fen < 0:
            return GAP
        if currency != "CNY":
            return f"{currency} {figures(fen)}"
        return f"人民币{figures(fen)}元（大写：{capital(fen)}）"

    def _by(self, clause: Clause) -> str:
        if clause.instalments:
            parts = "；".join(
                f"{number}. {_day_zh(day)}前{figures(fen)}元"
                for number, (day, fen) in enumerate(clause.instalments, 1)
            )
            return f"分{len(clause.instalments)}期（{parts}）"
        return _day_zh(clause.by) + ("前" if _is_day(clause.by) else "")

    def _span(self, clause: Clause) -> str:
        start = f"自{_day_zh(clause.start)}起" if clause.start else "自本协议生效之日起"
        return start + (f"至{_day_zh(clause.until)}止" if clause.until else "长期")

    def _tail(self, clause: Clause) -> str:
        tail = f"第{clause.after}条履行后再履行本条。" if clause.after else ""
        if clause.proof:
            tail += f"履行凭证：{_ended(self._told(clause.proof), '。')}"
        if clause.if_not:
            tail += f"未履行的：{_ended(self._told(clause.if_not), '。')}"
        return tail


class _English(_Speaker):
    __slots__ = ()

    @property
    def _and(self) -> str:
        return " and "

    def legal(self, clause: Clause) -> str:
        if clause.act == "other":
            return _ended(self._told(clause.text), ".")
        return _LEGAL_EN[clause.act].format(**self._places(clause)) + self._tail(clause)

    def plain(self, clause: Clause) -> str:
        if clause.act == "other":
            return _ended(self._told(clause.text), ".")
        said = _PLAIN_EN[clause.act].format(**self._places(clause))
        if clause.proof:
            said += f" Done when: {_ended(self._told(clause.proof), '.')}"
        if clause.if_not:
            said += f" If it is not done: {_ended(self._told(clause.if_not), '.')}"
        return said

    def _places(self, clause: Clause) -> dict[str, str]:
        return {
            "who": self._name(clause.who),
            "to": self._name(clause.to),
            "what": self._told(clause.what),
            "how": self._told(clause.how),
            "where": self._told(clause.where),
            "by": self._by(clause),
            "sum": self._sum(clause.fen, clause.currency),
            "short": self._sum(clause.fen, clause.currency),
            "shares": ", ".join(
                f"{self._name([side])} {self._sum(fen, clause.currency)}"
                for side, fen in clause.shares
            )
            or GAP,
            "span": self._span(clause),
        }

    def _sum(self, fen: int | None, currency: str) -> str:
        return GAP if fen is None or fen < 0 else f"{currency} {figures(fen)}"

    def _by(self, clause: Clause) -> str:
        if clause.instalments:
            parts = "; ".join(
                f"{number}. {self._sum(fen, clause.currency)} by {_day_en(day)}"
                for number, (day, fen) in enumerate(clause.instalments, 1)
            )
            return f"in {len(clause.instalments)} instalments ({parts})"
        return ("by " if _is_day(clause.by) else "") + _day_en(clause.by)

    def _span(self, clause: Clause) -> str:
        start = f"from {_day_en(clause.start)} " if clause.start else "from the day of signing "
        return start + (f"until {_day_en(clause.until)}" if clause.until else "for good")

    def _tail(self, clause: Clause) -> str:
        tail = f" This follows clause {clause.after}." if clause.after else ""
        if clause.proof:
            tail += f" Proof: {_ended(self._told(clause.proof), '.')}"
        if clause.if_not:
            tail += f" If not: {_ended(self._told(clause.if_not), '.')}"
        return tail


_LEGAL_ZH: Mapping[str, str] = {
    "pay": "{who}于{by}向{to}支付{what}，金额{sum}；支付方式：{how}。",
    "do": "{who}于{by}在{where}完成下列事项：{what}。",
    "refrain": "{who}{span}不得在{where}有下列行为：{what}。",
    "return": "{who}于{by}在{where}向{to}返还：{what}。",
    "apologise": "{who}于{by}在{where}就{what}向{to}赔礼道歉；方式：{how}。",
    "costs": "{what}合计{sum}，于{by}付清，其中{shares}。",
    "confidential": "{who}对{what}负有保密义务，法律另有规定的除外。",
    "withdraw": "{who}于{by}在{where}撤回{what}。",
}
_PLAIN_ZH: Mapping[str, str] = {
    "pay": "{who}给{to}{short}（{what}），{by}，{how}。",
    "do": "{who}要做：{what}。地点：{where}；期限：{by}。",
    "refrain": "{who}不再做：{what}。地点：{where}；时间：{span}。",
    "return": "{who}把{what}还给{to}。地点：{where}；期限：{by}。",
    "apologise": "{who}为{what}向{to}道歉（{how}）。地点：{where}；期限：{by}。",
    "costs": "{what}一共{short}：{shares}；{by}付清。",
    "confidential": "{who}不把{what}告诉别人，法律要求说的除外。",
    "withdraw": "{who}在{by}到{where}撤回{what}。",
}
_LEGAL_EN: Mapping[str, str] = {
    "pay": "{who} shall pay {to} {sum} for {what}, {by}, by way of: {how}.",
    "do": "{who} shall perform the following at {where}, {by}: {what}.",
    "refrain": "{who} shall not do the following at {where}, {span}: {what}.",
    "return": "{who} shall return to {to} at {where}, {by}: {what}.",
    "apologise": "{who} shall apologise to {to} for {what} at {where}, {by}; manner: {how}.",
    "costs": "{what}, {sum} in all, shall be paid {by}, borne as follows: {shares}.",
    "confidential": "{who} shall keep {what} confidential, except where the law says otherwise.",
    "withdraw": "{who} shall withdraw {what} at {where}, {by}.",
}
_PLAIN_EN: Mapping[str, str] = {
    "pay": "{who} gives {to} {short} ({what}), {by}: {how}.",
    "do": "{who} does this: {what}. Where: {where}. When: {by}.",
    "refrain": "{who} no longer does this: {what}. Where: {where}. When: {span}.",
    "return": "{who} gives {to} back: {what}. Where: {where}. When: {by}.",
    "apologise": "{who} says sorry to {to} for {what} ({how}). Where: {where}. When: {by}.",
    "costs": "{what} costs {short}: {shares}. When: {by}.",
    "confidential": "{who} does not tell others about {what}, unless the law demands it.",
    "withdraw": "{who} takes back {what}. Where: {where}. When: {by}.",
}


def _ended(text: str, stop: str) -> str:
    return text if text.endswith(("。", ".", "！", "!", "？", "?")) else text + stop


def _is_day(written: str) -> bool:
    return _read_day(written) is not None


def _read_day(written: str) -> date | None:
    try:
        moment = read_moment(written)
    except NoSuchDay:
        return None
    return moment.day if moment else None


def _day_zh(written: str) -> str:
    day = _read_day(written)
    return f"{day.year}年{day.month}月{day.day}日" if day else written or GAP


def _day_en(written: str) -> str:
    day = _read_day(written)
    return f"{day.day} {day:%B} {day.year}" if day else written or GAP
