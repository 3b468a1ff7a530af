"""What people say to “is it the same problem?” is kept as a fact of cases, and measured and learnt."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, models, transaction

from commonward.cases.actions import Said, add_report, join, open_case
from commonward.cases.actions.same import Shown, with_answer
from commonward.cases.actions.same_training import (
    JOINS_FOR_STEPS,
    LEAST,
    put_away,
    same_due,
    set_same,
    train_same,
)
from commonward.cases.models import SameAnswer, SameModel, WordSettings
from commonward.cases.queries.nearby import Similar, Telling, likely
from commonward.cases.queries.same_weights import precision, precision_at, weighing
from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM
from commonward.core.triage.same import BOUND, of_json, shipped, to_json
from tests.district import RUBBISH, District

pytestmark = pytest.mark.django_db
WORDS = "Rubbish beside the gate."


def near(here: District) -> tuple[Similar, ...]:
    lat, lon = here.inside()
    return likely(SYSTEM, Telling(lat, lon, RUBBISH, WORDS, ""), here.at)


def shown(here: District) -> list[Shown]:
    return [Shown(one.line.id, one.row) for one in near(here) if one.row is not None]


def said(here: District, key: str) -> Said:
    lat, lon = here.inside()
    return Said(channel="portal", words=WORDS, lat=lat, lon=lon, idempotency=key)


def answers(here: District, joins: int, refusals: int) -> None:
    """So many answers: beside each other and with the same words it was joined, far off not."""
    case = here.report(words=WORDS).case
    plain = {name: 0.0 for name in BOUND}
    close = {**plain, "category": 0.5, "family": 0.5, "words": 0.75, "address": 0.5}
    away = {**plain, "metres": 80.0, "category": 0.5, "family": 0.5}
    for n in range(joins + refusals):
        it = n * joins // (joins + refusals) != (n + 1) * joins // (joins + refusals)
        SameAnswer.objects.create(
            case=case, same=case if it else None, where="portal", version="x",
            looked=[
                {"case": case.pk, "row": close if it else away},
                {"case": case.pk + 1, "row": away},
            ],
            at=here.at - timedelta(minutes=joins + refusals - n),
        )  # fmt: skip


def test_who_joins_and_who_says_another_problem_are_kept_without_anybody(here: District) -> None:
    first = here.report(words=WORDS)
    looked = shown(here)
    assert [one.case for one in looked] == [first.case_id]
    opening = partial(open_case, RUBBISH, said(here, "a"), here.at)
    other = with_answer(opening, looked, "portal", here.at)
    joining = partial(add_report, first.case.number, said(here, "b"), here.at)
    joined = with_answer(joining, looked, "portal", here.at)
    with_answer(joining, looked, "portal", here.at)  # sent twice
    kept = SameAnswer.objects.order_by("id").values_list("case", "same", "where")
    assert list(kept) == [
        (other.case_id, None, "portal"),
        (joined.case_id, first.case_id, "portal"),
    ]
    assert SameAnswer.objects.first().version == shipped().version  # type: ignore[union-attr]
    assert not any(
        isinstance(f, models.ForeignKey) and f.related_model._meta.app_label == "people"
        for f in SameAnswer._meta.get_fields()
    )


def test_what_is_kept_of_a_place_is_the_edge_it_reached_and_no_word(here: District) -> None:
    here.report(words=WORDS)
    opening = partial(open_case, RUBBISH, said(here, "a"), here.at)
    with_answer(opening, shown(here), "portal", here.at)
    (one,) = SameAnswer.objects.get().looked
    assert set(one) == {"case", "row"}
    for name, value in one["row"].items():
        assert value in (0.0, *BOUND[name][1])


def test_an_officer_s_join_is_an_answer_where_the_other_was_there_before(here: District) -> None:
    main, later = here.report(words=WORDS), here.report(words=WORDS)
    join(later.case.number, main.case.number, "the same heap", here.dispatcher, here.at)
    kept = SameAnswer.objects.get()
    assert (kept.case_id, kept.same_id, kept.where) == (later.case_id, main.case_id, "desk")
    assert later.case_id not in {one["case"] for one in kept.looked}


def test_an_answer_of_an_unknown_place_is_refused_by_the_database(here: District) -> None:
    case = here.report().case
    with pytest.raises(IntegrityError), transaction.atomic():
        SameAnswer.objects.create(case=case, where="street", version="x", at=here.at)


def test_only_from_the_site_s_threshold_on_a_case_is_proposed(here: District) -> None:
    here.report(words=WORDS)
    here.report(words="Something else at the other end")
    assert not any(one.proposed for one in near(here)), "by itself nothing is proposed"
    best = near(here)[0].probability
    assert best is not None
    set_same(SYSTEM, best * 0.99, here.at)
    assert [one.proposed for one in near(here)] == [True, False]
    set_same(SYSTEM, min(best * 1.01, 0.99), here.at)
    assert not any(one.proposed for one in near(here))
    set_same(SYSTEM, None, here.at)
    assert WordSettings.objects.get().same_from is None


def test_the_threshold_is_set_by_administrators_within_bounds(here: District) -> None:
    with pytest.raises(Forbidden):
        set_same(here.dispatcher, 0.5, here.at)
    for wrong in (0.0, 1.0, -1.0, float("nan")):
        with pytest.raises(Invalid):
            set_same(SYSTEM, wrong, here.at)


def test_the_precision_of_a_threshold_is_that_of_the_site_s_own_answers(here: District) -> None:
    assert precision(here.at) == ()
    assert precision_at(here.at, 0.01) is None
    answers(here, joins=30, refusals=10)
    everything = precision_at(here.at, 0.0)
    assert everything is not None
    assert (everything.count, everything.right) == (40, 30)
    assert everything.precision == pytest.approx(0.75)
    assert everything.surely < 0.75
    best = shipped().probability(shipped().score({**dict.fromkeys(BOUND, 0.0)}))
    assert 0 < best < 1
    levels = precision(here.at)
    assert [one.threshold for one in levels] == sorted(one.threshold for one in levels)
    assert all(a.count >= b.count for a, b in zip(levels, levels[1:], strict=False))


def test_with_few_answers_nothing_is_learnt(here: District) -> None:
    answers(here, joins=30, refusals=LEAST - 31)
    assert not same_due(here.at)
    with pytest.raises(Invalid, match="99 answers"):
        train_same(here.at)
    assert weighing().weights.version == shipped().version


def test_the_site_s_own_weights_answer_when_they_are_no_worse(here: District) -> None:
    answers(here, joins=80, refusals=80)
    assert same_due(here.at)
    made = train_same(here.at)
    assert made.state == "champion"
    assert made.judged["steps"] is False, "with few joins the probability alone is fitted"
    now = weighing()
    assert now.own
    assert now.weights.version == made.version
    for name, steps in shipped().steps.items():
        assert now.weights.steps[name] == pytest.approx(steps, abs=1e-3)
    told = made.judged["figures"]
    assert told["challenger"]["loss"] < told["champion"]["loss"]
    # What was measured at one level now is near what the probability says.
    sure = precision_at(here.at, 0.5)
    assert sure is not None
    assert sure.precision > 0.9
    assert not same_due(here.at + timedelta(hours=1))
    put_away(SYSTEM, here.at)
    assert weighing().weights.version == shipped().version
    with pytest.raises(Refusal, match="already"):
        put_away(SYSTEM, here.at)


def test_with_enough_joins_the_steps_are_learnt_within_their_signs(here: District) -> None:
    answers(here, joins=2 * JOINS_FOR_STEPS, refusals=60)
    made = train_same(here.at)
    assert made.judged["steps"] is True
    kept = of_json(made.weights)
    for name, (sign, _) in BOUND.items():
        assert all(w * sign >= 0 for w in kept.steps[name]), name
    assert kept.steps != shipped().steps


def test_a_challenger_that_does_worse_never_answers(here: District) -> None:
    answers(here, joins=80, refusals=80)
    # Of the newest fifth the opposite was said: what was learnt before does worse there.
    newest = SameAnswer.objects.order_by("-at")[:32]
    case = SameAnswer.objects.first().case  # type: ignore[union-attr]
    for one in newest:
        one.same = None if one.same_id else case
        one.save()
    made = train_same(here.at)
    assert made.state == "refused"
    assert made.judged["because"]
    assert weighing().weights.version == shipped().version


def test_weights_that_cannot_be_read_give_way_to_the_shipped_ones(here: District) -> None:
    answers(here, joins=80, refusals=80)
    made = train_same(here.at)
    odd = to_json(shipped()).replace('"metres": [\n   0.0', '"metres": [\n   1.0')
    assert odd != to_json(shipped())
    SameModel.objects.filter(pk=made.pk).update(weights=odd)
    set_same(SYSTEM, 0.5, here.at)  # a new mark: it is read again
    assert weighing().weights.version == shipped().version
