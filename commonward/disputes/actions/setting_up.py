"""Set up what disputes stand on at a site: one category per statistical type."""

from datetime import datetime

from commonward.cases.actions import adopt_procedure, set_category
from commonward.cases.models import Category, ProcedureVersion
from commonward.core.disputes import KINDS, category_of
from commonward.core.procedures import shipped
from commonward.core.rights import SYSTEM, Actor

PROCEDURE = "dispute"


def set_up(at: datetime, actor: Actor = SYSTEM) -> int:
    """Adopt the procedure and make the categories that are missing; how many were made.

    What a site has changed stays as it is. Raises Forbidden.
    """
    if not ProcedureVersion.objects.filter(name=PROCEDURE).exists():
        adopt_procedure(shipped(PROCEDURE), at=at, actor=actor)
    codes = {category_of(kind): names for kind, names in KINDS.items()}
    there = set(Category.objects.filter(code__in=codes).values_list("code", flat=True))
    for code, (chinese, english) in codes.items():
        if code not in there:
            set_category(
                code,
                chinese,
                name_en=english,
                kind="dispute",
                procedure=PROCEDURE,
                group="矛盾纠纷",
                reportable=False,
                actor=actor,
            )
    return len(codes) - len(there)
