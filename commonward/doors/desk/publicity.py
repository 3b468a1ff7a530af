"""What the public sees of a case, exactly, and the forms that hide it or show it again."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.cases.actions.hiding import hide, show_again
from commonward.cases.actions.photos import Ready
from commonward.cases.models import Case, Report
from commonward.cases.queries.checked import texts_of
from commonward.cases.queries.filed import CaseFile
from commonward.cases.queries.hiding import GROUNDS, Hiding, hides_as, hidings_of
from commonward.cases.queries.public import PublicReport, Wanted, public_reports
from commonward.cases.queries.reference import book
from commonward.cases.queries.steps import PublicStep, public_steps
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.doors.desk import wording
from commonward.doors.desk.casefile import answers_told
from commonward.doors.desk.filling import Field, Group, Option
from commonward.doors.desk.sheets import Sheet
from commonward.doors.look.happening import plain
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing
from commonward.people.queries import revisions


def seen_outside(case: Case, file: CaseFile, standing: Standing) -> dict[str, Any]:
    """For the case page: each report as everybody reads it, what is hidden, and the switches."""
    marks = revisions()
    numbers = tuple(r.number for r in file.reports)
    shown = public_reports(Wanted(numbers=numbers), marks, most=len(numbers)) if numbers else []
    steps = public_steps(shown, marks) if shown else {}
    may = bool(hides_as(case, standing.actor))
    hidings = {h.report: _hidden(h) for h in hidings_of(case)}
    return {
        "public": [_shown(r, steps.get(r.id, []), case, may, hidings.get(r.number)) for r in shown],
        "hidden": hidings.get(""),
        "check_href": reverse("desk:checked", args=[case.number]) if may and case.public else "",
        "to_check": sum(one.open for one in texts_of(case)) if may else 0,
        "hide_href": reverse("desk:publicity", args=[case.number])
        if may and (case.public or case.hidden_at is not None)
        else "",
    }


def _shown(
    report: PublicReport,
    steps: list[PublicStep],
    case: Case,
    may: bool,
    hidden: Mapping[str, Any] | None,
) -> dict[str, Any]:
    partly = bool(hidden and hidden["partly"])
    return {
        "line": report,
        "href": reverse("portal:case", args=[report.number]),
        "stage": said(report.stage.title),
        "team": named(*report.team),
        "area": named(*report.area),
        "due": wording.due(report.due_at),
        "outcome": wording.word(wording.OUTCOMES, report.outcome),
        "answers": answers_told(report.answers, case, book()),
        "hidden": None if partly else hidden,
        "partly": _partly(hidden) if partly and hidden else "",
        "switch": reverse("desk:publicity_words", args=[case.number, report.number]) if may else "",
        "steps": [
            {"at": s.at, "what": said(s.stage.title), "plain": plain(s.verb, s.stage), "words": s.words}
            for s in reversed(steps)
        ],
    }  # fmt: skip


def _partly(hidden: Mapping[str, Any]) -> str:
    told = _("Single stretches of its words are hidden.")
    return f"{told} {hidden['objection']}".strip()


def _hidden(hiding: Hiding) -> dict[str, Any]:
    objections = {
        "asked": _("The reporter objected; a leader decides."),
        "refused": _("The reporter objected; a leader let it stay hidden."),
    }
    return {
        "since": hiding.since,
        "partly": hiding.partly,
        "ground": _(hiding.why),
        "words": hiding.words,
        "objection": objections.get(hiding.objection, ""),
    }


def of_publicity(case: Case, report: str, standing: Standing) -> Sheet:
    """The form that hides a case (or one report's words), or shows it again.

    Raises Missing for another case's report, Forbidden for other posts.
    """
    if not hides_as(case, standing.actor):
        raise Forbidden(N_("What the public sees is decided by the centre's officers."))
    told = Report.objects.filter(case=case, number=report).first() if report else None
    if report and told is None:
        raise Missing(N_("There is no report {number}."), number=report)
    hidden = (told.hidden_at if told else case.hidden_at) is not None
    public = told.public and case.public if told else case.public
    return _of_hidden(case, told, standing) if hidden else _of_shown(case, told, standing, public)


def _of_hidden(case: Case, told: Report | None, standing: Standing) -> Sheet:
    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return show_again(
            case.number, given["reason"], standing.actor, standing.at,
            report=told.number if told else "", version=version,
        )  # fmt: skip

    reason = Field("reason", "text", _("Reason"), True, _("The reporter reads this."))
    title = _("Show these words to the public again") if told else _("Show it to the public again")
    return _sheet(case, title, (reason,), take)


def _of_shown(case: Case, told: Report | None, standing: Standing, public: bool) -> Sheet:
    grounds = tuple(Option(name, _(words)) for name, words in GROUNDS.items())

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return hide(
            case.number, given["ground"], given["reason"], standing.actor, standing.at,
            report=told.number if told else "", version=version,
        )  # fmt: skip

    fields = (
        Field("ground", "radio", _("On which ground?"), True, groups=(Group("", grounds),)),
        Field("reason", "text", _("Reason"), True, _("The reporter reads this and may object.")),
    )
    about = (
        _("The public reads that it was told, and where it stands, but not these words.")
        if told
        else _("Nobody outside sees it any more; its reporters still follow it.")
    )
    rule = _("Nothing is hidden because it criticises, complains or is inconvenient.")
    return _sheet(
        case,
        _("Hide these words from the public") if told else _("Hide it from the public"),
        fields,
        take,
        about=f"{about} {rule}",
        barred="" if public else _("The public does not see it now."),
        weight="grave",
    )


def _sheet(
    case: Case,
    title: str,
    fields: tuple[Field, ...],
    take: Any,
    *,
    about: str = "",
    barred: str = "",
    weight: str = "forward",
) -> Sheet:
    return Sheet(
        title=title,
        button=title,
        fields=fields,
        version=case.version,
        procedure=book().procedures[case.procedure_id],
        take=take,
        about=about,
        barred=barred,
        weight=weight,
    )
