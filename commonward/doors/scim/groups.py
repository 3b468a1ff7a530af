"""/Groups: groups of the directory, which give what administrators said they give."""

from typing import Any

from django.http import HttpResponse

from commonward.core.directory.described import Grouped, group_document, grouped, tag
from commonward.core.directory.filters import asked
from commonward.core.directory.patching import patched
from commonward.core.refusals import Missing
from commonward.doors.scim.asking import Ask, answer, for_directory, listed
from commonward.doors.scim.users import address, known, operations
from commonward.people.actions.directory import add_group, change_group, drop_group
from commonward.people.queries import directory
from commonward.people.queries.directory import NO_GROUP, Group

KNOWN: dict[str, type] = {"displayName": str, "externalId": str, "id": str}


@for_directory("GET", "POST")
def groups(ask: Ask) -> HttpResponse:
    """The groups that fit a filter, by pages; or a new one."""
    if ask.request.method == "POST":
        return answer(_shown(ask, add_group(ask.key, grouped(ask.body()), at=ask.at)), 201)
    start, count = ask.page()
    text = ask.request.GET.get("filter", "")
    wanted = asked(text, KNOWN) if text else {}
    members = not ask.left_out("members")
    found = directory.groups(wanted, start, count, members=members)
    return listed([_shown(ask, one) for one in found.rows], found.total, start)


@for_directory("GET", "PUT", "PATCH", "DELETE")
def group(ask: Ask, group: str) -> HttpResponse:
    """One group: read, written anew, changed in part, or ended."""
    try:
        found = known(group)
    except Missing:
        raise Missing(NO_GROUP) from None
    method = ask.request.method
    if method == "DELETE":
        drop_group(ask.key, found, at=ask.at, expected=ask.expected)
        return HttpResponse(status=204)
    if method == "GET":
        return answer(_shown(ask, directory.group(found)))
    body = ask.body()

    def replaced(before: Grouped) -> Grouped:
        return grouped(body)

    def changed(before: Grouped) -> Grouped:
        return grouped(patched(group_document(before, {}), operations(body)))

    change = replaced if method == "PUT" else changed
    made = change_group(ask.key, found, change, at=ask.at, expected=ask.expected)
    return answer(_shown(ask, made))


def _shown(ask: Ask, one: Group) -> dict[str, Any]:
    document = group_document(one.told, one.names)
    version = tag(document)
    for member in document["members"]:
        member["$ref"] = address(ask.request, f"Users/{member['value']}")
    document = {
        name: value
        for name, value in document.items()
        if name in ("schemas", "displayName") or not ask.left_out(name)
    }
    document["id"] = str(one.id)
    document["meta"] = {
        "resourceType": "Group",
        "created": one.made_at.isoformat(),
        "lastModified": one.changed_at.isoformat(),
        "location": address(ask.request, f"Groups/{one.id}"),
        "version": version,
    }
    return document
