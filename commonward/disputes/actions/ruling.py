"""Change a table of rules: the whole text is checked, then it is a new version."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.core.grading import read_table
from commonward.core.keeping import read_keeping
from commonward.core.refusals import N_, Missing, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.core.terms import read_rules
from commonward.disputes.models import RuleVersion
from commonward.disputes.queries.ruling import SHIPPED
from commonward.people.access import require_administrator
from commonward.people.actions import record_change

_READ: dict[str, Callable[[str], object]] = {
    "grading": read_table,
    "terms": read_rules,
    "keeping": read_keeping,
}


def adopt_rules(
    kind: str, text: str, *, at: datetime, actor: Actor = SYSTEM, upon: int | None = None
) -> RuleVersion | None:
    """Bring a table of rules into force (规则生效); None where it is in force already.

    `upon` is the number of the version that the text was written upon (0: the shipped one).
    Raises Forbidden, Invalid with the first fault, Stale when another one came into force
    meanwhile, Missing for an unknown kind.
    """
    require_administrator(actor, "adopt_rules")
    if kind not in _READ:
        raise Missing(N_("There is no table of rules {kind}."), kind=kind)
    text = text.replace("\r\n", "\n")
    _READ[kind](text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        last = (
            RuleVersion.objects.select_for_update()
            .filter(kind=kind)
            .order_by("-number")
            .only("number", "digest")
            .first()
        )
        number = last.number if last else 0
        if upon is not None and upon != number:
            raise _stale()
        shipped = hashlib.sha256(SHIPPED[kind]().encode()).hexdigest()
        if digest == (last.digest if last else shipped):
            return None
        try:
            with transaction.atomic():
                made = RuleVersion.objects.create(
                    kind=kind,
                    number=number + 1,
                    text=text,
                    digest=digest,
                    adopted_at=at,
                    by_id=actor.account,
                )
        except IntegrityError as clash:
            raise _stale() from clash
        record_change(actor, "adopt_rules", kind, at, {"version": made.number})
    return made


def _stale() -> Stale:
    return Stale(N_("Somebody else changed these rules in the meantime; look at them again."))
