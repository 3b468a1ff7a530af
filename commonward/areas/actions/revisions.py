"""Marking reference data as changed, under the name that the rooms above know."""

from commonward.people.actions import raise_revision
from commonward.people.models import Revision


def bump(name: str) -> None:
    """Mark "areas", "calendars", "answering" or another kind as changed, in the transaction that
    changes it: every process then drops what it keeps in memory of that kind."""
    raise_revision(name)


def hold(name: str) -> None:
    """Let one transaction at a time change this kind of reference data (PostgreSQL: its mark is
    locked until the end; SQLite has one writer anyway)."""
    Revision.objects.select_for_update().filter(name=name).first()
