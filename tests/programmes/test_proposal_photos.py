"""Photos of proposals: sealed until the office looked, then shown with words for who cannot see."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from commonward.cases.models import Photo
from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.programmes.actions.councilling import forget_councils
from commonward.programmes.actions.proposal_photos import (
    Picture,
    propose_with_photos,
    show_proposal_photo,
)
from commonward.programmes.actions.proposing import Wish, proposal_step
from commonward.programmes.models import Proposal, ProposalPhoto
from commonward.programmes.queries.proposal_photos import photos_of
from tests.doors.desk.conftest import key_of
from tests.programmes.councils import Councils

WISH = Wish("公交站旁加一张长椅", "等车的老人没有地方坐。", sending="a" * 40)


def picture(colour: str = "red", words: str = "站牌旁的空地") -> Picture:
    """A small photo with what a camera writes beside it."""
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(kept, "JPEG", exif=exif)
    return Picture(kept.getvalue(), words)


def test_a_photo_is_kept_without_its_metadata_and_nobody_sees_it_yet(town: Councils) -> None:
    made = propose_with_photos(WISH, [picture(words="打 13912345678")], town.at)
    (seen,) = photos_of(made, inside=True)
    file = settings.MEDIA_ROOT / seen.photo.name
    assert b"a camera" not in file.read_bytes() and "13912345678" not in seen.words
    assert photos_of(made) == []
    proposal_step(made.case.number, "admit", town.officer, town.at)
    assert Client().get(f"/photos/{seen.photo.name}").status_code == 404


def test_it_is_public_once_it_was_shown_with_its_proposal_and_hidden_with_a_reason(
    town: Councils,
) -> None:
    made = propose_with_photos(WISH, [picture(words="")], town.at)
    number, at = made.case.number, town.at + timedelta(hours=1)
    name = Photo.objects.get().name
    with pytest.raises(Invalid):
        show_proposal_photo(number, name, " ", "", town.officer, at, public=True)
    show_proposal_photo(number, name, "空地", "", town.officer, at, public=True)
    anybody = Client(headers={"accept-language": "en"})
    assert anybody.get(f"/photos/{name}").status_code == 404
    proposal_step(number, "admit", town.officer, at)
    assert anybody.get(f"/photos/{name}").status_code == 200
    assert 'alt="空地"' in anybody.get(f"/together/proposals/{number}/").content.decode()
    with pytest.raises(Invalid):
        show_proposal_photo(number, name, "", "", town.officer, at, public=False)
    show_proposal_photo(number, name, "", "一张脸", town.officer, at, public=False)
    assert anybody.get(f"/photos/{name}").status_code == 404
    assert "/photos/" not in anybody.get(f"/together/proposals/{number}/").content.decode()


def test_only_who_keeps_proposals_shows_a_photo(town: Councils) -> None:
    made = propose_with_photos(WISH, [picture()], town.at)
    proposal_step(made.case.number, "admit", town.officer, town.at)
    for who in (town.here.handler, town.here.dispatcher, town.here.resident):
        with pytest.raises((Forbidden, Missing)):
            show_proposal_photo(
                made.case.number, Photo.objects.get().name, "空地", "", who, town.at, public=True
            )
    assert not Photo.objects.get().public


def test_too_many_and_what_is_no_photo_are_refused_and_nothing_is_kept(town: Councils) -> None:
    before = set(settings.MEDIA_ROOT.rglob("*.jpg"))
    with pytest.raises(Invalid, match="at most"):
        propose_with_photos(WISH, [picture()] * 4, town.at)
    with pytest.raises(Invalid):
        propose_with_photos(WISH, [picture(), Picture(b"%PDF-1.7")], town.at)
    assert not Proposal.objects.exists() and not Photo.objects.exists()
    assert set(settings.MEDIA_ROOT.rglob("*.jpg")) == before


def test_sent_twice_it_is_one_proposal_with_its_photos_once(town: Councils) -> None:
    both = [picture(), picture("blue", "对面")]
    first = propose_with_photos(WISH, both, town.at)
    again = propose_with_photos(WISH, both, town.at + timedelta(minutes=1))
    assert again.pk == first.pk
    assert [one.words for one in photos_of(first, inside=True)] == ["站牌旁的空地", "对面"]


def test_its_words_are_deleted_with_the_proposal(town: Councils) -> None:
    made = propose_with_photos(WISH, [picture()], town.at)
    Proposal.objects.get().case.__class__.objects.filter(pk=made.pk).update(forgotten_at=town.at)
    forget_councils(town.at)
    assert not ProposalPhoto.objects.exists()


def test_a_resident_sends_photos_with_the_form_and_the_desk_shows_them(town: Councils) -> None:
    anybody, desk = (Client(headers={"accept-language": "en"}) for _ in range(2))
    sent = {"step": "check", "go": "next", "title": "A bench", "words": "To sit", "area": "",
            "sending": "b" * 40, "alt1": "The stop"}  # fmt: skip
    page = anybody.post("/together/proposals/new/", {**sent, "step": "area"}).content.decode()
    assert 'name="photo1"' in page and 'enctype="multipart/form-data"' in page
    bad = sent | {"photo1": SimpleUploadedFile("a.jpg", b"no photo")}
    refused = anybody.post("/together/proposals/new/", bad)
    assert refused.status_code == 422 and "choose them again" in refused.content.decode()
    good = sent | {"photo1": SimpleUploadedFile("a.jpg", picture().content)}
    assert anybody.post("/together/proposals/new/", good).status_code == 302
    number = Proposal.objects.get().case.number
    desk.force_login(*key_of("programme_officer"))
    here = f"/desk/programmes/councils/proposals/{number}/"
    assert "not public" in desk.get(here).content.decode()
    name = Photo.objects.get().name
    assert (
        desk.post(here, {"do": "photo_show", "photo": name, "alt": "The stop"}).status_code == 302
    )
    assert Photo.objects.get().public
