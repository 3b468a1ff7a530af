"""Who may sign in: only accounts that an administrator made, also through the office's own log-in.

The second factor, passkeys and OpenID Connect are django-allauth's; these classes only say no to
what it would allow by itself: making accounts.
"""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonward.core.refusals import Missing
from commonward.doors.look.network import network_of
from commonward.doors.look.showing import page
from commonward.doors.sign_in import limits
from commonward.doors.sign_in.coming_in import came_in
from commonward.doors.sign_in.office import Office
from commonward.people import factors
from commonward.people.actions import own_password
from commonward.people.models import Account
from commonward.people.queries import account_by_login


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody opens an account here: an administrator makes it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not within minutes of signing in: whoever sets up a second factor has just done so."""
        records = self.request.session.get("account_authentication_methods", [])
        latest = max((record.get("at", 0) for record in records), default=0)
        return bool(time.time() - latest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)

    def get_client_ip(self, request: HttpRequest) -> str:
        """By which failed sign-ins are limited: who asks, and not the proxy before us, or one
        stranger's guesses would keep everybody out."""
        return network_of(request) or str(super().get_client_ip(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Not now, where too many wrong ones came for this login from this network or device."""
        limits.before_password(request, str(credentials.get("username", "")))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Whose password this is, counted if it is nobody's."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            limits.right_password(request, str(credentials.get("username", "")))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The holder of the account learns that somebody tried."""
        limits.wrong_password(str(credentials.get("username", "")))

    def post_login(self, request: HttpRequest, user: Account, **given: Any) -> HttpResponse:
        """Signed in, with every factor that was asked for."""
        return came_in(request, user, super().post_login(request, user, **given))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The sign-in, which also takes away what a page kept on this device."""
        return f"{reverse('account_login')}?signed-out"

    def set_password(self, user: Account, password: str) -> None:
        """Somebody chose an own one."""
        own_password(user.pk, password)
        user.refresh_from_db(fields=["password", "must_change"])


class OfficeAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in through the office's OpenID Connect (统一身份认证), for accounts that stand here.

    The claim named in COMMONWARD_OIDC_CLAIM must equal an account's login; an unknown or
    deactivated one is told so and gets no account.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def get_provider(self, request: HttpRequest, provider: str, client_id: Any = None) -> Any:
        """The office's, which looks at the whole ID token."""
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = Office
        return found

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Tie the office's identity to the account with its login, or refuse in words."""
        if sociallogin.is_existing:
            return
        told = sociallogin.account.extra_data
        claims = {**told, **told.get("userinfo", {}), **told.get("id_token", {})}
        login = str(claims.get(settings.OIDC_CLAIM, ""))
        try:
            account = Account.objects.get(pk=account_by_login(login))
        except Missing as no_account:
            refused = page(
                request, "socialaccount/unknown.html", {"login": login}, status=403, private=True
            )
            raise ImmediateHttpResponse(refused) from no_account
        sociallogin.connect(request, account)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors lie sealed by the master key, which stands outside the database:
    whoever has a backup has nobody's authenticator. And the name that an app shows beside the code.
    """

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return factors.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; one that was set up before they were sealed stands there as it is."""
        return factors.unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return settings.JURISDICTION or "Commonward"

    def get_totp_label(self, user: Any) -> str:
        """The login: a name may be shared by two colleagues."""
        return str(user.login)
