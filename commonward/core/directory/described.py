"""A member of staff and a group as SCIM documents, and back: what is kept of them, and no more.

Of a user the login, the name shown, whether they work here, language and department are kept.
Addresses, telephones, titles, managers, photos and passwords are taken without complaint and kept
nowhere.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.core.directory.filters import CORE_GROUP, CORE_USER, ENTERPRISE, truth
from commonward.core.refusals import N_, Invalid

LONGEST = 200
LONGEST_NAME = 120
MOST_MEMBERS = 20_000
_CJK = re.compile(r"[㐀-鿿豈-﫿]+")
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LANGUAGES = {"zh": "zh-hans", "en": "en"}
_WRITTEN = {"zh-hans": "zh-Hans", "en": "en"}


@dataclass(frozen=True, slots=True)
class Described:
    """What the directory says of one account."""

    login: str
    name: str
    active: bool = True
    external: str = ""
    language: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Grouped:
    """What the directory says of one group: its name, and the ids of the accounts in it."""

    name: str
    external: str = ""
    members: frozenset[int] = frozenset()


def user_document(told: Described) -> dict[str, Any]:
    """The user as SCIM shows it, without `id` and `meta`."""
    document: dict[str, Any] = {
        "schemas": [CORE_USER, *([ENTERPRISE] if told.department else [])],
        "userName": told.login,
        "displayName": told.name,
        "name": {"formatted": told.name},
        "active": told.active,
    }
    if told.external:
        document["externalId"] = told.external
    if told.language:
        document["preferredLanguage"] = _WRITTEN.get(told.language, told.language)
    if told.department:
        document[ENTERPRISE] = {"department": told.department}
    return document


def described(
    document: Any, before: Described | None = None, *, patched: bool = False
) -> Described:
    """What a document says of a user; `before` is what stood there, where something did, and a
    `patched` document says what did not change, too.

    Raises Invalid with SCIM's word for what is wrong as its code.
    """
    given = _top(document)
    login = words(given.get("username"), "userName")
    if not login:
        raise Invalid(N_("A user has a “userName”."), code="invalidValue", field="userName")
    extension = given.get(ENTERPRISE.casefold())
    inner = _top(extension) if isinstance(extension, Mapping) else {}
    active = given.get("active")
    return Described(
        login=login,
        name=_name(given, login, before.name if before and patched else ""),
        active=truth(active) if active is not None else before is None or before.active,
        external=words(given.get("externalid"), "externalId"),
        language=_language(given.get("preferredlanguage"), before),
        department=words(inner.get("department"), "department"),
    )


def group_document(told: Grouped, names: Mapping[int, str]) -> dict[str, Any]:
    """The group as SCIM shows it, without `id` and `meta`; `names` are what members are called."""
    document: dict[str, Any] = {
        "schemas": [CORE_GROUP],
        "displayName": told.name,
        "members": [
            {"value": str(one), "type": "User", "display": names.get(one, "")}
            for one in sorted(told.members)
        ],
    }
    if told.external:
        document["externalId"] = told.external
    return document


def grouped(document: Any) -> Grouped:
    """What a document says of a group. Raises Invalid as `described` does."""
    given = _top(document)
    name = words(given.get("displayname"), "displayName")
    if not name:
        raise Invalid(N_("A group has a “displayName”."), code="invalidValue", field="displayName")
    return Grouped(name, words(given.get("externalid"), "externalId"), _members(given))


def _members(given: Mapping[str, Any]) -> frozenset[int]:
    listed = given.get("members") or []
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise Invalid(N_("“members” is a list."), code="invalidValue", field="members")
    if len(listed) > MOST_MEMBERS:
        raise Invalid(N_("A group has at most {most} members."), code="tooMany", most=MOST_MEMBERS)
    found = set()
    for one in listed:
        value = _top(one).get("value") if isinstance(one, Mapping) else one
        found.add(number(value, "members"))
    return frozenset(found)


def number(value: Any, field: str = "id") -> int:
    """The id of an account or group as SCIM writes it. Raises Invalid (invalidValue)."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Invalid(N_("There is no user with that “id”."), code="invalidValue", field=field)
    return int(text)


def words(value: Any, field: str) -> str:
    """A short text; "" where none is given. Raises Invalid (invalidValue)."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST or _UNFIT.search(value):
        raise Invalid(
            N_("“{name}” is a text of at most {longest} characters."),
            code="invalidValue",
            field=field,
            name=field,
            longest=LONGEST,
        )
    return value.strip()


def _top(document: Any) -> dict[str, Any]:
    """The attributes by their names in small letters, as SCIM knows no capitals in them."""
    if not isinstance(document, Mapping):
        raise Invalid(N_("Send a JSON object."), code="invalidSyntax")
    return {str(name).casefold(): value for name, value in document.items()}


def _name(given: Mapping[str, Any], login: str, stood: str) -> str:
    """The name shown: displayName, the formatted name, or both parts of it.

    After a change (`stood` is the name before) the first of them that differs from it counts.
    """
    inner = given.get("name")
    parts = _top(inner) if isinstance(inner, Mapping) else {}
    first = words(parts.get("givenname"), "name.givenName")
    family = words(parts.get("familyname"), "name.familyName")
    found = [
        words(given.get("displayname"), "displayName"),
        words(parts.get("formatted"), "name.formatted"),
        # One of the two parts alone is no name: the other one is not kept here.
        _joined(first, family) if not stood or (first and family) else "",
    ]
    name = next((one for one in found if one and one != stood), stood or login)
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("“{name}” is a text of at most {longest} characters."),
            code="invalidValue",
            field="displayName",
            name="displayName",
            longest=LONGEST_NAME,
        )
    return name


def _joined(given: str, family: str) -> str:
    """Both names in the order of their language: 王小明, and Ming Wang."""
    if _CJK.fullmatch(given) and _CJK.fullmatch(family):
        return family + given
    return f"{given} {family}".strip()


def _language(value: Any, before: Described | None) -> str:
    told = words(value, "preferredLanguage").casefold().replace("_", "-").partition("-")[0]
    return _LANGUAGES.get(told, before.language if before else "")


def tag(document: Mapping[str, Any]) -> str:
    """The version of a resource (ETag): another one as soon as anything that is shown differs."""
    told = json.dumps(document, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:20]}"'
