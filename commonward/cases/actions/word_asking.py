"""A training that an administrator wants at once: asked for here, done by the worker `plan`."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from commonward.cases.actions.training import require_setter, train
from commonward.cases.models import WordModel, WordSettings
from commonward.cases.queries.reading import reading
from commonward.core.refusals import N_, Refusal
from commonward.core.rights import Actor
from commonward.people.actions import record_change

GIVEN_UP = timedelta(hours=1)
"""After which a training that began and never ended was killed, and is done again."""
FAILED = N_("The training failed; the log of the worker says why.")


def ask_for_training(actor: Actor, at: datetime) -> WordSettings:
    """Let the worker train as soon as it comes by. Raises Forbidden, and Refusal where words are
    not read or one is asked for already."""
    require_setter(actor)
    if not reading().on:
        raise Refusal(N_("Reading of words is switched off here."))
    with transaction.atomic():
        WordSettings.objects.get_or_create(id=1, defaults={"changed_at": at})
        kept = WordSettings.objects.select_for_update().get(id=1)
        if kept.train_asked_at is not None:
            raise Refusal(N_("A training is asked for already."))
        _ended(kept, {}, asked_at=at, by=actor.account)
        record_change(actor, "ask_word_training", "words", at)
    return kept


def train_asked(at: datetime) -> WordModel | None:
    """Do the training that was asked for; None where none is, or where another worker does it.

    Why it made no model is kept for who asked. Raises what was no refusal.
    """
    with transaction.atomic():
        kept = WordSettings.objects.select_for_update().filter(id=1).first()
        if kept is None or kept.train_asked_at is None:
            return None
        if kept.train_began_at is not None and at - kept.train_began_at < GIVEN_UP:
            return None
        # The site's clock may have been set back since somebody asked.
        kept.train_began_at = max(at, kept.train_asked_at)
        kept.save(update_fields=["train_began_at"])
    said: dict[str, Any] = {"text": FAILED, "values": {}}
    try:
        made = train(at)
        said = {}
    except Refusal as refused:
        said = {"text": refused.text, "values": refused.values}
        return None
    finally:
        with transaction.atomic():
            _ended(WordSettings.objects.select_for_update().get(id=1), said)
    return made


def _ended(
    kept: WordSettings,
    said: dict[str, Any],
    *,
    asked_at: datetime | None = None,
    by: int | None = None,
) -> None:
    kept.train_asked_at, kept.train_asked_by_id = asked_at, by
    kept.train_began_at, kept.train_said = None, said
    kept.save(update_fields=["train_asked_at", "train_asked_by", "train_began_at", "train_said"])
