"""Disputes of the years before: taken over with every step, or refused with the row that is wrong."""

from collections import Counter
from datetime import timedelta

import pytest

from commonward.cases.models import Case, Event
from commonward.cases.queries.verifying import verify
from commonward.core.outcomes import cube
from commonward.core.refusals import Forbidden, Invalid
from commonward.disputes.actions.taking_over import Past, take_over
from commonward.disputes.models import Dispute
from commonward.disputes.queries.figures import counted, recounted
from commonward.doors.demo.mediation import last_year
from tests.talks import Talks


def past(talks: Talks, *verbs: str) -> Past:
    at = talks.at
    steps = [(verb, at + timedelta(hours=n)) for n, verb in enumerate(verbs)]
    return Past("1", "neighbours", "applied", talks.here.grid(0, 0), at, steps)


def test_a_year_of_the_demonstration_equals_a_recount_of_its_events(talks: Talks) -> None:
    here = talks.here
    grids = [here.grid(row, column) for row in range(3) for column in range(3)]
    assert take_over(last_year(grids, talks.at, 400)) == 400
    since, known = talks.at - timedelta(days=500), talks.at
    asked = Counter(cube(list(counted(since, known, known))))
    assert asked == recounted(since, known, known)
    assert asked.total() == 400 and len({key[2] for key in asked}) >= 8
    assert take_over(last_year(grids, talks.at, 400)) == 0, "nothing is taken over twice"
    assert list(verify()) == [], "the store fits together"


def test_each_step_leads_from_where_the_one_before_ended(talks: Talks) -> None:
    take_over([past(talks, "contact", "both_agree", "to_street", "appraise", "resume", "settle",
                    "sign", "performed", "hold")])  # fmt: skip
    case = Case.objects.get()
    trail = list(Event.objects.filter(case=case).exclude(from_stage="").order_by("id"))
    assert [e.from_stage for e in trail[1:]] == [e.to_stage for e in trail[:-1]]
    assert (case.outcome, case.is_open) == ("settled_performed", False)
    assert Dispute.objects.get().level == "street"


@pytest.mark.parametrize(
    "verbs", [("contact", "settle"), ("contact", "both_agree", "to_grid"), ("dance",)]
)
def test_steps_that_the_procedure_does_not_allow_are_refused_and_nothing_is_kept(
    talks: Talks, verbs: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid, match="cannot be taken over"):
        take_over([past(talks, "contact", "no_answer"), past(talks, *verbs)])
    assert not Dispute.objects.exists()


def test_only_an_administrator_takes_over(talks: Talks) -> None:
    with pytest.raises(Forbidden):
        take_over([past(talks, "contact", "no_answer")], talks.coordinator)
