"""Signing in through the office's own OpenID Connect, against a small real provider."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.people import actions
from commonward.people.models import Account


class Office:
    """An identity provider: discovery, authorization code with PKCE, signed tokens, user info."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {"sub": "7", "preferred_username": "dan"}
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.audience = "commonward"
        office = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                office.get(self)

            def do_POST(self) -> None:
                office.post(self)

            def log_message(self, *args: Any) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, request: Any) -> None:
        parts = urlsplit(request.path)
        if parts.path == "/.well-known/openid-configuration":
            return self.answer(
                request,
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                },
            )
        if parts.path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return self.answer(request, {"keys": [{**public, "kid": "1", "alg": "RS256"}]})
        if parts.path == "/userinfo":
            if request.headers.get("Authorization", "").removeprefix("Bearer ") in self.tokens:
                return self.answer(request, self.claims)
            return self.answer(request, {"error": "invalid_token"}, 401)
        asked = {k: v[0] for k, v in parse_qs(parts.query).items()}
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        request.send_response(302)
        back = urlencode({"code": code, "state": asked["state"]})
        request.send_header("Location", f"{asked['redirect_uri']}?{back}")
        request.end_headers()
        return None

    def post(self, request: Any) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        given = {k: v[0] for k, v in parse_qs(body).items()}
        asked = self.codes.pop(given["code"], None)
        proof = base64.urlsafe_b64encode(
            hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        ).rstrip(b"=")
        if asked is None or proof.decode() != asked["code_challenge"]:
            return self.answer(request, {"error": "invalid_grant"}, 400)
        token = secrets.token_urlsafe(12)
        self.tokens.add(token)
        now = int(time.time())
        identity = {**self.claims, "iss": self.issuer, "aud": self.audience}
        identity |= {"iat": now, "exp": now + 300}
        if "nonce" in asked:
            identity["nonce"] = asked["nonce"]
        signed = jwt.encode(identity, self.key, algorithm="RS256", headers={"kid": "1"})
        return self.answer(
            request,
            {
                "access_token": token,
                "id_token": signed,
                "token_type": "Bearer",
                "expires_in": 300,
            },
        )

    @staticmethod
    def answer(request: Any, content: Any, status: int = 200) -> None:
        body = json.dumps(content).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@pytest.fixture
def office() -> Iterator[Office]:
    """The provider, and the settings that name it."""
    made = Office()
    app = {
        "provider_id": "office",
        "name": "District Office",
        "client_id": "commonward",
        "secret": "s",
        "settings": {"server_url": made.issuer},
    }
    providers = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    cache.clear()
    with override_settings(SOCIALACCOUNT_PROVIDERS=providers, OIDC_ISSUER=made.issuer):
        yield made
    made.server.shutdown()
    made.server.server_close()


def come(office: Office, client: Client) -> Any:
    """From our button over the office's page back to us."""
    start = client.post("/account/oidc/office/login/")
    assert start.headers["Location"].startswith(f"{office.issuer}/authorize")
    back = httpx.get(start.headers["Location"]).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


@override_settings(SECOND_FACTOR=True)
def test_the_offices_log_in_opens_the_account_of_that_login(
    office: Office, client: Client, dan: Account
) -> None:
    assert "District Office" in client.get("/account/login/").content.decode()
    assert come(office, client).headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200, "the office asked for its own second factor"
    again = Client()
    assert come(office, again).headers["Location"] == "/desk/"


def test_a_login_unknown_here_is_told_so_and_gets_no_account(
    office: Office, client: Client, dan: Account
) -> None:
    office.claims = {"sub": "8", "preferred_username": "mallory"}
    answer = come(office, client)
    assert answer.status_code == 403
    assert "“mallory”" in answer.content.decode()
    assert client.get("/desk/").status_code == 302
    assert list(Account.objects.values_list("login", flat=True)) == ["dan"]


def test_another_identity_does_not_take_an_account_over_by_its_sub(
    office: Office, client: Client, dan: Account
) -> None:
    come(office, client)
    office.claims = {"sub": "7", "preferred_username": "dan"}
    actions.deactivate_account(SYSTEM, dan.pk, at=timezone.now())
    answer = come(office, Client())
    assert answer.headers.get("Location", "") != "/desk/"


def test_a_token_made_for_another_site_opens_nothing(
    office: Office, client: Client, dan: Account
) -> None:
    # Its signature is not asked for: it comes from the office itself, over TLS (OpenID Connect
    # Core 1.0, 3.1.3.7), but it must be meant for us.
    office.audience = "another-site"
    answer = come(office, client)
    assert answer.headers.get("Location", "") != "/desk/"
    assert client.get("/desk/").status_code == 302


def test_an_answer_that_nobody_asked_for_opens_nothing(
    office: Office, client: Client, dan: Account
) -> None:
    code = secrets.token_urlsafe(12)
    office.codes[code] = {"code_challenge": ""}
    client.get(f"/account/oidc/office/login/callback/?code={code}&state=forged")
    assert client.get("/desk/").status_code == 302
