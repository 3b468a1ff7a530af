"""The strangers' texts hold what they claim: counts, parts apart, true substrings, valid numbers.

Nothing here asks the product's rules; they are measured elsewhere.
"""

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from tests.core.triage.written import strangers

KINDS = {"fire", "gas", "rescue", "life", "violence", "self_harm", "child"}
SORTS = {"phone", "identity", "card", "plate", "mail", "account", "room", "name", "iban"}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IBAN_LENGTHS = {"GB": 22, "DE": 22, "FR": 27, "NL": 18, "IE": 22, "ES": 24, "PL": 28}


def bare(text: str) -> str:
    """Letters and figures alone, of one width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def figures(text: str) -> str:
    """The same, with Chinese numerals as figures."""
    return bare(text).translate(str.maketrans("零一二三四五六七八九", "0123456789"))


def identity_holds(number: str) -> bool:
    total = sum(int(sign) * weight for sign, weight in zip(number[:17], WEIGHTS, strict=True))
    return "10x98765432"[total % 11] == number[17]


def luhn_holds(number: str) -> bool:
    doubled = [int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(number))]
    return sum(sum(divmod(figure, 10)) for figure in doubled) % 10 == 0


def iban_holds(number: str) -> bool:
    turned = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def privates(sort: str) -> list[str]:
    return [
        words
        for entry in strangers.private()
        for words, kind in zip(entry.private, entry.kinds, strict=True)
        if kind == sort
    ]


def test_each_kind_of_danger_is_told_in_both_languages_and_both_parts() -> None:
    both = strangers.told("dev") + strangers.told("held")
    assert len(both) >= 520
    chinese = sum(each.language == "zh" for each in both) / len(both)
    assert 0.5 < chinese < 0.6
    for part in (strangers.told("dev"), strangers.told("held")):
        counts = Counter((each.kind, each.language) for each in part)
        assert set(counts) == {(kind, tongue) for kind in KINDS for tongue in ("zh", "en")}
        assert min(counts.values()) >= 15


def test_calm_words_are_as_many_in_each_language() -> None:
    for part in (strangers.calm("dev"), strangers.calm("held")):
        assert Counter(each.language for each in part) == {"zh": 40, "en": 40}


def test_no_text_is_written_twice_nor_stands_in_two_parts() -> None:
    texts = [
        each.text
        for part in (
            strangers.told("dev"),
            strangers.told("held"),
            strangers.calm("dev"),
            strangers.calm("held"),
            strangers.private(),
            strangers.public(),
        )
        for each in part
    ]
    twice = {text for text, count in Counter(map(bare, texts)).items() if count > 1}
    assert not twice
    assert all(text == text.strip() != "" for text in texts)


def test_a_language_is_told_by_its_signs() -> None:
    for part in (strangers.told("dev"), strangers.told("held")):
        for each in part:
            assert bool(re.search("[一-鿿]", each.text)) == (each.language == "zh"), each.text


def test_the_private_stretches_stand_in_their_texts_in_order() -> None:
    assert len(strangers.private()) >= 240
    assert len(strangers.public()) >= 120
    for entry in strangers.private():
        assert entry.private
        assert len(entry.private) == len(entry.kinds)
        places = [entry.text.index(words) for words in entry.private]
        assert all(first < then for first, then in pairwise(places)), entry.text
    found = Counter(kind for entry in strangers.private() for kind in entry.kinds)
    assert set(found) == SORTS
    assert min(found.values()) >= 10


def test_identity_numbers_of_eighteen_figures_have_their_check_sign() -> None:
    numbers = [figures(words) for words in privates("identity")]
    long = [number for number in numbers if re.fullmatch(r"\d{17}[\dx]", number)]
    assert len(long) >= 15
    assert any(number.endswith("x") for number in long)
    assert all(map(identity_holds, long))


def test_hong_kong_identity_cards_have_their_check_sign() -> None:
    cards = [
        bare(entry.private[0])
        for entry in strangers.private()
        if entry.kinds == ("identity",) and re.search("香港身|HKID|我嘅身", entry.text)
    ]
    assert len(cards) == 3
    for card in cards:
        values = (36, *(int(sign, 36) for sign in card))
        total = sum(value * weight for value, weight in zip(values, range(9, 0, -1), strict=True))
        assert total % 11 == 0


def test_bank_cards_and_accounts_have_their_check_figures() -> None:
    assert all(luhn_holds(figures(words)) for words in privates("card"))
    for number in map(bare, privates("iban")):
        assert len(number) == IBAN_LENGTHS[number[:2].upper()]
        assert iban_holds(number)


def test_no_public_text_holds_a_valid_card_or_identity_number() -> None:
    for each in strangers.public():
        for run in re.findall(r"\d{15,}[xX]?", each.text):
            assert not (16 <= len(run) <= 19 and run.isdigit() and luhn_holds(run)), each.text
            assert not (len(run) == 18 and identity_holds(run.casefold())), each.text
