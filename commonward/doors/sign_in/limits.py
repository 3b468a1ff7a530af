"""Which try has to wait: counted in the database for all processes, and nobody is locked out.

A password counts for its login from one network; a device that is known for the account has a
count of its own, which nobody else can spend. What is told does not depend on whether there is
such an account. A second factor is tried only by who had the password: for a known device it
counts for the device, for all other ones together, for a code has a million values only.
"""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from commonward.core.signing_in import network_part
from commonward.doors.look.network import network_of
from commonward.doors.sign_in.devices import device_of
from commonward.people.actions.signing import note_wrong_try, right_try, take_try
from commonward.people.models import Account
from commonward.people.queries.signing import account_named, world


def before_password(request: HttpRequest, login: str) -> None:
    """Take a try for this password; raises ValidationError where it has to wait."""
    _take(*_place(request, login))


def right_password(request: HttpRequest, login: str) -> None:
    """What was taken is given back: the wrong ones before count no longer here."""
    right_try(_place(request, login)[0])


def wrong_password(login: str) -> None:
    """The account's holder will read that it was tried."""
    note_wrong_try(login, world())


def _place(request: HttpRequest, login: str) -> tuple[tuple[str, ...], bool]:
    """What this try counts for, and whether on a known device."""
    name = login.strip().casefold()[:150]
    account = account_named(login.strip())
    device = device_of(request, account)
    if device:
        return ("password", "device", str(account), device), True
    return ("password", "network", name, network_part(network_of(request))), False


def _take(what: tuple[str, ...], known: bool) -> None:
    if take_try(what, world(), known=known) is not None:
        raise ValidationError(
            _("Too many wrong tries from here: wait a little. A device that has signed in before, a "
              "passkey and the office's own log-in are not held up."),
            code="too_many_login_attempts",
        )  # fmt: skip


class _Limited:
    """A form for a code, whose wrong tries are counted for the device or for all unknown ones."""

    user: Account

    def clean_code(self) -> str:
        """The code, if it is right and may be tried now."""
        device = device_of(context.request, self.user.pk)
        what = ("factor", str(self.user.pk), device or "unknown")
        _take(what, bool(device))
        # What allauth counts itself is switched off: that was of each process.
        code: str = super().clean_code()  # type: ignore[misc] # the form that this is mixed into
        right_try(what)
        return code


class SecondFactorForm(_Limited, AuthenticateForm):  # type: ignore[misc]
    """The code at signing in."""


class SecondFactorAgainForm(_Limited, ReauthenticateForm):  # type: ignore[misc]
    """The code before something that matters."""
