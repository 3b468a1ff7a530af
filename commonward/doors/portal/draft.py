"""A report that is being told: it travels in the form itself, and nothing is kept before sending."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.core import signing

from commonward.core.refusals import N_, Invalid

_SALT = "commonward.portal.draft"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was answered so far. `key` names this one sending, however often it is repeated.

    `place` is the place of the gazetteer that was meant ("none": none of those offered), `side`
    the code of the area chosen near a border, `same` the number of the report that it
    is the same as, `another` that it is none of those shown, `nowhere` says that the place cannot be told, `quiet` that nothing of it may
    be shown to the public.
    """

    key: str
    words: str = ""
    category: str = ""
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    nowhere: bool = False
    place: str = ""
    side: str = ""
    same: str = ""
    another: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    quiet: bool = False

    @classmethod
    def new(cls) -> Self:
        """An empty one, with a key that nobody can guess."""
        return cls(key=secrets.token_urlsafe(24))

    def signed(self) -> str:
        """For the form's hidden field; whoever changes it is noticed."""
        return signing.dumps(asdict(self), salt=_SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> Self:
        """The draft of a form. Raises Invalid when it was changed or cut off on the way."""
        try:
            return cls(**signing.loads(text, salt=_SALT))
        except (signing.BadSignature, TypeError, ValueError) as error:
            raise Invalid(
                N_("Your form could not be read any more. Please tell it again; we are sorry."),
                field="state",
            ) from error
