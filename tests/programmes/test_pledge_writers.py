"""Two members book the same thing at the same moment: one has it, the other is told."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from commonward.core.refusals import Refusal, Stale
from commonward.core.rights import Actor
from commonward.programmes.actions.pledges import pooling
from commonward.programmes.models import Booking
from tests.district import small_district
from tests.programmes.pledge_office import pledges


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_one_books_and_the_other_is_refused() -> None:
    office = pledges(small_district())
    code, day = office.alliance.code, office.today + timedelta(days=1)
    room = pooling.lend(code, office.shop.pk, "room", "会议室", office.officer, office.at)
    both = threading.Barrier(2, timeout=30)
    met: list[type[Exception] | str] = []

    def take(who: Actor) -> None:
        try:
            both.wait()
            pooling.book(code, room.pk, day, "morning", "开会", who, office.at)
            met.append("booked")
        except Refusal as refused:
            met.append(type(refused))
        finally:
            connections.close_all()

    writers = [
        threading.Thread(target=take, args=(who,))
        for who in (office.here.handler, office.here.second_handler)
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    assert sorted(met, key=str) == sorted(["booked", Stale], key=str)
    assert Booking.objects.filter(freed_at=None).count() == 1
