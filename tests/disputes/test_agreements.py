"""An agreement is drafted, checked, put before both sides, signed, and only then in force."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from commonward.cases.actions.sealing import shred
from commonward.cases.models import Event
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes import actions as disputes
from commonward.disputes.actions.agreements import (
    bring_into_force,
    draft_agreement,
    object_to_agreement,
    propose_agreement,
    record_signature,
    sign_agreement,
    terms_of,
)
from commonward.disputes.models import Agreement, Obligation, Party, Signature
from commonward.disputes.queries.agreements import (
    agreement_shown,
    binding_terms,
    findings_of,
    objections,
)
from tests.talks import Talks


def terms(talks: Talks, **more: Any) -> dict[str, Any]:
    """A wall is taken down and 1,200 yuan are paid for the plants."""
    day = (talks.at + timedelta(days=30)).date().isoformat()
    both = {"proof": "both sides look and sign 双方查看签字", "if_not": "对方可以依法起诉"}
    return {
        "facts": "乙方砌墙挡住甲方采光。",
        "clauses": [
            {
                "act": "do",
                "who": ["b"],
                "what": "take 80 cm off the wall",
                "where": "South lane 4",
                "by": day,
                **both,
            },
            {
                "act": "pay",
                "who": ["b"],
                "to": ["a"],
                "fen": 120_000,
                "what": "plants",
                "by": day,
                "how": "bank transfer",
                **both,
            },
            {"act": "other", "text": "本协议一式三份。"},
        ],
        **more,
    }


def proposed(talks: Talks, **more: Any) -> tuple[str, Actor, Actor, str]:
    """Number, both parties, and the digest of the text that lies before them."""
    number, first, second = talks.talking(**more)
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    made = propose_agreement(number, talks.mediator, talks.later(55))
    return number, first, second, made.digest


def test_what_the_panel_brought_about_the_panel_brings_into_force(talks: Talks) -> None:
    number, first, second = talks.talking("panel")
    draft_agreement(number, terms(talks), talks.panelist, talks.later(50))
    digest = propose_agreement(number, talks.panelist, talks.later(55)).digest
    for who in (first, second):
        sign_agreement(number, digest, who, talks.later(60))
    bring_into_force(number, digest, talks.panelist, talks.later(64), seal_set=True)
    assert talks.dispute(number).case.stage == "perform"


def test_signed_by_both_the_mediator_and_sealed_it_is_in_force_and_performance_begins(
    talks: Talks,
) -> None:
    number, first, second, digest = proposed(talks)
    assert talks.dispute(number).case.stage == "agreed"
    sign_agreement(number, digest, first, talks.later(60))
    with pytest.raises(Refusal, match="Side B has not signed"):
        bring_into_force(number, digest, talks.mediator, talks.later(61), seal_set=True)
    record_signature(number, "b", digest, talks.mediator, talks.later(62))
    with pytest.raises(Refusal, match="seal"):
        bring_into_force(number, digest, talks.mediator, talks.later(63), seal_set=False)
    bring_into_force(number, digest, talks.mediator, talks.later(64), seal_set=True)
    dispute = talks.dispute(number)
    assert dispute.case.stage == "perform"
    found = binding_terms(dispute)
    assert found is not None
    agreement, said = found
    assert agreement.effective_at == talks.later(64)
    assert said.clauses[1].fen == 120_000
    assert {s.way for s in Signature.objects.all()} == {"electronic", "paper"}
    owed = list(Obligation.objects.order_by("number").values_list("act", "debtor", "fen"))
    assert owed == [("deed", "b", None), ("pay", "b", 120_000)]
    shown = agreement_shown(dispute, second, "zh")
    assert shown is not None
    assert "赵小梅" in shown.clauses[0].legal
    assert "壹仟贰佰元整" in shown.clauses[1].legal


def test_nothing_unclear_is_proposed(talks: Talks) -> None:
    number, *_ = talks.talking()
    vague = terms(talks, clauses=[{"act": "do", "who": ["b"], "what": "妥善处理"}])
    _, findings = draft_agreement(number, vague, talks.mediator, talks.later(50))
    rules = {f.rule for f in findings}
    assert {"vague", "where", "by_when", "proof", "if_not"} <= rules
    assert {f.rule for f in findings_of(talks.dispute(number), talks.at.date())} == rules
    assert set(Agreement.objects.get().findings) == rules
    with pytest.raises(Refusal, match="unclear"):
        propose_agreement(number, talks.mediator, talks.later(51))
    assert talks.dispute(number).case.stage == "at_community"


def test_an_objection_makes_a_new_draft_and_the_old_signature_counts_no_more(
    talks: Talks,
) -> None:
    number, first, second, digest = proposed(talks)
    sign_agreement(number, digest, first, talks.later(60))
    object_to_agreement(number, digest, "八十厘米太多 80 cm is too much", second, talks.later(61))
    dispute = talks.dispute(number)
    assert [(a.version, a.state) for a in Agreement.objects.order_by("version")] == [
        (1, "replaced"),
        (2, "draft"),
    ]
    assert objections(dispute)[0].words.startswith("八十厘米")
    assert agreement_shown(dispute, first, "zh") is None
    again = propose_agreement(number, talks.mediator, talks.later(62))
    assert again.digest != digest
    with pytest.raises(Stale):
        sign_agreement(number, digest, second, talks.later(63))
    record_signature(number, "b", again.digest, talks.mediator, talks.later(64))
    with pytest.raises(Refusal, match="Side A"):
        bring_into_force(number, again.digest, talks.mediator, talks.later(65), seal_set=True)


def test_a_changed_text_needs_new_signatures(talks: Talks) -> None:
    number, first, _, digest = proposed(talks)
    sign_agreement(number, digest, first, talks.later(60))
    dearer = terms(talks)
    dearer["clauses"][1]["fen"] = 500_000
    draft_agreement(number, dearer, talks.mediator, talks.later(61))
    with pytest.raises(Stale):
        record_signature(number, "b", digest, talks.mediator, talks.later(62))
    again = propose_agreement(number, talks.mediator, talks.later(63))
    assert not Signature.objects.filter(agreement=again).exists()


@pytest.mark.parametrize(
    ("kind", "text"), [("family", "一式三份。"), ("neighbours", "老人的遗产不在本协议内。")]
)
def test_family_and_inheritance_are_signed_on_paper_only(
    talks: Talks, kind: str, text: str
) -> None:
    number, first, _ = talks.talking(kind=kind)
    given = terms(talks)
    given["clauses"][2]["text"] = text
    draft_agreement(number, given, talks.mediator, talks.later(50))
    digest = propose_agreement(number, talks.mediator, talks.later(51)).digest
    with pytest.raises(Refusal, match="on paper"):
        sign_agreement(number, digest, first, talks.later(52))
    record_signature(number, "a", digest, talks.mediator, talks.later(53))
    assert Signature.objects.get().way == "paper"


def test_an_oral_agreement_is_noted_and_needs_no_seal(talks: Talks) -> None:
    number, first, _ = talks.talking()
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    digest = propose_agreement(number, talks.mediator, talks.later(51), oral=True).digest
    with pytest.raises(Refusal, match="oral"):
        sign_agreement(number, digest, first, talks.later(52))
    for letter in ("a", "b"):
        record_signature(number, letter, digest, talks.mediator, talks.later(53))
    made = bring_into_force(number, digest, talks.mediator, talks.later(54), seal_set=False)
    assert (made.state, made.oral, made.sealed_at) == ("in_force", True, None)
    assert {s.way for s in Signature.objects.all()} == {"oral"}


def test_a_day_that_passed_between_proposal_and_signing_keeps_it_from_coming_into_force(
    talks: Talks,
) -> None:
    number, _, _, digest = proposed(talks)
    for letter in ("a", "b"):
        record_signature(number, letter, digest, talks.mediator, talks.later(60))
    late = talks.at + timedelta(days=40)
    with pytest.raises(Refusal, match="day that has passed"):
        bring_into_force(number, digest, talks.mediator, late, seal_set=True)


def test_only_who_mediates_it_drafts_and_a_supporter_signs_for_nobody(talks: Talks) -> None:
    number, first, _, digest = proposed(talks)
    for actor in (talks.coordinator, first):
        with pytest.raises((Forbidden, Missing)):
            draft_agreement(number, terms(talks), actor, talks.later(60))
    with pytest.raises(Missing):
        draft_agreement(number, terms(talks), talks.second_mediator, talks.later(60))
    disputes.put_on_side(
        number, "a", "supporter", {"name": "孙有才"}, talks.mediator, talks.later(60)
    )
    helper = Party.objects.get(part="supporter").pk
    with pytest.raises(Forbidden):
        sign_agreement(
            number, digest, Actor(party=helper, name="party", role="party"), talks.later(61)
        )


def test_a_party_sees_no_draft_and_a_leader_nothing(talks: Talks) -> None:
    number, first, _ = talks.talking()
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    dispute = talks.dispute(number)
    assert agreement_shown(dispute, first, "en") is None
    assert agreement_shown(dispute, talks.mediator, "en") is not None
    assert agreement_shown(dispute, talks.here.leader, "en") is None


def test_two_editors_do_not_overwrite_each_other(talks: Talks) -> None:
    number, *_ = talks.talking()
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50), upon="")
    with pytest.raises(Stale):
        draft_agreement(number, terms(talks), talks.mediator, talks.later(51), upon="")


def test_events_tell_what_happened_and_no_word_of_the_terms_lies_open(talks: Talks) -> None:
    number, first, *_, digest = proposed(talks)
    object_to_agreement(number, digest, "太多了", first, talks.later(60))
    verbs = list(Event.objects.filter(case__number=number).values_list("verb", flat=True))
    assert {"agreement_drafted", "agreement_proposed", "agreement_objected"} <= set(verbs)
    with connection.cursor() as cursor:
        for table in ("disputes_agreement", "disputes_signature", "cases_event"):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (names of our own tables)
            text = str([[bytes(v) if isinstance(v, memoryview) else v for v in r] for r in cursor])
            for secret in ("80 cm", "120000", "太多", "采光"):
                assert secret not in text, f"{secret} in {table}"


def test_once_the_key_is_destroyed_the_terms_are_gone_and_the_digest_tells_nothing(
    talks: Talks,
) -> None:
    number, *_ = proposed(talks)
    dispute = talks.dispute(number)
    shred(dispute.case, talks.later(70), SYSTEM)
    assert terms_of(Agreement.objects.get(), talks.dispute(number)).clauses == ()


def test_the_database_holds_one_agreement_in_hand_and_none_in_force_without_signatures(
    talks: Talks,
) -> None:
    number, *_ = proposed(talks)
    dispute = talks.dispute(number)
    for wrong in (
        {"version": 2, "state": "draft"},
        {"version": 2, "state": "in_force"},
        {"version": 1, "state": "replaced"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(dispute=dispute, drafted_at=talks.at, **wrong)


def test_an_objection_needs_words(talks: Talks) -> None:
    number, first, _, digest = proposed(talks)
    with pytest.raises(Invalid):
        object_to_agreement(number, digest, "  ", first, talks.later(60))
