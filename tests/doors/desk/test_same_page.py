"""The page of the same problem: read, set within bounds, refused in words, put away; who may."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions.same_training import set_same, train_same
from commonward.cases.models import SameAnswer, SameModel, WordSettings
from commonward.cases.queries.same_weights import weighing
from commonward.core.rights import SYSTEM
from commonward.core.triage.same import BOUND, shipped
from tests.district import District
from tests.doors.desk.conftest import Office

HERE = "/desk/admin/words/same/"


@pytest.fixture
def here(set_up: District, db: None) -> Iterator[Office]:
    """Everybody at their desk."""
    yield Office(set_up)


def answers(here: Office, joins: int, refusals: int, *, alike: bool = False) -> None:
    """So many answers, mixed evenly: beside each other it was joined, far off (or `alike`) not."""
    case = here.district.report(words="Rubbish beside the gate.").case
    at, plain = timezone.now(), dict.fromkeys(BOUND, 0.0)
    close = {**plain, "category": 0.5, "family": 0.5, "words": 0.75, "address": 0.5}
    away = {**plain, "metres": 80.0, "category": 0.5, "family": 0.5}
    count = joins + refusals
    for n in range(count):
        it = n * joins // count != (n + 1) * joins // count
        SameAnswer.objects.create(
            case=case, same=case if it else None, where="portal", version="x",
            looked=[{"case": case.pk, "row": close if it or alike else away}],
            at=at - timedelta(minutes=count - n),
        )  # fmt: skip


def keep(here: Office, percent: str) -> Any:
    page = here.administrator.open(HERE)
    return here.administrator.send(page, HERE, do="keep", same_from=percent)


def test_before_anybody_answered_the_page_says_that_nothing_is_measured(here: Office) -> None:
    page = here.administrator.open(HERE)
    assert f"{shipped().version} weighs." in page.text
    assert "Nothing is measured at this probability yet." in page.text
    assert "Nobody has answered yet." in page.text
    assert "None yet." in page.text
    assert "Put this site" not in page.text, "there is nothing to put away"
    words = here.administrator.open("/desk/admin/words/")
    assert f'href="{HERE}"' in words.html


def test_a_threshold_is_kept_and_stands_beside_what_was_measured_and_is_taken_away(
    here: Office,
) -> None:
    answers(here, joins=30, refusals=10, alike=True)
    page = keep(here, "1")
    assert "Kept." in page.text
    assert WordSettings.objects.get().same_from == 0.01
    assert 'value="1"' in page.html
    assert "40 cases were proposed or would have been: 75.0 % were the same" in page.text
    page = keep(here, "")
    assert "Nothing is proposed; what lies near is a list." in page.text
    assert WordSettings.objects.get().same_from is None


@pytest.mark.parametrize("wrong", ["0", "100", "-5", "5.5", "half", "\u0665"])
def test_what_is_no_share_is_refused_in_words_and_stays_in_the_field(
    here: Office, wrong: str
) -> None:
    set_same(SYSTEM, 0.5, timezone.now())
    page = keep(here, wrong)
    assert page.status == 422
    assert "from 1 to 99 per cent" in page.text
    assert f'value="{wrong}"' in page.html
    assert 'aria-invalid="true"' in page.html
    assert WordSettings.objects.get().same_from == 0.5


def test_the_sites_own_weights_are_read_and_put_away(here: Office) -> None:
    answers(here, joins=80, refusals=80)
    made = train_same(timezone.now())
    page = here.administrator.open(HERE)
    assert "This site learnt it from its own answers." in page.text
    assert "answers now" in page.text
    page = here.administrator.send(page, HERE, do="away")
    assert "The shipped weights answer again." in page.text
    assert SameModel.objects.get(pk=made.pk).state == "retired"
    assert weighing().weights.version == shipped().version
    client = here.browser("administrator").client
    client.handler.enforce_csrf_checks = False
    again = client.post(HERE, {"do": "away"})
    assert again.status_code == 422
    assert "The shipped weights answer already." in again.content.decode()
    assert client.post(HERE, {"do": "dance"}).status_code == 422


def test_the_chief_reads_and_sets_nothing_and_others_never_read(here: Office) -> None:
    set_same(SYSTEM, 0.5, timezone.now())
    page = here.duty_chief.open(HERE)
    assert "Proposed from 50 % on." in page.text
    assert not [form for form in page.forms if form.method == "post" and form.action == HERE]
    for login in ("duty_chief", "dispatcher", "intake_officer", "handler"):
        client = here.browser(login).client
        client.handler.enforce_csrf_checks = False
        for given in ({"do": "keep", "same_from": "9"}, {"do": "away"}):
            assert client.post(HERE, given).status_code in (403, 404, 422)
        if login != "duty_chief":
            assert client.get(HERE).status_code in (403, 404)
    assert WordSettings.objects.get().same_from == 0.5
