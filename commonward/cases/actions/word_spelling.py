"""The site's own pairs of misspelt, dialect and other words: set, left out, taken away (错别字与方言)."""

from datetime import datetime

from django.db import transaction

from commonward.areas.actions import bump
from commonward.cases.actions.training import require_setter
from commonward.cases.models import WordVariant
from commonward.cases.queries.spelling import MARK, pairs
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import Actor
from commonward.core.triage.spelling import changed, shipped, variant_of
from commonward.people.actions import record_change

KINDS = ("typo", "dialect", "other")


def set_variant(actor: Actor, written: str, meant: str, kind: str, at: datetime) -> WordVariant:
    """What is written stands for another word from now on; said again, it is changed.

    It holds at once where the site's own keywords suggest, and for a model from its next training
    on. Raises Forbidden, Invalid (field "written", "meant" or "kind").
    """
    require_setter(actor)
    if kind not in KINDS:
        raise Invalid(N_("Say what kind of pair it is."), field="kind")
    variant = variant_of(written, "written")
    standard = variant_of(meant, "meant", fewest=False)
    if variant == standard:
        raise Invalid(N_("Both words are the same."), field="meant")
    return _set(actor, variant, standard, kind, at)


def leave_out(actor: Actor, written: str, at: datetime) -> WordVariant:
    """A pair that the package brings does not hold here. Raises Forbidden, Invalid, Missing."""
    require_setter(actor)
    variant = variant_of(written, "written", fewest=False)
    if variant not in shipped().standard:
        raise Missing(N_("The package's table has no such word."), field="written")
    return _set(actor, variant, "", "other", at)


def end_variant(actor: Actor, written: str, at: datetime) -> None:
    """Take a pair of the site's own away; the package's holds again. Raises Forbidden, Invalid,
    Missing."""
    require_setter(actor)
    with transaction.atomic():
        _marked()
        found = WordVariant.objects.filter(written=written).first()
        if found is None:
            raise Missing(N_("The site's table has no such word."), field="written")
        changed(shipped(), {w: m for w, m in pairs().items() if w != written})
        record_change(
            actor, "end_word_variant", found.written, at,
            {"meant": found.meant, "kind": found.kind},
        )  # fmt: skip
        found.delete()


def _set(actor: Actor, written: str, meant: str, kind: str, at: datetime) -> WordVariant:
    with transaction.atomic():
        _marked()
        changed(shipped(), pairs() | {written: meant})
        before = WordVariant.objects.filter(written=written).first()
        made, _ = WordVariant.objects.update_or_create(
            written=written,
            defaults={"meant": meant, "kind": kind, "set_by_id": actor.account, "set_at": at},
        )
        record_change(
            actor, "set_word_variant", written, at,
            {"meant": meant, "kind": kind, "before": before.meant if before else None},
        )  # fmt: skip
    return made


def _marked() -> None:
    """Mark the change; first in its transaction, since the mark lets one writer in at a time: two
    pairs that contradict each other must not both come in."""
    bump(MARK)
    bump("cases")  # the site's own keywords are read by it as well (queries.reading.starting)
