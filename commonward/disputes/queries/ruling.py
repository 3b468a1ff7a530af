"""The rules that are in force: grading, time limits of law, keeping; and the versions before."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from commonward.core.grading import GradeTable, read_table
from commonward.core.grading import shipped_text as shipped_grading
from commonward.core.keeping import Keeping, read_keeping
from commonward.core.keeping import shipped_text as shipped_keeping
from commonward.core.terms import Rules, read_rules
from commonward.core.terms import shipped_text as shipped_terms
from commonward.disputes.models import RuleVersion

MOST_VERSIONS = 50

SHIPPED = {"grading": shipped_grading, "terms": shipped_terms, "keeping": shipped_keeping}
"""Kind of table → the text that holds where a site has none of its own."""


def rules_text(kind: str, at: datetime) -> tuple[int, str]:
    """Number (0 = the shipped one) and text of the table in force at that moment."""
    found = (
        RuleVersion.objects.filter(kind=kind, adopted_at__lte=at)
        .order_by("-adopted_at", "-number")
        .values_list("number", "text")
        .first()
    )
    return found or (0, SHIPPED[kind]())


def grade_table(at: datetime) -> GradeTable:
    """The grading in force (1 query)."""
    return _grading(rules_text("grading", at)[1])


def terms_in_force(at: datetime) -> Rules:
    """The time limits of law in force (1 query)."""
    return _terms(rules_text("terms", at)[1])


def terms_of(version: str, at: datetime) -> Rules:
    """The time limits in that version, under which a clock began; those in force where it is
    no longer there (a shipped table that the product has changed since)."""
    shipped = _terms(shipped_terms())
    if shipped.version == version:
        return shipped
    text = (
        RuleVersion.objects.filter(kind="terms", digest__startswith=version)
        .values_list("text", flat=True)
        .first()
    )
    return _terms(text) if text else terms_in_force(at)


def keeping_in_force(at: datetime) -> Keeping:
    """How long each paper is kept (1 query)."""
    return _keeping(rules_text("keeping", at)[1])


def rule_versions(kind: str, at: datetime) -> Sequence[RuleVersion]:
    """The newest versions of a table, without their texts."""
    rows = RuleVersion.objects.filter(kind=kind, adopted_at__lte=at).defer("text")
    return list(rows.select_related("by").order_by("-adopted_at", "-number")[:MOST_VERSIONS])


@lru_cache(maxsize=8)
def _grading(text: str) -> GradeTable:
    return read_table(text)


@lru_cache(maxsize=8)
def _terms(text: str) -> Rules:
    return read_rules(text)


@lru_cache(maxsize=8)
def _keeping(text: str) -> Keeping:
    return read_keeping(text)
