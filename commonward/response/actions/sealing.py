"""Seal what belongs to an incident with its case's own key; once that is destroyed, it is gone."""

import json
from collections.abc import Mapping

from commonward.cases.actions.sealing import seal_words, unseal_words
from commonward.cases.models import Case


def seal(case: Case, words: str, context: str) -> bytes | None:
    """Words sealed for one context, such as "call 12"; None for none. Raises Invalid."""
    return seal_words(case, words, f"incident {context}") if words else None


def unseal(case: Case, sealed: bytes | memoryview | None, context: str) -> str:
    """The words again; "" where there are none, or no longer."""
    return "" if sealed is None else unseal_words(case, sealed, f"incident {context}")


def seal_data(case: Case, data: Mapping[str, object], context: str) -> bytes | None:
    """A table of plain values, sealed."""
    return seal(case, json.dumps(dict(data), ensure_ascii=False, sort_keys=True), context)


def unseal_data(case: Case, sealed: bytes | memoryview | None, context: str) -> dict[str, object]:
    """The table again; empty where there is none, or no longer."""
    text = unseal(case, sealed, context)
    found: dict[str, object] = json.loads(text) if text else {}
    return found
