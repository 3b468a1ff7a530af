"""Shred each paper on its own day (到期销毁): what was said apart first, the rest with the case.

What must go is read from the room's own register (`retention.KEPT`): a field that is kept there
is emptied here, without being listed twice. The case's key is destroyed by the cases' `forget`,
so that copies of all this in a backup cannot be read either.
"""

from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.db import models, transaction

from commonward.cases.models import ProcedureVersion
from commonward.cases.queries.reference import book
from commonward.core.papers.kinds import entries
from commonward.disputes.models import Dispute
from commonward.disputes.queries.ruling import keeping_in_force
from commonward.disputes.retention import KEPT

ROOM = "disputes"

KIND_OF = {
    "CaucusKey": "caucus",
    "CaucusNote": "caucus",
    "Bid": "offer",
    "BidRound": "offer",
    "Division": "offer",
    "Points": "offer",
    "Session": "record",
    "Inquiry": "record",
    "Appointment": "record",
    "Objection": "record",
    "Review": "record",
    "Agreement": "agreement",
    "Signature": "agreement",
    "Party": "party",
    "GradeWord": "grading",
}
"""Model → its kind of paper in the table of keeping; what is not named here goes with the
application, that is, as long as the case unless a site shortens it."""
_OTHERWISE = "application"


def forget_papers(at: datetime) -> dict[str, int]:
    """Empty every paper whose time is over at `at`; how many rows of each kind were emptied.

    Run it every night, after the cases' own `forget`. Idempotent.
    """
    keeping = keeping_in_force(at)
    done: dict[str, int] = {}
    procedures = ProcedureVersion.objects.filter(name="dispute").values_list("pk", flat=True)
    for procedure in procedures:
        years = book().procedures[procedure].keep_years
        for model, fields, path in places():
            for kind, rows in _by_kind(model, path, procedure):
                before = keeping.ended_before(kind, at, years)
                over = rows.filter(**{f"{path}ended_at__lt": before})
                if emptied := _empty(over, fields):
                    done[kind] = done.get(kind, 0) + emptied
    return done


def places() -> Iterator[tuple[type[models.Model], tuple[str, ...], str]]:
    """Each model of the room that holds something personal: its fields, and the way to its
    dispute as a prefix for a filter ("side__dispute__", "" for the dispute itself).

    Raises LookupError for a model that belongs to no dispute: nobody would ever empty it.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for kept in KEPT:
        name = kept.model.partition(".")[2]
        fields[name] = (*fields.get(name, ()), *kept.fields)
    for name, names in fields.items():
        model = apps.get_model(ROOM, name)
        yield model, names, _way(model)


def _way(model: type[models.Model]) -> str:
    """The shortest chain of foreign keys to the dispute."""
    ahead: list[tuple[type[models.Model], str]] = [(model, "")]
    seen: set[type[models.Model]] = {model}
    for here, prefix in ahead:
        if here is Dispute:
            return prefix
        for field in here._meta.local_fields:
            far = field.related_model
            if isinstance(far, type) and far._meta.app_label == ROOM and far not in seen:
                seen.add(far)
                ahead.append((far, f"{prefix}{field.name}__"))
    raise LookupError(f"{model._meta.label} keeps something personal and belongs to no dispute")


def _by_kind(
    model: type[models.Model], path: str, procedure: int
) -> Iterator[tuple[str, "models.QuerySet[models.Model]"]]:
    rows = model._default_manager.filter(**{f"{path}case__procedure": procedure})
    if model.__name__ != "Paper":
        yield KIND_OF.get(model.__name__, _OTHERWISE), rows
        return
    kinds: dict[str, list[str]] = {}
    for entry in entries():
        kinds.setdefault(entry.keep, []).append(entry.code)
    for kind, codes in kinds.items():
        yield kind, rows.filter(entry__in=codes)
    known = [code for codes in kinds.values() for code in codes]
    yield _OTHERWISE, rows.exclude(entry__in=known)


def _empty(rows: "models.QuerySet[models.Model]", fields: tuple[str, ...]) -> int:
    """Empty the fields of rows in which one of them still holds something."""
    nothing: dict[str, object] = {}
    holding = models.Q()
    for name in fields:
        field = rows.model._meta.get_field(name)
        if isinstance(field, models.CharField):
            nothing[name] = ""
            holding |= ~models.Q(**{name: ""})
        elif getattr(field, "null", False):
            nothing[name] = None
            holding |= models.Q(**{f"{name}__isnull": False})
        else:
            # It cannot be emptied, so the row goes.
            with transaction.atomic():
                return rows.delete()[0]
    ids = list(rows.filter(holding).values_list("pk", flat=True))
    for start in range(0, len(ids), 500):
        rows.model._default_manager.filter(pk__in=ids[start : start + 500]).update(**nothing)
    return len(ids)
