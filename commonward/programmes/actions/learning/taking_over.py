"""Take over what colleagues had done before this system kept it, in bulk (接收历史培训记录)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from commonward.core.learning import counts_until
from commonward.core.rights import SYSTEM, Actor
from commonward.programmes.actions.learning.courses import qualify_by_certificates, require_keeper
from commonward.programmes.models import Certificate, Course

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Done:
    """A colleague did a course on a day."""

    account: int
    on: date


def take_over(course: Course, done: Sequence[Done], actor: Actor = SYSTEM) -> int:
    """Write them down; how many. Raises Forbidden."""
    require_keeper(actor)
    with transaction.atomic():
        made = Certificate.objects.bulk_create(
            [
                Certificate(
                    course=course, account_id=one.account, done_on=one.on,
                    until=counts_until(one.on, course.months),
                )
                for one in done
            ],
            batch_size=_BATCH, ignore_conflicts=True,
        )  # fmt: skip
        qualify_by_certificates(course, None, actor)
    return len(made)
