"""What alliances stand on at a site: the procedure and the category."""

from datetime import datetime

from commonward.cases.actions import adopt_procedure, set_category
from commonward.cases.models import Category, ProcedureVersion
from commonward.core.procedures import shipped
from commonward.core.rights import SYSTEM, Actor
from commonward.people.access import require_administrator
from commonward.programmes.queries.pledges import CATEGORY

PROCEDURE = "alliance"
GROUP = "专项工作"


def set_up_pledges(at: datetime, actor: Actor = SYSTEM) -> None:
    """Adopt the procedure and make the category where they are missing. Raises Forbidden."""
    require_administrator(actor, "set_up_pledges")
    if not ProcedureVersion.objects.filter(name=PROCEDURE).exists():
        adopt_procedure(shipped(PROCEDURE), at=at, actor=actor)
    if not Category.objects.filter(code=CATEGORY).exists():
        set_category(
            CATEGORY, "共建联盟", name_en="Alliance", procedure=PROCEDURE, group=GROUP,
            reportable=False, actor=actor,
        )  # fmt: skip
