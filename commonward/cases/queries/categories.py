"""Categories and their filing conditions, as those who administer read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from commonward.cases.models import Category, Standard
from commonward.core.refusals import N_, Missing


@dataclass(frozen=True, slots=True)
class CategoryCard:
    """One category with its filing conditions in order."""

    category: Category
    standards: Sequence[Standard]


def category_tree() -> Sequence[tuple[Category, int]]:
    """Every category by code, with how many filing conditions it has (2 queries)."""
    counts = dict(Standard.objects.values_list("category_id").annotate(Count("id")))
    return tuple((row, counts.get(row.pk, 0)) for row in Category.objects.order_by("code"))


def category_card(code: str) -> CategoryCard:
    """One category (2 queries). Raises Missing."""
    found = Category.objects.select_related("parent").filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no category “{code}”."), field="category", code=code)
    return CategoryCard(found, tuple(Standard.objects.filter(category=found).order_by("number")))
