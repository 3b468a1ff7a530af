"""Whatever is written in a conversation: it goes on, it ends when asked, it files each thing once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.chat.kept import packed, unpacked
from commonward.core.chat.model import (
    Add,
    Choice,
    Draft,
    File,
    Knows,
    Message,
    NoNews,
    Outcome,
    Place,
    Spot,
    Status,
    Talk,
)
from commonward.core.chat.plan import shipped
from commonward.core.chat.states import takes_picture
from commonward.core.chat.stepping import filed, fresh, step

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLAN = shipped()
NUMBER = "N6M804353D"
ROADS = tuple(Choice(f"Road {n}", 27.8 + n / 100, 113.1) for n in range(7))


def places(words: str) -> tuple[Choice, ...]:
    """Two words that mean several places, one that means one, one that perhaps means one."""
    if "many" in words:
        return ROADS
    if "maybe" in words:
        return (replace(ROADS[0], sure=False),)
    return ROADS[:1] if "road" in words else ()


def spot(lat: float, lon: float) -> Spot:
    """The far north is outside, one meridian is a border."""
    sides = (Choice("West", side="w"), Choice("East", side="e")) if lon == 113.0 else ()
    return Spot(outside=lat > 60, sides=sides)


KNOWS = Knows(places, spot, lambda words, language: ("Hall? 9:00–17:00",), "12345")


def said(*texts: str | Message, talk: Talk | None = None) -> list[Outcome]:
    """Each step of a conversation, a second apart."""
    now = talk or fresh(PLAN, "key")
    found = []
    for number, one in enumerate(texts):
        message = one if isinstance(one, Message) else Message(f"{now.key}{number}", one)
        outcome = step(PLAN, now, message, AT + timedelta(seconds=number), KNOWS, "next")
        now = outcome.talk
        if any(isinstance(effect, File) for effect in outcome.effects):
            now = filed(PLAN, now, NUMBER, "3FH9KZ")
            outcome = replace(outcome, talk=now)
        found.append(outcome)
    return found


def told(outcome: Outcome) -> list[str]:
    return [reply.text for reply in outcome.replies]


def test_what_where_photo_confirm() -> None:
    steps = said("The lamp is broken", "the road", Message("p", picture="pic"), "yes")
    assert [one.talk.state for one in steps] == ["where", "photo", "confirm", "done"]
    assert told(steps[0]) == ["hello", "where"]
    (made,) = steps[-1].effects
    assert isinstance(made, File)
    assert made.language == "en"
    assert made.draft == Draft("The lamp is broken", "the road", 27.8, 113.1, "", ("pic",))


def test_two_problems_of_one_conversation_are_two_reports() -> None:
    once = ("road", "skip", "yes")
    steps = said("Lamp", *once, "new", "Rubbish", *once)
    made = [one for step in steps for one in step.effects if isinstance(one, File)]
    assert [one.draft.words for one in made] == ["Lamp", "Rubbish"]
    assert made[0].key != made[1].key


def test_it_is_summed_up_before_it_is_sent() -> None:
    summary = said("路灯坏了", Message("l", place=Place(27.8, 113.1)), "跳过")[-1]
    text = PLAN.told(summary.replies[-1], "zh-hans")
    assert "路灯坏了" in text
    assert "发送的位置" in text
    assert "照片：0" in text


def test_a_place_of_several_is_asked_with_at_most_five_choices() -> None:
    steps = said("Lamp", "many roads", "3")
    offered = steps[1].replies[-1].choices
    assert offered == (*(f"Road {n}" for n in range(5)), "@choice_none", "@choice_back")
    assert (steps[2].talk.draft.lat, steps[2].talk.state) == (27.82, "photo")


@pytest.mark.parametrize("answer", ["6", "None of these", "都不是"])
def test_none_of_the_places_keeps_the_words(answer: str) -> None:
    end = said("Lamp", "many roads", answer)[-1].talk
    assert (end.draft.address, end.draft.lat, end.state) == ("many roads", None, "photo")


def test_a_name_that_is_only_alike_is_asked_though_it_is_alone() -> None:
    assert said("Lamp", "maybe")[-1].talk.state == "which"


def test_a_place_at_a_border_is_asked_for_its_side_and_one_outside_for_another() -> None:
    border = Message("b", place=Place(27.8, 113.0))
    assert said("Lamp", Message("o", place=Place(70.0, 113.1)))[-1].talk.state == "where"
    steps = said("Lamp", border, "East")
    assert [one.talk.state for one in steps[1:]] == ["side", "photo"]
    assert steps[-1].talk.draft.side == "e"
    early = said(border, "Lamp", "1")
    assert early[-1].talk.draft.side == "w", "asked too where the place came first"


def test_the_first_words_choose_the_language_and_a_word_changes_it() -> None:
    assert said("路灯坏了")[-1].talk.language == "zh-hans"
    assert said("hello")[-1].talk.language == "en"
    assert said("/start", "路灯坏了")[-1].talk.language == "zh-hans"
    steps = said("The lamp is broken", "中文", "南路 the bakery", "English")
    assert [one.talk.language for one in steps] == ["en", "zh-hans", "zh-hans", "en"]


def test_danger_is_told_at_once_in_every_state_and_nothing_is_lost_by_it() -> None:
    for before in ([], ["Lamp"], ["Lamp", "road"], ["Lamp", "road", "skip"]):
        end = said(*before, "楼道着火了，有人晕倒")[-1]
        first = next(reply for reply in end.replies if reply.call)
        assert first.call == ("119", "120")
        assert first is end.replies[0]
    assert said("楼道着火了，有人晕倒")[-1].talk.draft.words == "楼道着火了，有人晕倒"


def test_danger_is_told_though_too_many_messages_came() -> None:
    steps = said(*["x"] * (PLAN.an_hour + 2), "there is a fire in my house, help")
    assert told(steps[PLAN.an_hour])[0] == "slow"
    assert told(steps[PLAN.an_hour + 1]) == []
    assert told(steps[-1]) == ["danger"]


def test_an_enquiry_is_answered_and_may_still_become_a_report() -> None:
    steps = said("When is the hall open?", "1", "road", "skip", "yes")
    assert steps[0].talk.state == "known"
    assert "9:00" in PLAN.told(steps[0].replies[-1], "en")
    assert isinstance(steps[-1].effects[0], File)
    assert said("When is the hall open?", "That helped")[-1].talk.draft == Draft()


def test_a_problem_is_not_taken_for_an_enquiry() -> None:
    assert said("The lamp is broken")[-1].talk.state == "where"


def test_status_words_and_news_of_a_report_are_known_by_its_number() -> None:
    code = f"{NUMBER} 3FH9KZ"
    assert said(f"status {code}")[-1].effects == (Status(NUMBER, "3FH9KZ"),)
    assert said(f"查询 {code}")[-1].effects == (Status(NUMBER, "3FH9KZ"),)
    assert said(f"{code} the south gate")[-1].effects == (Add(NUMBER, "3FH9KZ", "the south gate"),)
    assert said(f"STOP {NUMBER}")[-1].effects == (NoNews(NUMBER),)


def test_what_is_added_goes_to_the_report_that_this_conversation_made() -> None:
    steps = said("Lamp", "road", "skip", "yes", "It flickers", "ok", Message("q", picture="pp"))
    assert steps[4].effects == (Add(NUMBER, "3FH9KZ", "It flickers"),)
    assert steps[5].effects == (), "thanks are no news"
    assert steps[6].effects == (Add(NUMBER, "3FH9KZ", "", "pp"),)


def test_stop_forgets_the_draft_and_the_report() -> None:
    end = said("Lamp", "road", "skip", "yes", "stop")[-1].talk
    assert (end.number, end.code, end.draft, end.before) == ("", "", Draft(), ())


def test_a_person_is_asked_for_with_or_without_words() -> None:
    at_once = said("Lamp", "人工")[-1]
    assert isinstance(at_once.effects[0], File)
    assert at_once.effects[0].person
    later = said("person", "I was sent away")
    assert later[0].effects == ()
    assert isinstance(later[1].effects[0], File)
    assert later[1].effects[0].person
    after = said("Lamp", "road", "skip", "yes", "person")[-1]
    assert isinstance(after.effects[0], Add)


def test_what_is_not_understood_says_what_is_taken() -> None:
    end = said("When is the hall open?", "a cow")[-1]
    assert told(end) == ["nobody_knows", "known"]
    assert "one of the answers offered" in PLAN.told(end.replies[0], "en")
    assert told(said("Lamp", Message("v", strange="kind"))[-1]) == ["strange", "where"]


def test_the_same_message_again_is_answered_the_same_and_does_nothing() -> None:
    steps = said("Lamp", "road", "skip", "yes")
    last = steps[-1]
    again = step(PLAN, last.talk, Message("key3", "yes"), AT, KNOWS, "next")
    assert again.again
    assert again.effects == ()
    assert again.talk == last.talk


def test_after_the_bound_it_begins_anew() -> None:
    end = said("Lamp", "road")[-1].talk
    late = AT + timedelta(seconds=PLAN.forgotten_after + 10)
    anew = step(PLAN, end, Message("z", "Rubbish"), late, KNOWS, "next")
    assert anew.talk.key == "next"
    assert anew.talk.draft == Draft("Rubbish")


def test_back_goes_through_every_question_to_the_first() -> None:
    steps = said("Lamp", "road", "skip", "back", "back", "back", "back")
    assert [one.talk.state for one in steps[3:]] == ["photo", "where", "what", "what"]
    assert told(steps[-1]) == ["first", "what"]


def test_very_long_words_are_cut_and_it_is_said() -> None:
    end = said("x" * (PLAN.longest_words + 1))[-1]
    assert len(end.talk.draft.words) == PLAN.longest_words
    assert "cut" in told(end)


TEXTS = st.sampled_from(
    [
        "Lamp", "路灯坏了", "the road", "many", "maybe", "1", "2", "6", "7", "yes", "no", "skip",
        "back", "start again", "person", "stop", "help", "hello", "中文", "English", "new", "",
        "怎么办证？", f"status {NUMBER} 3FH9KZ", f"STOP {NUMBER}", "着火了", "\x00\u202e", "{words} {0}",
    ]
)  # fmt: skip
PLACES = st.builds(
    Place, st.sampled_from([27.8, 70.0, 0.0]), st.sampled_from([113.0, 113.1]), st.just("")
)
MESSAGES = st.builds(
    Message,
    st.integers(0, 40).map(str),
    TEXTS | st.text(max_size=20),
    st.none() | PLACES,
    st.sampled_from(["", "", "pic"]),
    st.sampled_from(["", "kind", "large"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGES, max_size=30))
def test_any_messages_never_break_it_nor_file_twice_and_it_can_be_ended(
    messages: list[Message],
) -> None:
    talk, keys, done = fresh(PLAN, "key"), [], set()
    for number, one in enumerate(messages):
        if one.picture:
            one = replace(one, picture=f"p{number}" if not takes_picture(PLAN, talk) else "")
        before = talk
        outcome = step(PLAN, talk, one, AT + timedelta(seconds=number), KNOWS, "next")
        talk = unpacked(packed(outcome.talk))
        assert talk == outcome.talk, "what is kept is what was"
        if one.id in before.seen:
            assert not outcome.effects
        assert outcome.again or outcome.replies or outcome.effects, (
            "nobody is left without an answer"
        )
        for reply in outcome.replies:
            for language in ("en", "zh-hans"):
                assert PLAN.told(reply, language)
                assert all(PLAN.label(choice, language) for choice in reply.choices)
        assert len(talk.draft.pictures) <= PLAN.most_pictures
        for effect in outcome.effects:
            if isinstance(effect, File):
                assert effect.draft.words, "no report without words"
                assert one.id not in done, "one message files once"
                done.add(one.id)
                keys.append(effect.key)
                talk = filed(PLAN, talk, NUMBER, "3FH9KZ")
    assert len(keys) == len(set(keys)), "no draft is filed twice"
    end = step(PLAN, talk, Message("the end", "STOP"), AT, KNOWS, "next").talk
    assert (end.state, end.draft, end.number) == (PLAN.gives_up, Draft(), "")
