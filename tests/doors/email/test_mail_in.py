"""What residents send: reports, answers to our mails, what mail servers say; from each kind of box."""

import asyncio
import base64
import io
import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from commonward.cases.actions.asking import ask_reporter
from commonward.cases.actions.mailed_marks import answer_mark
from commonward.cases.actions.receipts import digest_of, new_link
from commonward.cases.actions.subscribing import token_of, unsubscribe
from commonward.cases.models import Allowance, Delivery, Event, Photo, Receipt, Report, Subscription
from commonward.cases.queries.asked import open_questions
from commonward.cases.queries.filed import reports_of
from commonward.doors.email import receiving
from commonward.doors.email.boxes.imap import LEFT, Away
from commonward.doors.email.deciding import decide
from commonward.doors.email.receiving import listening, ours
from commonward.doors.email.taking import Took, take
from tests.district import RUBBISH, District
from tests.doors.email.conftest import Box, reported, sent, wanted, words_of
from tests.doors.email.imap_server import Mailbox, serving
from tests.doors.email.test_office_by_mail import certificate

LI = "li@example.com"


@pytest.fixture
def here(district: District, settings: Any, tmp_path: Path, box: Box) -> District:
    """The district, which takes reports by mail."""
    settings.MAILBOX = str(tmp_path / "in")
    settings.MAIL_REPORTS, settings.MAIL_REPORTS_A_DAY = RUBBISH, 3
    settings.MAIL_CHECKER, settings.MAIL_PLUS = "mx.example.org", True
    settings.MEDIA_ROOT = tmp_path / "media"
    return district


@pytest.fixture
def imap(here: District) -> Iterator[Mailbox]:
    with serving(Mailbox()) as made:
        yield made


def mail(text: str = "垃圾三天没人清运。", *, sender: str = LI, **headers: str) -> bytes:
    told = {
        "From": sender, "To": "reports@example.org", "Subject": "北门垃圾",
        "Message-ID": "<1@example.com>", "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    return "".join(f"{n}: {v}\r\n" for n, v in told.items()).encode() + b"\r\n" + text.encode()


def put(settings: Any, *mails: bytes) -> None:
    folder = Path(settings.MAILBOX) / "new"
    folder.mkdir(parents=True, exist_ok=True)
    for raw in mails:
        (folder / f"{len(list(folder.parent.rglob('*'))):06}").write_bytes(raw)


def took(settings: Any) -> Took:
    return take(settings.MAILBOX, timezone.now)


def answers(report: Report) -> list[str]:
    rows = Event.objects.filter(case=report.case, role="reporter").exclude(verb="opened")
    return list(rows.order_by("id").values_list("verb", flat=True))


def test_a_mail_becomes_a_report_and_one_mail_gives_its_receipt(
    here: District, settings: Any, box: Box
) -> None:
    put(settings, mail())
    assert took(settings) == Took(reported=1)
    report = Report.objects.get()
    assert (report.channel, report.words) == ("email", "北门垃圾\n\n垃圾三天没人清运。")
    assert report.contact and LI.encode() not in bytes(report.contact)
    assert not report.public and report.language == "zh-hans"
    assert not list((Path(settings.MAILBOX) / "new").iterdir()), "what was kept is deleted"
    assert sent().sent == 1
    (letter,) = box.taken
    told = words_of(letter)
    link = told.partition("/my/")[2].partition("/")[0]
    assert report.number in told and letter["To"] == LI
    assert Receipt.objects.get(digest=digest_of(link)).report == report
    assert "+r" in letter["Reply-To"]
    assert sent(timezone.now() + timedelta(hours=1)).sent == 0, "once"


def test_the_same_mail_again_is_one_report_and_one_letter(
    here: District, settings: Any, box: Box
) -> None:
    put(settings, mail(), mail())
    assert took(settings).reported == 2
    assert Report.objects.count() == Subscription.objects.count() == 1
    assert Event.objects.filter(verb="opened").count() == 1


def test_one_sender_fills_no_office_and_no_address_is_kept(here: District, settings: Any) -> None:
    put(settings, *(mail(f"第{n}件", Message_ID=f"<{n}@x>") for n in range(5)))
    assert took(settings) == Took(reported=3, left=2)
    assert Report.objects.count() == 3
    assert all(LI not in one.mark for one in Allowance.objects.all())


def test_invented_senders_together_fill_no_office(
    here: District, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_REPORTS_AN_HOUR = 2
    at = timezone.now().replace(hour=9, minute=0)

    def took_at(*mails: bytes, minutes: int = 0) -> Took:
        put(settings, *mails)
        return take(settings.MAILBOX, lambda: at + timedelta(minutes=minutes))

    def by(number: int, text: str = "垃圾", **more: str) -> bytes:
        told = {"sender": f"x{number}@example.com", "Message_ID": f"<{number}@x>"} | more
        return mail(f"{text} {number}", **told)

    assert took_at(by(1), by(2), by(3), by(4)) == Took(reported=2, many=2)
    assert len(list((Path(settings.MAILBOX) / "cur").iterdir())) == 2, "a person finds them unread"
    true = "mx.example.org; dmarc=pass header.from=example.com"
    assert took_at(by(5, Authentication_Results=true)) == Took(reported=1), "who is true is heard"
    assert took_at(by(6, "楼道着火了")) == Took(reported=1), "danger is heard"
    assert took_at(by(1)) == Took(reported=1), "the same once more counts for nothing"
    assert took_at(by(7), minutes=40) == Took(reported=1), "the hour goes on"
    assert Report.objects.count() == 5
    monkeypatch.setattr(receiving, "kept", lambda *_given: decide(by(8), at + timedelta(hours=0.7)))
    said = asyncio.run(receiving.Intake().handle_DATA(None, None, None))
    assert said.startswith("451 "), "the sender's server keeps it and brings it again"


def test_without_the_setting_a_mail_stays_unread(here: District, settings: Any) -> None:
    settings.MAIL_REPORTS = ""
    put(settings, mail())
    assert took(settings) == Took(left=1)
    assert not Report.objects.exists()
    assert len(list((Path(settings.MAILBOX) / "cur").iterdir())) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<x.example>"},
        {"X_Autoreply": "yes"}, {"Return_Path": "<>"}, {"sender": "noreply@example.com"},
        {"sender": "Commonward <reports@example.org>"}, {"sender": "a@b.example, c@d.example"},
    ],
)  # fmt: skip
def test_what_comes_by_itself_is_no_report_and_is_never_answered(
    here: District, settings: Any, box: Box, change: dict[str, str]
) -> None:
    put(settings, mail(**change))
    assert took(settings) == Took(left=1)
    assert not Report.objects.exists() and sent().sent == 0


def test_a_photo_is_encoded_anew_and_a_program_is_only_named(here: District, settings: Any) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    made = b"--b\r\nContent-Type: text/plain\r\n\r\nSee\r\n"
    for name, data in (("p.png", picture.getvalue()), ("run.exe", b"MZ\x90")):
        made += (
            b'--b\r\nContent-Disposition: attachment; filename="' + name.encode()
            + b'"\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            + base64.encodebytes(data) + b"\r\n"
        )  # fmt: skip
    head = mail("", Content_Type='multipart/mixed; boundary="b"', Subject="Lamp")
    put(settings, head + made + b"--b--\r\n")
    assert took(settings) == Took(reported=1)
    report = Report.objects.get()
    assert report.words == "Lamp\n\nSee\n\n[Not kept of this mail: run.exe (not a photo)]"
    assert Photo.objects.get().report == report and not Photo.objects.get().public
    kept = list(settings.MEDIA_ROOT.rglob("*.jpg"))
    assert len(kept) == 1 and b"MZ" not in kept[0].read_bytes()[:2]


@pytest.mark.parametrize(("found", "told", "letters"), [("pass", "yes", 1), ("fail", "no", 0)])
def test_what_the_mail_server_found_is_shown_and_opens_nothing(
    here: District, settings: Any, found: str, told: str, letters: int
) -> None:
    put(
        settings,
        mail(Authentication_Results=f"mx.example.org; dmarc={found} header.from=example.com"),
    )
    assert took(settings) == Took(reported=1)
    (line,) = reports_of(Report.objects.get().case)
    assert line.sender == told
    assert sent().sent == letters, "whoever wrote nothing gets no letter"


def test_an_answer_answers_the_question_it_was_asked(
    here: District, settings: Any, box: Box
) -> None:
    report = reported(here)
    wanted(report, LI)
    asked = ask_reporter(report.number, "Which gate?", here.dispatcher, timezone.now())
    assert sent().sent == 1
    (letter,) = box.taken
    quoted = (
        '南门\r\n\r\n在 2026-03-02 09:00:00，"x" <reports@example.org> 写道：\r\nWhich gate?\r\n'
    )
    again = mail(quoted, Subject="Re: x", In_Reply_To=letter["Message-ID"])
    put(settings, again, again)
    assert took(settings) == Took(answered=2)
    assert not open_questions(report.case_id)
    assert answers(report) == ["answer_question"], "the same mail twice changes nothing"
    assert Event.objects.get(verb="answer_question").data == {"question": asked.pk}
    put(settings, mail("And it smells.", Message_ID="<2@x>", To=letter["Reply-To"]))
    assert took(settings) == Took(answered=1)
    assert answers(report) == ["answer_question", "add_words"]
    assert Report.objects.count() == 1


@pytest.mark.parametrize("wrong", ["sender", "mark", "follower", "unconfirmed", "ended"])
def test_nobody_else_speaks_in_a_reporters_name(
    here: District, settings: Any, box: Box, wrong: str
) -> None:
    report = reported(here)
    held = wanted(report, LI, own=wrong != "follower")
    ask_reporter(report.number, "Which gate?", here.dispatcher, timezone.now())
    sent()
    name = Delivery.objects.filter(subscription=held).latest("pk").provider_id
    if wrong == "unconfirmed":
        Subscription.objects.filter(pk=held.pk).update(confirmed_at=None)
    if wrong == "ended":
        unsubscribe(token_of(held.pk), timezone.now())
    given = {"In_Reply_To": f"<{name}@tongli.example.org>", "Subject": "Re: x"}
    if wrong == "follower":  # is asked nothing; the mark of their own mails opens no more
        given = {"To": f"reports+{answer_mark(held.pk)}@example.org"}
    if wrong == "sender":
        given["sender"] = "eve@example.net"
    if wrong == "mark":
        given = {"To": f"reports+r{held.pk}-{'0' * 24}@example.org"}
    put(settings, mail("I say so", **given))
    assert took(settings) == Took(left=1)
    assert answers(report) == [] and Report.objects.count() == 1


def test_a_bounce_is_noted_with_its_delivery_and_a_holiday_note_is_dropped(
    here: District, settings: Any, box: Box
) -> None:
    report = reported(here)
    wanted(report, LI)
    ask_reporter(report.number, "Which gate?", here.dispatcher, timezone.now())
    sent()
    name = box.taken[0]["Message-ID"]
    corpus = Path(__file__).parents[2] / "core" / "mailed" / "corpus"
    told = (corpus / "bounce_failed.eml").read_bytes()
    ours_ = f"<commonward.{'0123456789abcdef' * 2}@tongli.example.org>".encode()
    assert ours_ in told
    put(settings, mail("away", Auto_Submitted="auto-replied", In_Reply_To=name))
    put(settings, told.replace(ours_, name.encode()), told)
    assert took(settings) == Took(dropped=1, bounced=1, left=1)
    found = Delivery.objects.exclude(provider_id="").get()
    assert (found.state, found.receipt, found.fault) == ("refused", "undeliverable", "DSN 5.1.1")
    assert answers(report) == []


def test_our_own_mail_that_comes_back_ends_there(here: District, settings: Any, box: Box) -> None:
    put(settings, mail())
    took(settings)
    sent()
    put(settings, bytes(box.taken[0]))
    assert took(settings) == Took(dropped=1)
    assert Report.objects.count() == 1


def test_a_receipt_that_was_replaced_is_in_no_later_letter(
    here: District, settings: Any, box: Box
) -> None:
    put(settings, mail())
    took(settings)
    new_link(Report.objects.get().pk, timezone.now())
    sent()
    assert "/my/" not in words_of(box.taken[0])


def test_a_mailbox_on_a_server_is_taken_and_what_is_not_ours_stays_unseen(imap: Mailbox) -> None:
    first = imap.put(mail())
    imap.put(b'From: "\nSubject: =?x?=\n\nbroken')
    stays = imap.put(mail("buy", List_Id="<x.example>"))
    assert take(imap.url, timezone.now) == Took(reported=1, left=2)
    assert first not in imap.mails, "what was kept is deleted"
    assert imap.flags[stays] == {LEFT}, "no program marks it as seen"
    assert take(imap.url, timezone.now) == Took(), "it is not read again for ever"


def test_what_was_taken_is_moved_where_a_folder_is_named(imap: Mailbox) -> None:
    imap.put(mail())
    imap.can = "IMAP4rev1 UIDPLUS"
    assert take(imap.url + "?taken=Done", timezone.now).reported == 1
    assert len(imap.moved["Done"]) == 1 and not imap.mails
    imap.can += " MOVE"
    imap.put(mail("另一件", Message_ID="<2@x>"))
    assert take(imap.url + "?taken=Done", timezone.now).reported == 1
    assert len(imap.moved["Done"]) == 2 and not imap.mails


def test_a_server_without_keywords_is_told_by_the_mark_of_what_was_seen(imap: Mailbox) -> None:
    imap.keywords, imap.can = False, "IMAP4rev1"
    stays = imap.put(mail(Precedence="bulk"))
    gone = imap.put(mail())
    assert take(imap.url, timezone.now) == Took(reported=1, left=1)
    assert imap.flags == {stays: {r"\Seen"}, gone: {r"\Deleted"}}, "no other mail is expunged"
    assert take(imap.url, timezone.now) == Took()


def test_who_dies_between_keeping_and_flagging_doubles_nothing(imap: Mailbox) -> None:
    imap.put(mail())
    imap.put(mail("另一件", Message_ID="<2@x>"))
    imap.dies_at = "STORE 1"
    with pytest.raises(OSError):
        take(imap.url, timezone.now)
    assert Report.objects.count() == 1 and len(imap.mails) == 2
    assert take(imap.url, timezone.now).reported == 2
    assert Report.objects.count() == Subscription.objects.count() == 2 and not imap.mails


def test_a_wrong_password_is_told_without_it_and_none_goes_out_in_plain(
    imap: Mailbox, settings: Any
) -> None:
    settings.MAILBOX = imap.url.replace("p%40ss", "wrong")
    with pytest.raises(CommandError) as told:
        call_command("take_mail")
    assert "wrong" not in str(told.value)
    with pytest.raises(OSError):
        take(f"imap://me:x@mail.invalid:{imap.port}/INBOX", timezone.now)
    assert Away.__mro__[1] is OSError


def test_a_mail_that_the_server_cannot_read_stops_no_other(imap: Mailbox) -> None:
    broken = imap.put(mail())
    imap.put(mail("另一件", Message_ID="<2@x>"))
    imap.refuses = f"FETCH {broken} (BODY"
    assert take(imap.url, timezone.now) == Took(reported=1, left=1)
    assert list(imap.mails) == [broken]


def test_a_server_that_nobody_vouches_for_gets_no_password(here: District, tmp_path: Path) -> None:
    cert, key = certificate(timezone.now())
    (tmp_path / "both.pem").write_text(key + cert)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    with serving(Mailbox(), context) as made:
        with pytest.raises(ssl.SSLCertVerificationError):
            take(made.url.replace("imap:", "imaps:"), timezone.now)
        assert made.told == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_hands_over_what_is_for_us_and_nothing_else(
    here: District, settings: Any, box: Box
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = listening("127.0.0.1", port)
    server.start()
    try:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=30) as line:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                line.sendmail(LI, ["somebody@else.example"], mail())
            for _ in range(2):
                assert line.sendmail(LI, ["reports@example.org"], mail()) == {}
            with pytest.raises(smtplib.SMTPDataError) as refused:
                line.sendmail(LI, ["reports@example.org"], mail(Precedence="bulk"))
            assert refused.value.smtp_code == 550, "its writer learns it from their own server"
            assert line.sendmail("", ["reports@example.org"], mail(Message_ID="<3@x>")) == {}
    finally:
        server.stop()
    assert Report.objects.count() == 1, (
        "kept before it was said to be, and what comes by itself not"
    )


def test_only_the_sites_own_address_takes_anything(here: District) -> None:
    assert ours("reports@example.org") and ours("Reports+r1-0@EXAMPLE.org")
    assert not ours("report@example.org") and not ours("reports@example.org.evil.example")
