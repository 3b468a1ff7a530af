"""The office's OpenID Connect, with everything that the standard lets a site demand.

django-allauth keeps state and PKCE; here the ID token's signature is checked though it comes over
TLS, by keys of the provider and a list of proper algorithms (never "none", never a shared secret);
a nonce binds it to this sign-in; and what the site demands of the way of signing in (`acr`, `amr`)
must stand in it (OpenID Connect Core 1.0, 2 and 3.1.3.7).
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.jwtkit import lookup_kid_jwk, verify_jti
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

from commonward.doors.look.showing import page

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)
_SKEW = 60
"""Seconds by which two clocks may differ."""
_MUST_HAVE = ("iss", "sub", "aud", "exp", "iat")


def nonce_of(state: str) -> str:
    """What the ID token must carry: drawn with the state, which one browser's session alone knows
    and which is used once."""
    return hmac.new(
        settings.SECRET_KEY.encode(), b"oidc nonce\x00" + state.encode(), hashlib.sha256
    ).hexdigest()


class Client(OAuth2Client):  # type: ignore[misc]
    """Sends the nonce, and which ways of signing in are demanded."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: Any) -> str:
        """The office's page, with what the answer must hold."""
        more = {"nonce": nonce_of(str(self.state))}
        if settings.OIDC_ACR:
            more["acr_values"] = " ".join(settings.OIDC_ACR)
        found: str = super().get_redirect_url(authorization_url, scope, {**extra_params, **more})
        return found


class Office(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Believes an ID token only after looking at all of it."""

    client_class = Client

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **given: Any
    ) -> Any:
        """Whose identity this is. Raises OAuth2Error for a token that does not hold."""
        signed = given["response"].get("id_token")
        if not isinstance(signed, str):
            raise OAuth2Error("no id_token")
        if not _is_the_one_that_was_set(self.openid_config, app):
            raise OAuth2Error("the document names another issuer than the settings")
        claims = self._checked(app, signed, nonce_of(request.GET.get("state", "")))
        told = self._fetch_user_info(token.token)
        if told.get("sub") != claims["sub"]:
            raise OAuth2Error("userinfo is of somebody else")
        if not strong_enough(claims):
            raise ImmediateHttpResponse(
                page(request, "socialaccount/too_weak.html", {}, status=403, private=True)
            )
        return self.get_provider().sociallogin_from_response(
            request, {"userinfo": told, "id_token": claims}
        )

    def _checked(self, app: SocialApp, signed: str, nonce: str) -> dict[str, Any]:
        try:
            head = jwt.get_unverified_header(signed)
            if head.get("alg") not in ALGORITHMS:
                raise OAuth2Error("the algorithm of the id_token is not allowed")
            with get_adapter().get_requests_session() as asking:
                answer = asking.get(self.openid_config["jwks_uri"])
                answer.raise_for_status()
            key = lookup_kid_jwk(answer.json(), head.get("kid"))
            if key is None:
                raise OAuth2Error("the id_token is signed by an unknown key")
            claims: dict[str, Any] = jwt.decode(
                signed, key, algorithms=[head["alg"]], audience=app.client_id,
                issuer=self.openid_config["issuer"], leeway=_SKEW,
                options={"require": list(_MUST_HAVE)},
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as wrong:
            raise OAuth2Error("invalid id_token") from wrong
        many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (many or "azp" in claims) and claims.get("azp") != app.client_id:
            raise OAuth2Error("the id_token is for another site")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise OAuth2Error("the id_token is of another sign-in")
        verify_jti(claims)
        return claims


def _is_the_one_that_was_set(told: Mapping[str, Any], app: SocialApp) -> bool:
    """Whether the provider calls itself by the address at which it was set."""
    address = str(app.settings["server_url"]).partition("/.well-known/")[0]
    return str(told.get("issuer", "")).rstrip("/") == address.rstrip("/")


def strong_enough(claims: Mapping[str, Any]) -> bool:
    """Whether the way of signing in is one of those that the site demands; any where it demands none."""
    methods = claims.get("amr")
    methods = methods if isinstance(methods, list) else []
    return (not settings.OIDC_ACR or claims.get("acr") in settings.OIDC_ACR) and (
        not settings.OIDC_AMR or any(one in settings.OIDC_AMR for one in methods)
    )


def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the office's page."""
    return _viewed(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from it."""
    return _viewed(OAuth2CallbackView, request, provider_id)


def _viewed(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        answer: HttpResponseBase = view.adapter_view(Office(request, provider_id))(request)
    except SocialApp.DoesNotExist as none:
        raise Http404 from none
    return answer
