"""The texts of a case that everybody reads, with what may be private marked in them."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from commonward.cases.actions.checking import Change, decide_public
from commonward.cases.models import Case
from commonward.cases.queries.checked import ADDRESS, WORDS, Checked, texts_of
from commonward.cases.queries.hiding import hides_as
from commonward.core.checking import MARKED, Piece
from commonward.core.refusals import N_, Forbidden
from commonward.doors.look.standing import Standing

KINDS: Mapping[str, str] = {
    "phone": N_("telephone"),
    "identity": N_("identity number"),
    "card": N_("bank card"),
    "iban": N_("bank account"),
    "plate": N_("number plate"),
    "mail": N_("e-mail address"),
    "account": N_("account"),
    "number": N_("long number"),
    "room": N_("home"),
    "name": N_("person's name"),
    MARKED: N_("marked by hand"),
}


def page_of(case: Case, standing: Standing) -> dict[str, Any]:
    """For the page: each public text in pieces, with the buttons of each. Raises Forbidden."""
    if not hides_as(case, standing.actor):
        raise Forbidden(N_("What the public sees is decided by the centre's officers."))
    return {"texts": [_shown(at, one) for at, one in enumerate(texts_of(case), 1)]}


def _shown(at: int, one: Checked) -> dict[str, Any]:
    heading = (
        _("What was reported ({number})").format(number=one.report)
        if one.part == WORDS
        else _("Where it is ({number})").format(number=one.report)
        if one.part == ADDRESS
        else _("What the office wrote")
    )
    return {
        "id": at,
        "heading": heading,
        "report": one.report,
        "part": one.part,
        "pieces": [{"text": p.text, "kind": p.kind, "hidden": p.hidden} for p in one.pieces],
        "found": [_found(p) for p in one.pieces if p.kind],
        "open": one.open,
    }


def _found(one: Piece) -> dict[str, Any]:
    return {
        "text": one.text,
        "kind": _(KINDS[one.kind]),
        "hidden": one.hidden,
        "decided": one.decided,
        "range": f"{one.begin}:{one.end}",
    }


def take(case: Case, post: QueryDict, standing: Standing) -> None:
    """One press of a button: one stretch, all that is proposed, or words typed by hand.

    Raises what `decide_public` raises.
    """
    report, part = post.get("report", ""), post.get("part", "")
    version = post.get("version", "")
    decide_public(
        case.number, report, part, _changes(case, report, part, post), standing.actor, standing.at,
        words=post.get("other", "").strip() if post.get("do") == "other" else "",
        version=int(version) if version.isdecimal() else None,
    )  # fmt: skip


def _changes(case: Case, report: str, part: str, post: QueryDict) -> list[Change]:
    verb, _colon, stretch = post.get("do", "").partition(":")
    if verb in ("hide", "show"):
        begin, _colon, end = stretch.partition(":")
        if not (begin.isdecimal() and end.isdecimal()):
            return []
        return [(int(begin), int(end), verb == "hide")]
    found = [t for t in texts_of(case) if (t.report, t.part) == (report, part)]
    if verb != "hide_all" or not found:
        return []
    open_ = [p for p in found[0].pieces if p.kind and not p.hidden and not p.decided]
    return [(p.begin, p.end, True) for p in open_]
