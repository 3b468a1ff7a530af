"""Ask the site as somebody, in process and without drawing pages: who is let in is decided before."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse

from commonward.people.models import Account

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_DRAWN_ANEW = re.compile(rb'nonce[-=]"?[\w+/=-]+|csrf[-\w]*["\']?[^>]{0,30}?["\']\w{64}["\']')


class Asking:
    """A browser for each person, signed in once."""

    def __init__(self, accounts: Mapping[str, int]) -> None:
        self._accounts = accounts
        self._clients: dict[str, Client] = {}

    def client(self, login: str) -> Client:
        """This person's browser."""
        if login not in self._clients:
            made = Client(headers={"accept-language": "en"})
            if login in self._accounts:
                made.force_login(Account.objects.get(pk=self._accounts[login]), BACKEND)
            self._clients[login] = made
        return self._clients[login]

    def ask(
        self, login: str, path: str, method: str = "get", data: Mapping[str, str] | None = None
    ) -> Any:
        """What this person is answered; what it changed is undone."""
        client = self.client(login)
        with transaction.atomic():
            answer = getattr(client, method)(path, data or {})
            if answer.streaming:
                # Read to its end, as a browser would: closed by hand it takes the connection along.
                answer.read = b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer


@contextmanager
def quiet() -> Iterator[None]:
    """Refusals are not written to a log: there are thousands."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(logging.getLogger("django.request"), "disabled", True)
        yield


@contextmanager
def undrawn() -> Iterator[None]:
    """Pages are answered without their HTML, and quietly."""
    with pytest.MonkeyPatch.context() as patched, quiet():
        patched.setattr(Template, "render", lambda *_given, **_more: "")
        yield


def met(answer: Any) -> str:
    """What somebody met: "in", "refused", "missing" or "sign in"."""
    if answer.status_code in (301, 302, 303):
        to = answer.headers["Location"]
        return "sign in" if to.startswith(reverse("account_login")) else "in"
    return {401: "sign in", 403: "refused", 404: "missing"}.get(answer.status_code, "in")


def plain(answer: Any, *named: str) -> bytes:
    """The bytes of an answer without what is drawn for each one, and without what was asked for by name."""
    content: bytes = answer.read if answer.streaming else answer.content
    told = _DRAWN_ANEW.sub(b"", content)
    for one in sorted(named, key=len, reverse=True):
        told = re.sub(rb"\b" + re.escape(one.encode()) + rb"\b", b"N", told)
    return told
