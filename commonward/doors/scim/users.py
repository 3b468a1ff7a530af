"""/Users: accounts of staff. No resident has one, and none is ever here."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from commonward.core.directory.described import Described, described, number, tag, user_document
from commonward.core.directory.filters import ENTERPRISE, asked
from commonward.core.directory.patching import patched
from commonward.core.refusals import Invalid, Missing
from commonward.doors.scim.asking import Ask, answer, for_directory, listed
from commonward.people.actions.directory import (
    change_from_directory,
    join_from_directory,
    leave_from_directory,
)
from commonward.people.queries import directory
from commonward.people.queries.directory import NO_USER, User

KNOWN: dict[str, type] = {"userName": str, "externalId": str, "active": bool, "id": str}
"""What users can be asked for by; no part of a name is searched."""


@for_directory("GET", "POST")
def users(ask: Ask) -> HttpResponse:
    """The accounts that fit a filter, by pages; or a new one."""
    if ask.request.method == "POST":
        made = join_from_directory(ask.key, described(ask.body()), at=ask.at)
        return answer(_shown(ask, made), 201)
    start, count = ask.page()
    text = ask.request.GET.get("filter", "")
    found = directory.users(asked(text, KNOWN) if text else {}, start, count)
    return listed([_shown(ask, one) for one in found.rows], found.total, start)


@for_directory("GET", "PUT", "PATCH", "DELETE")
def user(ask: Ask, user: str) -> HttpResponse:
    """One account: read, written anew, changed in part, or ended."""
    account = known(user)
    method = ask.request.method
    if method == "DELETE":
        leave_from_directory(ask.key, account, at=ask.at, expected=ask.expected)
        return HttpResponse(status=204)
    if method == "GET":
        return answer(_shown(ask, directory.user(account)))
    body = ask.body()

    def replaced(before: Described) -> Described:
        return described(body, before)

    def changed(before: Described) -> Described:
        document = patched(user_document(before), operations(body))
        return described(document, before, patched=True)

    change = replaced if method == "PUT" else changed
    made = change_from_directory(ask.key, account, change, at=ask.at, expected=ask.expected)
    return answer(_shown(ask, made))


def known(given: str) -> int:
    """The number of an address. Raises Missing."""
    try:
        return number(given)
    except Invalid:
        raise Missing(NO_USER) from None


def operations(body: dict[str, Any]) -> Any:
    """The operations of a change, however the name is written."""
    return next((v for k, v in body.items() if k.casefold() == "operations"), None)


def _shown(ask: Ask, one: User) -> dict[str, Any]:
    document = user_document(one.told)
    version = tag(document)
    if not ask.left_out("groups"):
        document["groups"] = [
            {"value": str(pk), "display": name, "$ref": address(ask.request, f"Groups/{pk}")}
            for pk, name in directory.groups_of(one.id)
        ]
    document = {
        name: value
        for name, value in document.items()
        if name in ("schemas", "userName")
        or not ask.left_out(name.removeprefix(ENTERPRISE) or name)
    }
    document["id"] = str(one.id)
    document["meta"] = {
        "resourceType": "User",
        "created": one.made_at.isoformat(),
        "lastModified": one.changed_at.isoformat(),
        "location": address(ask.request, f"Users/{one.id}"),
        "version": version,
    }
    return document


def address(request: HttpRequest, path: str) -> str:
    """The address of a resource, as the site is known outside."""
    base = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    return f"{base}/scim/v2/{path}"
