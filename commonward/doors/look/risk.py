"""A review of risk as it is told on a page or a sheet: plain values in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.cases.queries.reference import book
from commonward.core.papers.report import Block, Report, heading, points, table, words
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_
from commonward.core.risk.table import GRAVE, LEVELS, LIKELY, SHAPES, TABLES
from commonward.core.risk.terms import GROUNDS, KINDS, OUTCOMES, SIZES
from commonward.doors.look.naming import ROLES
from commonward.doors.look.naming import word as named_word
from commonward.doors.look.risk_place import place_told
from commonward.doors.look.showing import due_words, language, named, said
from commonward.programmes.models import RiskCondition, RiskMask, RiskQuestion, RiskReview
from commonward.programmes.queries.risk import OPEN_TO_WORDS
from commonward.programmes.queries.risk_public import (
    Whole,
    published_groups,
    published_items,
    whole_of,
)

CONDITION_STATES: Mapping[str, tuple[str, str]] = {
    "checked": (N_("Met and checked"), "✓"),
    "met": (N_("Said to be met; not checked yet"), "◐"),
    "late": (N_("Late"), "■"),
    "open": (N_("Open"), "○"),
}


def stage_words(review: RiskReview) -> tuple[str, str]:
    """The stage's title and its plain sentence."""
    stage = book().procedures[review.case.procedure_id].stages[review.case.stage]
    return said(stage.title), said(stage.plain)


def choices(of: Mapping[str, Text]) -> list[tuple[str, str]]:
    """Codes and words for a form."""
    return [(code, said(text)) for code, text in of.items()]


def word(of: Mapping[str, Text], code: str) -> str:
    """One of them; "" for none."""
    return said(of[code]) if code in of else ""


def told(review: RiskReview, at: datetime, *, inside: bool = False) -> dict[str, Any]:
    """Everything of a review for its page. `inside` the office reads what it hid, with the mask."""
    whole = whole_of(review, at, inside=inside)

    def line(text: str, part: str, row: int = 0) -> dict[str, Any]:
        mask = whole.mask_of(part, row)
        return {
            "text": text if mask is None or inside else "",
            "part": part,
            "row": row,
            "mask": _mask(mask) if mask is not None else None,
        }

    groups = whole.groups if inside else published_groups(whole)
    title, plain = stage_words(review)
    return {
        "review": review,
        "number": review.case.number,
        "title": named(review.title, review.title_en),
        "office": named(review.office.name, review.office.name_en),
        "stage": review.case.stage,
        "stage_title": title,
        "stage_plain": plain,
        "open_to_words": review.case.stage in OPEN_TO_WORDS,
        "facts": line(named(review.facts, review.facts_en), "facts"),
        "place": place_told(review.outline, at),
        "groups": [
            {
                "row": one,
                "name": named(one.name, one.name_en),
                "size": word(SIZES, one.size),
                "how": line(named(one.how, one.how_en), "group", one.pk),
            }
            for one in groups
        ],
        "small": len(whole.groups) - len(groups),
        "questions": [_question(one, line, at) for one in whole.questions],
        "unread": 0 if inside else whole.unread,
        "hearings": [
            {
                "row": one,
                "place": named(one.place, one.place_en),
                "free": whole.free[one.pk],
                "to_come": not one.called_off and one.held_at is None and one.at > at,
                "minutes": line(named(one.minutes, one.minutes_en), "minutes", one.pk),
            }
            for one in whole.hearings
        ],
        "opinions": [
            {
                "row": one,
                "name": one.name or _("An expert (name taken back)"),
                "recommends": word(OUTCOMES, one.recommends),
                "words": line(named(one.words, one.words_en), "opinion", one.pk),
            }
            for one in whole.opinions
        ],
        "items": _items(whole, line, inside=inside),
        "matrix": _matrix(whole),
        "decision": word(OUTCOMES, review.decision),
        "why": line(named(review.why, review.why_en), "why"),
        "changed": line(named(review.changed, review.changed_en), "changed"),
        "conditions": [_condition(one, line, at) for one in whole.conditions],
        "timeline": _timeline(review, whole),
    }


def _mask(mask: RiskMask) -> dict[str, Any]:
    return {
        "pk": mask.pk,
        "ground": word(GROUNDS, mask.ground),
        "reason": mask.reason,
        "role": named_word(ROLES, mask.role),
        "at": mask.at,
    }


def _question(one: RiskQuestion, line: Any, at: datetime) -> dict[str, Any]:
    late = one.answered_at is None and one.due_at < at
    return {
        "row": one,
        "kind": word(KINDS, one.kind),
        "words": line(one.words, "question", one.pk),
        "answer": line(named(one.answer, one.answer_en), "answer", one.pk),
        "answered": one.answered_at is not None,
        "late": late,
        "due": due_words(one.due_at),
    }


def _items(whole: Whole, line: Any, *, inside: bool) -> list[dict[str, Any]]:
    pairs = [(one, one.group) for one in whole.items] if inside else published_items(whole)
    return [
        {
            "row": one,
            "place": place,
            "what": line(named(one.what, one.what_en), "item", one.pk),
            "group": named(group.name, group.name_en) if group is not None else "",
            "likely": word(LIKELY, one.likely),
            "grave": word(GRAVE, one.grave),
            "level": word(LEVELS, one.level),
            "level_code": one.level,
            "shape": SHAPES[one.level],
            "measure": named(one.measure, one.measure_en),
            "owner": named(one.owner.name, one.owner.name_en),
            "due": due_words(one.due_at),
        }
        for place, (one, group) in enumerate(pairs, 1)
    ]


def _matrix(whole: Whole) -> dict[str, Any]:
    """The table with the places of the risks in it: level by word and shape, not by colour alone."""
    version = whole.items[0].table if whole.items else next(iter(TABLES))
    cells = TABLES[version].cells
    there: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(whole.items, 1):
        there.setdefault((one.grave, one.likely), []).append(place)
    return {
        "version": version,
        "heads": [said(text) for text in LIKELY.values()],
        "rows": [
            {
                "name": said(GRAVE[grave]).partition("：")[0].partition(":")[0],
                "about": said(GRAVE[grave]),
                "cells": [
                    {
                        "level": cells[row][column],
                        "word": said(LEVELS[cells[row][column]]),
                        "shape": SHAPES[cells[row][column]],
                        "items": there.get((grave, likely), []),
                    }
                    for column, likely in enumerate(LIKELY)
                ],
            }
            for row, grave in reversed(list(enumerate(GRAVE)))
        ],
        "levels": [(SHAPES[code], said(text), code) for code, text in LEVELS.items()],
    }


def condition_state(one: RiskCondition, at: datetime) -> str:
    """ "checked", "met", "late" or "open"."""
    if one.checked_at is not None:
        return "checked"
    if one.done_at is not None:
        return "met"
    return "late" if one.due_at < at else "open"


def _condition(one: RiskCondition, line: Any, at: datetime) -> dict[str, Any]:
    state = condition_state(one, at)
    title, shape = CONDITION_STATES[state]
    return {
        "row": one,
        "words": line(named(one.words, one.words_en), "condition", one.pk),
        "team": named(one.team.name, one.team.name_en),
        "state": _(title),
        "state_code": state,
        "shape": shape,
        "due": due_words(one.due_at),
    }


def _timeline(review: RiskReview, whole: Whole) -> list[tuple[datetime, str]]:
    """What happened when, in plain words."""
    found: list[tuple[datetime | None, str]] = [
        (review.drafted_at, _("The draft was begun.")),
        (review.announced_at, _("It was announced: everybody can read it.")),
        *((one.held_at, _("A hearing was held.")) for one in whole.hearings),
        *((one.given_at, _("An expert gave an opinion.")) for one in whole.opinions),
        (
            review.decided_at,
            _("It was decided: {decision}.").format(decision=word(OUTCOMES, review.decision)),
        ),
        *((one.checked_at, _("A condition was checked: it is met.")) for one in whole.conditions),
        (
            review.ended_at,
            _("The review ended.") if review.decision else _("The project was withdrawn."),
        ),
    ]
    return sorted((at, text) for at, text in found if at is not None)


def printed(review: RiskReview, at: datetime) -> Report:
    """The whole review as a sheet for printing, as everybody may read it."""
    one = told(review, at)
    when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    blocks: list[Block] = [
        words(one["stage_plain"], big=True),
        heading(_("What is planned")),
        *_paragraphs(one["facts"]),
        *(
            (heading(_("Where it lies")), words(one["place"]["words"]), words(one["place"]["spot"]))
            if one["place"]
            else ()
        ),
        heading(_("Who is affected")),
        _lines(
            [f"{g['name']} · {g['size']} · {_text(g['how'])}".rstrip(" ·") for g in one["groups"]]
        ),
        heading(_("Questions and objections")),
    ]
    for asked in one["questions"]:
        blocks.append(words(f"{asked['kind']}：{_text(asked['words'])}" if _zh() else
                            f"{asked['kind']}: {_text(asked['words'])}"))  # fmt: skip
        blocks.append(
            words("→ " + (_text(asked["answer"]) if asked["answered"] else _("No answer yet")))
        )
    if not one["questions"]:
        blocks.append(words(_("Nobody has asked anything yet.")))
    if one["hearings"]:
        blocks.append(heading(_("Hearing")))
        for met in one["hearings"]:
            where = f"{timezone.localtime(met['row'].at):%Y-%m-%d %H:%M} · {met['place']}"
            blocks += [words(where), *_paragraphs(met["minutes"])]
    blocks.append(heading(_("Experts")))
    for each in one["opinions"]:
        blocks.append(words(f"{each['name']} · {each['row'].office} · {each['recommends']}"))
        blocks.append(words(_("Interests declared") + f": {each['row'].interests}"))
        blocks += _paragraphs(each["words"])
    if one["items"]:
        blocks.append(heading(_("Risks and measures")))
        blocks.append(
            table(
                [_("Risk"), _("How likely"), _("How grave"), _("Level"), _("Measure")],
                [
                    [f"{i['place']}. {_text(i['what'])}", i["likely"], i["grave"],
                     f"{i['level']} ({i['place']})", f"{i['measure']}\n{i['owner']} · {i['due']}"]
                    for i in one["items"]
                ],
                small=True, sentences=True,
            )
        )  # fmt: skip
        blocks.append(
            words(_("Table of levels: {version}").format(version=one["matrix"]["version"]))
        )
    if review.decision:
        blocks += [heading(_("The decision")), words(one["decision"], big=True)]
        blocks += _paragraphs(one["why"])
        if review.changed:
            blocks += [heading(_("What was changed")), *_paragraphs(one["changed"])]
    if one["conditions"]:
        blocks.append(heading(_("Conditions")))
        blocks.append(
            table(
                [_("Condition"), _("Team"), _("Due"), _("State")],
                [[_text(c["words"]), c["team"], c["due"], c["state"]] for c in one["conditions"]],
                sentences=True,
            )
        )
    return Report(
        one["title"],
        _("Risk review {number} · {office} · as of {when}").format(
            number=one["number"], office=one["office"], when=when
        ),
        _("Risk review {number}").format(number=one["number"]),
        _("Page {page} of {pages}"),
        language(),
        blocks,
    )


def _zh() -> bool:
    return language().startswith("zh")


def _text(line: Mapping[str, Any]) -> str:
    if line["mask"] is not None:
        return _("[Hidden: {reason}]").format(reason=line["mask"]["reason"])
    return str(line["text"])


def _paragraphs(line: Mapping[str, Any]) -> list[Block]:
    return [words(one) for one in _text(line).split("\n") if one.strip()]


def _lines(texts: Sequence[str]) -> Block:
    return points(texts) if texts else words("–")
