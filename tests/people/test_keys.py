"""Keys of programs: shown once, kept as a hash, counted per minute across processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from commonward.core.refusals import Invalid
from commonward.core.rights import SYSTEM
from commonward.people import actions, queries
from commonward.people.models import ApiKey
from commonward.people.queries import KeyHolder

from .conftest import NINE, House


def a_key(per_minute: int) -> KeyHolder:
    _, secret = actions.issue_key(SYSTEM, "app", ["open311.report"], per_minute=per_minute, at=NINE)
    found = queries.key_for(secret, NINE)
    assert found is not None
    return found


def test_the_secret_is_shown_once_and_kept_nowhere(house: House) -> None:
    key, secret = actions.issue_key(
        house.alice, "Town app", ["open311.update", "open311.report"], at=house.at(0)
    )
    row = ApiKey.objects.filter(pk=key.pk).values().get()
    assert not any(secret in str(value) or secret[3:] in str(value) for value in row.values())
    assert len(secret) >= 43
    assert secret != actions.issue_key(house.alice, "Other", ["open311.report"], at=house.at(0))[1]
    holder = queries.key_for(secret, house.at(1))
    assert holder is not None
    assert (holder.id, holder.name, holder.account) == (key.pk, "Town app", None)
    assert holder.may("open311.report")
    assert holder.may("open311.update")
    assert not holder.may("api")


def test_a_key_opens_from_its_issue_to_its_end_or_revocation(
    house: House, django_assert_num_queries: Any
) -> None:
    key, secret = actions.issue_key(
        house.alice, "app", ["open311.report"], at=house.at(0), until=house.at(5)
    )
    for hours, opens in ((-1, False), (0, True), (4.9, True), (5, False)):
        with django_assert_num_queries(1):
            assert (queries.key_for(secret, house.at(hours)) is not None) is opens
    for wrong in ("", secret[:-1], secret.upper(), "密钥", "\ud800"):
        assert queries.key_for(wrong, house.at(1)) is None
    actions.revoke_key(house.alice, key.pk, at=house.at(1))
    assert queries.key_for(secret, house.at(1)) is None
    assert ApiKey.objects.get(pk=key.pk).until == house.at(1)
    with pytest.raises(Invalid, match="revoked already"):
        actions.revoke_key(house.alice, key.pk, at=house.at(2))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rights": ["everything"]}, "unknown here: everything"),
        ({"rights": []}, "some of open311.report"),
        ({"rights": ["api"]}, "name the account"),
        ({"per_minute": 0}, "1 to 1000000 times"),
        ({"name": " "}, "whose program"),
        ({"until": NINE}, "ends after it begins"),
    ],
)
def test_a_key_that_is_not_right_is_refused_in_words(
    house: House, asked: dict[str, Any], words: str
) -> None:
    right: dict[str, Any] = {"name": "app", "rights": ["open311.report"], "at": NINE}
    with pytest.raises(Invalid, match=words):
        actions.issue_key(house.alice, **(right | asked))
    assert not ApiKey.objects.exists()


@pytest.mark.django_db
def test_the_limit_is_for_a_minute_and_another_minute_starts_anew(
    django_assert_num_queries: Any,
) -> None:
    key, other = a_key(3), a_key(3)
    with django_assert_num_queries(1):
        assert actions.count_use(key, NINE)
    later = [actions.count_use(key, NINE + timedelta(seconds=s)) for s in (1, 30, 59, 59.9)]
    assert later == [True, True, False, False]
    assert actions.count_use(other, NINE)
    assert actions.count_use(key, NINE + timedelta(seconds=60))
    # A process whose clock is behind counts for the minute that runs, and starts nothing anew.
    behind = [actions.count_use(key, NINE + timedelta(seconds=59)) for _ in range(3)]
    assert behind == [True, True, False]
    # A wrong clock far ahead does not lock the key out afterwards.
    assert [actions.count_use(key, NINE + timedelta(days=400)) for _ in range(4)][2:] == [
        True,
        False,
    ]
    assert actions.count_use(key, NINE + timedelta(seconds=61))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [7, 150])
def test_several_processes_together_spend_exactly_a_limit_below_two_hundred(limit: int) -> None:
    key = a_key(limit)
    processes = [actions.Allowance() for _ in range(3)]
    spent = sum(processes[n % 3].count_use(key, NINE) for n in range(limit * 2))
    assert spent == limit


@pytest.mark.django_db(transaction=True)
def test_several_processes_never_pass_a_high_limit_and_leave_little_of_it(
    django_assert_max_num_queries: Any,
) -> None:
    key = a_key(1_000)
    processes = [actions.Allowance() for _ in range(3)]
    with django_assert_max_num_queries(130):
        spent = sum(processes[0].count_use(key, NINE) for _ in range(995))
        assert spent == 995
        spent += sum(processes[n % 2 + 1].count_use(key, NINE) for n in range(20))
    assert 980 <= spent <= 1_000
    assert all(processes[1].count_use(key, NINE + timedelta(minutes=1)) for _ in range(50))


@pytest.mark.django_db(transaction=True)
def test_one_process_alone_spends_the_whole_of_a_high_limit() -> None:
    key = a_key(1_000)
    alone = actions.Allowance()
    assert sum(alone.count_use(key, NINE) for _ in range(1_200)) == 1_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [20, 400])
def test_threads_at_once_neither_pass_the_limit_nor_lose_a_use(limit: int) -> None:
    key = a_key(limit)
    here = actions.Allowance()

    def use(times: int) -> int:
        try:
            return sum(here.count_use(key, NINE) for _ in range(times))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        spent = sum(pool.map(use, [limit // 2] * 4))
    assert spent == limit


@pytest.mark.django_db(transaction=True)
def test_a_use_inside_a_transaction_takes_nothing_that_a_rollback_would_give_twice() -> None:
    key = a_key(400)
    here = actions.Allowance()
    with transaction.atomic():
        assert here.count_use(key, NINE)
        transaction.set_rollback(True)
    assert sum(here.count_use(key, NINE) for _ in range(500)) == 400
