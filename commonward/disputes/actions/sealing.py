"""Seal what belongs to a dispute with its case's own key; once that is destroyed, it is gone."""

import json
from collections.abc import Mapping

from commonward.cases.actions.sealing import seal_words, unseal_words
from commonward.disputes.models import Dispute


def seal(dispute: Dispute, words: str, context: str) -> bytes:
    """Words sealed for one context, such as "record 12". Raises Invalid once the key is gone."""
    return seal_words(dispute.case, words, f"dispute {context}")


def unseal(dispute: Dispute, sealed: bytes | memoryview | None, context: str) -> str:
    """The words again; "" where there are none, or no longer."""
    if sealed is None:
        return ""
    return unseal_words(dispute.case, sealed, f"dispute {context}")


def seal_data(dispute: Dispute, data: Mapping[str, object], context: str) -> bytes:
    """A table of plain values, sealed."""
    return seal(dispute, json.dumps(dict(data), ensure_ascii=False, sort_keys=True), context)


def unseal_data(
    dispute: Dispute, sealed: bytes | memoryview | None, context: str
) -> dict[str, object]:
    """The table again; empty where there is none, or no longer."""
    text = unseal(dispute, sealed, context)
    found: dict[str, object] = json.loads(text) if text else {}
    return found
