"""A court that works by mail: told by a real mail server, answers through one, and nothing leaks."""

import io
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management import call_command
from pypdf import PdfReader, PdfWriter

from commonward.cases.models import Delivery, Event
from commonward.core.confirmation import CHECKS
from commonward.core.refusals import Forbidden, Invalid
from commonward.core.rights import SYSTEM
from commonward.disputes.actions import handing
from commonward.disputes.actions.mailing import set_office_mail, token_of
from commonward.disputes.models import Dispute, HandOver, Notice, OfficeMail, Paper
from commonward.disputes.queries.handing import of_dispute
from commonward.disputes.queries.papers import papers_of
from commonward.disputes.queries.telling import to_tell
from commonward.doors.email.taking import Took, take
from commonward.people import actions as people
from tests.disputes.test_performing import in_force
from tests.district import SINCE, small_district
from tests.doors.email.conftest import Box, sent, words_of
from tests.talks import Talks, mediation

COURT = "shenpan@court.example.org"
SECRETS = ("钱多多", "赵小梅", "wall", "3,000", "3000", "13912345678", "South lane")


@pytest.fixture
def talks(db: None, settings: Any, tmp_path: Path) -> Talks:
    """The district with mediation, and a mailbox into which answers are put."""
    settings.MAILBOX = str(tmp_path / "answers")
    return mediation(small_district())


@pytest.fixture
def post(settings: Any, talks: Talks) -> Iterator[Any]:
    """The mail server of this house: what is handed to it lies in the mailbox afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
    server = Controller(Mailbox(settings.MAILBOX), hostname=host, port=port, ready_timeout=30)
    server.start()

    def hand_in(subject: str, text: str, sender: str = COURT, pdf: bytes = b"",
                **headers: str) -> None:  # fmt: skip
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "reports@example.org", subject
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        if pdf:
            mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="裁定书.pdf")
        with smtplib.SMTP(host, port, timeout=20) as client:
            client.send_message(mail)

    yield hand_in
    server.stop()


def certificate(at: datetime, *, elliptic: bool = False, days: int = 30) -> tuple[str, str]:
    """A court's certificate and its private key, both PEM."""
    key: Any = (
        ec.generate_private_key(ec.SECP256R1())
        if elliptic
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, COURT)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=60)).not_valid_after(at + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM).decode(), private.decode()


def applied(talks: Talks, *, cert: str = "", language: str = "en") -> HandOver:
    """An application for confirmation that was sent to a court with a mailbox."""
    court = talks.teams["court"]
    set_office_mail(SYSTEM, court, COURT, talks.at, certificate=cert, language=language)
    number, *_ = in_force(talks)
    all_ = dict.fromkeys(CHECKS, True)
    made, lacking = handing.prepare_confirmation(
        number, court, all_, talks.mediator, talks.later(80)
    )
    assert lacking == []
    return handing.send_confirmation(number, talks.mediator, talks.later(83)) or made


def subject_of(made: HandOver) -> str:
    return f"Re: Hand-over {made.number} #{token_of(made)}"


def taken(talks: Talks, settings: Any, minutes: float = 200) -> Took:
    return take(settings.MAILBOX, lambda: talks.later(minutes))


def test_without_a_certificate_no_word_of_the_papers_leaves_the_house(
    talks: Talks, box: Box
) -> None:
    made = applied(talks)
    assert sent(talks.later(90)).sent == 1
    (mail,) = box.taken
    assert box.tos == [[COURT]] and not list(mail.iter_attachments())
    said = words_of(mail)
    assert made.number in said and "/desk/" in said and "SHA-256" in said
    assert not [s for s in SECRETS if s in said + str(mail["Subject"])]
    dispute = Dispute.objects.get()
    assert dispute.case.number not in said, "a hand-over has a number of its own"


def test_with_a_certificate_only_the_courts_key_opens_the_papers(
    talks: Talks, box: Box, tmp_path: Path
) -> None:
    cert, key = certificate(talks.at)
    made = applied(talks, cert=cert)
    assert sent(talks.later(90)).sent == 1
    (mail,) = box.taken
    assert mail.get_content_type() == "application/pkcs7-mime"
    raw = mail.as_bytes()
    assert b"%PDF" not in raw and b"SHA-256" not in raw
    (tmp_path / "mail.eml").write_bytes(raw)
    (tmp_path / "key.pem").write_text(key + cert)
    opened = subprocess.run(
        ["openssl", "cms", "-decrypt", "-in", tmp_path / "mail.eml", "-inkey",
         tmp_path / "key.pem", "-recip", tmp_path / "key.pem"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    from_inside = message_from_bytes(opened, policy=policy.default)
    assert isinstance(from_inside, EmailMessage)
    (paper,) = from_inside.iter_attachments()
    assert paper.get_filename() == f"{made.number}.pdf"
    assert len(PdfReader(io.BytesIO(paper.get_content())).pages) >= 2


def test_a_receipt_defects_and_a_ruling_come_back_by_mail(
    talks: Talks, box: Box, post: Any, settings: Any
) -> None:
    made = applied(talks)
    sent(talks.later(90))
    assert box.taken[0]["Subject"] == subject_of(made)[4:]
    post(subject_of(made), "收到 （2026）粤01民特12号\n\n> 裁定确认\n")
    assert taken(talks, settings, 100).taken == 1
    made.refresh_from_db()
    assert (made.state, made.reference) == ("received", "（2026）粤01民特12号")
    post(subject_of(made), "Defects: one signature is missing\n\n-- \nThe court")
    assert taken(talks, settings, 110).taken == 1
    line = of_dispute(Dispute.objects.get(), talks.mediator)[0]
    assert (line.state, line.words) == ("defects", "one signature is missing")
    number = made.dispute.case.number
    handing.send_confirmation(number, talks.mediator, talks.later(120))
    assert sent(talks.later(121)).sent >= 1
    ruling = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    writer.write(ruling)
    post(subject_of(made), "裁定确认", pdf=ruling.getvalue())
    assert taken(talks, settings, 130) == Took(taken=1)
    made.refresh_from_db()
    assert (made.state, made.answer) == ("answered", "confirmed")
    assert Paper.objects.get(entry="confirmation", form="scan").sealed is not None
    scans = papers_of(Dispute.objects.get(), talks.mediator, "zh").scans
    assert [one.entry for one in scans] == ["confirmation"]
    assert not list((Path(settings.MAILBOX) / "new").iterdir()), "what was kept is deleted"
    assert not list((Path(settings.MAILBOX) / "cur").iterdir())
    sent(talks.later(140))
    assert "confirmed" in words_of(box.taken[-1]), "the court learns what was taken in its name"
    last = Event.objects.filter(verb="hand_over_answered").latest("pk")
    assert last.data["way"] == "mail"


def test_the_same_answer_twice_changes_nothing_and_another_one_is_refused_in_words(
    talks: Talks, box: Box, post: Any, settings: Any
) -> None:
    made = applied(talks)
    for _ in range(2):
        post(subject_of(made), "Dismissed")
    assert taken(talks, settings).taken == 2
    assert Event.objects.filter(verb="hand_over_answered").count() == 1
    assert Notice.objects.filter(what="answer_noted").count() == 1
    post(subject_of(made), "Confirmed")
    assert taken(talks, settings) == Took(unread=1)
    made.refresh_from_db()
    assert made.answer == "dismissed"
    sent(talks.later(220))
    assert "Nothing was changed" in words_of(box.taken[-1])


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Re: Hand-over {number} #000000000000000000000000"},
        {"subject": "Re: Hand-over {number}"},
        {"sender": "shenpan@evil.example.org"},
        {"sender": "shenpan@court.example.org.evil.example"},
        {"Auto_Submitted": "auto-replied"},
    ],
)
def test_whoever_is_not_the_office_changes_nothing_and_gets_no_answer(
    talks: Talks, box: Box, post: Any, settings: Any, change: dict[str, str]
) -> None:
    made = applied(talks)
    given = {"subject": subject_of(made), **change}
    given["subject"] = given["subject"].format(number=made.number)
    post(given.pop("subject"), "Confirmed", **given)
    assert taken(talks, settings) == Took(left=1)
    made.refresh_from_db()
    assert made.state == "sent"
    assert not Notice.objects.filter(what="answer_unread").exists()
    assert len(list((Path(settings.MAILBOX) / "cur").iterdir())) == 1, "it stays for a person"
    assert taken(talks, settings) == Took()


def test_the_token_of_one_hand_over_answers_no_other(
    talks: Talks, box: Box, post: Any, settings: Any
) -> None:
    made = applied(talks)
    number, *_ = talks.talking("street")
    other = handing.hand_on(number, "legal_aid", talks.teams["legal-aid"], "She asks for it.",
                            talks.mediator, talks.later(60))  # fmt: skip
    post(f"Hand-over {other.number} #{token_of(made)}", "returned")
    assert taken(talks, settings) == Took(left=1)
    other.refresh_from_db()
    assert other.state == "sent"


def test_a_mail_that_says_nothing_known_is_answered_a_bounded_number_of_times(
    talks: Talks, box: Box, post: Any, settings: Any
) -> None:
    made = applied(talks)
    for _ in range(7):
        post(subject_of(made), "确认收到，谢谢")
    assert taken(talks, settings) == Took(unread=7)
    made.refresh_from_db()
    assert made.state == "sent", "a polite receipt is no ruling"
    assert Notice.objects.filter(what="answer_unread").count() == 5


def test_a_mailbox_that_takes_nothing_is_shown_to_those_who_mediate(talks: Talks, box: Box) -> None:
    made = applied(talks)
    box.says[COURT] = "452 mailbox full"
    at = talks.later(90)
    for _ in range(5):
        sent(at)
        at += timedelta(hours=7)
    (shown,) = [one for one in to_tell(talks.mediator, at) if one.what == "hand_over"]
    assert (shown.why, shown.office[1]) == ("stuck", "Court")
    assert not [one for one in to_tell(talks.second_mediator, at) if one.what == "hand_over"]
    box.says.clear()
    assert sent(at + timedelta(hours=7)).sent == 1
    assert not [one for one in to_tell(talks.mediator, at) if one.what == "hand_over"]
    assert made.number in words_of(box.taken[-1])


def test_received_meanwhile_it_is_not_told_again(talks: Talks, box: Box) -> None:
    made = applied(talks)
    handing.receive(made.number, talks.clerk, talks.later(85), reference="1")
    assert sent(talks.later(90)).sent == 0
    assert Delivery.objects.get(room="disputes", state="dropped")


def test_an_office_that_neither_signs_in_nor_has_a_mailbox_is_told_by_a_person(
    talks: Talks, box: Box
) -> None:
    alone = people.add_team(SYSTEM, "arbitration", "仲裁委员会", at=SINCE, kind="partner").pk
    number, *_ = talks.talking("street")
    handing.hand_on(number, "arbitration", alone, "x", talks.mediator, talks.later(60))
    assert [one.what for one in to_tell(talks.coordinator, talks.later(70))
            if one.office[0]] == ["hand_over"]  # fmt: skip


def test_only_an_administrator_names_a_mailbox_and_a_certificate_is_looked_at(talks: Talks) -> None:
    court = talks.teams["court"]
    with pytest.raises(Forbidden):
        set_office_mail(talks.coordinator, court, COURT, talks.at)
    weak, _ = certificate(talks.at, elliptic=True)
    ended, _ = certificate(talks.at, days=-30)
    for wrong in ("no certificate", weak, ended):
        with pytest.raises(Invalid):
            set_office_mail(SYSTEM, court, COURT, talks.at, certificate=wrong)
    for address in ("court", "a@b.example\nBcc: eve@example.org"):
        with pytest.raises(Invalid):
            set_office_mail(SYSTEM, court, address, talks.at)
    with pytest.raises(Invalid, match="partner"):
        set_office_mail(SYSTEM, talks.here.teams["roads"], COURT, talks.at)
    set_office_mail(SYSTEM, court, COURT, talks.at)
    assert set_office_mail(SYSTEM, court, "", talks.at) is None
    assert not OfficeMail.objects.exists()


def test_an_ended_certificate_sends_no_papers(talks: Talks, box: Box) -> None:
    cert, _ = certificate(talks.at, days=1)
    applied(talks, cert=cert)
    assert sent(talks.at + timedelta(days=3)).sent == 1
    assert "No word of it goes by mail" in words_of(box.taken[0])


def test_the_command_takes_what_came(
    talks: Talks, box: Box, post: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    made = applied(talks, language="zh-hans")
    post(subject_of(made), "不予受理\n不属于受理范围")
    call_command("take_mail")
    made.refresh_from_db()
    assert made.answer == "not_accepted" and "1" in capsys.readouterr().out


@pytest.mark.parametrize("sender", [b'"', b"court@[", b"<", b"=?a?b?\xff?="])
def test_a_mail_with_a_broken_header_is_left_and_holds_nobody_up(
    talks: Talks, box: Box, post: Any, settings: Any, sender: bytes
) -> None:
    made = applied(talks)
    post(subject_of(made), "received")
    broken = Path(settings.MAILBOX) / "new" / "0-before-all-others"
    broken.write_bytes(b"From: " + sender + b"\nSubject: " + subject_of(made).encode() + b"\n\nx")
    assert taken(talks, settings) == Took(taken=1, left=1)
    assert taken(talks, settings) == Took(), "it is not read again for ever"
    assert [one.name for one in (Path(settings.MAILBOX) / "cur").iterdir()] == [f"{broken.name}:2,"]


def test_an_answer_in_characters_that_nobody_knows_is_told_to_the_office(
    talks: Talks, box: Box, settings: Any
) -> None:
    made = applied(talks)
    folder = Path(settings.MAILBOX) / "new"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1").write_bytes(
        f"From: {COURT}\nSubject: {subject_of(made)}\n"
        "Content-Type: text/plain; charset=klingon\n\nreceived\n".encode()
    )
    assert taken(talks, settings) == Took(unread=1)
    made.refresh_from_db()
    assert made.received_at is None
    assert Notice.objects.filter(what="answer_unread").count() == 1
