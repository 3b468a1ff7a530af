"""What other rooms may read of places, calendars and who answers."""

from commonward.areas.queries.answering import Why, answering_for, why
from commonward.areas.queries.calendars import (
    SITE,
    Coverage,
    calendar,
    calendar_name_for,
    coverage,
    newest_year,
    office_rules,
    year_days,
)
from commonward.areas.queries.places import Candidate, Located, locate, locate_many
from commonward.areas.queries.tree import Place, area_by_code, chain, children, counts, outline
from commonward.people.queries import revisions

__all__ = [
    "SITE",
    "Candidate",
    "Coverage",
    "Located",
    "Place",
    "Why",
    "answering_for",
    "area_by_code",
    "calendar",
    "calendar_name_for",
    "chain",
    "children",
    "counts",
    "coverage",
    "locate",
    "locate_many",
    "newest_year",
    "office_rules",
    "outline",
    "revisions",
    "why",
    "year_days",
]
