"""It records problems, not people: the schema, the addresses and the queries hold to it.

Extend the lists when a new word for the same thing turns up; shorten them only with a decision
record that says which invariant changed and why.
"""

import ast
import re
import sys
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from ninja import NinjaAPI

from tests.architecture.tracked import PACKAGE, python_files, short

WATCHING = re.compile(
    r"_(?:"
    r"person_key|person_id|citizen_id|resident_id|national_id|id_number|id_card|identity_number"
    r"|passport|face|faces|fingerprint|iris|gait|voiceprint|biometric|plate|plates|number_plate"
    r"|licence_plate|camera|cameras|cctv|video_feed|watchlist|watch_list|key_person|key_persons"
    r"|risk_person|focus_person|blacklist|whitelist_person|dossier|trajectory|person_track"
    r"|movements|person_tag|person_type|person_score|social_credit|credit_score|risk_score"
    r"|danger_score|trust_score|imei|imsi|mac_address"
    r")_"
)
"""Names that a table or column gets when somebody starts to watch people."""

MEANT_OTHERWISE = {"cases.Clock.face": "the face of a clock: its intervals"}
"""Names that only look like one of those, each with what it means."""

PERSONS = frozenset(
    {
        "person",
        "persons",
        "people",
        "human",
        "resident",
        "residents",
        "citizen",
        "citizens",
        "household",
        "households",
        "inhabitant",
        "petitioner",
        "petitioners",
        "complainant",
        "complainants",
        "suspect",
        "suspects",
        "family",
        "reporter",
        "reporters",
        "party",
        "parties",
        "individual",
        "victim",
        "offender",
        "visitor",
        "contact",
        "contacts",
    }
)
"""Words of a model's name that make it a person rather than a problem."""

RATED_PERSONS = re.compile(r"(?:score|grade|rating|level|tag|risk|label)s?$")
"""What a person's row must not carry. Work is scored on tasks, by a formula."""

REACHES_A_PERSON = frozenset(
    {
        "phone",
        "mobile",
        "tel",
        "telephone",
        "email",
        "e_mail",
        "wechat",
        "id_number",
        "id_card",
        "identity_number",
        "passport",
        "first_name",
        "last_name",
        "full_name",
        "person_name",
        "reporter_name",
    }
)
"""Fields or parameters that lead to one person."""

STAFF_ROOM = "people"


def own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("commonward.")
    ]


def words_in(name: str) -> list[str]:
    """ "PartySession" and "party_session" are both ["party", "session"]."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def watches(name: str) -> bool:
    """A forbidden name stands in it as whole words: "typeface" does not, "face_id" does."""
    spelled = f"_{'_'.join(words_in(name))}_"
    return WATCHING.search(spelled) is not None


def is_person(model: type[models.Model]) -> bool:
    return model._meta.app_label != STAFF_ROOM and bool(PERSONS & set(words_in(model.__name__)))


def parameters_of_get(tree: ast.AST) -> Iterator[str]:
    """Names read from a request's query: GET["x"], GET.get("x"), and arguments of @….get(…)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_get(node.value):
            yield from _text(node.slice)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"get", "getlist"}
            and _is_get(node.func.value)
            and node.args
        ):
            yield from _text(node.args[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr == "get"
            for decorator in node.decorator_list
        ):
            yield from (argument.arg for argument in [*node.args.args, *node.args.kwonlyargs])


def _is_get(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "GET"


def _text(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address of the installation, as its pattern is written."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from routes(entry, here)
        elif isinstance(entry, URLPattern):
            yield here


def leads_to_people(route: str) -> bool:
    """A path part or a placeholder names persons, or what finds one."""
    parts = re.split(r"[^A-Za-z_]+", route)
    return any(set(words_in(part)) & PERSONS or part.lower() in REACHES_A_PERSON for part in parts)


def test_no_table_or_column_is_named_for_watching_people() -> None:
    wrong = [
        label
        for model in own_models()
        for name in (
            model.__name__,
            model._meta.db_table,
            *(field.name for field in model._meta.local_fields),
        )
        if watches(name) and (label := f"{model._meta.label}.{name}") not in MEANT_OTHERWISE
    ]
    assert not wrong, wrong


def test_a_person_exists_inside_one_case_only() -> None:
    for model in own_models():
        if not is_person(model):
            continue
        anchors = [
            field
            for field in model._meta.local_fields
            if isinstance(field, models.ForeignKey) and not field.null
        ]
        assert anchors, f"{model._meta.label} names a person and belongs to no case"
        assert not model._meta.local_many_to_many, f"{model._meta.label} joins cases by person"


def test_nothing_outside_its_room_points_at_a_person() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if isinstance(field.related_model, type)
        and is_person(field.related_model)
        and field.related_model._meta.app_label != model._meta.app_label
    ]
    assert not wrong, wrong


def test_no_person_carries_a_score_grade_or_tag() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        if is_person(model) or model.__name__ == "Account"
        for field in model._meta.local_fields
        if RATED_PERSONS.search(field.name)
    ]
    assert not wrong, wrong


def test_nobodys_phone_or_mail_lies_in_clear_outside_the_staff_room() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        if model._meta.app_label != STAFF_ROOM
        for field in model._meta.local_fields
        if isinstance(field, models.EmailField)
        or (field.name in REACHES_A_PERSON and not isinstance(field, models.BinaryField))
    ]
    assert not wrong, f"Seal it with the case's key: {wrong}"


def test_no_address_leads_to_people() -> None:
    wrong = [route for route in routes() if leads_to_people(route)]
    assert not wrong, wrong


def test_no_door_searches_by_person() -> None:
    wrong = [
        f"{short(path)}: {name}"
        for path in python_files(PACKAGE / "doors")
        for name in parameters_of_get(ast.parse(path.read_text(encoding="utf-8")))
        if name in REACHES_A_PERSON
    ]
    assert not wrong, wrong


def test_no_api_document_offers_a_search_by_person() -> None:
    list(routes())  # imports every door that has addresses
    apis = {
        thing
        for name, module in list(sys.modules.items())
        if name.startswith("commonward.doors.")
        for thing in vars(module).values()
        if isinstance(thing, NinjaAPI)
    }
    wrong = [
        f"{path}?{parameter['name']}"
        for api in apis
        for path, verbs in api.get_openapi_schema()["paths"].items()
        for parameter in verbs.get("get", {}).get("parameters", [])
        if parameter["name"] in REACHES_A_PERSON
    ]
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("name", "watching"),
    [
        ("face_vector", True),
        ("KeyPerson", True),
        ("numberplate", False),
        ("plate", True),
        ("typeface", False),
        ("surface_type", False),
        ("risk_score", True),
        ("area_path", False),
    ],
)
def test_the_words_for_watching_are_told_from_innocent_ones(name: str, watching: bool) -> None:
    assert watches(name) is watching


@pytest.mark.parametrize(
    ("route", "leads"),
    [
        ("api/v1/persons/<int:person>", True),
        ("desk/people/", True),
        ("desk/cases/by-phone/<phone>/", True),
        ("api/v1/cases/<str:number>/", False),
        ("open311/v2/requests.xml", False),
    ],
)
def test_an_address_that_leads_to_people_is_recognised(route: str, leads: bool) -> None:
    assert leads_to_people(route) is leads


@pytest.mark.parametrize(
    "source",
    [
        'def search(request):\n    return request.GET.get("phone")',
        'def search(request):\n    return request.GET["email"]',
        '@router.get("/cases")\ndef search(request, id_number: str = ""): ...',
    ],
)
def test_a_query_by_person_is_recognised(source: str) -> None:
    assert set(parameters_of_get(ast.parse(source))) & REACHES_A_PERSON
