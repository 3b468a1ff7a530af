"""A grammar of agreements for trying the linter: good ones, and ones with one injected defect.

It was written before the linter and not from its rules: from the law's list of contents (People's
Mediation Law 29), the grounds on which a court does not accept or dismisses a confirmation (Civil
Procedure Law 205–206 and the Supreme Court's rules), and from how everyday agreements are worded.
The phrases stand in `agreement_phrases/shown.toml` and `agreement_phrases/kept.toml`; the second
is kept out of sight while rules are written, so that recall is measured on words not fitted to.
In a phrase `(x|y|)` chooses one of the alternatives and `<name>` another phrase of the bank.
"""

import random
import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

BANKS = ("shown", "kept")
LANGUAGES = ("zh", "en")

DEFECTS = (
    "who",
    "what",
    "how_much",
    "by_when",
    "where",
    "proof",
    "if_not",
    "sum",
    "words",
    "past",
    "no_such_date",
    "order",
    "status",
    "title",
    "third_party",
    "waiver",
    "vague",
    "unlawful",
    "loose",
)

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


class Grammar:
    """Agreements from one bank of phrases; the same seed gives the same agreements."""

    def __init__(self, bank: str, seed: int) -> None:
        self.bank: dict[str, dict[str, list[str]]] = tomllib.loads(
            (_PHRASES / f"{bank}.toml").read_text(encoding="utf-8")
        )
        self.rng = random.Random(f"{bank}/{seed}")

    def good(self, language: str) -> Sample:
        """An agreement with two to six clear clauses."""
        return Sample(self._agreement(language), language)

    def spoiled(self, language: str, defect: str) -> Sample:
        """A good agreement into which exactly this defect was put, at one place."""
        for _ in range(200):
            data = self._agreement(language)
            field = self._spoil(data, language, defect)
            if field:
                return Sample(data, language, defect, field)
        raise AssertionError(f"the grammar finds no place for {defect}")

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

    # -- one defect ------------------------------------------------------------------------

    def _spoil(self, data: dict[str, Any], language: str, defect: str) -> str:
        """Put the defect in; the field that was spoiled, or "" when it has no place here."""
        blank = {
            "who": ("who",),
            "what": ("what",),
            "where": ("where",),
            "proof": ("proof",),
            "if_not": ("if_not",),
        }
        if defect in blank:
            return self._empty(data, language, defect, blank[defect][0])
        if defect in ("status", "title", "third_party", "waiver", "vague", "unlawful", "loose"):
            return self._say(data, language, defect)
        return str(getattr(self, f"_spoil_{defect}")(data, language))

    def _empty(self, data: dict[str, Any], language: str, defect: str, name: str) -> str:
        duties = [c for c in data["clauses"] if c["act"] not in ("other", "confidential")]
        with_it = [c for c in duties if name in c]
        if not with_it:
            return ""
        clause = self.rng.choice(with_it)
        if defect == "who":
            clause["who"] = self.rng.choice(["", "c", None])
            return "who"
        way = self.rng.choice(["gone", "blank", "said", "said"])
        if way == "gone":
            del clause[name]
        elif way == "blank":
            clause[name] = self.rng.choice(["", "  ", "　", "—", "/", "__________", "×××"])
        else:
            clause[name] = self.phrase(language, "nothing_said")
        return name

    def _say(self, data: dict[str, Any], language: str, defect: str) -> str:
        """Put a bad sentence where such things are written: own clause, or inside another."""
        signing = date.fromisoformat(data["signing"])
        said = self._said(language, f"bad_{defect}", signing)
        places = ["other"]
        if defect in ("status", "title", "third_party", "waiver", "unlawful"):
            places += ["other", "if_not", "what"]
        if defect == "vague":
            places += ["by", "what", "if_not"]
        place = self.rng.choice(places)
        if place == "other":
            joint = "。" if language == "zh" else ". "
            before = self._said(language, "other", signing)
            text = said if self.rng.random() < 0.6 else before.rstrip("。.") + joint + said
            data["clauses"].insert(
                self.rng.randint(0, len(data["clauses"])), {"act": "other", "text": text}
            )
            return "text"
        if place == "by":
            with_it = [c for c in data["clauses"] if "by" in c]
            if not with_it:
                return ""
            self.rng.choice(with_it)["by"] = self.phrase(language, "bad_by")
            return "by"
        acts = ("do",) if place == "what" else ("pay", "do", "refrain", "return")
        with_it = [c for c in data["clauses"] if c["act"] in acts and place in c]
        if not with_it:
            return ""
        clause = self.rng.choice(with_it)
        if defect == "vague" and place == "what":
            clause["what"] = self._said(language, "bad_vague_what", signing)
        elif defect == "vague":
            clause["if_not"] = self._said(language, "bad_vague_if_not", signing)
        elif place == "what":
            clause["what"] = said
        else:
            clause["if_not"] = (
                clause["if_not"].rstrip("。.") + ("；" if language == "zh" else "; ") + said
            )
        return place

    def _spoil_how_much(self, data: dict[str, Any], language: str) -> str:
        with_it = [c for c in data["clauses"] if c["act"] in ("pay", "costs")]
        if not with_it:
            return ""
        clause = self.rng.choice(with_it)
        way = self.rng.choice(["gone", "zero", "minus", "words"])
        clause.pop("instalments", None)
        clause.pop("words", None)
        clause.setdefault("by", "2029-01-31")
        if clause["act"] == "costs":
            clause.pop("shares", None)
        if way == "gone":
            del clause["fen"]
        elif way == "words":
            clause["fen"] = self.phrase(language, "bad_amount")
        else:
            clause["fen"] = 0 if way == "zero" else -clause["fen"]
        return "fen"

    def _spoil_by_when(self, data: dict[str, Any], language: str) -> str:
        with_it = [c for c in data["clauses"] if "by" in c]
        instalments = [c for c in data["clauses"] if "instalments" in c]
        lasting = [c for c in data["clauses"] if c["act"] == "refrain"]
        if instalments and self.rng.random() < 0.3:
            self.rng.choice(instalments)["instalments"][-1][0] = ""
            return "instalments"
        if lasting and self.rng.random() < 0.2:
            clause = self.rng.choice(lasting)
            clause.pop("until", None)
            clause.pop("lasting", None)
            return "until"
        if not with_it:
            return ""
        clause = self.rng.choice(with_it)
        if self.rng.random() < 0.4:
            del clause["by"]
        else:
            clause["by"] = self.rng.choice(["", " ", "-", "____年__月__日"])
            if self.rng.random() < 0.5:
                clause["by"] = self.phrase(language, "nothing_said")
        return "by"

    def _spoil_sum(self, data: dict[str, Any], _language: str) -> str:
        instalments = [c for c in data["clauses"] if "instalments" in c]
        shares = [c for c in data["clauses"] if "shares" in c]
        off = self.rng.choice([1, -1, 100, 1_000, 10_000, -10_000, 100_000])
        if instalments and (not shares or self.rng.random() < 0.7):
            part = self.rng.choice(self.rng.choice(instalments)["instalments"])
            part[1] = part[1] + off if part[1] + off > 0 else part[1] + abs(off)
            return "instalments"
        if shares:
            split = self.rng.choice(shares)["shares"]
            split["a"] += abs(off)
            return "shares"
        return ""

    def _spoil_words(self, data: dict[str, Any], _language: str) -> str:
        pays = [c for c in data["clauses"] if c["act"] == "pay"]
        if not pays:
            return ""
        clause = self.rng.choice(pays)
        fen = clause["fen"]
        other = self.rng.choice([fen + 100, fen * 10, fen // 10 + 1, fen + 1, fen + 100_000])
        if other == fen:
            return ""
        clause["words"] = capital(other)
        return "words"

    def _spoil_past(self, data: dict[str, Any], _language: str) -> str:
        signing = date.fromisoformat(data["signing"])
        gone = signing - timedelta(days=self.rng.choice([1, 2, 30, 365, 366, 800]))
        dated = [c for c in data["clauses"] if re.match(r"\d{4}-", str(c.get("by", "")))]
        instalments = [c for c in data["clauses"] if "instalments" in c]
        if instalments and self.rng.random() < 0.4:
            self.rng.choice(instalments)["instalments"][0][0] = gone.isoformat()
            return "instalments"
        if not dated:
            return ""
        clause = self.rng.choice(dated)
        written = f"{gone.year}年{gone.month}月{gone.day}日前"
        clause["by"] = self.rng.choice([gone.isoformat(), gone.isoformat(), written])
        return "by"

    def _spoil_no_such_date(self, data: dict[str, Any], language: str) -> str:
        year = date.fromisoformat(data["signing"]).year + self.rng.choice([1, 2])
        month, day = self.rng.choice(
            [(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31), (13, 1), (1, 32)]
        )
        if year % 4:
            month, day = self.rng.choice([(month, day), (2, 29)])
        if language == "en" and self.rng.random() < 0.4 and month <= 12:
            name = date(2026, month, 1).strftime("%B")
            text = self.phrase(language, "dated_clause", day=f"{day} {name} {year}")
            data["clauses"].append({"act": "other", "text": text})
            return "text"
        if language == "zh" and self.rng.random() < 0.4:
            text = self.phrase(language, "dated_clause", day=f"{year}年{month}月{day}日")
            data["clauses"].append({"act": "other", "text": text})
            return "text"
        with_it = [c for c in data["clauses"] if "by" in c]
        if not with_it:
            return ""
        iso = f"{year}-{month:02d}-{day:02d}"
        written = f"{year}年{month}月{day}日" if language == "zh" else iso
        self.rng.choice(with_it)["by"] = self.rng.choice([iso, written])
        return "by"

    def _spoil_order(self, data: dict[str, Any], language: str) -> str:
        signing = date.fromisoformat(data["signing"])
        instalments = [c for c in data["clauses"] if "instalments" in c]
        ended = [c for c in data["clauses"] if "until" in c]
        way = self.rng.choice(["after", "after", "instalments", "until"])
        if way == "instalments" and instalments:
            parts = self.rng.choice(instalments)["instalments"]
            parts[0][0], parts[-1][0] = parts[-1][0], parts[0][0]
            return "instalments"
        if way == "until" and ended:
            clause = self.rng.choice(ended)
            late = date.fromisoformat(clause["until"]) + timedelta(days=self.rng.randint(1, 90))
            clause["from"] = late.isoformat()
            return "until"
        first, second = self._do(language, signing), self._do(language, signing)
        first["by"] = self._later(signing, 40, 90).isoformat()
        second["by"] = self._later(signing, 3, 38).isoformat()
        data["clauses"] += [first, second]
        second["after"] = len(data["clauses"]) - 1
        return "after"


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
