"""The pages of the directory and of reviews of access, as administrators and leads use them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.people import actions
from commonward.people.models import Account, DirectoryGroup, Grant, Review, ReviewLine

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def office(db: None, settings: Any) -> dict[str, Client]:
    """An administrator, who leads a team, and a handler in it."""
    settings.SECOND_FACTOR = False
    at = timezone.now() - timedelta(hours=1)
    team = actions.add_team(SYSTEM, "water", "水务", at=at, name_en="Water")
    made = {}
    for login, role in (
        ("root", "administrator"), ("lead", "leader"), ("handler", "handler"),
    ):  # fmt: skip
        account = actions.add_account(SYSTEM, login, login.title(), at=at, language="en")
        actions.grant(SYSTEM, account.pk, role, at=at)
        if role != "administrator":
            actions.join_team(SYSTEM, account.pk, team.pk, at=at)
        made[login] = Client(headers={"accept-language": "en"})
        made[login].force_login(account, BACKEND)
    DirectoryGroup.objects.create(name="Water staff", made_at=at, changed_at=at)
    return made


def test_what_a_group_gives_is_said_and_taken_back_on_a_page(office: dict[str, Client]) -> None:
    where, root = "/desk/admin/directory/", office["root"]
    assert "Water staff" in root.get(where).content.decode()
    group = DirectoryGroup.objects.get()
    given = root.post(where, {"do": "give", "group": group.pk, "what": "team:water"}, follow=True)
    assert given.status_code == 200
    assert "team “" in given.content.decode()
    by_department = {"do": "give", "department": "Roads", "what": "role:handler", "area": ""}
    given = root.post(where, by_department, follow=True)
    assert "Roads" in given.content.decode()
    assert root.post(where, by_department).status_code == 422
    assert root.post(where, {"do": "give", "what": "nonsense"}).status_code == 422
    assert office["lead"].get(where).status_code == 403


def test_a_review_is_begun_decided_with_one_press_and_read_as_a_table(
    office: dict[str, Client],
) -> None:
    root, lead = office["root"], office["lead"]
    due = (timezone.localdate() + timedelta(days=20)).isoformat()
    begun = root.post(
        "/desk/admin/reviews/",
        {"do": "begin", "due": due, "months": "12", "ends": "1"},
        follow=True,
    )
    assert begun.status_code == 200, begun.content.decode()
    review = Review.objects.get()
    page = lead.get("/desk/access/").content.decode()
    assert "Handler" in page
    assert "Root" not in page, "who leads a team sees its members alone"
    line = ReviewLine.objects.get(grant__account__login="handler")
    own = ReviewLine.objects.get(grant__account__login="lead")
    assert (
        lead.post("/desk/access/", {"do": "decide", "why": f"{own.pk}:needed"}).status_code == 404
    )
    ended = lead.post("/desk/access/", {"do": "decide", "why": f"{line.pk}:moved"}, follow=True)
    assert "Ended" in ended.content.decode()
    assert not Grant.objects.filter(account__login="handler", until=None).exists()
    Account.objects.filter(login="handler").update(name="=HYPERLINK(1)")
    table = root.get(f"/desk/admin/reviews/{review.pk}/?as=csv")
    text = table.content.decode()
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "has moved" in text
    assert ",=HYPERLINK" not in text
    shown = root.get(f"/desk/admin/reviews/{review.pk}/").content.decode()
    assert "3 grants: 0 kept, 1 ended, 2 undecided." in shown
    assert office["handler"].get("/desk/access/").status_code == 403
    assert lead.get(f"/desk/admin/reviews/{review.pk}/").status_code == 403
