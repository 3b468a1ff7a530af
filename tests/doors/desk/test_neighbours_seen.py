"""What a neighbour offers, and what is handed on, is read by whose place it is, and by nobody else."""

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.actions.federating import giving
from commonward.cases.models import HandOver, Neighbour
from commonward.cases.queries.handed_seen import readable
from commonward.core.rights import Actor, Right
from commonward.people.models import Account, Grant
from tests.district import RUBBISH, STREETS, District, small_district
from tests.doors.desk.conftest import key_of


@pytest.fixture
def here(db: None) -> District:
    """The district now."""
    return small_district(timezone.now())


@pytest.fixture
def they(here: District) -> Neighbour:
    """A neighbour whose key was compared."""
    return Neighbour.objects.create(
        name="Them", origin="them.example.org", address="https://them.example.org",
        public_key="x", compared_at=here.at, made_at=here.at,
    )  # fmt: skip


def offered(here: District, they: Neighbour, key: str, where: tuple[float, float] | None) -> int:
    """An offer of theirs for a place."""
    lat, lon = where or (None, None)
    return HandOver.objects.create(
        key=key * 32, neighbour=they, side="taker", state="asked", made_at=here.at,
        changed_at=here.at,
        content={
            "lat": lat, "lon": lon, "category": "9", "category_name": "Smell", "way": [they.origin],
            "reports": [{"number": "1", "words": f"Somebody's words {key}."}],
        },
    ).pk  # fmt: skip


def test_an_offer_is_read_by_posts_of_its_place(here: District, they: Neighbour) -> None:
    first = offered(here, they, "a", here.inside(0, 0))
    second = offered(here, they, "b", here.inside(2, 0))
    nowhere = offered(here, they, "c", None)
    rows = list(HandOver.objects.all())

    def reads(*rights: Right) -> set[int]:
        return set(readable(rows, Actor(account=1, rights=rights), here.at))

    assert reads(Right("dispatcher")) == {first, second, nowhere}
    assert reads(Right("dispatcher", STREETS[0])) == {first}
    assert reads(Right("leader", STREETS[1], ("03",))) == {second}
    assert reads(Right("dispatcher", verbs=("pass_on",))) == set()
    assert reads(Right("handler")) == set()


def test_a_street_s_dispatcher_sees_nothing_of_another_street(here: District, they: Neighbour) -> None:  # fmt: skip
    others = offered(here, they, "b", here.inside(2, 0))
    lat, lon = here.inside(2, 0)
    report = here.report(RUBBISH, "A heap.", lat=lat, lon=lon)
    row = giving.offer(report.case.number, they.pk, "It is yours.", here.dispatcher, here.at)
    account = Account.objects.get(login="dispatcher")
    Grant.objects.filter(account=account).update(area_code=STREETS[0])
    client = Client(headers={"accept-language": "en"})
    client.force_login(*key_of("dispatcher"))
    page = client.get("/desk/neighbours/").content.decode()
    assert report.case.number not in page
    for one in (others, row.pk):
        assert f"/desk/neighbours/{one}/" not in page
        assert client.get(f"/desk/neighbours/{one}/").status_code == 404
