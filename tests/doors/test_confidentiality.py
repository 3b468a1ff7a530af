"""Who sees what of a dispute: every person × page × stage × secret, through the real doors.

A dispute is told with marked words: each mark stands for one object of one side. In each stage
every standing person opens every address of the site that takes a dispute's number, a party's
link or nothing at all, and reads raw answers of the API. Wherever a mark is found, a table typed
here from the invariants (not the one in the code) must allow it.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader

from commonward.core.confidentiality import STAGES, TABLE, may
from commonward.core.papers.kinds import kinds
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes import actions as disputes
from commonward.disputes.access import party_by, sees
from commonward.disputes.actions import appointing, caucus, sessions
from commonward.disputes.actions.agreements import (
    bring_into_force,
    draft_agreement,
    propose_agreement,
    record_signature,
)
from commonward.disputes.actions.grading import contest_grade, regrade
from commonward.disputes.actions.offers import start_division
from commonward.disputes.actions.papers import court_package
from commonward.disputes.models import Dispute, Side
from commonward.people.actions import issue_key
from tests.chosen import PHRASES, Choosing, enrolled, with_passphrase
from tests.chosen import cheap as cheap
from tests.district import ACCOUNTS, SINCE, small_district
from tests.doors.desk.conftest import key_of
from tests.talks import MEDIATION, Talks, mediation

WORDS = "mediator", "coordinator"

# Mark → the side whose it is ("" = of both), and the posts that may read it. Parties read what is
# of both, and what is of their own side.
MARKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "zzWordsA": ("a", (*WORDS, "panelist")),
    "zzPlaceA": ("a", (*WORDS, "panelist")),
    "zzNameA": ("a", WORDS),
    "zzPhoneA": ("a", WORDS),
    "zzNameB": ("b", WORDS),
    "zzPhoneB": ("b", WORDS),
    "zzGradeA": ("a", (*WORDS, "panelist")),
    "zzGradeB": ("b", (*WORDS, "panelist")),
    "zzCaucusA": ("nobody", ()),
    "zzCaucusB": ("nobody", ()),
    "zzThing": ("", ("mediator",)),
    "zzRecord": ("", ("mediator", "panelist")),
    "zzWhere": ("", (*WORDS, "panelist")),
    "zzTerms": ("", ("mediator", "panelist")),
    "zzRegrade": ("", (*WORDS, "panelist")),
    "zzNeutral": ("", (*WORDS, "panelist")),
    "zzDisclosed": ("", WORDS),
}
AFTER_TALKS = ("agreed", "perform", "follow", "closed")
"""From here on the sides sign with each other by name, and the coordinator reads what they sign."""

STAGES_WALKED = ("register", "invite", "at_street", "agreed", "perform", "closed")
LOOKED_AT = {"register", "at_street", "perform", "closed"}
WHOLE = "perform"
BROKEN = "the page broke"
ALIKE = {"second_handler", "street_handler", "second_grid_worker"}
STAFF = (*(login for login in ACCOUNTS if login not in ALIKE), *MEDIATION)
POST = {"coordinator": "coordinator", "mediator": "mediator"}
"""Those who may know of the dispute at all: the others' teams never have it."""
IN_NO_PAGE = re.compile(r"logout|seen/?$|stream|events$|live|tiles|photo|media|export|\.pbf|token")


@dataclass
class Told:
    """A dispute with its marks, as far as it has come."""

    talks: Talks
    case: Choosing
    number: str
    keys: dict[str, str]
    foreign: str
    digest: str = ""
    checks: Counter[str] = field(default_factory=Counter)


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        here = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from patterns(entry, here)
        elif isinstance(entry, URLPattern):
            yield here


def addresses(told: Told, key: str, stage: str) -> list[str]:
    """Every address that can be filled with this dispute; in one stage also those that need
    nothing, and every kind of paper: drawing them takes long."""
    found: set[str] = set()
    whole = stage == WHOLE
    papers = [*kinds()] if whole else ["application", "record", "agreement"]
    samples = {
        "number": [told.number], "report": [told.number], "case": [told.number], "key": [key],
        "code": papers, "which": ["0"], "letter": ["a", "b"], "verb": ["fail"], "paper": ["1"],
        "session": ["1"], "side": ["a"], "count": ["1"], "step": ["1"], "entry": ["identity"],
    }  # fmt: skip
    for route in patterns():
        path = re.sub(r"[\^$]|\\Z", "", route)
        needs = re.findall(r"<(?:\w+:)?(\w+)>", path)
        if IN_NO_PAGE.search(path) or "(?P" in path or any(one not in samples for one in needs):
            continue
        if "key" in needs and not key:
            continue
        if key and "key" not in needs:
            continue
        if not needs and not (whole and path.startswith(("desk/", "api/", "open311/", "field/"))):
            continue
        filled = [path]
        for one in dict.fromkeys(needs):
            place = re.compile(rf"<(?:\w+:)?{one}>")
            filled = [place.sub(value, way) for way in filled for value in samples[one]]
        found |= {f"/{way}" for way in filled}
    return sorted(found)


@pytest.fixture
def told(db: None, cheap: None) -> Told:
    """Registered, with every mark that can be set before the talks."""
    talks = mediation(small_district())
    made = disputes.register(_application(talks), talks.at)
    other = disputes.register(talks.application(words="another matter"), talks.at)
    return Told(talks, Choosing(talks, made.number, SYSTEM, SYSTEM), made.number,
                {"a": made.key}, other.key)  # fmt: skip


def _application(talks: Talks, **more: Any) -> disputes.Application:
    given = {
        "words": "zzWordsA", "neutral": "zzNeutral", "place": "zzPlaceA",
        "applicant": (disputes.Person({"name": "zzNameA", "phone": "zzPhoneA"}),),
        "others": (disputes.Person({"name": "zzNameB", "phone": "zzPhoneB"}),),
    }  # fmt: skip
    return talks.application(**(given | more))


def brought_to(told: Told, stage: str) -> None:
    """The next stage, with the marks that are told on the way."""
    talks, number = told.talks, told.number
    if stage == "invite":
        disputes.take_step(number, "contact", talks.coordinator, talks.later(10))
        told.keys["b"] = disputes.invite(number, "b", talks.coordinator, talks.later(11))
    elif stage == "at_street":
        _talked(told)
    elif stage == "agreed":
        draft_agreement(number, _terms(talks), talks.mediator, talks.later(80))
        told.digest = propose_agreement(number, talks.mediator, talks.later(81)).digest
    elif stage == "perform":
        for letter in "ab":
            record_signature(number, letter, told.digest, talks.mediator, talks.later(82))
        bring_into_force(number, told.digest, talks.mediator, talks.later(83), seal_set=True)
    elif stage == "closed":
        disputes.take_step(
            number, "fail", talks.mediator, talks.later(5000), {"reason": "no way was found"}
        )


def _talked(told: Told) -> None:
    talks, number = told.talks, told.number
    first, second = (party_by(told.keys[letter], talks.at) for letter in "ab")
    enrolled(talks, "mediator")
    enrolled(talks, "second_mediator", lon=0.05)
    disputes.answer(number, "b", "agreed", second, talks.later(30))
    told.case = Choosing(talks, number, first, second)
    appointing.propose(number, talks.coordinator, talks.later(31))
    appointing.answer_conflict(number, False, talks.mediator, talks.later(32))
    appointing.appoint(number, talks.accounts["mediator"], talks.coordinator, talks.later(33))
    appointing.disclose(number, "zzDisclosed", talks.mediator, talks.later(34))
    with_passphrase(told.case)
    contest_grade(number, "zzGradeA", first, talks.later(41))
    contest_grade(number, "zzGradeB", second, talks.later(42))
    regrade(number, "yellow", "zzRegrade", talks.mediator, talks.later(43))
    for letter in "ab":
        caucus.write_note(
            number, letter, f"zzCaucus{letter.upper()}", PHRASES["mediator"], talks.mediator,
            talks.later(44),
        )  # fmt: skip
    plan = sessions.Plan(talks.later(45), talks.later(75), place="zzWhere")
    made = sessions.plan(number, plan, talks.mediator, talks.later(44.5))
    record = dict.fromkeys(sessions.PARTS, "zzRecord")
    sessions.record_session(number, made.pk, record, "ab", talks.mediator, talks.later(76))
    start_division(number, ["zzThing", "a cart"], "a", "b", talks.mediator, talks.later(77))


def _terms(talks: Talks) -> dict[str, Any]:
    day = (talks.at + timedelta(days=30)).date().isoformat()
    return {
        "facts": "zzTerms",
        "clauses": [
            {"act": "do", "who": ["b"], "what": "take the wall down", "where": "here", "by": day,
             "proof": "both sides look and sign", "if_not": "对方可以依法起诉"},
        ],
    }  # fmt: skip


def allowed(mark: str, who: str, stage: str) -> bool:
    """Whether this person may read this mark in this stage: the invariants, typed once more."""
    side, posts = MARKS[mark]
    if who in ("party a", "party b"):
        return side in ("", who[-1]) or (mark.startswith("zzName") and stage in AFTER_TALKS)
    post = POST.get(who, "")
    if mark in ("zzTerms", "zzThing") and post == "coordinator":
        return stage in AFTER_TALKS
    return post in posts


def read(client: Client, path: str) -> str:
    """The raw answer: a page, a file, JSON; compressed PDF text counts as what it says."""
    client.raise_request_exception = False
    answer = client.get(path)
    if answer.status_code >= 500:
        return BROKEN
    body = b"".join(answer) if answer.streaming else answer.content
    if body.startswith(b"%PDF"):
        return _pdf(body)
    if body.startswith(b"PK"):
        return _zipped(body)
    return body.decode(errors="replace") + "".join(f"{k}{v}" for k, v in answer.headers.items())


def _pdf(body: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return re.sub(r"\s", "", text)


def _zipped(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as folder:
        return "".join(
            re.sub(r"<[^>]+>", "", folder.read(name).decode(errors="replace"))
            for name in folder.namelist()
        )


def look_everywhere(told: Told, stage: str, seen: set[tuple[str, str]]) -> list[str]:
    """Every person opens every address; what they may not read and did."""
    leaks: list[str] = []
    people: list[tuple[str, Client, str]] = [("nobody", Client(), "")]
    for login in STAFF:
        client = Client()
        client.force_login(*key_of(login))
        people.append((login, client, ""))
    people += [(f"party {letter}", Client(), key) for letter, key in told.keys.items()]
    people.append(("party of another dispute", Client(), told.foreign))
    api = _api_clients(told)
    people += api
    for who, client, key in people:
        for way in addresses(told, key, stage):
            text = read(client, way)
            if text == BROKEN:
                leaks.append(f"{stage}: {who} is not refused at {way}, it breaks")
            for mark in MARKS:
                told.checks[stage] += 1
                if mark in text:
                    seen.add((who, mark))
                    if not allowed(mark, who, stage):
                        leaks.append(f"{stage}: {who} reads {mark} at {way}")
    return leaks


def _api_clients(told: Told) -> list[tuple[str, Client, str]]:
    made = []
    for login in ("leader", "administrator", "dispatcher"):
        account = key_of(login)[0].pk
        _, secret = issue_key(
            SYSTEM, f"{login} {told.checks.total()}", ["api"], at=SINCE, account=account,
            per_minute=1_000_000,
        )  # fmt: skip
        made.append((f"key of {login}", Client(headers={"Authorization": f"Bearer {secret}"}), ""))
    return made


def test_no_person_reads_at_any_address_in_any_stage_what_is_not_meant_for_them(
    told: Told,
) -> None:
    seen: set[tuple[str, str]] = set()
    leaks: list[str] = []
    for stage in STAGES_WALKED:
        brought_to(told, stage)
        assert told.talks.dispute(told.number).case.stage == stage
        if stage in LOOKED_AT:
            leaks += look_everywhere(told, stage, seen)
    assert not leaks, "\n".join(leaks[:40])
    assert told.checks.total() >= 20_000, told.checks
    # The walk is worth something only if the marks can be read by those they are meant for.
    for who, mark in (
        ("party a", "zzWordsA"), ("party b", "zzNameB"), ("party b", "zzNeutral"),
        ("coordinator", "zzPhoneA"), ("mediator", "zzWordsA"), ("mediator", "zzRecord"),
        ("mediator", "zzGradeB"), ("party a", "zzRegrade"), ("party b", "zzTerms"),
        ("party a", "zzThing"),
    ):  # fmt: skip
        assert (who, mark) in seen, f"{who} should read {mark}"


def test_the_one_gate_of_the_room_says_what_the_table_says_for_every_actor(told: Told) -> None:
    brought_to(told, "invite")
    talks = told.talks
    dispute = talks.dispute(told.number)
    sides = {side.letter: side for side in Side.objects.filter(dispute=dispute)}
    actors: dict[str, tuple[Actor, str, str]] = {
        "party a": (party_by(told.keys["a"], talks.at), "party", "a"),
        "party b": (party_by(told.keys["b"], talks.at), "party", "b"),
    }
    for name in MEDIATION:
        actors[name] = (getattr(talks, name), MEDIATION[name][0], "")
    for name in ACCOUNTS:
        actors[name] = (getattr(talks.here, name), "", "")
    checks = 0
    for actor, role, letter in actors.values():
        for stage in STAGES:
            dispute.case.stage = stage
            for what in TABLE:
                for side in (None, *sides.values()):
                    own = not letter or side is None or side.letter == letter
                    found = sees(dispute, actor, what, side=side)
                    assert found == (bool(role) and may(role, what, stage, own_side=own))
                    checks += 1
    assert checks >= 13_000


def test_what_was_said_in_the_talks_goes_into_no_package_for_another_procedure(
    told: Told,
) -> None:
    for stage in ("invite", "at_street", "agreed", "perform"):
        brought_to(told, stage)
    bound = court_package(told.number, told.talks.mediator, told.talks.later(90))
    text = _pdf(bound.pdf)
    assert text
    for mark in ("zzRecord", "zzWordsA", "zzCaucusA", "zzCaucusB", "zzGradeA", "zzThing"):
        assert mark not in text, mark


def test_who_is_no_side_finds_a_dispute_in_no_list_and_by_no_word(told: Told) -> None:
    brought_to(told, "invite")
    brought_to(told, "at_street")
    assert Dispute.objects.count() == 2
    for login in ("leader", "dispatcher", "administrator", "second_mediator", "clerk"):
        client = Client()
        client.force_login(*key_of(login))
        for path in (
            "/desk/queue/?text=zzWordsA",
            "/desk/queue/?state=all",
            "/desk/",
            "/desk/board/",
            "/desk/disputes/",
            f"/desk/go/?to={told.number}",
            "/desk/news/",
        ):
            page = read(client, path)
            without_question = page.replace(f"to={told.number}", "")
            assert told.number not in without_question, (login, path)
