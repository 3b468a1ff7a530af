"""Learn by night how the same problem looks at this site (本站权重), and answer only if no worse.

The newest fifth of the answers is held back; the challenger learns from the rest and is held
against who answers now. The shipped weights answer until a challenger was better, and again if
the site's own are put away.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from commonward.areas.actions import bump
from commonward.cases.actions.training import require_setter
from commonward.cases.models import SameAnswer, SameModel, WordSettings
from commonward.cases.queries.reading import reading
from commonward.cases.queries.same_weights import MARK, answered, precision_at, weighing
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.core.triage.same import shipped, to_json
from commonward.core.triage.same_judging import figures, named, worse
from commonward.people.actions import record_change

EVERY = timedelta(hours=20)
LEAST = 100
"""Answers below which nothing is learnt."""
LEAST_EACH = 20
"""Joins, and refusals, that must be among them."""
JOINS_FOR_STEPS = 150
"""Joins from which on the weights themselves are learnt, and not the probability alone."""
_HELD = 5
"""One answer in so many is held back: the newest."""


def same_due(at: datetime) -> bool:
    """Whether a night has passed since the last training, and there are new answers (4 queries)."""
    if not reading().on:
        return False
    last = SameModel.objects.order_by("-made_at", "-id").first()
    if last is not None and at - last.made_at < EVERY:
        return False
    newest = SameAnswer.objects.filter(at__lt=at).order_by("-at", "-id")
    if newest.count() < LEAST:
        return False
    return last is None or newest.values_list("at", flat=True)[0] > last.until


def train_same(at: datetime) -> SameModel:
    """Learn from the answers, and let the new weights answer if they are no worse.

    A second or two of one core. Raises Invalid where there is too little to learn from, Refusal
    where reading is switched off.
    """
    if not reading().on:
        raise Refusal(N_("Reading of words is switched off here."))
    from commonward.core.triage.same_learning import of_site  # noqa: PLC0415 (loads scikit-learn)

    found = answered(at)
    every = [one for _, one in found]
    joins = sum(one.same is not None for one in every)
    if len(every) < LEAST or min(joins, len(every) - joins) < LEAST_EACH:
        raise Invalid(
            N_("There are {found} answers to “the same problem?”; weights need {least}."),
            found=len(every), least=LEAST,
        )  # fmt: skip
    border = len(every) - len(every) // _HELD
    learnt, held = every[:border], every[border:]
    made = of_site(learnt, shipped(), "", enough=JOINS_FOR_STEPS)
    if made is None:
        raise Invalid(N_("The answers are all alike: there is nothing to learn from."))
    now = weighing()
    told = {"challenger": figures(made, held), "champion": figures(now.weights, held)}
    because = worse(told["challenger"], told["champion"])
    digest = hashlib.sha256(to_json(made).encode()).hexdigest()[:8]
    version = f"same-{at:%Y%m%d}-{digest}"
    with transaction.atomic():
        if not because:
            SameModel.objects.filter(state="champion").update(state="retired", changed_at=at)
        row, _ = SameModel.objects.update_or_create(
            version=version,
            defaults={
                "state": "refused" if because else "champion",
                "weights": to_json(named(made, version)), "learnt": len(learnt),
                "until": found[-1][0], "made_at": at, "changed_at": at,
                "judged": {
                    "figures": told, "against": now.weights.version, "because": because,
                    "steps": joins >= JOINS_FOR_STEPS,
                },
            },
        )  # fmt: skip
        record_change(SYSTEM, "train_same", version, at, {"state": row.state, "learnt": row.learnt})
        bump(MARK)
    return row


def set_same(actor: Actor, same_from: float | None, at: datetime) -> None:
    """From which probability on a case is put first as probably the same; None: never (疑似重复阈值).

    It changes what is shown, never what is joined: a person joins. Raises Forbidden, Invalid.
    """
    require_setter(actor)
    if same_from is not None and not 0.001 <= same_from <= 0.999:
        raise Invalid(
            N_("Give a confidence from {least} to {most} per cent."),
            least=1, most=99, field="same_from",
        )  # fmt: skip
    with transaction.atomic():
        WordSettings.objects.update_or_create(
            id=1, defaults={"same_from": same_from, "changed_at": at}
        )
        measured = precision_at(at, same_from) if same_from is not None else None
        record_change(
            actor, "set_same", "words", at,
            {
                "from": same_from,
                "precision": round(measured.precision, 4) if measured and measured.count else None,
            },
        )  # fmt: skip
        bump(MARK)


def put_away(actor: Actor, at: datetime) -> None:
    """Let the shipped weights answer again. Raises Forbidden; Refusal where they do already."""
    require_setter(actor)
    with transaction.atomic():
        if not SameModel.objects.filter(state="champion").update(state="retired", changed_at=at):
            raise Refusal(N_("The shipped weights answer already."))
        record_change(actor, "put_away_same", "words", at)
        bump(MARK)
