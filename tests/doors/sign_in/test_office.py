"""Signing in through the office's own OpenID Connect, against a small real provider."""

import base64
import hashlib
import hmac
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
from cryptography.hazmat.primitives import serialization
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
        self.changed: dict[str, Any] = {}
        """What its ID token says otherwise; None takes a claim out."""
        self.signs: Any = self.signed
        self.asked: dict[str, str] = {}
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
        self.codes[code] = self.asked = asked
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
        identity |= self.changed
        identity = {name: value for name, value in identity.items() if value is not None}
        return self.answer(
            request,
            {
                "access_token": token,
                "id_token": self.signs(identity),
                "token_type": "Bearer",
                "expires_in": 300,
            },
        )

    def signed(self, identity: dict[str, Any]) -> str:
        return jwt.encode(identity, self.key, algorithm="RS256", headers={"kid": "1"})

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
    office.audience = "another-site"
    answer = come(office, client)
    assert answer.headers.get("Location", "") != "/desk/"
    assert client.get("/desk/").status_code == 302


_STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LONG_AGO = int(time.time()) - 3600


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "another-site"},
        {"aud": ["commonward", "another-site"]},
        {"azp": "another-site"},
        {"iss": "https://evil.example"},
        {"exp": LONG_AGO},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": "8"},
        {"sub": None},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_token_that_says_otherwise_opens_nothing(
    office: Office, client: Client, dan: Account, changed: dict[str, Any]
) -> None:
    office.changed = changed
    answer = come(office, client)
    assert answer.headers.get("Location", "") != "/desk/"
    assert client.get("/desk/").status_code == 302
    office.changed = {}
    assert come(office, client).headers["Location"] == "/desk/", "nothing else was wrong"


def test_a_token_must_be_signed_by_a_key_of_the_office(
    office: Office, client: Client, dan: Account
) -> None:
    public = office.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def none(identity: dict[str, Any]) -> str:
        return jwt.encode(identity, "", algorithm="none", headers={"kid": "1"})

    def strangers(identity: dict[str, Any]) -> str:
        return jwt.encode(identity, _STRANGER, algorithm="RS256", headers={"kid": "1"})

    def unknown(identity: dict[str, Any]) -> str:
        return jwt.encode(identity, office.key, algorithm="RS256", headers={"kid": "2"})

    def public_as_secret(identity: dict[str, Any]) -> str:
        # The old trick: the public key as the shared secret of a symmetric algorithm.
        parts = [{"alg": "HS256", "kid": "1", "typ": "JWT"}, identity]
        text = b".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts
        )
        mac = base64.urlsafe_b64encode(hmac.new(public, text, hashlib.sha256).digest())
        return (text + b"." + mac.rstrip(b"=")).decode()

    for signs in (none, strangers, unknown, public_as_secret, lambda identity: "no token"):
        office.signs = signs
        assert come(office, client).headers.get("Location", "") != "/desk/", signs
    assert client.get("/desk/").status_code == 302
    office.signs = office.signed
    assert come(office, client).headers["Location"] == "/desk/"


def test_each_sign_in_has_a_state_a_nonce_and_a_proof_of_its_own(
    office: Office, client: Client, dan: Account
) -> None:
    seen = []
    for _ in range(2):
        come(office, Client())
        seen.append(office.asked)
    for name in ("state", "nonce", "code_challenge"):
        assert len({one[name] for one in seen}) == 2, name
    assert seen[0]["code_challenge_method"] == "S256"


def test_an_answer_for_one_browser_opens_nothing_in_another(
    office: Office, client: Client, dan: Account
) -> None:
    start = client.post("/account/oidc/office/login/")
    parts = urlsplit(httpx.get(start.headers["Location"]).headers["Location"])
    victim = Client()
    victim.get(f"{parts.path}?{parts.query}")
    assert victim.get("/desk/").status_code == 302


def test_what_the_site_demands_of_the_way_of_signing_in_must_stand_in_the_token(
    office: Office, client: Client, dan: Account
) -> None:
    with override_settings(OIDC_ACR=("gold", "silver"), OIDC_AMR=("otp", "hwk")):
        for changed in (
            {}, {"acr": "gold"}, {"amr": ["otp"]}, {"acr": "bronze", "amr": ["otp"]},
            {"acr": "gold", "amr": ["pwd"]}, {"acr": "gold", "amr": "otp"},
        ):  # fmt: skip
            office.changed = changed
            answer = come(office, client)
            assert answer.status_code == 403, changed
            assert "A second factor is needed" in answer.content.decode()
            assert client.get("/desk/").status_code == 302
        assert office.asked["acr_values"] == "gold silver"
        office.changed = {"acr": "silver", "amr": ["pwd", "otp"]}
        assert come(office, client).headers["Location"] == "/desk/"


def test_an_answer_that_nobody_asked_for_opens_nothing(
    office: Office, client: Client, dan: Account
) -> None:
    code = secrets.token_urlsafe(12)
    office.codes[code] = {"code_challenge": ""}
    client.get(f"/account/oidc/office/login/callback/?code={code}&state=forged")
    assert client.get("/desk/").status_code == 302
