"""The versions of the procedures, as those who administer read them."""

from collections.abc import Sequence

from commonward.cases.models import ProcedureVersion
from commonward.core.refusals import N_, Missing


def in_force() -> Sequence[ProcedureVersion]:
    """The version of each procedure that new cases follow, by name (1 query)."""
    return tuple(ProcedureVersion.objects.filter(in_force=True).order_by("name"))


def versions(name: str) -> Sequence[ProcedureVersion]:
    """Every version of a procedure, the one in force first (1 query). Raises Missing."""
    found = tuple(ProcedureVersion.objects.filter(name=name).order_by("-in_force", "-number"))
    if not found:
        raise Missing(N_("There is no procedure “{name}”."), field="procedure", name=name)
    return found
