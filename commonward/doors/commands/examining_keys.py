"""What the doctor says of the master keys: missing, old, left in the middle, kept too long."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.cases.actions.rewrapping import wrapped_by
from commonward.core.refusals import Refusal
from commonward.doors.commands.mastering import columns
from commonward.people import keyring
from commonward.people.queries import now as site_now

OK, WARNING, FAULT = "ok", "warning", "fault"
OLD = timedelta(days=400)
"""A master key is changed once a year, and a month is left for it."""
RETIRED_FOR = 100 * 86_400.0
"""Seconds after which backups of a retired key's time should have ended."""


def keys_looked_at(now: float) -> Iterator[tuple[str, str, str]]:
    """State, what is wrong, and what to do; `now` is the machine's clock in seconds since 1970."""
    try:
        marks = [keyring.master_of(one).mark for one in keyring.ring()]
    except (Refusal, OSError) as fault:
        yield (
            FAULT,
            _("The master keys cannot be read: {why}").format(why=fault),
            _("Without them no contact detail opens: bring back the file, or the key service."),
        )
        return
    wraps = wrapped_by(columns())
    for mark in wraps.keys() - set(marks):
        yield (
            FAULT,
            _("{count} keys are wrapped by the master key {mark}, which is not here.").format(
                count=f"{wraps[mark]:,}", mark=mark.hex()
            ),
            _("Bring it back into the ring, and run `keyring rotate`."),
        )
    if len(marks) > 1:
        yield (
            WARNING,
            _("{count} keys are still wrapped by an earlier master key.").format(
                count=f"{sum(wraps.get(mark, 0) for mark in marks[1:]):,}"
            ),
            _("Run `keyring rotate`: it goes on where it was left, and retires the earlier one."),
        )
    age = timezone.localdate(site_now()) - _made_on()
    if age > OLD:
        yield (
            WARNING,
            _("The master key is {days} days old.").format(days=age.days),
            _("Run `keyring rotate` once a year, and whenever somebody may have seen it."),
        )
    for name, at in keyring.retired():
        if now - at > RETIRED_FOR:
            yield (
                WARNING,
                _("The retired master key {mark} still opens old backups.").format(mark=name),
                _("When none of its time is kept: `keyring destroy {mark}`.").format(mark=name),
            )


def _made_on() -> date:
    """The newest key's day; of one without a day that of its file; of the environment's today."""
    newest = keyring.ring()[0]
    if newest.made_on is not None:
        return newest.made_on
    file = Path(settings.MASTER_KEY_FILE)
    if settings.MASTER_KEY or not file.exists():
        return timezone.localdate(site_now())
    return timezone.localtime(datetime.fromtimestamp(file.stat().st_mtime, UTC)).date()
