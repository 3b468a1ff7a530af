"""What reviews of risk stand on at a site: the procedure, the category, and the days."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.cases.actions import adopt_procedure, set_category
from commonward.cases.models import Category, ProcedureVersion
from commonward.core.procedures import shipped
from commonward.core.refusals import N_, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.core.risk.terms import Terms
from commonward.people.access import require_administrator
from commonward.people.actions import record_change
from commonward.programmes.models import RiskTerms
from commonward.programmes.queries.risk import CATEGORY, terms_number

PROCEDURE = "risk_review"
GROUP = "专项工作"


def set_up_risk(at: datetime, actor: Actor = SYSTEM) -> None:
    """Adopt the procedure and make the category where they are missing. Raises Forbidden."""
    require_administrator(actor, "set_up_risk")
    if not ProcedureVersion.objects.filter(name=PROCEDURE).exists():
        adopt_procedure(shipped(PROCEDURE), at=at, actor=actor)
    if not Category.objects.filter(code=CATEGORY).exists():
        set_category(
            CATEGORY, "重大决策风险评估", name_en="Project risk review", procedure=PROCEDURE,
            group=GROUP, reportable=False, actor=actor,
        )  # fmt: skip


def set_terms(given: Mapping[str, int], actor: Actor, at: datetime, *, upon: int) -> RiskTerms:
    """Bring other days into force (评估时限生效); reviews under way keep the moments they have.

    `upon` is the number of the version they were written upon. Raises Forbidden, Invalid, Stale.
    """
    require_administrator(actor, "set_risk_terms")
    wanted = Terms.from_data(given)
    try:
        with transaction.atomic():
            if terms_number() != upon:
                raise _stale()
            made = RiskTerms.objects.create(
                number=upon + 1, data=wanted.to_data(), at=at, by_id=actor.account
            )
            record_change(actor, "set_risk_terms", "risk", at, wanted.to_data())
    except IntegrityError as clash:
        raise _stale() from clash
    return made


def _stale() -> Stale:
    return Stale(N_("Somebody else changed these days in the meantime; look at them again."))
