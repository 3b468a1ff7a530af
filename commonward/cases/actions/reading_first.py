"""Set within how many minutes what may be urgent is read, and from which weight on it is put first."""

from datetime import datetime

from django.db import transaction

from commonward.areas.actions import bump
from commonward.cases.actions.training import require_setter
from commonward.cases.models import WordSettings
from commonward.cases.queries.read_first import HIGHEST, MARK, may_rise_to
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people.actions import record_change

LEAST_DECIDED = 100
"""Reports that must have been decided before fewer are put first."""
LONGEST = 240


def set_read_first(actor: Actor, minutes: int, more: float, at: datetime) -> None:
    """Keep the site's rule (先看规则). Fewer reports are put first only as far as none that people
    said to be urgent would have been missed. Raises Forbidden, Invalid."""
    require_setter(actor)
    if not 1 <= minutes <= LONGEST:
        raise Invalid(
            N_("Give the minutes, from {least} to {most}."), least=1, most=LONGEST, field="minutes"
        )
    if not 0 <= more <= HIGHEST:
        raise Invalid(
            N_("Give a weight from {least} to {most}."), least=0, most=HIGHEST, field="more"
        )
    if more > 0 and more > may_rise_to(at, LEAST_DECIDED):
        raise Invalid(
            N_("At this weight a report would be missed that somebody found urgent, or fewer than {least} were decided."),
            least=LEAST_DECIDED, field="more",
        )  # fmt: skip
    with transaction.atomic():
        WordSettings.objects.update_or_create(
            id=1,
            defaults={"read_first_minutes": minutes, "read_first_more": more, "changed_at": at},
        )
        record_change(
            actor, "set_read_first", "words", at, {"minutes": minutes, "more": round(more, 2)}
        )
        bump(MARK)
