"""Several sequencers at once, transactions that end late, keys that are asked for meanwhile."""

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction

from commonward.cases.actions.recording import record
from commonward.cases.actions.sealing import seal_words, unseal_words
from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import Case, CaseKey, Event, LedgerRun
from commonward.cases.queries.leaves import events_at, index_of
from commonward.cases.queries.ledger_checking import check
from commonward.core.rights import SYSTEM
from tests.at_once import together
from tests.cases.ledgers import entries, public, watched
from tests.district import District, small_district

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None) -> Iterator[District]:
    """The small district, committed, so that every connection sees it."""
    yield small_district()


def test_of_several_sequencers_each_event_becomes_one_leaf(here: District, log: Path) -> None:
    seen = None
    for _ in range(5):
        for _ in range(4):
            here.report()
        results = together([sequence, sequence, sequence, here.report])
        assert not [one for one in results if isinstance(one, Exception)], results
        sequence()
        seen = watched(log, seen)
    assert len(entries(log)) == Event.objects.count() == 25
    ids = events_at(0, 25)
    assert sorted(ids) == sorted(Event.objects.values_list("pk", flat=True))
    assert [index_of(one) for one in ids] == list(range(25))
    assert check().findings == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_a_transaction_that_ends_late_is_neither_lost_nor_does_it_move_the_others(
    here: District, log: Path
) -> None:
    slow, quick = here.report().case, here.report().case
    sequence()
    written, end = threading.Event(), threading.Event()
    late: list[int] = []

    def hold() -> None:
        try:
            with transaction.atomic():
                case = Case.objects.select_for_update(of=("self",)).get(pk=slow.pk)
                late.append(record(case, "warned", here.at, SYSTEM).pk)
                written.set()
                assert end.wait(30)
        finally:
            connection.close()

    holding = threading.Thread(target=hold)
    holding.start()
    assert written.wait(30)
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=quick.pk)
        later = record(case, "warned", here.at, SYSTEM).pk
    assert later > late[0]
    sequence()
    assert index_of(later) == public(log).size - 1 and index_of(late[0]) is None
    fixed, seen = entries(log), watched(log)
    end.set()
    holding.join()
    sequence()
    assert index_of(late[0]) == public(log).size - 1
    assert entries(log)[:-1] == fixed
    watched(log, seen)
    assert check().findings == []
    # What was rolled back leaves a hole in the numbers, and none in the log.
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(Case.objects.get(pk=slow.pk), "warned", here.at, SYSTEM)
        raise ZeroDivisionError
    here.report()
    sequence()
    assert LedgerRun.objects.count() > 1
    assert check().findings == []


def test_a_key_is_made_once_though_two_want_it_at_the_same_moment(
    here: District, log: Path
) -> None:
    for _ in range(5):
        case = here.report().case
        assert not CaseKey.objects.filter(case=case).exists()
        results = together([sequence, partial(seal_words, case, "kept", "a note")])
        sealed = results[1]
        assert isinstance(sealed, bytes), results
        assert unseal_words(case, sealed, "a note") == "kept"
    sequence()
    assert check().findings == []
