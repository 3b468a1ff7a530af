"""One thing out of a phone's outbox: parsed, done once, and answered in words."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from commonward.cases.access import visible_case
from commonward.cases.actions import act, open_case
from commonward.cases.actions.fielding import once, visit
from commonward.cases.actions.opening import Said
from commonward.cases.actions.photos import Ready, act_with_photos, prepare_photo, with_photos
from commonward.cases.queries.filed import events_of
from commonward.cases.queries.reference import book
from commonward.core.danger import numbers_to_call
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.doors.field.inspecting import inspect
from commonward.doors.look.showing import language, said
from commonward.response.actions.calling import Called, take_call
from commonward.response.queries.cards import card

LATE_MINUTES = 10
LATE_HELP_MINUTES = 1
_GIVEN = ("reason", "words", "result", "outcome", "address")
_FINDERS = ("grid_worker",)
FOR_THE_DESK = frozenset({"assembly"})
"""Cards that nobody asks for from the street."""


def do(
    item: Mapping[str, Any], files: "Sequence[UploadedFile[Any]]", actor: Actor, at: datetime
) -> Mapping[str, Any]:
    """Do what `item` says: {"key", "kind": "step" | "find" | "visit" | "help" | "inspection", …}; the answer to it.

    Raises Refusal; the code "moved" means that the case went on while the phone was away.
    """
    if actor.account is None:
        raise Invalid(N_("Only a signed-in account sends from the field."))
    photos = [prepare_photo(file.read()) for file in files]
    mark = hashlib.sha256(
        json.dumps([item, [p.digest for p in photos]], sort_keys=True, default=str).encode()
    ).hexdigest()
    kinds = {"step": _step, "find": _find, "visit": _visit, "help": _help, "inspection": inspect}
    kind = kinds.get(str(item.get("kind")))
    if kind is None:
        raise Invalid(
            N_("“{given}” is not known here; choose one of {known}."),
            field="kind",
            given=item.get("kind"),
            known=", ".join(kinds),
        )
    answer, again = once(
        actor.account, str(item.get("key", "")), mark, at, lambda: kind(item, photos, actor, at)
    )
    return {**answer, "again": again}


def _step(
    item: Mapping[str, Any], photos: Sequence[Ready], actor: Actor, at: datetime
) -> Mapping[str, Any]:
    number, verb = _text(item, "number"), _text(item, "verb")
    case = visible_case(number, actor)
    if case.stage != _text(item, "stage") and verb != "note":
        raise _moved(case)
    given: dict[str, Any] = {name: _text(item, name) for name in _GIVEN if item.get(name)}
    given |= {name: _number(item, name) for name in ("lat", "lon") if item.get(name) is not None}
    noted = _noted(item, at)
    if noted:
        given["words"] = "\n".join(part for part in (given.get("words", ""), noted) if part)
    moment = "before" if case.stage in ("collect", "verify") else "after"
    act_with_photos(number, verb, photos, actor, at, given, moment=moment)
    return {"number": number, "call": list(numbers_to_call(_text(item, "words")))}


def _moved(case: Any) -> Refusal:
    """What happened to the case meanwhile, so that the worker can decide what to do."""
    known = book()
    stages = known.procedures[case.procedure_id].stages
    last = events_of(case)[-1]
    return Refusal(
        N_(
            "While you were without network the case went on: since {at} it is at “{stage}”"
            " ({who}). What you wrote and your photos are still here: send them as a note, or"
            " throw them away."
        ),
        code="moved",
        at=_local(last.at),
        stage=stages[case.stage].title.in_language(language()),
        who=last.team or _("the centre"),
    )


def _find(
    item: Mapping[str, Any], photos: Sequence[Ready], actor: Actor, at: datetime
) -> Mapping[str, Any]:
    if not any(right.role in _FINDERS for right in actor.rights):
        raise Forbidden(N_("Grid workers find and file in the street; ask the desk to file it."))
    noted = _noted(item, at)
    words = "\n".join(part for part in (_text(item, "words"), noted) if part)
    told = Said(
        channel="field",
        words=words,
        lat=_number(item, "lat"),
        lon=_number(item, "lon"),
        address=_text(item, "address"),
        answers=item.get("answers") or {},
        idempotency=f"{actor.account}:{_text(item, 'key')}",
        photos=tuple(photo.digest for photo in photos),
    )
    category, side = _text(item, "category"), _text(item, "area")

    def opened() -> Any:
        return open_case(category, told, at, actor=actor, origin="grid", area_code=side)

    report = with_photos(photos, opened, at, actor) if photos else opened()
    case = report.case
    result = _text(item, "result")
    if item.get("fixed"):
        case = act(case.number, "fix_on_spot", actor, at, {"result": result})
    return {"number": case.number, "call": list(numbers_to_call(words))}


def _visit(
    item: Mapping[str, Any], photos: Sequence[Ready], actor: Actor, at: datetime
) -> Mapping[str, Any]:
    if photos:
        raise Invalid(N_("A visit keeps no photos: file what you found."), field="photos")
    try:
        on = date.fromisoformat(_text(item, "on"))
        round_id, point = int(item["round"]), int(item["point"])
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(N_("Say which round, which point and on which day."), field="on") from error
    visit(round_id, point, on, actor, at, why=_text(item, "why"))
    return {"round": round_id, "point": point}


def _help(
    item: Mapping[str, Any], photos: Sequence[Ready], actor: Actor, at: datetime
) -> Mapping[str, Any]:
    """A call for help (紧急求助) from the street: taken once, with what to do until help comes."""
    if photos:
        raise Invalid(N_("A call for help keeps no photos."), field="photos")
    kind = _text(item, "card")
    if kind in FOR_THE_DESK:
        raise Invalid(N_("Choose one of the list."), field="card")
    _version, asked = card(kind, at)
    noted = _noted(item, at, LATE_HELP_MINUTES)
    made = take_call(
        Called(
            kind=kind,
            source="field",
            words="\n".join(part for part in (_text(item, "words"), noted) if part),
            callback=_text(item, "callback"),
            place=_text(item, "address"),
            lat=_number(item, "lat"),
            lon=_number(item, "lon"),
            graded=False,
            language=language(),
            key=f"field {actor.account}:{_text(item, 'key')}"[:60],
        ),
        at,
        actor,
    )
    return {"number": made.case.number, "say": said(asked.say)}


def _noted(item: Mapping[str, Any], at: datetime, minutes: int = LATE_MINUTES) -> str:
    """When it was really done, told in words: the log's own time is the server's."""
    try:
        done = parse_datetime(_text(item, "done_at"))
    except ValueError:
        done = None
    if done is None or done.tzinfo is None or not 0 < (at - done).total_seconds() < 30 * 86400:
        return ""
    if (at - done).total_seconds() < minutes * 60:
        return ""
    return _("(Noted on the spot {at}; sent later, when there was network.)").format(
        at=_local(done)
    )


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _text(item: Mapping[str, Any], name: str) -> str:
    found = item.get(name, "")
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Invalid(N_("“{name}” must be text."), field=name, name=name)
    return found.strip()


def _number(item: Mapping[str, Any], name: str) -> float | None:
    found = item.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Invalid(N_("“{name}” must be a number of degrees."), field=name, name=name)
    return float(found)
