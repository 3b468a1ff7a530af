"""What is planted by the channels: text messages, mails, chats, surveys, and what reporters ask of their data."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from commonward.areas.models import Area
from commonward.cases.actions.asking import answer_question, ask_reporter
from commonward.cases.actions.chatted import Told, add_by_chat, report_by_chat
from commonward.cases.actions.data_requests import answer_data, ask_data
from commonward.cases.models import Report
from commonward.cases.queries.asked import open_questions
from commonward.core.chat.model import Draft
from commonward.doors.email import deciding
from commonward.doors.sms.taking import Came, take
from commonward.people.models import Account
from commonward.people.queries import actor_for
from commonward.programmes.actions.surveys.answering import answer_from_paper
from commonward.programmes.actions.surveys.planning import make_survey, open_survey, plan_survey
from tests.district import DISTRICT, RUBBISH, STREETS, District
from tests.programmes.survey_office import WHOLE, plan, terms

Planted = Callable[[str], str]


def tell_channels(here: District, settings: Any, planted: Planted) -> None:
    """A text message, a mail and a chat became reports; each was asked something and answered."""
    at = here.at + timedelta(minutes=1)
    settings.SMS = f"smpp://site:secret@127.0.0.1:9?source=10690000&category={RUBBISH}"
    settings.MAIL_REPORTS, settings.MAIL_CHECKER = RUBBISH, ""
    take(Came("8613812345678", "10690000", planted("text in")), at)
    raw = (
        f"From: {planted('sender')}@example.org\r\nTo: reports@example.org\r\n"
        f"Subject: {planted('subject')}\r\nMessage-ID: <1@example.org>\r\n\r\n{planted('mail in')}"
    )
    assert deciding.decide(raw.encode(), at) == deciding.REPORTED
    draft = Draft(words=planted("chat in"), address=planted("chat place"))
    told = Told("telegram", planted("chat account"), draft, "a key", "en")
    chatted, _token = report_by_chat(told, RUBBISH, (), at, a_day=5)
    add_by_chat(chatted.pk, planted("chat more"), (), at)
    for report in Report.objects.filter(channel__in=("sms", "email", "telegram")):
        name = report.channel
        ask_reporter(report.case.number, planted(f"{name} out"), here.intake_officer, at)
        (question,) = open_questions(report.case_id)
        said = planted(f"{name} answer")
        answer_question(report.case.number, question.id, said, here.holder(report), at)
        here.act(report, "refuse", here.intake_officer, 5, reason=planted(f"{name} reason"))
    assert Report.objects.filter(channel__in=("sms", "email", "telegram")).count() == 3


def tell_requests(here: District, planted: Planted) -> None:
    """One asks for a correction and gets it, one does not, one is never answered."""
    for name, grant in (("granted", True), ("denied", False), ("unanswered", None)):
        report = here.report(RUBBISH, planted(f"wrong {name}"))
        wanted = {"words": planted(f"right {name}")}
        made = ask_data(report.pk, "correct", "words", wanted, here.holder(report), here.at)
        if grant is not None:
            said = planted(f"why {name}")
            answer_data(made.pk, grant, said, here.intake_officer, here.at)
        here.act(report, "refuse", here.intake_officer, 5, reason="Not ours.")


def tell_survey(here: District, planted: Planted) -> None:
    """A survey with words of its own, answered on paper; its officer is there already."""
    officer = actor_for(Account.objects.get(login="programme_officer").pk, here.at)
    made = make_survey(terms(Area.objects.get(code=DISTRICT).pk, here.at), officer, here.at)
    plan_survey(made.code, plan(), officer, here.at)
    open_survey(made.code, officer, here.at)
    answers = {**WHOLE, "better": planted("survey")}
    answer_from_paper(made.code, STREETS[0], answers, officer, here.at)
