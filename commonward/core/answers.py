"""A category's questions and the reporter's answers (Open311 service attributes)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from commonward.core.refusals import N_, Invalid

LONGEST_ANSWER = 4000


def check_answers(
    questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers as they will be kept: known questions only, each of its datatype.

    What answers a question that the other answers do not lead to is dropped. Raises Invalid: a
    required answer is missing ("{code} required"), a number is not one, a datetime has no zone,
    a value is not in the list.
    """
    known = {str(q["code"]): q for q in questions}
    for code in answers:
        if code not in known:
            raise Invalid(
                N_("There is no question {which} here; known are: {known}."),
                which=code,
                known=", ".join(known) or "–",
                field=f"attribute[{code}]",
            )
    kept: dict[str, Any] = {}
    for code, question in known.items():
        if not applies(question, kept):
            continue
        given = answers.get(code)
        if given in (None, "", []):
            if question.get("required"):
                raise Invalid(
                    N_("{which} required"), which=code, field=f"attribute[{code}]", code="required"
                )
            continue
        kept[code] = _one(question, given)
    return kept


def applies(question: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether a question is asked after these answers.

    A conditional one has `when`: {"question": an earlier code, "is": [values]}; it is asked where
    one of them was chosen, or anything at all was answered if `is` is empty.

    >>> applies({"code": "B", "when": {"question": "A", "is": ["yes"]}}, {"A": "no"})
    False
    """
    when = question.get("when")
    if not when:
        return True
    given = answers.get(str(when["question"]))
    chosen = [
        str(v) for v in (given if isinstance(given, list) else [given]) if v not in (None, "")
    ]
    wanted = {str(v) for v in when.get("is") or ()}
    return bool(chosen) and (not wanted or not wanted.isdisjoint(chosen))


def _one(question: Mapping[str, Any], given: Any) -> Any:
    code, kind = str(question["code"]), question["datatype"]
    many = list(given) if isinstance(given, list | tuple) else [given]
    if kind != "multivaluelist" and len(many) > 1:
        raise Invalid(
            N_("{which} takes one value, {count} were given."),
            which=code,
            count=len(many),
            field=f"attribute[{code}]",
        )
    texts = [str(v) for v in many]
    if any(len(t) > LONGEST_ANSWER for t in texts):
        raise Invalid(N_("{which} is too long."), which=code, field=f"attribute[{code}]")
    if kind == "number":
        _number(code, texts[0])
    elif kind == "datetime":
        _moment(code, texts[0])
    elif kind == "date":
        _day(code, texts[0])
    elif kind in ("singlevaluelist", "multivaluelist"):
        keys = {str(v["key"]) for v in question.get("values", ())}
        for text in texts:
            if text not in keys:
                raise Invalid(
                    N_("{which}: “{given}” is not one of {keys}."),
                    which=code,
                    given=text,
                    keys=", ".join(sorted(keys)),
                    field=f"attribute[{code}]",
                )
    return texts if kind == "multivaluelist" else texts[0]


def _number(code: str, text: str) -> None:
    try:
        finite = abs(float(text)) < float("inf")
    except ValueError:
        finite = False
    if not finite:
        raise Invalid(
            N_("{which} must be a number, “{given}” is not."),
            which=code,
            given=text,
            field=f"attribute[{code}]",
        )


def _moment(code: str, text: str) -> None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(
            N_("{which} must be a date and time with a zone, like 2026-01-31T08:00:00+08:00."),
            which=code,
            field=f"attribute[{code}]",
        )


def _day(code: str, text: str) -> None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or len(text) != len("2026-01-31"):
        raise Invalid(
            N_("{which} must be a day like 2026-01-31, “{given}” is not."),
            which=code,
            given=text[:40],
            field=f"attribute[{code}]",
        )
