"""Read a procedure from its file: every wrong or missing entry is named in words."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from commonward.core.calendars import Limit
from commonward.core.procedures.model import Procedure, Rung, Stage, Text, Verb
from commonward.core.refusals import N_, Invalid

_STAGE_KEYS = {
    "title", "phase", "team", "duty", "limit", "limit_by", "no_limit_because", "review_every",
    "pauses", "closed", "ends", "plain",
}  # fmt: skip
_VERB_KEYS = {
    "name", "title", "from", "to", "who", "needs", "own_team", "apart_from", "at_most", "counter",
    "then", "waits", "within", "unless", "outcome", "approval", "public",
}  # fmt: skip
_TOP_KEYS = {
    "name", "about", "title", "start", "grades", "stages", "verbs", "ladder", "limits", "total",
    "no_total_because", "blocks", "reopen_days", "extensions", "extension_levels",
    "suspension_levels", "suspension_days", "appeal_levels", "outcomes", "keep_years",
    "room",
}  # fmt: skip


def _refuse_unknown(given: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise Invalid(
            N_("{where}: “{key}” is not an entry of a procedure. Known are: {known}."),
            where=where,
            key=unknown[0],
            known=", ".join(sorted(known)),
            code="procedure",
        )


def _text(value: Any, where: str) -> Text:
    if not isinstance(value, Mapping) or not value.get("en") or not value.get("zh"):
        raise Invalid(
            N_("{where}: give the text in both languages, {{ en = “…”, zh = “…” }}."),
            where=where,
            code="procedure",
        )
    return Text(str(value["en"]), str(value["zh"]))


def _limit(value: Any, where: str) -> Limit | None:
    if value is None:
        return None
    try:
        return Limit.from_data(value) if isinstance(value, Mapping) else Limit.parse(str(value))
    except Invalid as wrong:
        raise Invalid(
            N_("{where}: {wrong}"), where=where, wrong=str(wrong), code="procedure"
        ) from wrong


def _must_limit(value: Any, where: str) -> Limit:
    found = _limit(value, where)
    if found is None:
        raise Invalid(N_("{where}: a limit is missing here."), where=where, code="procedure")
    return found


def _stage(name: str, given: Mapping[str, Any]) -> Stage:
    where = f"stages.{name}"
    _refuse_unknown(given, _STAGE_KEYS, where)
    return Stage(
        name=name,
        title=_text(given.get("title"), f"{where}.title"),
        phase=str(given.get("phase", "")),
        team=str(given.get("team", "keep")),
        duty=str(given.get("duty", "")),
        limit=_limit(given.get("limit"), f"{where}.limit"),
        limit_by=str(given.get("limit_by", "")),
        no_limit_because=str(given.get("no_limit_because", "")),
        review_every=_limit(given.get("review_every"), f"{where}.review_every"),
        pauses=bool(given.get("pauses", False)),
        closed=bool(given.get("closed", False)),
        ends=bool(given.get("ends", False)),
        plain=_text(given.get("plain"), f"{where}.plain"),
    )


def _verb(given: Mapping[str, Any], index: int) -> Verb:
    where = f"verbs.{given.get('name', index)}"
    _refuse_unknown(given, _VERB_KEYS, where)
    for key in ("name", "from", "to"):
        if not given.get(key):
            raise Invalid(
                N_("{where}: “{key}” is missing."), where=where, key=key, code="procedure"
            )
    at_most = given.get("at_most")
    return Verb(
        name=str(given["name"]),
        title=_text(given.get("title"), f"{where}.title"),
        from_=frozenset(given["from"]),
        to=str(given["to"]),
        who=tuple(given.get("who", ())),
        needs=tuple(given.get("needs", ())),
        own_team=bool(given.get("own_team", False)),
        apart_from=tuple(given.get("apart_from", ())),
        at_most=int(at_most) if at_most is not None else None,
        counter=str(given.get("counter", "")),
        then=str(given.get("then", "")),
        waits=bool(given.get("waits", False)),
        within=str(given.get("within", "")),
        unless=str(given.get("unless", "")),
        outcome=str(given.get("outcome", "")),
        approval=bool(given.get("approval", False)),
        public=bool(given.get("public", False)),
    )


def parse(data: Mapping[str, Any]) -> Procedure:
    """The procedure in a parsed file (TOML or the JSON kept in the database).

    Raises Invalid naming the entry that is wrong. Whether the whole makes sense is `check`'s part.
    """
    _refuse_unknown(data, _TOP_KEYS, str(data.get("name", "procedure")))
    for key in ("name", "about", "start", "stages", "verbs"):
        if not data.get(key):
            raise Invalid(
                N_("{where}: “{key}” is missing."),
                where=str(data.get("name", "procedure")),
                key=key,
                code="procedure",
            )
    verbs: dict[str, Verb] = {}
    for index, given in enumerate(data["verbs"]):
        verb = _verb(given, index)
        if verb.name in verbs:
            raise Invalid(
                N_("verbs.{verb}: the name stands twice."), verb=verb.name, code="procedure"
            )
        verbs[verb.name] = verb
    return Procedure(
        name=str(data["name"]),
        about=str(data["about"]),
        title=_text(data.get("title"), "title"),
        start=str(data["start"]),
        grades=tuple(data.get("grades", ("ordinary",))),
        stages={name: _stage(name, given) for name, given in data["stages"].items()},
        verbs=verbs,
        ladder=tuple(
            Rung(float(r["share"]), tuple(r.get("tells", ())), str(r.get("measure", "")))
            for r in data.get("ladder", ())
        ),
        limits=tuple(
            (
                str(o.get("stage", "")),
                str(o.get("grade", "")),
                str(o.get("category", "")),
                _must_limit(o.get("limit"), f"limits.{n}"),
            )
            for n, o in enumerate(data.get("limits", ()))
        ),
        total=_limit(data.get("total"), "total"),
        no_total_because=str(data.get("no_total_because", "")),
        blocks=bool(data.get("blocks", True)),
        reopen_days=int(data.get("reopen_days", 0)),
        extensions=int(data.get("extensions", 0)),
        extension_levels=tuple(data.get("extension_levels", ())),
        suspension_levels=tuple(data.get("suspension_levels", ())),
        suspension_days=int(data.get("suspension_days", 0)),
        appeal_levels=tuple(data.get("appeal_levels", ())),
        outcomes=tuple(data.get("outcomes", ())),
        keep_years=int(data.get("keep_years", 5)),
        room=str(data.get("room", "")),
    )


def read_toml(text: str) -> dict[str, Any]:
    """A procedure file's text as data; Invalid with the line where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise Invalid(
            N_("This is not a readable procedure file: {wrong}."),
            wrong=str(wrong),
            code="procedure",
        ) from wrong


def shipped_names() -> tuple[str, ...]:
    """The procedures that come with the product: every .toml file beside this one."""
    return tuple(
        sorted(
            p.name.removesuffix(".toml")
            for p in files(__package__).iterdir()
            if p.name.endswith(".toml")
        )
    )


@cache
def shipped(name: str) -> dict[str, Any]:
    """The data of a shipped procedure file."""
    return read_toml(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
