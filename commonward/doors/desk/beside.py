"""The forms beside the steps of a case: tasks, requests and their decisions, parts, call-backs."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from commonward.cases import actions
from commonward.cases.actions.calls import EMERGENCY_NUMBERS, hand_over
from commonward.cases.actions.photos import Ready, add_photos, show_photo
from commonward.cases.models import Approval, Case, Photo, Task
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.filed import reports_of
from commonward.cases.queries.offering import REQUESTS, Ways, task_choices, ways
from commonward.cases.queries.reference import book
from commonward.core.calendars import Limit
from commonward.core.clocks import Clock
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.doors.desk import choosing, wording
from commonward.doors.desk.filling import Field, Group, Option
from commonward.doors.desk.sheets import Sheet, photos_field, satisfied_field
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing
from commonward.programmes.actions.pledges.calling import whistle_with
from commonward.programmes.queries.pledges import callable_here

PARTS = 4
"""Parts that one form splits off; more are split off by another."""
_NOT_YOURS = N_("Your post does not do this with this case.")


def of_task(case: Case, task_id: int, verb: str, standing: Standing) -> Sheet:
    """The form of a step with a task of the case. Raises Missing, Forbidden."""
    task = Task.objects.filter(pk=task_id, case=case).first()
    known = book()
    procedure = known.procedures[task.procedure_id] if task is not None else None
    found = procedure.verbs.get(verb) if procedure is not None else None
    if task is None or procedure is None or found is None:
        raise Missing(N_("There is no such step."))
    choices = task_choices(standing.actor, case, standing.at).get(task.pk, ())
    chosen = next((c for c in choices if c.verb.name == verb), None)
    if chosen is not None:
        barred = wording.refused(chosen.barred, procedure) if chosen.barred else ""
    elif task.stage not in found.from_:
        barred = _("This is not possible while it is at “{stage}”.").format(
            stage=said(procedure.stages[task.stage].title)
        )
    else:
        raise Forbidden(_NOT_YOURS)
    labels = {"result": _("The joint conclusion"), "words": _("Reply"), "reason": _("Reason")}
    fields = tuple(
        Field("score", "number", _("Score (0 to 100)"), True, least=0, most=100)
        if name == "score"
        else Field(name, "text", labels.get(name, name), True)
        for name in found.needs
    )

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return actions.act_on_task(
            task.pk, verb, standing.actor, standing.at, given, version=version
        )

    return Sheet(
        title=f"{wording.word(wording.KINDS, task.kind)}: {said(found.title)}",
        button=said(found.title),
        fields=fields,
        version=task.version,
        procedure=procedure,
        take=take,
        barred=barred,
        weight=wording.weight(found),
    )


def of_ask(case: Case, kind: str, standing: Standing) -> Sheet:
    """The form by which other teams are asked: whistle, assist, supervision order."""
    if kind not in wording.ASKS:
        raise Missing(N_("There is no such step."))
    offered = _ways(case, standing)
    if kind not in offered.asks and case.closed_at is None:
        raise Forbidden(_NOT_YOURS)
    allied = _alliances(case) if kind == "whistle" else ()
    if kind == "supervision":
        groups = choosing.teams(case, case.stage, standing.at, grids=False)
        own = _own_team(case)
        teams = Field("teams", "checks", _("Who owes the reply?"), True, groups=own or groups)
    else:
        teams = Field(
            "teams", "checks", _("Who is called?"), not allied, groups=choosing.other_teams(case)
        )

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        called = [int(team) for team in given.get("teams") or ()]
        if given.get("alliance"):
            return whistle_with(
                case.number, given["alliance"], called, given["words"], standing.actor,
                standing.at, version=version,
            )  # fmt: skip
        return actions.ask_tasks(
            case.number,
            kind,
            called,
            given["words"],
            standing.actor,
            standing.at,
            version=version,
        )

    return _sheet(
        case,
        wording.word(wording.ASKS, kind),
        (Field("words", "text", _("What is asked of them?"), True), *allied, teams),
        take,
        barred=_("The case is closed; no task can be added.") if case.closed_at else "",
        button=_("Send"),
    )


def _alliances(case: Case) -> tuple[Field, ...]:
    """The alliances whose teams answer together here; no field where there is none."""
    found = tuple(Option(one.code, named(one.title, one.title_en)) for one in callable_here(case))
    if not found:
        return ()
    return (
        Field(
            "alliance", "select", _("An alliance that answers together"), False,
            _("Each of its teams gets a task of its own; no answer ends another's."),
            groups=(Group("", found),),
        ),
    )  # fmt: skip


def _own_team(case: Case) -> tuple[Group, ...]:
    if case.team is None:
        return ()
    option = Option(str(case.team.pk), case.team.name, _("has the case now"), chosen=True)
    return (Group("", (option,)),)


def of_request(case: Case, kind: str, standing: Standing) -> Sheet:
    """The form by which a higher level is asked: more time, a suspension, an appeal."""
    if kind not in REQUESTS:
        raise Missing(N_("There is no such step."))
    if kind not in _ways(case, standing).requests:
        raise Forbidden(_NOT_YOURS)
    reason = Field("reason", "text", _("Reason"), True)
    limit = _running_limit(case) if kind == "extension" else None
    fields: tuple[Field, ...] = (reason,)
    if limit is not None:
        fields = (
            Field(
                "amount",
                "number",
                _("How much more?"),
                True,
                _("At most as long as the original limit, {limit}.").format(
                    limit=wording.limit_words(limit)
                ),
                least=1,
                most=limit.amount,
                after=wording.unit_words(limit.unit),
            ),
            reason,
        )
    elif kind == "suspension":
        fields = (Field("until", "date", _("Until which day?"), True), reason)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        number, actor, at = case.number, standing.actor, standing.at
        if kind == "extension":
            if limit is None:
                raise Invalid(N_("No limit is running in this stage."))
            more = Limit(given["amount"], limit.unit)
            return actions.ask_extension(number, more, given["reason"], actor, at, version=version)
        if kind == "suspension":
            return actions.ask_suspension(
                number, given["until"], given["reason"], actor, at, version=version
            )
        return actions.appeal_mark(number, given["reason"], actor, at, version=version)

    barred = _("No limit is running in this stage.") if kind == "extension" and not limit else ""
    return _sheet(case, wording.word(wording.REQUESTS, kind), fields, take, barred=barred)


def _running_limit(case: Case) -> Limit | None:
    row = ClockRow.objects.filter(case=case, task=None, kind="stage", stopped_at=None).first()
    return None if row is None else Clock.from_data(row.face).limit


def of_decision(case: Case, approval: int, standing: Standing) -> Sheet:
    """The form by which this person's level decides a request. Raises Missing, Forbidden."""
    found = Approval.objects.filter(pk=approval, case=case).first()
    if found is None:
        raise Missing(N_("There is no such request."))
    decision = next((d for d in _ways(case, standing).decisions if d.approval == approval), None)
    barred = ""
    if found.state != "asked":
        barred = _("It has been decided: {state}.").format(
            state=wording.word(wording.STATES, found.state)
        )
    elif decision is None:
        raise Forbidden(_NOT_YOURS)
    elif decision.barred is not None:
        barred = wording.refused(decision.barred, book().procedures[case.procedure_id])
    choice = (Group("", (Option("yes", _("Agree")), Option("no", _("Refuse")))),)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return actions.decide(
            approval,
            given["grant"] == "yes",
            given["reason"],
            standing.actor,
            standing.at,
            version=version,
        )

    return _sheet(
        case,
        _("Decide: {what}").format(what=wording.word(wording.APPROVALS, found.kind)),
        (
            Field("grant", "radio", _("Decision"), True, groups=choice),
            Field("reason", "text", _("Reason"), True),
        ),
        take,
        barred=barred,
        button=_("Decide"),
    )


def of_split(case: Case, standing: Standing) -> Sheet:
    """The form by which a case that is several problems is split."""
    if not _ways(case, standing).split:
        raise Forbidden(_NOT_YOURS)
    categories = choosing.categories(case, with_own=True)
    fields: list[Field] = []
    for n in range(1, PARTS + 1):
        first = n == 1
        words = _("Part {n}: what is it?").format(n=n)
        fields += [
            Field(f"words{n}", "line", words, first),
            Field(f"category{n}", "select", _("Category"), first, groups=categories),
        ]

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        parts = []
        for n in range(1, PARTS + 1):
            words, category = given.get(f"words{n}"), given.get(f"category{n}")
            if words and not category:
                raise Invalid(N_("Please fill this in."), field=f"category{n}")
            if words and category:
                parts.append((category, words))
        return actions.split(case.number, parts, standing.actor, standing.at, version=version)

    return _sheet(case, _("Split"), tuple(fields), take)


def of_call_back(case: Case, report: str, standing: Standing) -> Sheet:
    """The form for what one more reporter said when called back."""
    if report not in {r.number for r in reports_of(case)}:
        raise Missing(N_("There is no report {number}."), number=report)
    if not _ways(case, standing).call_back:
        raise Forbidden(_NOT_YOURS)
    fields = (
        Field("reached", "radio", _("Was the resident reached?"), True, groups=choosing.yes_no()),
        Field("solved", "radio", _("Is the problem solved?"), groups=choosing.yes_no()),
        satisfied_field(required=False),
    )

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        said_back: dict[str, Any] = {
            name: given[name] == "yes" for name in ("reached", "solved") if given.get(name)
        }
        if given.get("satisfied"):
            said_back["satisfied"] = int(given["satisfied"])
        return actions.call_back(report, standing.actor, standing.at, said_back, version=version)

    return _sheet(case, _("Call-back about report {number}").format(number=report), fields, take)


def of_photos(case: Case, standing: Standing) -> Sheet:
    """The form by which photos are added to a case."""
    if not _ways(case, standing).photos:
        raise Forbidden(_NOT_YOURS)
    reports = reports_of(case)
    moments = (Group("", (Option("before", _("Before")), Option("after", _("After")))),)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        if not photos:
            raise Invalid(N_("Choose at least one photo."), field="photos")
        return add_photos(
            reports[0].number, photos, standing.actor, standing.at, moment=given["moment"]
        )

    return _sheet(
        case,
        _("Add photos"),
        (photos_field(), Field("moment", "radio", _("They show it"), True, groups=moments)),
        take,
        barred="" if reports else _("Nobody reported this case: it keeps no photos."),
    )


def of_photo(case: Case, photo: Photo, standing: Standing) -> Sheet | None:
    """The form by which a photo is shown to the public or hidden; None for other posts."""
    if not _ways(case, standing).show_photos:
        return None
    show = not photo.public
    hint = _("No face, no number plate, nothing that tells who it is?") if show else ""
    reason = Field("reason", "line", _("Why it is hidden") if not show else _("Note"), not show)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return show_photo(photo.name, show, given["reason"], standing.actor, standing.at)

    title = _("Show it to the public") if show else _("Hide it from the public")
    return _sheet(case, title, (reason,), take, about=hint)


def of_danger(case: Case, standing: Standing) -> Sheet:
    """The form by which a danger is handed to 110, 119 or 120, and noted."""
    if not _ways(case, standing).danger and case.closed_at is None:
        raise Forbidden(_NOT_YOURS)
    names = {"110": _("110 police"), "119": _("119 fire"), "120": _("120 ambulance")}
    numbers = (Group("", tuple(Option(n, names[n]) for n in EMERGENCY_NUMBERS)),)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        # Danger does not wait for a page that somebody else's change made old.
        return hand_over(
            case.number, given["to"], standing.actor, standing.at, words=given["words"]
        )

    fields = (
        Field("to", "radio", _("Handed to"), True, groups=numbers),
        Field("words", "line", _("What they were told (may stay empty)")),
    )
    return _sheet(
        case,
        _("Danger: handed over"),
        fields,
        take,
        about=_("Call first. The button notes the hand-over; the case goes on as it is."),
        barred=_("The case is closed; open it again, or make a new report.")
        if case.closed_at
        else "",
    )


def _ways(case: Case, standing: Standing) -> Ways:
    return ways(standing.actor, case, standing.at)


def _sheet(
    case: Case,
    title: str,
    fields: tuple[Field, ...],
    take: Any,
    *,
    barred: str = "",
    about: str = "",
    button: str = "",
) -> Sheet:
    return Sheet(
        title=title,
        button=button or title,
        fields=fields,
        version=case.version,
        procedure=book().procedures[case.procedure_id],
        take=take,
        barred=barred,
        about=about,
    )
