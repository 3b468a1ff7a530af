"""A model learns the site's own cases, holds no person, and its file is no programme."""

import io
import random
from collections import Counter
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.triage import calibrating, dividing
from commonward.core.triage.features import cut
from commonward.core.triage.learning import train
from commonward.core.triage.model import Trained, load, save
from commonward.core.triage.reading import tokens
from commonward.core.triage.said import Example
from commonward.core.triage.starting import Starting
from tests.core.triage.invented_reports import SEEDS, WORDS, reports


@cache
def learnt() -> Trained:
    made = train(reports(400), SEEDS)
    assert isinstance(made, Trained)
    return made


def test_what_was_taught_is_answered() -> None:
    later = reports(200, seed=1)
    said = learnt().suggest_each([example.words for example in later], most=1)
    hits = sum(one[0].code == example.code for one, example in zip(said, later, strict=True))
    assert hits >= 180


def test_one_text_and_many_are_answered_alike() -> None:
    texts = [example.words for example in reports(20, seed=2)]
    assert learnt().suggest_each(texts) == [learnt().suggest(text) for text in texts]


def test_the_reasons_stand_in_the_text_and_speak_for_the_code() -> None:
    (best, *_) = learnt().suggest("小区门口垃圾堆积，臭味影响生活")
    assert best.code == "waste"
    assert best.because[0] in WORDS["waste"]
    assert set(best.because) <= {"小区", "门口", "垃圾", "堆积", "臭味", "影响", "生活"}


@pytest.mark.parametrize("text", ["", "13912345678", "Лампа не горит", "……", "qqq www"])
def test_a_text_that_says_nothing_gets_no_suggestion(text: str) -> None:
    assert learnt().suggest(text) == ()


def test_the_same_examples_make_the_same_model() -> None:
    again = train(reports(400), SEEDS)
    assert again.version == learnt().version
    assert train(reports(399), SEEDS).version != learnt().version


def test_too_few_examples_leave_the_word_to_the_seeds() -> None:
    assert isinstance(train(reports(20), SEEDS), Starting)
    assert isinstance(train([Example("路灯不亮", "lamp")] * 100, SEEDS), Starting)


def test_a_code_with_few_examples_is_never_sure() -> None:
    rare = [Example(f"井盖缺失{w}", "cover") for w in ("小区", "附近")]
    made = train(reports(200) + rare, SEEDS)
    assert all(
        one.probability <= 0.5 for one in made.suggest("井盖缺失", most=9) if one.code == "cover"
    )


def test_what_fewer_than_three_groups_wrote_is_not_kept() -> None:
    odd = [Example("路灯不亮孔乙己", "lamp", "one")] * 4 + reports(200)
    made = train(odd, SEEDS)
    assert isinstance(made, Trained)
    assert not [name for name in made.lexicon.names if "孔乙" in name]


SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静磊洋艳勇军杰娟"
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
IDS = st.from_regex(
    r"[1-6][0-9]{5}19[5-9][0-9](0[1-9]|1[0-2])[0-2][1-9][0-9]{3}[0-9X]", fullmatch=True
)
NAMES = st.builds(
    lambda a, b: a + b, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=2)
)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 10_000))
def test_other_names_numbers_and_ids_change_no_answer(data: st.DataObject, number: int) -> None:
    (report,) = reports(1, seed=number)
    form = f"我叫{{0}}，电话{{1}}。{report.words}。身份证{{2}}，联系人：{{0}}，{{3}}女士也看到了，{{4}}@163.com"
    one, other = (
        learnt().suggest(
            form.format(
                data.draw(NAMES), data.draw(PHONES), data.draw(IDS),
                data.draw(st.sampled_from(SURNAMES)), data.draw(st.text("abcxyz", min_size=3)),
            )
        )
        for _ in range(2)
    )  # fmt: skip
    assert one == other


def test_a_file_gives_back_the_same_model() -> None:
    read = load(save(learnt()))
    assert read.version == learnt().version
    for example in reports(20, seed=3):
        assert read.suggest(example.words) == learnt().suggest(example.words)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused(data: st.DataObject) -> None:
    whole = bytearray(save(learnt()))
    at = data.draw(st.integers(0, len(whole) - 1))
    how = data.draw(st.sampled_from(["flip", "cut", "fill"]))
    if how == "flip":
        whole[at] ^= 1 << data.draw(st.integers(0, 7))
    elif how == "cut":
        del whole[at:]
    else:
        whole[at : at + 16] = b"\x00" * 16
    try:
        read = load(bytes(whole))
    except Invalid:
        return
    # A bit that says nothing (a time stamp of the archive) may differ: then the model is the same.
    assert read.version == learnt().version


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid):
        load(data)


def test_a_pickle_inside_is_not_opened() -> None:
    packed = io.BytesIO()
    parts = dict.fromkeys(
        ("header", "names", "rarity", "known_in", "weights", "offset", "slope", "bias"),
        np.array([{"a": 1}], dtype=object),
    )
    np.savez(packed, allow_pickle=True, **parts)
    with pytest.raises(Invalid):
        load(packed.getvalue())


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abc")), min_size=1, max_size=60))
def test_folds_never_part_a_group(pairs: list[tuple[int, str]]) -> None:
    group_of, codes = [p[0] for p in pairs], [p[1] for p in pairs]
    fold = dividing.folds(group_of, codes, 5, seed=1)
    for group in set(group_of):
        assert len({f for f, g in zip(fold, group_of, strict=True) if g == group}) == 1


def test_copies_are_found_even_where_nobody_marked_them() -> None:
    first = "门口的路灯坏了三天晚上一片漆黑老人出门很不方便请尽快派人维修"
    texts = [
        first,
        "请领导看看" + first + "谢谢",
        "工地拖欠工资半年一直没有结算老板不接电话请劳动部门处理",
    ]
    found = dividing.groups([tokens(text) for text in texts])
    assert found[0] == found[1] != found[2]


@given(st.lists(st.text("路灯坏了", min_size=1, max_size=5)), st.integers(0, 30))
def test_a_cut_text_has_no_more_characters_than_asked(words: list[str], most: int) -> None:
    short = cut(words, most)
    assert sum(map(len, short)) == min(most, sum(map(len, words)))
    assert "".join(words).startswith("".join(short))


def test_probabilities_hold_for_short_and_long_texts() -> None:
    chance = random.Random(5)
    scores, lengths, right = [], [], []
    # The true chance of the best code falls with the length, though the scores do not.
    for _ in range(4_000):
        n = chance.choice((5, 150))
        sure = 0.95 if n == 150 else 0.6
        code = chance.randrange(3)
        scores.append([[1.0 if c == code else -0.5 for c in range(3)]])
        lengths.append(n)
        right.append(code if chance.random() < sure else (code + chance.choice((1, 2))) % 3)
    table, answers = np.array(scores), np.array(right)
    made = calibrating.learn(table[:3000], lengths[:3000], answers[:3000])
    given_ = made(table[3000:], lengths[3000:])
    for n, sure in ((5, 0.6), (150, 0.95)):
        mine = given_[np.array(lengths[3000:]) == n].max(axis=1)
        assert abs(mine.mean() - sure) < 0.04


def test_labels_of_a_few_examples_are_counted() -> None:
    told = Counter(example.code for example in reports(400))
    assert dict(zip(learnt().codes, learnt().examples, strict=True)) == dict(told)
