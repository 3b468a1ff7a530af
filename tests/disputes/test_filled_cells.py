"""A whole dispute's own file, not a sample: what was asked once stands in every cell it belongs to."""

from collections.abc import Sequence
from datetime import timedelta

from commonward.core.confirmation import CHECKS
from commonward.core.papers.binding import bind, index
from commonward.core.papers.filling import Sheet, filled_share, how_many, sheet
from commonward.core.papers.kinds import kinds
from commonward.core.rights import SYSTEM
from commonward.disputes import actions as disputes
from commonward.disputes.actions import sessions
from commonward.disputes.actions.agreements import (
    bring_into_force,
    draft_agreement,
    propose_agreement,
    record_signature,
)
from commonward.disputes.actions.handing import prepare_confirmation
from commonward.disputes.actions.inquiring import note_inquiry
from commonward.disputes.actions.needs import Needs, say_needs
from commonward.disputes.actions.performing import claim
from commonward.disputes.actions.visiting import Found, visit
from commonward.disputes.models import Visit
from commonward.disputes.queries.file_facts import file_of
from commonward.disputes.queries.papers import attached_to
from commonward.people import actions as people
from tests.chosen import Choosing, appointed, enrolled
from tests.disputes.test_agreements import terms
from tests.disputes.test_papers import FIRST, SECOND
from tests.talks import Talks

OFFICIAL = {str(number) for number in range(1, 12)}
OTHER = {"gender": "男", "ethnicity": "汉族", "age": "48", "occupation": "个体户"}


def a_whole_dispute(talks: Talks) -> str:
    """The wall between neighbours, from the application to the visit, all that is asked once."""
    enrolled(talks, "mediator")
    people.change_team(
        SYSTEM, talks.teams["committee-south"], at=talks.at, name="南街人民调解委员会",
        name_en="Southern committee", contact="0731-2345678",
    )  # fmt: skip
    made = talks.registered(
        wants="拆低围墙，赔偿花木 300 元。",
        applicant=(disputes.Person(FIRST),),
        others=(disputes.Person({**SECOND, **OTHER}),),
    )
    first, second = talks.applicant(made), talks.other(made)
    agent = {"name": "李律师", "phone": "13700000000", "relation": "律师", "powers": "代为参加调解"}
    disputes.put_on_side(made.number, "a", "representative", agent, first, talks.later(25))
    say_needs(made.number, "b", Needs(wants="保留围墙。"), second, talks.later(26))
    disputes.answer(made.number, "b", "agreed", second, talks.later(30))
    appointed(Choosing(talks, made.number, first, second))
    me = talks.mediator
    note_inquiry(
        made.number,
        {"place": "南巷 4 号", "asked": "邻居", "present": "网格员", "words": "墙高 2.3 米。"},
        talks.later(50), me, talks.later(55),
    )  # fmt: skip
    start = talks.later(60)
    held = sessions.plan(
        made.number, sessions.Plan(start, start + timedelta(hours=1), place="调解室"), me,
        talks.later(56),
    )  # fmt: skip
    words = {part: f"{part}：已记录。" for part in sessions.PARTS}
    sessions.record_session(made.number, held.pk, words, "ab", me, talks.later(125))
    draft_agreement(made.number, terms(talks), me, talks.later(130))
    digest = propose_agreement(made.number, me, talks.later(131)).digest
    for letter in "ab":
        record_signature(made.number, letter, digest, me, talks.later(140))
    bring_into_force(made.number, digest, me, talks.later(141), seal_set=True)
    prepare_confirmation(made.number, talks.teams["court"], dict.fromkeys(CHECKS, True), me,
                         talks.later(150))  # fmt: skip
    claim(made.number, 1, second, talks.later(160))
    visit(
        made.number, Visit.objects.get().pk, "in_part", "双方仍在往来。", me, talks.later(170),
        Found("fairly", later_suit=False, risk_left=False, measures="五月再看一次。"),
    )  # fmt: skip
    return made.number


def official(talks: Talks, number: str) -> Sequence[Sheet]:
    """The eleven papers of a dispute as its mediator binds them."""
    dispute = talks.dispute(number)
    file = file_of(
        dispute, talks.mediator, "zh", code="confirmation", filed_by="档案员",
        filed_at=talks.later(200),
    )  # fmt: skip
    found = [
        sheet(code, file, which=which)
        for code, kind in kinds().items()
        if kind.number in OFFICIAL
        for which in range(how_many(code, file))
    ]
    return [*found, index(file, bind(file, attached_to(dispute)).lines)]


def test_what_is_asked_once_fills_the_cells_of_a_real_file(talks: Talks) -> None:
    papers = official(talks, a_whole_dispute(talks))
    own, every = filled_share(papers)
    # One session and one visit: the least that a file holds, so the least that fills itself.
    assert every > 200
    assert own / every >= 0.75, f"{own} of {every}"
    filled = {
        (paper.kind, field.label): field.value for paper in papers for field in paper.fields()
    }
    assert filled["visit", "满意程度"] == "基本满意"
    assert filled["visit", "其后是否诉讼"] and filled["visit", "是否仍有隐患"]
    assert filled["visit", "后续措施"] == "五月再看一次。"
    assert filled["agreement", "争议事项"] == "A garden wall between two houses."
    assert filled["agreement", "记录人"], "who took up what was sent in"
    wants = [
        f.value for p in papers if p.kind == "application" for f in p.fields()
        if f.label == "申请事项"
    ]  # fmt: skip
    assert wants == ["拆低围墙，赔偿花木 300 元。", "保留围墙。"]
    owes = [
        f.value for p in papers if p.kind == "agreement" for f in p.fields() if f.label == "履行方"
    ]
    assert owes and all(owes), "a clause by which nobody owes anything makes no empty row"
