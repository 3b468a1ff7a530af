"""News of an area on the desk: written in both languages, shown to its people, ended."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from commonward.areas.models import News
from tests.district import STREETS
from tests.doors.desk.conftest import Office, Page

NEWS = reverse("desk:news")


def write(office: Office, **changed: str) -> Page:
    """The leader tells the first street something, ending in a week."""
    page = office.leader.open(NEWS, area=STREETS[0])
    today = timezone.localdate()
    given = {
        "do": "publish", "kind": "prevention", "title": "停水通知", "words": "明日停水。",
        "title_en": "No water", "words_en": "There is no water tomorrow.",
        "until": (today + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    form = next(f for f in page.forms if ("do", "publish") in f.buttons)
    return office.leader.post(form.action, {**form.fields, **given, **changed})


def test_what_is_written_stands_on_the_areas_public_page_until_it_is_ended(
    office: Office,
) -> None:
    page = write(office)
    assert "停水通知" in page.text and "There is no water tomorrow." in page.text
    public = reverse("portal:area", args=[STREETS[0]])
    assert "There is no water tomorrow." in office.nobody.open(public).text
    kept = News.objects.get()
    assert timezone.localtime(kept.valid_until).time().isoformat() == "00:00:00"
    ended = office.leader.send(page, f"{NEWS}?area={STREETS[0]}", do="end", news=kept.pk)
    assert "停水通知" not in ended.text
    assert "There is no water tomorrow." not in office.nobody.open(public).text


def test_what_is_refused_keeps_what_was_typed(office: Office) -> None:
    page = write(office, words_en="")
    assert page.status == 422 and "title and words, or neither" in page.text
    form = next(f for f in page.forms if ("do", "publish") in f.buttons)
    assert form.fields["title"] == ["停水通知"] and form.fields["kind"] == ["prevention"]
    assert "Give the day as" in write(office, until="tomorrow").text
    assert not News.objects.exists()
