"""What a site has set up, kept in memory until a revision says that it changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commonward.areas.queries import revisions as read_revisions
from commonward.cases.models import Category, ProcedureVersion, Standard
from commonward.core.calendars import Limit
from commonward.core.procedures import Procedure, parse
from commonward.core.refusals import N_, Invalid, Missing
from commonward.people.queries import InMemory


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A category as the loop needs it."""

    id: int
    code: str
    name: str
    name_en: str
    procedure: str
    questions: tuple[Mapping[str, Any], ...]
    near_metres: int
    near_hours: int
    reportable: bool
    active: bool


@dataclass(frozen=True)
class Book:
    """Everything set up, by id and by name, as of one revision."""

    procedures: Mapping[int, Procedure]
    in_force: Mapping[str, int]
    numbers: Mapping[int, int]
    categories: Mapping[int, CategoryFacts]
    codes: Mapping[str, int]
    standards: Mapping[int, tuple[int, Limit | None]]

    def procedure_in_force(self, name: str) -> tuple[int, Procedure]:
        """The version under which new cases open; Missing says what to do."""
        found = self.in_force.get(name)
        if found is None:
            raise Missing(
                N_("No version of the procedure “{name}” is in force; adopt one first."), name=name
            )
        return found, self.procedures[found]

    def category(self, code: str) -> CategoryFacts:
        """The category with this code; Invalid names the wrong one."""
        found = self.codes.get(code)
        if found is None or not self.categories[found].active:
            raise Invalid(
                N_("There is no category “{wrong}” here. Ask for the list of services."),
                wrong=code,
                code="category",
                field="category",
            )
        return self.categories[found]

    def duties(self) -> frozenset[str]:
        """Every duty that some version of a procedure asks the answering rules for."""
        return frozenset(
            stage.duty
            for p in self.procedures.values()
            for stage in p.stages.values()
            if stage.duty
        )

    def offers_at_once(self, category: str, verb: str) -> bool:
        """Whether a case of this category offers that verb as soon as it is opened."""
        found = self.codes.get(category)
        if found is None:
            return False
        _, procedure = self.procedure_in_force(self.categories[found].procedure)
        return any(v.name == verb for v in procedure.by_stage[procedure.start])


def book(revisions: Mapping[str, int] | None = None) -> Book:
    """The book as of the given (or the present) revisions: no query when nothing changed."""
    return _book.at(revisions if revisions is not None else read_revisions())


def _read() -> Book:
    versions = list(ProcedureVersion.objects.all())
    categories = {
        c.pk: CategoryFacts(
            c.pk,
            c.code,
            c.name,
            c.name_en,
            c.procedure,
            tuple(c.questions),
            c.near_metres,
            c.near_hours,
            c.reportable,
            c.active,
        )
        for c in Category.objects.all()
    }
    return Book(
        procedures={v.pk: parse(v.text) for v in versions},
        in_force={v.name: v.pk for v in versions if v.in_force},
        numbers={v.pk: v.number for v in versions},
        categories=categories,
        codes={c.code: c.id for c in categories.values()},
        standards={
            s.pk: (s.category_id, Limit.from_data(s.limit) if s.limit else None)
            for s in Standard.objects.all()
        },
    )


_book: InMemory[Book] = InMemory("cases", _read)
