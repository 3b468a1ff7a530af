"""What a site changes in the shipped indicators (本站指标): data laid over data, checked as a whole.

    {"constants": {"intake_target": {"is": 30}},
     "indicators": {"department_score": {"formula": "weighted(50, handled_in_time_rate, …)"},
                    "forced_rate": null}}

An entry changes the keys it names and leaves the others as shipped, so that a better explanation
in a later version of the product still arrives; null takes the entry away.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from typing import Any

from commonward.core.indicators.book import Book, book
from commonward.core.indicators.shape import PARTS
from commonward.core.refusals import N_, Invalid

Changes = Mapping[str, Any]
LARGEST = 200_000
"""Characters of a site's changes as JSON."""
_MOST = 500


def over(shipped: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """The data of both together. Raises Invalid where the changes have no shape."""
    done = {part: dict(shipped.get(part, {})) for part in PARTS}
    for part, entries in changes.items():
        if part not in PARTS:
            raise Invalid(N_("“{name}” is no part of a set of indicators."), name=str(part)[:60])
        if not isinstance(entries, Mapping):
            raise Invalid(N_("“{name}” holds entries by their names."), name=part)
        if part != "conditions":
            done[part] = _laid(done[part], entries)
            continue
        for table, inner in entries.items():
            if not isinstance(inner, Mapping):
                raise Invalid(N_("“{name}” holds entries by their names."), name=str(table)[:60])
            done[part][table] = _laid(done[part].get(table, {}), inner)
    return done


def _laid(shipped: Mapping[str, Any], entries: Mapping[str, Any]) -> dict[str, Any]:
    done = dict(shipped)
    for name, entry in entries.items():
        before = done.get(name)
        if entry is None:
            done.pop(name, None)
        elif isinstance(entry, Mapping) and isinstance(before, Mapping):
            done[name] = {**before, **entry}
        elif isinstance(before, Mapping) and not isinstance(entry, Mapping):
            done[name] = {**before, "is": entry}  # the shipped words stay
        else:
            done[name] = entry
    return done


def changed(shipped: Mapping[str, Any], changes: Changes) -> Book:
    """The whole set with the changes in it. Raises Invalid naming the entry and the reason."""
    if len(json.dumps(changes, ensure_ascii=False, default=str)) > LARGEST:
        raise Invalid(N_("The changes are longer than {most} characters."), most=LARGEST)
    data = over(shipped, changes)
    if sum(len(entries) for entries in data.values()) > _MOST:
        raise Invalid(N_("There are more than {most} entries."), most=_MOST)
    return book(data)


def read(text: str) -> dict[str, Any]:
    """Changes as they were written, JSON or TOML. Raises Invalid, in words."""
    if len(text) > LARGEST:
        raise Invalid(N_("The changes are longer than {most} characters."), most=LARGEST)
    if not text.strip():
        return {}
    try:
        made = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise Invalid(
            N_("This is neither JSON nor TOML: {fault}"), fault=str(fault)[:200]
        ) from None
    if not isinstance(made, dict):
        raise Invalid(N_("“{name}” holds entries by their names."), name="{}")
    return made


def written(data: Mapping[str, Any]) -> str:
    """Data as JSON that `read` reads again."""
    return json.dumps(data, ensure_ascii=False, indent=2)


def digest(data: Mapping[str, Any]) -> str:
    """Eight letters that say which data a figure was made by."""
    plain = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()[:8]
