"""Answers on the portal: found, read, judged, and what was asked in vain, which leads to nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonward.cases.actions.answers import add_answer, change_answer, retire_answer
from commonward.cases.actions.answers_checking import check_answer
from commonward.cases.actions.answers_helping import forget_asked, note_vain, say_helped
from commonward.cases.models import AnswerHelped, AnswerMissing, AskedInVain
from commonward.cases.queries.gaps import gaps, said_of
from commonward.cases.queries.knowledge import answering, public_answer, public_matching
from commonward.core.knowledge.sources import Source
from commonward.core.refusals import Forbidden, Invalid, Refusal, Stale
from tests.district import STREETS, District


def public(here: District, question: str, words: str, language: str = "en", **more: Any) -> int:
    """An answer that somebody else has checked."""
    made = add_answer(
        here.duty_chief, question, words, here.at, language=language, public=True, **more
    )
    check_answer(here.administrator, made.pk, here.at, version=1, agree=True)
    return made.pk


@pytest.fixture
def lift(district: District) -> tuple[int, int, int]:
    """How to get a grant for a lift: English, Chinese, and English for the second street."""
    first = public(
        district, "Is there a grant for adding a lift?", "Yes. Ask the housing office.",
        keywords="elevator, subsidy", sources=[Source("law", "Example rule 8", "https://example.org/8")],
    )  # fmt: skip
    chinese = public(
        district, "老小区加装电梯有补贴吗？", "有。向住建局申请。", "zh-hans", of=first
    )
    street = public(
        district, "Is there a grant for adding a lift?", "Yes. Ask the village committee.",
        of=first, area=STREETS[1],
    )  # fmt: skip
    return first, chinese, street


def found(words: str, here: District, language: str = "en", area: str = "") -> list[int]:
    return [one.line.id for one in public_matching(words, area, language, here.at)]


def test_a_question_in_either_language_finds_the_answer_in_the_readers(
    district: District, lift: tuple[int, int, int]
) -> None:
    first, chinese, street = lift
    assert found("lift grant", district) == [first]
    assert found("电梯补贴", district) == [first]
    assert found("lift subsedy", district) == [first], "one letter is wrong"
    assert found("elevators", district, "zh-hans") == [chinese]
    assert found("加装电剃", district, "zh-hans") == [chinese], "a homophone"
    assert found("加裝電梯補貼", district, "zh-hans") == [chinese], "traditional characters"
    assert found("where can my cat swim", district) == []
    assert found("lift grant", district, area=district.grid(2, 0)) == [street], "its street's"
    assert found("lift grant", district, area=STREETS[0]) == [first]
    [one] = public_matching("电梯补贴", "", "en", district.at)
    assert set(one.line.because) == {"电梯", "补贴"}


def test_the_nearest_area_up_the_tree_holds_and_says_its_language(
    district: District, lift: tuple[int, int, int]
) -> None:
    first, chinese, street = lift
    told = public_answer(first, district.grid(2, 0), "zh-hans", district.at)
    assert told is not None
    assert told.line.id == street, "the place counts more than the language"
    assert told.other_language
    told = public_answer(first, "", "en", district.at)
    assert told is not None
    assert [one.id for one in told.languages] == [chinese]
    [elsewhere] = told.elsewhere
    assert elsewhere.line.id == street
    [part] = elsewhere.differ
    assert (part.there, part.here) == ("Ask the housing office.", "Ask the village committee.")


def test_residents_read_only_what_somebody_else_has_checked(district: District) -> None:
    made = add_answer(
        district.duty_chief, "Bulky waste?", "Call us.", district.at, language="en", public=True
    ).pk
    assert found("bulky waste", district) == []
    with pytest.raises(Forbidden, match="other than who wrote"):
        check_answer(district.duty_chief, made, district.at, version=1, agree=True)
    with pytest.raises(Invalid, match="Say what is wrong"):
        check_answer(district.administrator, made, district.at, version=1, agree=False)
    check_answer(
        district.administrator, made, district.at, version=1, agree=False, reason="Which number?"
    )
    assert found("bulky waste", district) == []
    change_answer(
        district.duty_chief, made, "Bulky waste?", "Call the depot.", district.at, version=1
    )
    with pytest.raises(Stale):
        check_answer(district.administrator, made, district.at, version=1, agree=True)
    check_answer(district.administrator, made, district.at, version=2, agree=True)
    assert found("bulky waste", district) == [made]
    change_answer(district.administrator, made, "Bulky waste?", "WRONG", district.at, version=2)
    [one] = public_matching("bulky waste", "", "en", district.at)
    assert one.line.words == "Call the depot.", "the version before, until this one is checked"
    retire_answer(district.administrator, made)
    assert found("bulky waste", district) == []


def test_an_expired_answer_is_shown_to_no_resident(district: District) -> None:
    made = public(
        district, "Swimming pool?", "At ten.", valid_until=district.at + timedelta(days=3)
    )
    after = district.at + timedelta(days=3)
    assert public_answer(made, "", "en", after - timedelta(seconds=1))
    assert public_answer(made, "", "en", after) is None
    assert public_matching("swimming pool", "", "en", after) == ()
    assert answering("swimming pool", "", "en", after) == ()


def test_a_conversation_gets_few_short_answers_with_their_addresses(
    district: District, lift: tuple[int, int, int]
) -> None:
    [short] = answering("a grant for a lift", STREETS[1], "en", district.at)
    assert short.words == "Yes. Ask the village committee."
    assert short.address == reverse("portal:known_answer", args=[short.id])


def test_a_vain_question_keeps_no_words_until_five_have_asked_it(district: District) -> None:
    at = district.at
    for number in range(4):
        assert note_vain(f"10.0.0.{number}", "Where do bees live? 13912345678", "en", at)
    assert not note_vain("10.0.0.3", "where do BEES live", "en", at), "once a day of a network"
    [kept] = AskedInVain.objects.all()
    assert (kept.words, kept.times) == ("", 4)
    assert gaps(district.duty_chief, at) == ()
    assert note_vain("10.0.0.3", "live bees", "en", at + timedelta(days=1))
    [gap] = gaps(district.duty_chief, at)
    assert gap.words == "bee live", "without the number, in one order"
    assert gap.times == 5
    forget_asked(at + timedelta(days=70))
    assert not AskedInVain.objects.exists()


def test_one_network_cannot_fill_the_list(district: District) -> None:
    told = [note_vain("10.0.0.9", f"zebra{chr(97 + n)}", "en", district.at) for n in range(26)]
    told += [note_vain("10.0.0.9", f"yak{chr(97 + n)}", "en", district.at) for n in range(26)]
    assert sum(told) == 30


def test_what_residents_say_is_counted_once_a_day_and_leads_to_nobody(
    district: District, lift: tuple[int, int, int]
) -> None:
    first, at = lift[0], district.at
    assert say_helped("10.0.0.1", first, True, at)
    assert not say_helped("10.0.0.1", first, True, at)
    assert say_helped(
        "10.0.0.2", first, False, at, missing="How much? I am Mr Smith, 13912345678.", asked="lift"
    )
    said = said_of(district.duty_chief, first, at)
    assert (said.helped, said.not_helped) == (1, 1)
    [(_, words)] = said.missing
    assert "How much?" in words
    assert "Smith" not in words
    assert "139" not in words
    for number in range(3, 7):
        say_helped(f"10.0.0.{number}", first, False, at, asked="the lift")
    [gap] = gaps(district.duty_chief, at)
    assert (gap.words, gap.answer, gap.times) == ("lift", first, 5)
    forget_asked(at + timedelta(days=31))
    assert not AnswerMissing.objects.exists()
    assert AnswerHelped.objects.exists()
    with pytest.raises(Refusal):
        say_helped("10.0.0.1", 10**9, True, at)


def test_feedback_from_one_network_is_bounded(
    district: District, lift: tuple[int, int, int]
) -> None:
    with pytest.raises(Refusal, match="Very much came"):
        for _ in range(30):
            say_helped("10.0.0.1", lift[0], True, district.at)


def test_five_thousand_answers_are_looked_up_without_a_query(
    district: District, django_assert_max_num_queries: Any
) -> None:
    public(district, "Where do I pay for heating?", "At the counter.")
    public_matching("heating", "", "en", district.at)
    with django_assert_max_num_queries(2):
        assert public_matching("pay for heating", "", "en", district.at)


def test_a_resident_searches_reads_and_says_it_helped(district: District) -> None:
    window = Client(headers={"accept-language": "en"})
    made = public(
        district, "When does the library open?", "At nine.",
        sources=[Source("address", "Library page", "https://example.org/library")],
        valid_until=timezone.now() + timedelta(days=5),
    )  # fmt: skip
    page = window.get("/answers/")
    assert "When does the library open?" in page.content.decode()
    page = window.get("/answers/", {"q": "libary open"})
    assert "<mark>library</mark>" in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    page = window.get(f"/answers/{made}/")
    text = page.content.decode()
    assert "https://example.org/library" in text
    assert "Holds until" in text
    sent = window.post(f"/answers/{made}/helped/", {"helped": "yes"}, follow=True)
    assert "nothing of you is kept" in sent.content.decode()
    assert AnswerHelped.objects.get().helped == 1
    assert window.get("/answers/", {"q": "unicorn stables"}).status_code == 200
    assert AskedInVain.objects.get().times == 1
    assert window.get("/answers/999999/").status_code == 404
