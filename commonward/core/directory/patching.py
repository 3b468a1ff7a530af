"""A change of a resource, operation by operation (RFC 7644, 3.5.2), on its document.

Directories write the same thing in several ways; those of the two large ones are taken: an "op" in
capitals, no path but a value whose keys are paths, a value to take away beside the path, a filter
that fits nothing yet (the value is made then), and one value where several can stand.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from commonward.core.directory.filters import Path, fits, read_path
from commonward.core.refusals import N_, Invalid

MOST = 200
"""Operations of one request."""
SEVERAL = frozenset(
    ("members", "emails", "phonenumbers", "addresses", "roles", "ims", "photos", "entitlements")
)
"""Attributes that have several values, in small letters."""
_VERBS = ("add", "replace", "remove")
_FIXED = frozenset(("id", "schemas", "meta", "groups"))
"""What only the site itself says; a change of it is passed over, as RFC 7644 allows."""


def patched(document: Mapping[str, Any], operations: Any) -> dict[str, Any]:
    """The document after these operations, in their order; the one given stays as it was.

    Raises Invalid with SCIM's word for what is wrong as its code.
    """
    if not isinstance(operations, Sequence) or isinstance(operations, str) or not operations:
        raise Invalid(N_("A change names its “Operations”."), code="invalidSyntax")
    if len(operations) > MOST:
        raise Invalid(N_("A change has at most {most} operations."), code="tooMany", most=MOST)
    made: dict[str, Any] = deepcopy(dict(document))
    for one in operations:
        _operate(made, one)
    return made


def _operate(document: dict[str, Any], one: Any) -> None:
    if not isinstance(one, Mapping):
        raise Invalid(N_("A change names its “Operations”."), code="invalidSyntax")
    verb = str(one.get("op", "")).casefold()
    if verb not in _VERBS:
        raise Invalid(N_("An operation is add, replace or remove."), code="invalidSyntax")
    path, value = one.get("path"), one.get("value")
    if path:
        _change(document, verb, read_path(path), value)
        return
    if verb == "remove":
        raise Invalid(N_("What is to be removed is named by a path."), code="noTarget")
    if not isinstance(value, Mapping):
        raise Invalid(
            N_("Without a path the value names the attributes that change."), code="invalidValue"
        )
    for name, given in value.items():
        _change(document, verb, read_path(name), given)


def _change(document: dict[str, Any], verb: str, path: Path, value: Any) -> None:
    holder = document
    if path.schema:
        inner = holder.setdefault(_key(holder, path.schema), {})
        if not isinstance(inner, dict):
            raise Invalid(
                N_("“{given}” is no path of an attribute."),
                code="invalidPath",
                given=str(path)[:80],
            )
        if not path.attribute:
            _whole(document, inner, verb, path, value)
            return
        holder = inner
    if not path.schema and path.attribute.casefold() in _FIXED:
        return
    name = _key(holder, path.attribute)
    if path.conditions:
        _some(holder, name, verb, path, value)
    elif path.part:
        _part(holder, name, verb, path, value)
    elif verb == "remove":
        _remove(holder, name, value)
    else:
        _set(holder, name, verb, value)


def _key(holder: Mapping[str, Any], wanted: str) -> str:
    """The name as the document writes it: names of attributes know no capitals."""
    return next((known for known in holder if known.casefold() == wanted.casefold()), wanted)


def _whole(
    document: dict[str, Any], inner: dict[str, Any], verb: str, path: Path, value: Any
) -> None:
    if verb == "remove":
        document.pop(_key(document, path.schema), None)
        return
    if not isinstance(value, Mapping):
        raise Invalid(
            N_("Without a path the value names the attributes that change."), code="invalidValue"
        )
    for name, given in value.items():
        inner[_key(inner, str(name))] = deepcopy(given)


def _some(holder: dict[str, Any], name: str, verb: str, path: Path, value: Any) -> None:
    items = holder.setdefault(name, [])
    if not isinstance(items, list):
        raise Invalid(
            N_("“{given}” is no path of an attribute."), code="invalidPath", given=str(path)[:80]
        )
    meant = [one for one in items if isinstance(one, dict) and fits(one, path.conditions)]
    if verb == "remove":
        if path.part:
            for one in meant:
                one.pop(_key(one, path.part), None)
        else:
            gone = {id(one) for one in meant}
            holder[name] = [one for one in items if id(one) not in gone]
        return
    if not meant:
        made = {one.attribute: one.value for one in path.conditions if not one.present}
        items.append(made)
        meant = [made]
    for one in meant:
        if path.part:
            one[_key(one, path.part)] = deepcopy(value)
        elif isinstance(value, Mapping):
            one.update(deepcopy(dict(value)))
        else:
            raise Invalid(
                N_("Without a path the value names the attributes that change."),
                code="invalidValue",
            )


def _part(holder: dict[str, Any], name: str, verb: str, path: Path, value: Any) -> None:
    inner = holder.setdefault(name, {})
    if isinstance(inner, str | int | float | bool) or inner is None:
        inner = holder[name] = {}
    for one in inner if isinstance(inner, list) else [inner]:
        if not isinstance(one, dict):
            raise Invalid(
                N_("“{given}” is no path of an attribute."),
                code="invalidPath",
                given=str(path)[:80],
            )
        if verb == "remove":
            one.pop(_key(one, path.part), None)
        else:
            one[_key(one, path.part)] = deepcopy(value)


def _remove(holder: dict[str, Any], name: str, value: Any) -> None:
    there = holder.get(name)
    if isinstance(there, list) and value not in (None, []):
        gone = {_mark(one) for one in (value if isinstance(value, list) else [value])}
        holder[name] = [one for one in there if _mark(one) not in gone]
    elif isinstance(there, list):
        holder[name] = []
    else:
        holder.pop(name, None)


def _set(holder: dict[str, Any], name: str, verb: str, value: Any) -> None:
    there = holder.get(name)
    if name.casefold() in SEVERAL and value is not None and not isinstance(value, list):
        value = [value]
    if isinstance(there, list) and isinstance(value, list) and verb == "add":
        known = {_mark(one) for one in there}
        for one in value:
            if _mark(one) not in known:
                known.add(_mark(one))
                there.append(deepcopy(one))
    elif isinstance(there, dict) and isinstance(value, Mapping):
        for part, given in value.items():
            there[_key(there, str(part))] = deepcopy(given)
    else:
        holder[name] = deepcopy(value)


def _mark(item: Any) -> str:
    """By what two values of several are the same."""
    if isinstance(item, Mapping):
        return str(next((v for k, v in item.items() if str(k).casefold() == "value"), item))
    return str(item)
