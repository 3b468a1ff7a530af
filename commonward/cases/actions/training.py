"""Train the model of categories by night, and let it answer only where it is no worse (夜间训练).

The challenger learns from all but the newest month and is held against the champion on that
month; whoever is worse does not answer, and its figures are kept for everybody to read. Nothing
is written before the end: a training that is killed is simply done again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from commonward.areas.actions import bump
from commonward.cases.actions.judging import Judged, judged_against
from commonward.cases.models import WordModel
from commonward.cases.queries.examples import Learnt, examples, unconfirmed
from commonward.cases.queries.reading import loaded, reading, seeds, starting
from commonward.cases.queries.spelling import MARK, table, taught_otherwise
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.people.actions import record_change
from commonward.people.queries import revisions

HELD_BACK = timedelta(days=30)
LEAST_HELD = 40
"""Held-back texts below which a month says nothing; then the newest fifth is held back."""
LEAST = 200
"""Confirmed texts below which nothing is trained: the seeds speak."""
EVERY = timedelta(hours=20)
"""A night's training is not repeated before; nor one that was refused."""
KEPT = 8
"""Models whose bytes are kept, so that each can be taken back in one step."""
SEED = 1
SETS = ("administrator",)


@dataclass(frozen=True, slots=True)
class Divided:
    """Examples to learn from, and those of the newest month that nobody may learn from."""

    learnt: Sequence[Learnt]
    held: Sequence[Learnt]


def divide(found: Sequence[Learnt]) -> Divided:
    """By time, the newest month apart; near duplicates of a held-back text are not learnt from."""
    if not found:
        return Divided((), ())
    border = found[-1].at - HELD_BACK
    held = [one for one in found if one.at >= border]
    if len(held) < LEAST_HELD or len(held) * 2 > len(found):
        held = list(found[len(found) - max(1, len(found) // 5) :])
    from commonward.core.triage.dividing import groups  # noqa: PLC0415 (loads what reads words)
    from commonward.core.triage.reading import tokens  # noqa: PLC0415 (as above)

    first = len(found) - len(held)
    group_of = groups([tokens(one.example.words) for one in found], [""] * len(found))
    apart = set(group_of[first:])
    return Divided(
        [one for one, group in zip(found[:first], group_of, strict=False) if group not in apart],
        held,
    )


def training_due(at: datetime) -> bool:
    """Whether a night has passed since the last training, and there are new texts or another table
    of words (3 queries)."""
    if not reading().on:
        return False
    last = WordModel.objects.filter(kind="trained").order_by("-made_at", "-id").first()
    if last is not None and at - last.made_at < EVERY:
        return False
    newest = examples(at, most=LEAST)
    if len(newest) < LEAST:
        return False
    if last is None or last.until is None or newest[-1].at > last.until:
        return True
    return last.state == "champion" and taught_otherwise(reading().model)


def train(at: datetime) -> WordModel:
    """Train a challenger and let it answer if it is no worse than who answers now.

    Some ten seconds to a minute of one core. Raises Invalid where there is too little to learn
    from, Refusal where reading is switched off.
    """
    if not reading().on:
        raise Refusal(N_("Reading of words is switched off here."))
    from commonward.core.triage.learning import train as learn  # noqa: PLC0415 (loads scikit-learn)
    from commonward.core.triage.model import Trained, save  # noqa: PLC0415 (as above)

    found = examples(at)
    if len(found) < LEAST:
        raise Invalid(
            N_("There are {found} confirmed cases; a model needs {least}."),
            found=len(found), least=LEAST,
        )  # fmt: skip
    divided = divide(found)
    made = learn(
        [one.example for one in divided.learnt], seeds(),
        unlabelled=unconfirmed(divided.held[0].at), table=table(), seed=SEED,
    )  # fmt: skip
    if not isinstance(made, Trained):
        raise Invalid(N_("The confirmed cases are of one kind, or too alike to learn from."))
    champion = WordModel.objects.filter(state="champion").first()
    now = loaded(champion) if champion is not None else None
    border = champion.judged.get("learnt_until", "") if champion is not None else ""
    fresh = [one for one in divided.learnt if border and one.at.isoformat() > border]
    judged = judged_against(now, starting(revisions()), made, divided.held, fresh)
    judged.told["learnt_until"] = divided.learnt[-1].at.isoformat()
    content = save(made)
    return _kept(made.version, content, judged, found, divided, champion, at)


def _kept(
    version: str,
    content: bytes,
    judged: Judged,
    found: Sequence[Learnt],
    divided: Divided,
    champion: WordModel | None,
    at: datetime,
) -> WordModel:
    """Write what came of a training, in one step; the same model again is the same row."""
    with transaction.atomic():
        again = WordModel.objects.select_for_update().filter(version=version).first()
        if again is not None:
            again.until, again.made_at = found[-1].at, at
            again.save(update_fields=["until", "made_at"])
            return again
        if judged.good and champion is not None:
            WordModel.objects.filter(state="champion").update(state="retired", changed_at=at)
        row = WordModel.objects.create(
            version=version, kind="trained", state="champion" if judged.good else "refused",
            content=content, digest=hashlib.sha256(content).hexdigest(), size=len(content),
            learnt=len(divided.learnt), since=found[0].at, until=found[-1].at,
            card=judged.card, judged=judged.told, made_at=at, changed_at=at,
        )  # fmt: skip
        record_change(
            SYSTEM, "train_words", version, at,
            {"state": row.state, "learnt": row.learnt},
        )  # fmt: skip
        _end_old()
        bump(MARK)
    return row


def _end_old() -> None:
    """The bytes of old models go; their cards and what they were judged by stay."""
    kept = WordModel.objects.filter(content__isnull=False).exclude(state="champion")
    old = kept.order_by("-made_at", "-id").values_list("id", flat=True)[KEPT:]
    WordModel.objects.filter(id__in=list(old)).update(content=None)


def roll_back(version: str, actor: Actor, at: datetime) -> WordModel:
    """Let an earlier model answer again (回退), from the next report on; what is there stays.

    Confidences that were set on another model's card do not hold for it: those categories wait
    for a person until somebody looks at them. Raises Missing, Forbidden, Refusal.
    """
    require_setter(actor)
    with transaction.atomic():
        found = WordModel.objects.select_for_update().filter(version=version).first()
        if found is None:
            raise Missing(N_("There is no such model."))
        if found.state == "refused":
            raise Refusal(N_("This model did worse and was never in use: it is not taken back."))
        if found.state == "champion":
            raise Refusal(N_("This model answers already."))
        if found.content is None or loaded(found) is None:
            raise Refusal(N_("The file of this model is gone or damaged; take another one."))
        WordModel.objects.filter(state="champion").update(
            state="retired", changed_at=at, by=actor.account
        )
        found.state, found.changed_at, found.by_id = "champion", at, actor.account
        found.save(update_fields=["state", "changed_at", "by"])
        record_change(actor, "roll_back_words", version, at)
        bump(MARK)
    return found


def require_setter(actor: Actor) -> None:
    """Refuses (Forbidden) all but administrators of the whole site."""
    refuse_onlooker(actor)
    if actor.role != "system" and not actor.roles_for(SETS, "set_words", "", ""):
        raise Forbidden(N_("Administrators of the whole site set how words are read."))
