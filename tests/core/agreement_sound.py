"""Good agreements of the grammar (see `agreement_grammar`)."""

import random
import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

BANKS = ("shown", "kept")
LANGUAGES = ("zh", "en")

_PHRASES = Path(__file__).parent / "agreement_phrases"
_CHOICE = re.compile(r"\(([^()]*)\)")
_NAME = re.compile(r"<(\w+)>")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True)
class Sample:
    """One generated agreement: `defect` is "" when it is good; `field` says what was spoiled."""

    data: dict[str, Any]
    language: str
    defect: str = ""
    field: str = ""


class Sound:
    """Agreements from one bank of phrases; the same seed gives the same agreements."""

    def __init__(self, bank: str, seed: int) -> None:
        self.bank: dict[str, dict[str, list[str]]] = tomllib.loads(
            (_PHRASES / f"{bank}.toml").read_text(encoding="utf-8")
        )
        self.rng = random.Random(f"{bank}/{seed}")

    def good(self, language: str) -> Sample:
        """An agreement with two to six clear clauses."""
        return Sample(self._agreement(language), language)

    def phrase(self, language: str, name: str, **values: str) -> str:
        """One phrase of the bank, its choices made; `{a}`, `{b}`, `{day}` … are filled."""
        text = self.rng.choice(self.bank[language][name])
        while True:
            wider = _NAME.sub(
                lambda m: self.rng.choice(self.bank[language][m[1]]),
                _CHOICE.sub(lambda m: self.rng.choice(m[1].split("|")), text),
            )
            if wider == text:
                break
            text = wider
        for key, value in values.items():
            text = text.replace("{" + key + "}", value)
        return text

    # -- good agreements -------------------------------------------------------------------

    def _agreement(self, language: str) -> dict[str, Any]:
        signing = date(2026, 1, 5) + timedelta(days=self.rng.randrange(700))
        data: dict[str, Any] = {
            "language": language,
            "sides": ["a", "b"],
            "signing": signing.isoformat(),
            "facts": self._said(language, "facts", signing),
            "clauses": [],
        }
        kinds = ["pay", "instalments", "do", "refrain", "return", "apologise", "costs"]
        kinds += ["confidential", "withdraw", "other", "pay", "do", "do"]
        wanted = self.rng.sample(kinds, self.rng.randint(2, 6))
        if not {"pay", "instalments", "do", "return"} & set(wanted):
            wanted.append("pay")
        for kind in wanted:
            data["clauses"].append(getattr(self, f"_{kind}")(language, signing))
        return data

    def _said(self, language: str, name: str, signing: date) -> str:
        """A phrase whose `{day}` is after the signing and `{past}` before it."""
        return self.phrase(
            language,
            name,
            a={"zh": "甲方", "en": "Side A"}[language],
            b={"zh": "乙方", "en": "Side B"}[language],
            day=self._written(language, self._later(signing)),
            past=self._written(language, signing - timedelta(days=self.rng.randint(3, 900))),
        )

    def _written(self, language: str, day: date) -> str:
        if language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        month = day.strftime("%B")
        return self.rng.choice([f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}"])

    def _later(self, signing: date, least: int = 2, most: int = 180) -> date:
        return signing + timedelta(days=self.rng.randint(least, most))

    def _pair(self) -> tuple[str, str]:
        return self.rng.choice([("a", "b"), ("b", "a")])

    def _by(self, language: str, signing: date) -> str:
        if self.rng.random() < 0.3:
            return self.phrase(language, "by")
        return self._later(signing).isoformat()

    def _amount(self) -> int:
        """In fen: round yuan mostly, sometimes jiao or fen."""
        return self.rng.choice(
            [
                self.rng.randint(1, 90) * 10_000,
                self.rng.randint(2, 900) * 1_000,
                self.rng.randint(100, 3_000_000),
                self.rng.randint(1, 40) * 1_000_000,
            ]
        )

    def _duty(self, language: str, signing: date) -> dict[str, Any]:
        return {
            "proof": self._said(language, "proof", signing),
            "if_not": self._said(language, "if_not", signing),
        }

    def _pay(self, language: str, signing: date) -> dict[str, Any]:
        who, to = self._pair()
        fen = self._amount()
        clause = {
            "act": "pay",
            "who": who,
            "to": to,
            "fen": fen,
            "for": self._said(language, "pay_for", signing),
            "by": self._by(language, signing),
            "how": self._said(language, "pay_how", signing),
            **self._duty(language, signing),
        }
        clause["proof"] = self._said(language, "pay_proof", signing)
        if self.rng.random() < 0.5:
            clause["words"] = capital(fen)
        return clause

    def _instalments(self, language: str, signing: date) -> dict[str, Any]:
        clause = self._pay(language, signing)
        del clause["by"]
        count = self.rng.randint(2, 6)
        clause["fen"] = max(clause["fen"], count * 100)
        if "words" in clause:
            clause["words"] = capital(clause["fen"])
        cuts = sorted(self.rng.sample(range(1, clause["fen"]), count - 1))
        parts = [y - x for x, y in zip([0, *cuts], [*cuts, clause["fen"]], strict=True)]
        day = self._later(signing, 2, 40)
        clause["instalments"] = []
        for part in parts:
            clause["instalments"].append([day.isoformat(), part])
            day += timedelta(days=self.rng.randint(20, 40))
        return clause

    def _do(self, language: str, signing: date) -> dict[str, Any]:
        return {
            "act": "do",
            "who": self.rng.choice(["a", "b"]),
            "what": self._said(language, "do_what", signing),
            "where": self._said(language, "where", signing),
            "by": self._by(language, signing),
            **self._duty(language, signing),
        }

    def _refrain(self, language: str, signing: date) -> dict[str, Any]:
        clause = {
            "act": "refrain",
            "who": self.rng.choice(["a", "b"]),
            "what": self._said(language, "refrain_what", signing),
            "where": self._said(language, "where", signing),
            "from": signing.isoformat(),
            **self._duty(language, signing),
        }
        if self.rng.random() < 0.5:
            clause["until"] = self._later(signing, 60, 700).isoformat()
        else:
            clause["lasting"] = True
        return clause

    def _return(self, language: str, signing: date) -> dict[str, Any]:
        who, to = self._pair()
        return {
            "act": "return",
            "who": who,
            "to": to,
            "what": self._said(language, "return_what", signing),
            "where": self._said(language, "where", signing),
            "by": self._by(language, signing),
            **self._duty(language, signing),
        }

    def _apologise(self, language: str, signing: date) -> dict[str, Any]:
        who, to = self._pair()
        return {
            "act": "apologise",
            "who": who,
            "to": to,
            "what": self._said(language, "apologise_for", signing),
            "how": self._said(language, "apologise_how", signing),
            "where": self._said(language, "where", signing),
            "by": self._by(language, signing),
            **self._duty(language, signing),
        }

    def _costs(self, language: str, signing: date) -> dict[str, Any]:
        fen = self._amount()
        share = self.rng.choice([0, fen // 2, fen, fen // 3])
        return {
            "act": "costs",
            "what": self._said(language, "costs_what", signing),
            "fen": fen,
            "shares": {"a": share, "b": fen - share},
            "by": self._by(language, signing),
            **self._duty(language, signing),
        }

    def _confidential(self, language: str, signing: date) -> dict[str, Any]:
        return {
            "act": "confidential",
            "who": ["a", "b"],
            "what": self._said(language, "confidential_what", signing),
            "if_not": self._said(language, "if_not", signing),
        }

    def _withdraw(self, language: str, signing: date) -> dict[str, Any]:
        return {
            "act": "withdraw",
            "who": self.rng.choice(["a", "b"]),
            "what": self._said(language, "withdraw_what", signing),
            "where": self._said(language, "withdraw_where", signing),
            "by": self._by(language, signing),
            **self._duty(language, signing),
        }

    def _other(self, language: str, signing: date) -> dict[str, Any]:
        return {"act": "other", "text": self._said(language, "other", signing)}


def capital(fen: int) -> str:
    """An amount in fen as the capital numerals of contracts (大写), written independently here."""
    yuan, rest = divmod(fen, 100)
    text = _yuan(yuan) + "元" if yuan else ""
    jiao, cent = divmod(rest, 10)
    if not rest:
        return (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif text:
        text += "零"
    return text + (_DIGITS[cent] + "分" if cent else "整")


def _yuan(number: int) -> str:
    """Positive whole number in capital numerals, digit by digit from the left."""
    digits = str(number)
    units = ["", "拾", "佰", "仟"]
    out, zero = "", False
    for at, digit in enumerate(digits):
        place = len(digits) - 1 - at
        if digit == "0":
            zero = True
        else:
            out += ("零" if zero and out else "") + _DIGITS[int(digit)] + units[place % 4]
            zero = False
        if place % 4 == 0:
            group = digits[max(0, at - 3) : at + 1]
            if place == 4 and set(group) != {"0"}:
                out += "万"
                zero = False
            elif place == 8:
                out += "亿"
                zero = False
    return out
