"""What was refused or decided, in the language of whoever asks; the same for every door."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from commonward.core.refusals import Refusal
from commonward.core.routing import Words


def tell(said: Refusal | Words) -> str:
    """The sentence in the language that is active, its named places filled."""
    return filled(said.text, said.values)


def filled(text: str, values: Mapping[str, Any]) -> str:
    """A marked text (N_) in the active language, its named places filled."""
    return gettext(text).format(**values) if values else gettext(text)
