"""A limit as a form asks it: a number and a unit in words; and the posts that learn of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from commonward.core.calendars import Limit, Unit
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import text
from commonward.doors.desk.views.admin.wording import limit_told, role_words, roles_to_give
from commonward.doors.desk.wording import unit_words


@dataclass(frozen=True, slots=True)
class LimitField:
    """What the field `name` shows: the number, each unit (value, words, chosen), and `rest`, what
    else belongs to the limit (its first day not counted, a season) and stays as it is."""

    name: str
    label: str
    amount: str
    units: Sequence[tuple[str, str, bool]]
    rest: str
    told: str


def limit_field(
    name: str, label: str, limit: Any, given: Mapping[str, Any] | None = None
) -> LimitField:
    """The field for a limit as it is kept; what was typed (`given`) goes first."""
    amount, unit, rest = _parts(limit)
    if given and f"{name}-unit" in given:
        amount, unit = given[f"{name}-amount"], given[f"{name}-unit"]
    return LimitField(
        name, label, amount, [(u.value, unit_words(u), u.value == unit) for u in Unit], rest,
        limit_told(limit),
    )  # fmt: skip


def limit_given(request: HttpRequest, name: str, label: str, *, may_lack: bool = False) -> str:
    """The limit as the procedures write it, "" where none is given and none is needed.

    Raises Invalid naming the field and, by its label, which limit it is.
    """
    amount, unit = text(request, f"{name}-amount"), text(request, f"{name}-unit")
    if may_lack and not amount:
        return ""
    if not amount.isdecimal() or not int(amount[:9]) or len(amount) > 9:
        raise Invalid(
            N_("“{label}”: give a whole number above 0."), label=label, field=f"{name}-amount"
        )
    if unit not in {one.value for one in Unit}:
        raise Invalid(
            N_("“{label}”: choose a unit of the list."), label=label, field=f"{name}-unit"
        )
    written = " ".join((amount, unit, text(request, f"{name}-rest")))
    return str(Limit.parse(written))


def posts(chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Every post that can be told, with its words and whether it is; those first that are."""
    known = dict(roles_to_give())
    found = [(role, known.get(role) or role_words(role), True) for role in chosen]
    return found + [(role, words, False) for role, words in known.items() if role not in chosen]


def posts_given(request: HttpRequest, name: str, rung: int) -> list[str]:
    """The posts that were ticked. Raises Invalid where there is none."""
    found = list(dict.fromkeys(one for one in request.POST.getlist(name) if one.strip()))
    if not found:
        raise Invalid(
            N_("Step {rung} of the ladder tells nobody: tick who learns of it."),
            rung=rung,
            field=name,
        )
    return found


def _parts(limit: Any) -> tuple[str, str, str]:
    """Number, unit, and the rest of a limit as it is kept."""
    if not limit:
        return "", Unit.WORK_DAY.value, ""
    if isinstance(limit, Mapping):
        limit = str(Limit.from_data(limit))
    amount, _space, rest = str(limit).partition(" ")
    unit, _space, more = rest.partition(" ")
    return amount, unit, more
