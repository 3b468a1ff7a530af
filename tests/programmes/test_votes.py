"""A vote: one right one ballot, nobody can be linked, and everybody can count again."""

import hashlib
import json
import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonward.cases.models import Event
from commonward.core.ballots import codes, recount
from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.programmes.actions import ballot_rights, casting, voting
from commonward.programmes.models import Ballot, LetterCode, PaperMark, Vote
from tests.programmes.councils import Councils, Voter


def voters(town: Councils, vote: Vote, codes_: list[str]) -> list[Voter]:
    made = []
    for number, code in enumerate(codes_):
        one = Voter(vote, town.at, number)
        one.ask(code)
        made.append(one)
    return made


def test_from_the_letters_to_the_list_that_anybody_counts_again(town: Councils) -> None:
    vote = town.vote("equal_shares")
    for place, one in enumerate(voters(town, vote, town.letters(vote, 6))):
        one.cast([1 + place % 2, 3])
    made = town.close(vote)
    published = json.loads(made.published)
    assert recount.check(published, made.root) == []
    assert len(published["ballots"]) == 6
    assert published["issued"] == {"letters": 6, "codes_spent": 6, "counter_checked": 0}
    committed = Event.objects.get(case=vote.case, verb="ballots_committed")
    assert committed.data == {"root": made.root, "ballots": 6}
    assert committed.pk < Event.objects.get(case=vote.case, verb="publish").pk


def test_a_code_gives_one_signature_and_the_same_question_the_same_answer(town: Councils) -> None:
    vote = town.vote()
    (code,) = town.letters(vote, 1)
    one, other = Voter(vote, town.at), Voter(vote, town.at)
    one.ask(f" {codes.shown(code).lower()} ")
    first = one.signature
    one.ask(code)
    assert one.signature == first
    with pytest.raises(Refusal) as used:
        other.ask(code)
    assert used.value.code == "used"


def test_a_token_counts_once_and_its_last_word_counts(town: Councils) -> None:
    vote = town.vote()
    (one,) = voters(town, vote, town.letters(vote, 1))
    one.cast([1])
    one.cast([3, 2])
    published = json.loads(town.close(vote).published)
    assert [b[3] for b in published["ballots"]] == [[2, 3]]


def test_without_the_vote_s_signature_nothing_goes_into_the_box(town: Councils) -> None:
    vote, other = town.vote(), town.vote()
    (one,) = voters(town, vote, town.letters(vote, 1))
    signature = one.signature
    for wrong in ("", "00", signature[:-2] + "00", "zz"):
        one.signature = wrong
        with pytest.raises(Refusal):
            one.cast([1])
    one.signature, one.vote = signature, other
    with pytest.raises(Refusal):
        one.cast([1])
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("choice", [[4], [1, 1], ["1"], "yes", {"a": 1}, [True], None])
def test_a_choice_that_is_not_on_the_paper_is_refused(town: Councils, choice: object) -> None:
    vote = town.vote()
    (one,) = voters(town, vote, town.letters(vote, 1))
    with pytest.raises(Invalid):
        one.cast(choice)


def test_after_the_last_day_or_the_closing_no_right_and_no_ballot_is_taken(town: Councils) -> None:
    vote = town.vote()
    given = town.letters(vote, 2)
    (one,) = voters(town, vote, given[:1])
    one.at = town.at + timedelta(days=8)
    with pytest.raises(Refusal):
        one.cast([1])
    one.at = town.at
    voting.end_voting(vote.case.number, town.officer, town.at)
    with pytest.raises(Refusal):
        one.cast([1])
    with pytest.raises(Refusal):
        voters(town, vote, given[1:])


def test_who_ended_the_voting_does_not_count_it(town: Councils) -> None:
    vote = town.vote()
    voting.end_voting(vote.case.number, town.officer, town.at)
    with pytest.raises(Refusal) as apart:
        voting.count_vote(vote.case.number, town.officer, town.at)
    assert apart.value.code == "apart"


def test_the_key_the_papers_and_the_asked_are_gone_at_the_closing(town: Councils) -> None:
    vote = town.vote()
    voters(town, vote, town.letters(vote, 2))
    ballot_rights.print_papers(vote.case.number, 3, town.officer, town.at)
    made = town.close(vote)
    with pytest.raises(Refusal):
        voting.key_of(made)
    assert not PaperMark.objects.exists()
    assert set(LetterCode.objects.values_list("asked", flat=True)) == {""}
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(key_sealed=b"again")


def test_a_paper_of_the_pile_counts_like_any_other(town: Councils) -> None:
    vote = town.vote("yes_no", quorum=2)
    number = vote.case.number
    papers = ballot_rights.print_papers(number, 3, town.officer, town.at)
    (code,) = town.letters(vote, 1)
    ballot_rights.hand_paper(number, town.officer, town.at, code=code)
    ballot_rights.hand_paper(number, town.officer, town.at, looked=True)
    casting.cast_paper(number, codes.shown(papers[0]), "no", town.at)
    casting.cast_paper(number, papers[0], "yes", town.at)
    casting.cast_paper(number, papers[1], "yes", town.at)
    with pytest.raises(Invalid):
        casting.cast_paper(number, codes.new_code(codes.PAPER), "yes", town.at)
    with pytest.raises(Refusal):
        Voter(vote, town.at).ask(code)
    with pytest.raises(Invalid):
        ballot_rights.hand_paper(number, town.officer, town.at)
    made = town.close(vote)
    published = json.loads(made.published)
    assert recount.check(published, made.root) == []
    assert published["result"]["accepted"] is True
    assert published["issued"] == {"letters": 1, "codes_spent": 1, "counter_checked": 1}
    assert not any(paper in made.published for paper in papers)


def test_no_more_papers_are_handed_out_than_were_printed(town: Councils) -> None:
    vote = town.vote()
    ballot_rights.print_papers(vote.case.number, 1, town.officer, town.at)
    ballot_rights.hand_paper(vote.case.number, town.officer, town.at, looked=True)
    with pytest.raises(Refusal) as empty:
        ballot_rights.hand_paper(vote.case.number, town.officer, town.at, looked=True)
    assert empty.value.code == "papers"


def test_only_who_keeps_the_area_prepares_and_gives_rights(town: Councils) -> None:
    vote = town.vote()
    for who in (town.here.leader, town.here.handler, town.here.outsider):
        with pytest.raises(Refusal):
            ballot_rights.print_letters(vote.case.number, town.area.pk, 1, who, town.at)
    with pytest.raises(Forbidden):
        voting.prepare_vote(
            voting.Terms("x", "yes_no", town.area.pk, vote.opens_on, vote.closes_on),
            town.here.handler, town.at,
        )  # fmt: skip


@given(st.data())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_rows_admit_every_pairing_of_codes_and_ballots(
    town: Councils, data: st.DataObject
) -> None:
    """Two histories that differ only in who cast which ballot when leave rows of one distribution:
    what is stored of codes does not depend on ballots, and neither holds a moment or an order."""
    vote = town.vote()
    given = town.letters(vote, 4)
    issue = data.draw(st.permutations(range(4)))
    order = data.draw(st.permutations(range(4)))
    made = {n: Voter(vote, town.at, n) for n in range(4)}
    for n in issue:
        made[n].ask(given[n])
    for n in order:
        made[n].cast([1 + n % 3])
    with transaction.atomic():
        voting.mix(vote)
    rows = list(LetterCode.objects.filter(vote=vote).values())
    assert {frozenset(row) for row in rows} == {
        frozenset({"id", "vote_id", "batch_id", "mark", "spent", "asked"})
    }
    ballots = list(Ballot.objects.filter(vote=vote).values())
    assert {frozenset(row) for row in ballots} == {
        frozenset({"id", "vote_id", "token", "randomizer", "signature", "choice"})
    }
    # Of every request and every ballot there is a factor that makes them one voter's.
    key = voting.key_of(vote)
    for row in rows:
        asker = next(v for v in made.values() if row["asked"] == _hash(v))
        for ballot in ballots:
            signature = int(ballot["signature"], 16)
            hidden = pow(signature, key.e, key.n)
            power = int.from_bytes(asker.sent, "big") * pow(hidden, -1, key.n) % key.n
            factor = pow(power, key.d, key.n)
            assert hidden * pow(factor, key.e, key.n) % key.n == int.from_bytes(asker.sent, "big")


def _hash(voter: Voter) -> str:
    return hashlib.sha256(voter.sent).hexdigest()


def test_neither_numbers_nor_places_of_rows_follow_the_order_of_casting(town: Councils) -> None:
    """SQLite lays rows down by their number and PostgreSQL where there is room: both are drawn."""
    orders = set()
    for _ in range(4):
        vote = town.vote()
        people = voters(town, vote, town.letters(vote, 6))
        for one in people:
            one.cast([1])
        with transaction.atomic():
            voting.mix(vote)
        place = "ctid" if connection.vendor == "postgresql" else "rowid"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT token FROM programmes_ballot WHERE vote_id = %s ORDER BY {place}",  # noqa: S608  # one of two words above
                [vote.pk],
            )
            lies = [row[0] for row in cursor.fetchall()]
        tokens = [one.token for one in people]
        orders.add(tuple(lies.index(token) for token in tokens))
    # That four drawn orders of six all follow the casting has a chance of 1 in 10^11.
    assert orders != {tuple(range(6))}


def test_the_list_can_be_counted_however_it_was_cast(town: Councils) -> None:
    vote = town.vote("schulze")
    for one in voters(town, vote, town.letters(vote, 5)):
        one.cast(random.sample([1, 2, 3], 3))
    made = town.close(vote)
    published = json.loads(made.published)
    random.shuffle(published["ballots"])
    assert recount.check(published, made.root) == []
