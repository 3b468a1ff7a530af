"""How each kind of planning is asked for and shown: a module here is a kind, under its own name.

It is the page of the kind of the same name in `commonward.response.planning`. Its templates are
`desk/plans/KIND_form.html` (fields of the form) and `desk/plans/KIND.html` (the answer).
"""

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from django.http import HttpRequest, HttpResponse

from commonward.doors.look.standing import Standing
from commonward.response.models import Plan
from commonward.response.planning import planner

Deed = Callable[[HttpRequest, Standing, Plan], str]
"""Does something with an answer and gives the address that follows, or "" for the plan's page."""


class KindPage(Protocol):
    """What the module of a kind offers."""

    TITLE: str
    """Its name, marked by N_."""
    ABOUT: str
    """One sentence: what it answers."""
    DEEDS: Mapping[str, Deed]
    """What can be done with an answer, by the value of the field "do"."""

    def form(self, standing: Standing, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the fields of the form need; `given` is what was typed before a refusal."""
        ...

    def asked(self, request: HttpRequest) -> dict[str, Any]:
        """The choices of the form. Raises Invalid naming the field."""
        ...

    def shown(
        self, plan: Plan, given: dict[str, Any], answer: dict[str, Any], standing: Standing
    ) -> Mapping[str, Any]:
        """What the page of the answer needs."""
        ...

    def file(
        self, plan: Plan, given: dict[str, Any], answer: dict[str, Any], name: str
    ) -> HttpResponse:
        """A file of the answer by its name. Raises Missing."""
        ...


def page_of(kind: str) -> KindPage:
    """The page of this kind. Raises Missing."""
    planner(kind)
    return cast(KindPage, importlib.import_module(f"{__name__}.{kind}"))
