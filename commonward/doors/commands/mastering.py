"""A new master key, and everything that earlier ones wrapped wrapped by it (更换主密钥).

Where each step stands is read from the ring and from the keys themselves, never from a note: who is
killed in the middle begins again and goes on.
"""

import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from commonward.cases.actions.rewrapping import rewrap, wrapped_by
from commonward.core.retention import Wrapped
from commonward.people import factors, keyring

NO_FILES = ("sms",)
"""Folders of COMMONWARD_VAR whose files a master key seals for a day: pieces of long messages."""


def columns() -> Iterator[Wrapped]:
    """Every column whose keys a master key wraps, as the rooms' registers name them."""
    for app in apps.get_app_configs():
        if app.name.startswith("commonward.") and find_spec(f"{app.name}.retention"):
            yield from getattr(import_module(f"{app.name}.retention"), "WRAPPED", ())


def rotate(day: date, settle: float, batch: int, tell: Callable[[str], None]) -> list[bytes]:
    """A new key wraps from now on, and all that earlier ones wrapped; gives the retired marks.

    A rotation that was begun goes on; only where none was, a new one begins. `settle` are seconds in
    which every process learns the new key before it wraps, and lets go of the old one after.
    """
    if settings.MASTER_KEY:
        if len(keyring.ring()) < 2:
            raise CommandError(
                _(
                    "The master key stands in COMMONWARD_MASTER_KEY, which no command can change: "
                    "put a new random one before it, with a comma, start the site again, and run "
                    "this again."
                )
            )
    else:
        _turn(day, settle)
    for column in columns():
        done = 0
        for many in rewrap(column, batch=batch):
            done += many
        if done:
            tell(_("{column}: {count} wrapped anew.").format(
                column=f"{column.model}.{column.field}", count=f"{done:,}"
            ))  # fmt: skip
    sealed = reseal_factors()
    if sealed:
        tell(_("Second factors: {count} sealed anew.").format(count=sealed))
    if settings.MASTER_KEY:
        tell(_("Nothing is wrapped by an earlier key: take it out of COMMONWARD_MASTER_KEY."))
        return []
    time.sleep(settle)
    return _retire(tell)


def _turn(day: date, settle: float) -> None:
    if len(keyring.ring()) == 1:
        keyring.begin(day)
        time.sleep(settle)
    if any(one.coming for one in keyring.ring()):
        keyring.promote()
        time.sleep(settle)


def _retire(tell: Callable[[str], None]) -> list[bytes]:
    newest = keyring.masters()[0].mark
    left = sum(many for mark, many in wrapped_by(columns()).items() if mark != newest)
    if left:
        tell(_("{count} keys came in between: run it again.").format(count=left))
        return []
    if any(_earlier_pieces()):
        tell(_("Pieces of long messages still wait under the earlier key: run it again in a day."))
        return []
    return keyring.retire()


def _earlier_pieces() -> Iterator[Path]:
    since = Path(settings.MASTER_KEY_FILE).stat().st_mtime
    for name in NO_FILES:
        folder = Path(settings.VAR) / name
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_file() and path.stat().st_mtime < since:
                yield path


def reseal_factors() -> int:
    """Seal second factors anew that an earlier key sealed; says of how many."""
    done = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        row = Authenticator.objects.get(pk=pk)
        was = dict(row.data)
        now = {name: _resealed(value) for name, value in was.items()}
        if now != was:
            # Only as it was read: somebody may be setting up another in this moment.
            done += Authenticator.objects.filter(pk=pk, data=was).update(data=now)
    return done


def _resealed(value: Any) -> Any:
    if isinstance(value, list):
        return [_resealed(one) for one in value]
    if not isinstance(value, str) or not value.startswith(factors.SEALED):
        return value
    return value if factors.is_current(value) else factors.seal(factors.unseal(value))
