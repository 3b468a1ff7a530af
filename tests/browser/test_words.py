"""Reading of words in browsers: type, be suggested, join; accept, set, refuse, take back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from commonward.areas.models import PlaceName
from commonward.cases import actions as cases
from commonward.cases.actions import (
    same_training,
    suggesting,
    training,
    word_asking,
    word_settings,
    word_spelling,
)
from commonward.cases.actions.opening import Said
from commonward.cases.models import (
    AutoRoute,
    Case,
    Event,
    Report,
    SameAnswer,
    Suggestion,
    WordModel,
)
from commonward.core.rights import SYSTEM
from commonward.core.triage.same import BOUND
from commonward.people.actions import raise_revision
from tests.corpus import closed_cases
from tests.district import LAMP, District

OTHER = "0999"
WORDS = "北门的路灯整夜漆黑，灯泡不亮了，照明灯也一闪一闪，the street lamp is dark and flickers all night"


@pytest.fixture
def taught(district: District, tmp_path: Path) -> District:
    """A site that has learnt from three months, with a category for what nobody sorted."""
    at = timezone.now() - timedelta(days=1)
    closed_cases(tmp_path, at)
    assert training.train(at).state == "champion"
    cases.set_category(OTHER, "其他", name_en="Other", parent="03")
    word_settings.set_reading(SYSTEM, at, on=True, unsorted=OTHER)
    return district


def unsorted(words: str = WORDS) -> Case:
    lat, lon = District.inside()
    said = Said(channel="portal", words=words, lat=lat, lon=lon)
    report = suggesting.open_unsorted(said, timezone.now())
    return Case.objects.get(pk=report.case_id)


def told(w: Any, kind: str) -> None:
    """A resident's way from the words to the place, with this kind chosen."""
    w.open("/report/")
    w.page.locator("#words").fill(WORDS)
    w.press("Next")
    assert "because of:" in w.text
    # What the words suggest stands before every other kind.
    assert w.page.locator("input[name=category]").first.get_attribute("value") == LAMP
    w.page.locator(f"#kind-{kind}").check()
    w.press("Next")
    w.page.locator("#address").fill("North gate 北门")
    w.page.get_by_text("I know the position in numbers", exact=True).click()
    lat, lon = District.inside()
    w.page.locator("#lat").fill(str(lat))
    w.page.locator("#lon").fill(str(lon))
    w.press("Next")


def test_type_be_suggested_find_the_same_problem_and_join_it(
    taught: District, window: Callable[..., Any]
) -> None:
    first = taught.report(LAMP, "路灯不亮 the lamp is dark", at=timezone.now())
    with window("en-GB", 320) as w:
        told(w, LAMP)
        same = w.page.locator(f"input[name=same][value='{first.number}']")
        same.check()
        w.press("Next")
        w.press("Next")  # nobody is asked how to be reached
        w.press("Send")
        assert "Your receipt" in w.text
    assert Report.objects.filter(case=first.case).count() == 2
    assert Case.objects.filter(source="").count() == 1


def test_who_does_not_know_the_kind_is_sorted_at_the_desk_with_one_click(
    taught: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 320) as w:
        told(w, "unsorted")
        w.press("Next")
        w.press("Send")
        assert "Your receipt" in w.text
    kept = Suggestion.objects.get()
    with window("en-GB", 1280) as w:
        w.sign_in("intake_officer")
        w.open("/desk/sort/")
        w.page.locator(f"button[name=kind][value='{LAMP}']").click()
        w.page.wait_for_load_state()
        assert "Nothing waits to be sorted." in w.text
    kept.refresh_from_db()
    assert kept.accepted
    assert kept.decided_by is not None
    assert kept.decided_by.login == "intake_officer"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_confidence_is_set_beside_what_was_measured_and_a_routed_case_comes_back(
    taught: District, window: Callable[..., Any], script: bool
) -> None:
    with window("en-GB", 1280, script=script) as w:
        w.sign_in("administrator")
        w.open(f"/desk/admin/words/kinds/{LAMP}/")
        slider = w.page.locator("#confidence")
        slider.focus()
        for _ in range(40):
            w.page.keyboard.press("ArrowLeft")
        if not script:
            w.press("What was measured there?")
        w.page.locator(".words-measured strong").wait_for()
        assert "were right" in w.text
        w.open(f"/desk/admin/words/kinds/{LAMP}/?confidence=60")
        w.page.locator("#reason").fill("Lamps are plain.")
        w.press("From 60 % on without a person")
        assert "From 60 % on this kind needs no person." in w.page.locator("body").inner_text()
    assert AutoRoute.objects.get().confidence == 0.6
    case = unsorted()
    assert Event.objects.filter(case=case, verb=suggesting.ROUTED).exists()
    with window("en-GB", 768, script=script) as w:
        w.sign_in("dispatcher")
        w.open(f"/desk/cases/{case.number}/")
        assert "Routed without a person." in w.text
        w.press("Give it back to a person")
        assert Event.objects.filter(case=case, verb=suggesting.GIVEN_BACK).exists()


def test_a_bad_model_is_refused_and_an_earlier_one_taken_back(
    taught: District, window: Callable[..., Any], tmp_path: Path
) -> None:
    first = WordModel.objects.get(state="champion").version
    now = timezone.now()
    closed_cases(tmp_path, now, count=60, days=1, seed=5, name="more")
    second = training.train(now)
    assert second.state == "champion"
    closed_cases(
        tmp_path, now - timedelta(days=32), count=600, days=40, seed=7, wrong=0.95, name="bad"
    )
    assert training.train(now + timedelta(days=1)).state == "refused"
    with window("en-GB", 1280) as w:
        w.sign_in("administrator")
        w.open("/desk/admin/words/")
        assert "refused: it did worse" in w.text
        w.sound("words-refused")
        w.press("Take it back")
        assert f"{first} answers again." in w.page.locator("body").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_pair_is_tried_kept_and_a_training_asked_for(
    taught: District, window: Callable[..., Any], script: bool
) -> None:
    with window("en-GB", 320, script=script) as w:
        w.sign_in("administrator")
        w.open("/desk/admin/words/spelling/")
        w.page.locator("#text").fill("亮眼泡坏了")
        w.page.locator("#try-written").fill("亮眼泡")
        w.page.locator("#try-meant").fill("路灯")
        w.press("How is it read?")
        assert "路灯坏了" in w.text
        # What was tried stands in the form that keeps it.
        w.press("Keep the pair")
        assert "The model that answers was taught with another table." in w.text
        w.page.get_by_role("link", name="Train now").click()
        w.press("Train now")
        assert "Asked for by" in w.text
    assert word_asking.train_asked(timezone.now()) is not None
    with window("en-GB", 768, script=script) as w:
        w.sign_in("administrator")
        w.open("/desk/admin/words/")
        assert "The model that answers was taught with another table." not in w.text


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("en-GB", 320, False), ("zh-CN", (320, 768), False), ("en-GB", 1280, True)],
)
def test_every_page_of_the_words_is_sound(
    taught: District,
    window: Callable[..., Any],
    language: str,
    width: int | tuple[int, ...],
    dark: bool,
) -> None:
    waits = unsorted()
    version = WordModel.objects.get().version
    word_settings.set_route(SYSTEM, LAMP, 0.6, "Lamps are plain. 路灯好认。", timezone.now())
    word_spelling.set_variant(taught.administrator, "亮眼泡", "路灯", "dialect", timezone.now())
    word_spelling.leave_out(taught.administrator, "单车", timezone.now())
    routed = unsorted()
    suggesting.sort(
        unsorted("路面塌陷了，有个大坑，the road has a deep hole").number, LAMP,
        taught.duty_chief, timezone.now(),
    )  # fmt: skip
    with window(language, width, dark=dark) as w:
        w.sign_in("administrator")
        w.open("/desk/admin/words/")
        w.sound("words")
        w.open(f"/desk/admin/words/models/{version}/")
        w.page.locator("#chart-calibration").scroll_into_view_if_needed()
        w.page.locator("#chart-calibration :is(canvas, svg)").first.wait_for()
        w.sound("words-model")
        w.open(f"/desk/admin/words/kinds/{LAMP}/?confidence=80")
        w.page.locator("#chart-confidence").scroll_into_view_if_needed()
        w.page.locator("#chart-confidence :is(canvas, svg)").first.wait_for()
        w.sound("words-kind")
        w.open("/desk/admin/words/spelling/?text=亮眼泡坏了，单车乱停&written=小洞&meant=坑洞")
        w.sound("words-spelling")
        w.sign_in("duty_chief")
        w.open("/desk/sort/")
        w.sound("words-sort")
        for name, case in (("waits", waits), ("routed", routed)):
            w.open(f"/desk/cases/{case.number}/")
            w.sound(f"words-case-{name}")
        w.open(f"/desk/intake/?words={WORDS}")
        w.sound("words-intake")


def answered(here: District) -> None:
    """Weights of the site's own, from people's answers of a hundred and sixty cases."""
    case, at, plain = here.report(words="Rubbish.").case, timezone.now(), dict.fromkeys(BOUND, 0.0)
    close = {**plain, "category": 0.5, "family": 0.5, "words": 0.75}
    for n in range(160):
        SameAnswer.objects.create(
            case=case, same=case if n % 2 else None, where="portal", version="x",
            looked=[{"case": case.pk, "row": close if n % 2 else {**plain, "metres": 80.0}}],
            at=at - timedelta(minutes=161 - n),
        )  # fmt: skip
    assert same_training.train_same(at).state == "champion"
    same_training.set_same(SYSTEM, 0.05, at)


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("en-GB", 320, False), ("zh-CN", 768, False), ("en-GB", 1280, True)],
)
def test_what_is_proposed_as_the_same_is_sound_and_is_sent_for_as_the_page_says(
    district: District,
    window: Callable[..., Any],
    language: str,
    width: int | tuple[int, ...],
    dark: bool,
) -> None:
    lat, lon = District.inside()
    PlaceName.objects.create(
        name="惠民花园", kind="estate", lat=lat, lon=lon, source="t", licence="l"
    )
    raise_revision("gazetteer")
    known = district.report(LAMP, "路灯不亮 lamp dark", at=timezone.now() - timedelta(hours=1))
    answered(district)
    with window(language, width, dark=dark) as w:
        asked: list[Any] = []
        w.page.on("request", lambda r: asked.append(r) if "/report/near/" in r.url else None)
        w.open("/report/")
        w.page.locator("#words").fill("路灯不亮")
        w.page.wait_for_timeout(2_000)
        assert not asked, "too few characters to say anything"
        w.page.locator("#words").fill("惠民花园门口路灯不亮 lamp dark")
        w.page.locator(f"#near button[value='{known.number}']").wait_for()
        assert asked
        assert {r.method for r in asked} == {"POST"}
        assert all("?" not in r.url for r in asked)
        assert all("csrfmiddlewaretoken" in (r.post_data or "") for r in asked)
        w.sound("same-portal")
        w.sign_in("administrator")
        w.open("/desk/admin/words/same/")
        w.sound("same-admin")
        w.sign_in("intake_officer")
        w.open(f"/desk/intake/?words=路灯不亮 lamp dark&category={LAMP}&lat={lat}&lon={lon}")
        first = w.page.locator(".help-same li").first
        assert "help-proposed" in (first.get_attribute("class") or "")
        assert known.number in first.inner_text()
        w.page.locator("#another").check()
        w.sound("same-intake")
