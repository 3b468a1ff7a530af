"""A grammar of agreements for trying the linter: good ones, and ones with one injected defect.

It was written before the linter and not from its rules: from the law's list of contents (People's
Mediation Law 29), the grounds on which a court does not accept or dismisses a confirmation (Civil
Procedure Law 205–206 and the Supreme Court's rules), and from how everyday agreements are worded.
The phrases stand in `agreement_phrases/shown.toml` and `agreement_phrases/kept.toml`; the second
is kept out of sight while rules are written, so that recall is measured on words not fitted to.
In a phrase `(x|y|)` chooses one of the alternatives and `<name>` another phrase of the bank.
"""

import re
from datetime import date, timedelta
from typing import Any

from tests.core.agreement_sound import BANKS, LANGUAGES, Sample, Sound, capital

__all__ = ["BANKS", "DEFECTS", "LANGUAGES", "Grammar", "Sample", "capital"]

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


class Grammar(Sound):
    """Good agreements, and the same with one defect."""

    def spoiled(self, language: str, defect: str) -> Sample:
        """A good agreement into which exactly this defect was put, at one place."""
        for _ in range(200):
            data = self._agreement(language)
            field = self._spoil(data, language, defect)
            if field:
                return Sample(data, language, defect, field)
        raise AssertionError(f"the grammar finds no place for {defect}")

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
