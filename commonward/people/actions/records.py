"""Who looked into a case's file, and who changed what in the administration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import access
from commonward.people.models import AccessRecord, Change


def record_access(
    account: int | None, key: int | None, case_number: str, what: str, door: str, at: datetime
) -> None:
    """Keep that this account or key saw `what` of a case through a door (查阅记录), 1 query.

    Raises Invalid when neither is named: a look by nobody would be no record.
    """
    if account is None and key is None:
        raise Invalid(N_("An access record names the account or the key that looked."))
    AccessRecord.objects.create(
        account_id=account,
        key_id=key,
        case_number=case_number,
        what=what,
        door=door,
        at=access.moment(at),
    )


def end_access_log(actor: Actor, case_number: str) -> int:
    """Delete the looks into a case whose file itself is destroyed; how many there were.

    Only the system's own retention work may do it (Forbidden): no person removes traces.
    """
    if actor.role != "system":
        raise Forbidden(N_("Nobody removes an access record: it ends with the case's file."))
    deleted, _ = AccessRecord.objects.filter(case_number=case_number).delete()
    return deleted


def record_change(
    actor: Actor, verb: str, about: str, at: datetime, data: Mapping[str, Any] | None = None
) -> None:
    """Note an act of administration in the transaction of the act; `about` names what changed.

    Secrets, passwords and residents' details are never in `data`.
    """
    refuse_onlooker(actor)
    told = dict(data or {})
    if actor.under is not None:
        told["emergency"] = actor.under
    Change.objects.create(by_id=actor.account, verb=verb, about=about[:200], data=told, at=at)
