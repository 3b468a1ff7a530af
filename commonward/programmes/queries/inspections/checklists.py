"""The checklists in force: the site's newest version of a kind, else the one that is shipped."""

from functools import lru_cache

from commonward.core.inspecting.checklist import Checklist as Read
from commonward.core.inspecting.checklist import read_checklist, shipped
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Missing
from commonward.programmes.models import Checklist


@lru_cache(maxsize=64)
def parsed(text: str) -> Read:
    """A text that was checked when it came into force."""
    return read_checklist(text)


def newest() -> dict[str, Checklist]:
    """The version in force of each kind that the site has written (1 query)."""
    found: dict[str, Checklist] = {}
    for one in Checklist.objects.order_by("kind", "number"):
        found[one.kind] = one
    return found


def kinds() -> dict[str, Text]:
    """The kinds of places, with what they are called (1 query)."""
    texts = {**shipped(), **{kind: one.text for kind, one in newest().items()}}
    return {kind: parsed(text).title for kind, text in sorted(texts.items())}


def text_of(kind: str, number: int | None = None) -> tuple[int, str]:
    """The number and text of a version (the one in force; 0 is what is shipped). Raises Missing."""
    rows = Checklist.objects.filter(kind=kind).order_by("-number")
    if number is not None and number != 0:
        rows = rows.filter(number=number)
    found = rows.first() if number != 0 else None
    if found is not None:
        return found.number, found.text
    if kind in shipped() and number in (None, 0):
        return 0, shipped()[kind]
    raise Missing(N_("There is no checklist of the kind {kind}."), kind=kind)


def versions(kind: str) -> list[Checklist]:
    """All that were in force, the newest first."""
    return list(Checklist.objects.filter(kind=kind).order_by("-number"))
