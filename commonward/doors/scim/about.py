"""What the site can do of SCIM: ServiceProviderConfig, ResourceTypes and Schemas (RFC 7643, 5 to 7)."""

from typing import Any

from django.http import HttpResponse

from commonward.core.directory.filters import CORE_GROUP, CORE_USER, ENTERPRISE
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.doors.scim.asking import MOST, Ask, answer, for_directory, listed
from commonward.doors.scim.users import address

_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"


def _attribute(
    name: str, kind: str = "string", *, required: bool = False, unique: str = "none",
    several: bool = False, writable: bool = True, exact: bool = False,
    parts: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:  # fmt: skip
    made: dict[str, Any] = {
        "name": name,
        "type": kind,
        "multiValued": several,
        "description": "",
        "required": required,
        "caseExact": exact,
        "mutability": "readWrite" if writable else "readOnly",
        "returned": "default",
        "uniqueness": unique,
    }
    if parts:
        made["subAttributes"] = list(parts)
    return made


_ID = (
    _attribute("id", writable=False, exact=True, unique="server", required=True),
    _attribute("externalId", exact=True, unique="server"),
)
_SCHEMAS: dict[str, tuple[str, tuple[dict[str, Any], ...]]] = {
    CORE_USER: (
        "User",
        (
            *_ID,
            _attribute("userName", required=True, unique="server"),
            _attribute("displayName"),
            _attribute(
                "name",
                "complex",
                parts=tuple(_attribute(n) for n in ("formatted", "givenName", "familyName")),
            ),
            _attribute("active", "boolean"),
            _attribute("preferredLanguage"),
            _attribute(
                "groups",
                "complex",
                several=True,
                writable=False,
                parts=(_attribute("value", writable=False), _attribute("display", writable=False)),
            ),
        ),
    ),
    CORE_GROUP: (
        "Group",
        (
            *_ID,
            _attribute("displayName", required=True, unique="server"),
            _attribute(
                "members",
                "complex",
                several=True,
                parts=(_attribute("value"), _attribute("display", writable=False)),
            ),
        ),
    ),
    ENTERPRISE: ("EnterpriseUser", (_attribute("department"),)),
}
_TYPES: dict[str, dict[str, Any]] = {
    "User": {
        "endpoint": "/Users",
        "schema": CORE_USER,
        "schemaExtensions": [{"schema": ENTERPRISE, "required": False}],
    },
    "Group": {"endpoint": "/Groups", "schema": CORE_GROUP, "schemaExtensions": []},
}
_NO_FILTER = N_("What the site can do is read whole, without a filter.")


@for_directory("GET")
def config(ask: Ask) -> HttpResponse:
    """What is offered and what is not: no Bulk, no sorting, no passwords."""
    _whole(ask)
    return answer(
        {
            "schemas": [_CONFIG],
            "patch": {"supported": True},
            "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": True, "maxResults": MOST},
            "changePassword": {"supported": False},
            "sort": {"supported": False},
            "etag": {"supported": True},
            "authenticationSchemes": [
                {
                    "type": "oauthbearertoken",
                    "name": "Bearer",
                    "description": "A key of the site with the right “scim”.",
                    "primary": True,
                }
            ],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": address(ask.request, "ServiceProviderConfig"),
            },
        }
    )


@for_directory("GET")
def types(ask: Ask, name: str = "") -> HttpResponse:
    """The kinds of resources: users and groups."""
    _whole(ask)
    if not name:
        return listed([_type(ask, one) for one in _TYPES], len(_TYPES), 1)
    if name not in _TYPES:
        raise Missing(N_("There is nothing at this address."))
    return answer(_type(ask, name))


@for_directory("GET")
def schemas(ask: Ask, name: str = "") -> HttpResponse:
    """The attributes that are kept; all others are taken and kept nowhere."""
    _whole(ask)
    if not name:
        return listed([_schema(ask, one) for one in _SCHEMAS], len(_SCHEMAS), 1)
    if name not in _SCHEMAS:
        raise Missing(N_("There is nothing at this address."))
    return answer(_schema(ask, name))


def _whole(ask: Ask) -> None:
    # RFC 7644, 4: a filter here is refused with 403.
    if ask.request.GET.get("filter"):
        raise Forbidden(_NO_FILTER)


def _type(ask: Ask, name: str) -> dict[str, Any]:
    meta = {
        "resourceType": "ResourceType",
        "location": address(ask.request, f"ResourceTypes/{name}"),
    }
    return {"schemas": [_TYPE], "id": name, "name": name, **_TYPES[name], "meta": meta}


def _schema(ask: Ask, name: str) -> dict[str, Any]:
    shown, attributes = _SCHEMAS[name]
    meta = {"resourceType": "Schema", "location": address(ask.request, f"Schemas/{name}")}
    return {
        "schemas": [_SCHEMA],
        "id": name,
        "name": shown,
        "attributes": list(attributes),
        "meta": meta,
    }
