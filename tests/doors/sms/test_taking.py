"""What people send by text message becomes a report, words about one, or an end; once each."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonward.cases.actions import Said, open_case
from commonward.cases.actions.allowing import one_more_today
from commonward.cases.actions.asking import ask_reporter
from commonward.cases.actions.receipts import code_of, token_of, with_receipt
from commonward.cases.actions.subscribing import confirm
from commonward.cases.actions.subscribing import token_of as token_of_subscription
from commonward.cases.models import Allowance, Danger, Delivery, Remark, Report, Subscription
from commonward.cases.queries.asked import questions_of
from commonward.core.numbers import new_number
from commonward.core.sms import pdu
from commonward.core.sms.alphabet import alphabet_of, encoded
from commonward.core.sms.parts import cut
from commonward.core.sms.pdu import Sms
from commonward.doors.outbox.asking import ask
from commonward.doors.outbox.sending import deliver
from commonward.doors.sms import spool, taking
from commonward.doors.sms.behind import behind_of
from commonward.doors.sms.channel import CHANNEL
from commonward.doors.sms.taking import Came, take, take_alone, take_delivered
from tests.district import RUBBISH, District
from tests.doors.sms.centre import Centre

NOW = timezone.now()
ME, OTHER = "8613812345678", "8613912345678"


def sms(text: str, source: str = ME, to: str = "10690000") -> Sms:
    """A text of one part."""
    alphabet = alphabet_of(text)
    return Sms(source, to, encoded(text, alphabet), coding=8 if alphabet == "ucs2" else 0)


def parts(text: str, reference: int = 9, source: str = ME) -> list[Sms]:
    """A long text as a centre hands it over."""
    made = cut(text, reference)
    coding = 8 if made.alphabet == "ucs2" else 0
    return [
        Sms(source, "10690000", begins + octets, coding=coding, esm_class=pdu.HAS_HEADER)
        for begins, octets in made.parts
    ]


def came(text: str, source: str = ME, **more: str) -> str:
    """Take it now."""
    return take(Came(source, more.pop("to", "10690000"), text, **more), NOW)


def own(district: District, number: str = "13812345678") -> Subscription:
    """The reporter of a report, told by text message."""
    said = Said(channel="portal", words="Rubbish", lat=27.805, lon=113.105, language="en")
    report = with_receipt(
        lambda: open_case(RUBBISH, said, district.at), token_of(f"key {number}"), district.at
    )
    made = ask(report.pk, "sms", number, "en", NOW, own=True)
    assert made is not None
    confirm(token_of_subscription(made.pk), NOW)
    return made


def words_of(report: Report) -> list[str]:
    """What was said about a report since it came."""
    rows = Remark.objects.filter(event__report=report) | Remark.objects.filter(
        event__case=report.case
    )
    return list(rows.order_by("event_id").values_list("words", flat=True).distinct())


@pytest.fixture(autouse=True)
def _by_centre(centre: Centre, district: District) -> Iterator[None]:
    yield


def test_a_text_becomes_a_report_that_is_not_public_and_is_answered_with_its_code(
    centre: Centre,
) -> None:
    assert take_delivered(sms("路灯坏了，在幸福路 5 号")) == pdu.OK
    report = Report.objects.get()
    assert (report.channel, report.words, report.public) == (
        "sms",
        "路灯坏了，在幸福路 5 号",
        False,
    )
    assert report.contact is not None
    assert b"138123" not in bytes(report.contact)
    deliver(timezone.now, channel="sms")
    [text] = centre.shown()
    assert report.number in text
    assert code_of(token_of(f"sms {report.number}")) in text
    assert centre.submitted[0].destination == ME


def test_a_text_of_a_service_is_a_report_without_a_number_and_without_an_answer() -> None:
    take_delivered(sms("Meter 7 has failed", source="MeterCo"))
    assert Report.objects.get().contact is None
    assert not Delivery.objects.exists()


def test_the_same_text_handed_over_again_is_one_report_and_tomorrow_another() -> None:
    assert [came("The lamp is dark") for _each in range(3)] == ["report", "again", "again"]
    assert Report.objects.count() == 1
    tomorrow = NOW + timedelta(days=1)
    assert take(Came(ME, "10690000", "The lamp is dark"), tomorrow) == "report"
    assert Report.objects.count() == 2
    assert Delivery.objects.count() == 2


def test_the_same_text_of_two_people_is_two_reports() -> None:
    assert [came("The lamp is dark", one) for one in (ME, OTHER)] == ["report", "report"]


def test_a_fault_of_ours_has_it_handed_over_again_and_nothing_half_done(
    monkeypatch: pytest.MonkeyPatch, centre: Centre
) -> None:
    good = with_receipt

    def dies(*_args: Any) -> Report:
        raise RuntimeError

    monkeypatch.setattr(taking, "with_receipt", dies)
    centre.owed = [sms("The lamp is dark")]
    call_command("take_sms", stdout=StringIO())
    assert centre.answered == [pdu.LATER]
    assert not Report.objects.exists()
    monkeypatch.setattr(taking, "with_receipt", good)
    call_command("take_sms", stdout=StringIO())
    assert centre.answered == [pdu.LATER, pdu.OK]
    assert Report.objects.count() == Delivery.objects.count() == 1


LONG = "很长的一段话，说明问题在哪里、什么时候、影响了谁。" * 8


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 1, 2, 0, 0, 2]])
def test_parts_in_any_order_and_twice_are_one_report(order: list[int]) -> None:
    made = parts(LONG)
    assert len(made) == 3
    for number in order:
        assert take_delivered(made[number]) == pdu.OK
    assert Report.objects.get().words == LONG
    take_alone(timezone.now() + timedelta(days=3))
    assert Report.objects.count() == 1, "what came once more waits for nothing"


def test_parts_outlive_the_process_and_lie_sealed(tmp_path: Path) -> None:
    first, second, third = parts(LONG)
    take_delivered(third)
    take_delivered(first)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "sms").iterdir())
    names = "".join(path.name for path in (tmp_path / "sms").iterdir())
    assert ME.encode() not in kept
    assert ME not in names
    assert "很长".encode() not in kept
    assert not Report.objects.exists()
    take_delivered(second)
    assert Report.objects.get().words == LONG
    left = [path.suffix for path in (tmp_path / "sms").iterdir()]
    assert left == [".done"]
    take_alone(timezone.now() + timedelta(days=2, hours=1))
    assert not list((tmp_path / "sms").iterdir())


def test_parts_of_two_people_under_one_reference_are_two_texts() -> None:
    mine, others = parts(LONG), parts(LONG.replace("很长", "另外"), source=OTHER)
    for one in (mine[0], others[2], mine[2], others[0], others[1], mine[1]):
        take_delivered(one)
    assert {r.words for r in Report.objects.all()} == {LONG, LONG.replace("很长", "另外")}


def test_another_text_under_a_used_reference_is_another_text() -> None:
    again = LONG.replace("很长", "后来").replace("问题", "情况")
    for one in (*parts(LONG), *parts(again)):
        take_delivered(one)
    assert sorted(r.words for r in Report.objects.all()) == sorted([LONG, again])


def test_what_lacks_a_part_for_a_day_is_taken_with_its_gap() -> None:
    take_delivered(parts(LONG)[0])
    take_delivered(parts(LONG)[2])
    assert take_alone(timezone.now() + timedelta(hours=23)) == 0
    assert take_alone(timezone.now() + timedelta(hours=25)) == 1
    report = Report.objects.get()
    assert report.words == f"{LONG[:67]}[…]{LONG[134:]}"
    assert take_alone(timezone.now() + timedelta(hours=26)) == 0


def test_words_behind_number_and_code_are_added_to_that_report() -> None:
    came("The lamp is dark")
    report = Report.objects.get()
    code = code_of(token_of(f"sms {report.number}"))
    assert came(f"{report.number} {code} It is the one at the gate", OTHER) == "words"
    assert Report.objects.count() == 1
    assert "It is the one at the gate" in words_of(report)


def test_they_answer_the_question_that_is_open(district: District) -> None:
    came("The lamp is dark")
    report = Report.objects.get()
    ask_reporter(report.number, "Which gate?", district.intake_officer, NOW)
    code = code_of(token_of(f"sms {report.number}"))
    assert came(f"{report.number} {code}: the south gate") == "words"
    [question] = questions_of(report.case_id)
    assert question.answer == "the south gate"


def test_a_wrong_code_opens_nothing_and_the_words_are_not_lost() -> None:
    came("The lamp is dark")
    report = Report.objects.get()
    assert came(f"{report.number} AAAAAA It is\x00 at the gate", OTHER) == "report"
    assert "at the gate" in Report.objects.exclude(pk=report.pk).get().words
    assert not any("gate" in one for one in words_of(report))


def test_codes_cannot_be_guessed(settings: Any) -> None:
    settings.SMS_A_DAY = 0
    came("The lamp is dark")
    report = Report.objects.get()
    for guess in range(10):
        came(f"{report.number} AAAA{guess:02} hello", OTHER)
    code = code_of(token_of(f"sms {report.number}"))
    assert came(f"{report.number} {code} hello", OTHER) == "report", "too many wrong ones before"


def test_an_end_that_names_its_report_ends_that_one_number_and_nothing_else(
    district: District,
) -> None:
    mine, mine_too, other = own(district), own(district), own(district, "13912345678")
    ask(mine.report_id, "sms", "13912345678", "en", NOW, own=True)
    assert came(f"退订 {mine.report.number}") == "stop"
    assert list(Subscription.objects.exclude(ended_at=None)) == [mine]
    for one in (mine_too, other):
        one.refresh_from_db()
        assert one.address is not None


def test_a_bare_end_without_an_answered_message_ends_nothing(district: District) -> None:
    own(district)
    assert came("STOP") == "stop"
    assert not Subscription.objects.exclude(ended_at=None).exists()


@pytest.mark.parametrize("source", [ME, OTHER])
def test_a_bare_end_ends_what_was_answered_for_its_own_number_alone(
    district: District, settings: Any, source: str
) -> None:
    settings.SMS += "&extension=yes"
    one, another = own(district), own(district)
    assert came("TD", source, to=f"10690000{behind_of(one.pk)}") == "stop"
    one.refresh_from_db()
    another.refresh_from_db()
    assert (one.ended_at is not None) is (source == ME)
    assert another.ended_at is None


def test_each_message_goes_out_from_the_number_of_its_subscription(
    district: District, settings: Any, centre: Centre
) -> None:
    settings.SMS += "&extension=yes"
    one = own(district)
    deliver(lambda: NOW, channel="sms")
    CHANNEL.close()
    assert {sms.source for sms in centre.submitted} == {f"10690000{behind_of(one.pk)}"}


def test_an_answer_to_a_message_is_about_its_report(district: District) -> None:
    one = own(district)
    Delivery.objects.filter(subscription=one).update(provider_id="m7")
    assert came("It is at the gate", answers="m7") == "words"
    assert "It is at the gate" in words_of(one.report)
    assert came("It is elsewhere", OTHER, answers="m7") == "report", "another number, no such right"


def test_what_can_take_no_more_words_becomes_a_report_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came("The lamp is dark")
    report = Report.objects.get()
    code = code_of(token_of(f"sms {report.number}"))
    monkeypatch.setattr(taking, "_said", lambda *_args: False)
    assert came(f"{report.number} {code} again") == "report"
    filed = Report.objects.exclude(pk=report.pk).get()
    assert filed.words == f"{report.number} again", (
        "whoever sorts it could open the report by its code"
    )


def test_no_code_of_a_report_is_read_by_whoever_sorts_what_it_did_not_open(settings: Any) -> None:
    settings.SMS_A_DAY = 0
    came("The lamp is dark")
    report = Report.objects.get()
    for guess in range(10):
        came(f"{report.number} AAAA{guess:02} hello {guess}", OTHER)
    code = code_of(token_of(f"sms {report.number}"))
    assert came(f"{report.number} {code} I am locked out") == "report"
    assert not Report.objects.filter(words__contains=code).exists()
    assert Report.objects.filter(words=f"{report.number} I am locked out").exists()


def test_what_only_looks_like_a_code_loses_no_sign() -> None:
    text = f"{new_number()} across the road a tree has fallen"
    assert came(text) == "report"
    assert Report.objects.get().words == text


def test_numbers_abroad_are_answered_only_where_the_site_pays_for_it(settings: Any) -> None:
    came("The lamp is dark", "+491701234567")
    assert not Delivery.objects.exists(), "whoever has dear numbers could write from them all day"
    settings.SMS += "&abroad=yes"
    came("The lamp is dark again", "+491701234567")
    assert Delivery.objects.count() == 1


def test_two_parts_that_come_at_one_moment_are_one_text_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, third = parts(LONG)
    take_delivered(third)
    real, other = spool._write, [second]

    def both(*given: Any) -> None:
        if other:  # the other worker was told of another part in the meantime
            take_delivered(other.pop())
        real(*given)

    monkeypatch.setattr(spool, "_write", both)
    take_delivered(first)
    assert [r.words for r in Report.objects.all()] == [LONG], "it would lie there for a day"


def test_words_of_danger_ring_as_those_of_any_report(centre: Centre) -> None:
    came("着火了！三楼有人被困")
    assert Danger.objects.filter(case=Report.objects.get().case).exists()
    deliver(lambda: NOW, channel="sms")
    assert "119" in centre.shown()[0]


def test_a_flood_of_one_number_is_held_and_others_are_heard(settings: Any) -> None:
    settings.SMS_A_DAY = 3
    told = [came(f"text {n}") for n in range(5)]
    assert told == ["report"] * 3 + ["flood"] * 2
    assert came("text of another", OTHER) == "report"
    assert not any(ME[2:] in one.mark or ME[-8:] in one.mark for one in Allowance.objects.all())


def test_danger_is_heard_beyond_the_limit_of_all(settings: Any) -> None:
    settings.SMS_A_DAY = 1
    assert one_more_today("", NOW, 1, "sms of all")
    Allowance.objects.update(left=0)
    assert came("The lamp is dark") == "flood"
    assert came("着火了！三楼有人被困", OTHER) == "report"


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_nothing_is_no_report(text: str) -> None:
    assert came(text) == "nothing"
    assert not Report.objects.exists()


def test_the_worker_s_command_takes_what_waits_and_says_so(centre: Centre) -> None:
    centre.owed = [sms("One"), sms("Two", OTHER)]
    out = StringIO()
    call_command("take_sms", stdout=out)
    assert Report.objects.count() == 2
    assert "2" in out.getvalue()
    assert centre.heard[-1] == pdu.UNBIND


def test_a_centre_that_is_away_is_said_and_tried_again(centre: Centre) -> None:
    centre.password = "other"
    err = StringIO()
    call_command("take_sms", stdout=StringIO(), stderr=err)
    assert "0xe" in err.getvalue()


def test_a_site_where_nobody_could_sort_them_takes_none(settings: Any, centre: Centre) -> None:
    settings.SMS = centre.url
    with pytest.raises(CommandError):
        call_command("take_sms")
    settings.SMS = ""
    with pytest.raises(CommandError):
        call_command("take_sms")
