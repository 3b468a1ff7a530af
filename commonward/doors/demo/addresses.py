"""Every page of the site with something real to show on it, for the camera (`./dev shots`)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from commonward.areas.queries import SITE
from commonward.cases.actions.receipts import new_link
from commonward.cases.models import Approval, Case, Report
from commonward.core.rights import SEALED
from commonward.disputes.actions.passes import new_pass
from commonward.disputes.models import Party, Session
from commonward.doors.demo import names
from commonward.doors.demo.programmes import (
    advice,
    councils,
    inspections,
    learning,
    marks,
    pledges,
    risk,
    surveys,
)
from commonward.doors.demo.robots import SOURCE
from commonward.doors.demo.roles import POSTS
from commonward.people.queries import account_by_login, team_by_code
from commonward.response.models import Incident, Plan
from commonward.response.planning import kinds

SHOWN = frozenset({"demo", "portal", "desk", "field", "ledger", ""})
"""Doors with pages; "" is signing in, whose addresses have no door's name."""
WITHOUT_PAGE = frozenset(
    {
        "demo:sign_in", "demo:clock", "demo:begin", "demo:go_on", "demo:end",
        "field:worker", "field:manifest", "field:work", "field:send",
        "field:photo", "field:round_gpx", "desk:seen", "desk:row", "desk:photo", "desk:photo_file", "desk:photos",
        "desk:delete_saved", "desk:intake_beside", "desk:case_sort", "desk:admin_words_model", "desk:beside", "desk:task_step", "desk:decide",
        "desk:call_back", "desk:contact", "portal:photo", "portal:near", "portal:danger", "desk:danger_seen", "desk:dangers", "desk:danger_decided", "desk:read_first",
        "portal:mail", "portal:mail_stop", "portal:go_along", "portal:answer_helped", "portal:answer", "portal:object", "openid_connect_login",
        "openid_connect_callback", "socialaccount_signup", "mfa_download_recovery_codes",
        "mfa_authenticate", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_login_webauthn",
        "mfa_deactivate_totp", "mfa_view_recovery_codes", "socialaccount_login_error",
        "portal:mail_mine", "portal:mail_case", "desk:admin_hook", "desk:admin_review", "desk:question_answer",
        "desk:question_withdraw", "portal:dispute_calendar", "desk:paper_order", "desk:admin_see_end", "desk:plan_file", "desk:forecast_file", "desk:admin_figures_file",
        "desk:plan_seats", "desk:plan_grids", "desk:plan_grids_publish", "desk:admin_grid", "desk:plan_table", "desk:roster", "desk:roster_file",
        "desk:dispute_agreement_check", "desk:handover_package", "desk:dispute_return",
        "desk:report_make", "desk:report_file", "desk:telephone_mine",
        "desk:admin_neighbour", "desk:hand_over", "desk:task_neighbour",
        "desk:exchange", "desk:exchange_mapping", "desk:exchange_run", "desk:exchange_file",
        "desk:incident_map_now", "desk:incident_map_reach",
        "desk:unit_position", "desk:centre_box", "desk:centre_package", "desk:payment_box", "desk:payment", "desk:payment_support", "desk:payment_letter",
        "portal:payment_receipt", "desk:dispute_paper", "desk:dispute_scan", "desk:dispute_form", "portal:dispute_paper",
        "portal:dispute_scan", "portal:proof_file", "portal:copy", "desk:data_request",
        "desk:hotspot_cases", "desk:hot_issue", "desk:hotspots_csv", "portal:hotspots_csv",
        "portal:data_file", "portal:feed", "portal:area_feed",
        "portal:proposal_support", "portal:proposal_say", "portal:proposal_appeal", "portal:vote_right",
        "portal:vote_cast", "portal:vote_list", "portal:vote_recount", "desk:programme_letters",
        "portal:risks_file", "portal:risk_question", "portal:risk_seat", "portal:risk_report",
        "desk:programme_risk_report", "desk:programme_survey_links", "portal:survey_file",
        "ledger:verify_alone", "ledger:consistency", "ledger:file",
    }
)  # fmt: skip
"""Answers that are no page of their own, and pages that need a letter, a device or an office."""
_RESIDENT = ("demo", "portal", "ledger")
_STEPS = {"close": "close", "file": "file", "dispatch": "decide_finally", "collect": "refuse"}
"""What a duty chief does in a stage, the first for which there is a case."""

_CODES = {
    "desk:programme_advice_text": "new",
    "desk:admin_category": "D201",
    "desk:admin_words_kind": "D201",
    "desk:admin_unit": "unit-fire",
}
"""Codes of something else than an area."""
_PLAN = "district-plan"
_KEYS = {"desk:programme_plan_target": "1.1.1"}
_OF_MEDIATORS = (
    "desk:dispute_own", "desk:dispute_caucus", "desk:dispute_sessions", "desk:dispute_agreement",
    "desk:dispute_inquiries",
    "desk:dispute_offers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: the name of its route, its path, and the log-in that looks at it ("" for nobody)."""

    name: str
    path: str
    login: str


def addresses(at: datetime) -> tuple[list[Shown], list[str]]:
    """The pages of the URL configuration, each filled with a sample of the demonstration.

    Second come, in words, the routes that need something unknown here: none is forgotten.
    """
    samples = _samples(at)
    found, owed = [], []
    for name, needs in _routes(get_resolver(), ""):
        if name in WITHOUT_PAGE:
            continue
        unknown = [one for one in needs if one not in samples]
        if unknown:
            owed.append(f"{name} needs a sample of {', '.join(unknown)}, or is no page")
            continue
        many = _several(name)
        for given in [{one: samples[one](name) for one in needs}] if many is None else many:
            path = reverse(name, kwargs=given)
            if name == "desk:bulk":
                path += f"?case={samples['number'](name)}"
            found.append(Shown(name, path, login(name)))
    return found, owed


def _named(name: str) -> str:
    if "figure" in name:
        return "closed_in_time_rate"
    return SITE if "calendar" in name else "service_matter"


def _several(name: str) -> list[dict[str, Any]] | None:
    """A page that looks different for each kind of plan is shown for all of them; None: it is one."""
    if name == "desk:plan_new":
        return [{"kind": kind} for kind in kinds()]
    if name == "desk:plan":
        return [
            {"code": code} for code in Plan.objects.order_by("pk").values_list("code", flat=True)
        ]
    return councils.pages(name)


def _routes(resolver: URLResolver, space: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _routes(one, one.namespace or space)
        elif isinstance(one, URLPattern) and one.name and space in SHOWN:
            name = f"{space}:{one.name}" if space else one.name
            yield name, tuple(one.pattern.regex.groupindex)


def login(name: str) -> str:
    """Who opens a page; "" for a resident."""
    if name.partition(":")[0] in _RESIDENT or name in ("account_login", "account_inactive"):
        return ""
    if name.startswith("desk:admin") or name in ("desk:access", "desk:programme_risk_days"):
        return "demo-admin"
    if name.startswith(("desk:incident", "desk:payment")) or name == "desk:duty":
        return "demo-response"
    if name.startswith("desk:programme"):
        return "demo-programmes"
    if name.startswith(("desk:plan", "desk:roster")):
        return "demo-planner"
    if name == "desk:unit_own":
        return "demo-unit-fire"
    if name.startswith("desk:handover"):
        return "demo-legal-aid"
    if name.startswith(("desk:dispute", "desk:explorer")):
        return "demo-mediator" if name in _OF_MEDIATORS else "demo-coordinator"
    if name == "desk:request":
        return "demo-roads"
    return "demo-grid" if name.startswith("field:") else "demo-chief"


def _code(name: str) -> str:
    if name.startswith(("desk:programme_plan", "portal:plan")):
        return _PLAN
    if name in inspections.PAGES:
        return inspections.shown(name)["code"]
    if name.startswith(("desk:programme_pledge", "portal:pledge")):
        return pledges.shown().code
    if name.startswith(("desk:programme_survey", "portal:survey")):
        return surveys.shown(name).code
    return _CODES.get(name, names.CODE)


def _month_before(at: datetime) -> str:
    return f"{at - timedelta(days=at.day):%Y-%m}"


class _Talks:
    """Disputes of the demonstration to look at: in talks with a session, and being performed."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._keys: dict[int, str] = {}
        disputed = Case.objects.filter(category__code__startswith=SEALED).order_by("id")
        self._talked = disputed.filter(stage__startswith="at_").first()
        self._performing = disputed.filter(stage="perform").first()
        self.session = Session.objects.filter(dispute__case=self._talked).first()

    def case(self, name: str) -> Case | None:
        """The one whose page of this name has something on it."""
        late = ("performance", "handovers", "holds")
        return self._performing if name.endswith(late) else self._talked

    def key(self, name: str) -> str:
        """The secret link of its first side."""
        case = self.case(name)
        if case is None:
            return "none"
        if case.pk not in self._keys:
            one = Party.objects.filter(side__dispute=case.pk, side__letter="a")[0]
            self._keys[case.pk] = new_pass(one.pk, self._at)
        return self._keys[case.pk]


def _samples(at: datetime) -> Mapping[str, Callable[[str], Any]]:
    lived = Case.objects.filter(source=SOURCE, public=True).order_by("-opened_at")
    closing = next(
        case for stage in _STEPS if (case := lived.filter(stage=stage).first()) is not None
    )
    evaluated = lived.filter(stage="evaluate")[0]
    public = lived.filter(is_open=True, stage="handle")[0]
    roads = lived.filter(stage="handle", handling_team=team_by_code("roads")).first() or public
    report = Report.objects.filter(case=public).order_by("id")[0]
    asked = Approval.objects.filter(state="asked").order_by("id").first()
    talks = _Talks(at)
    links: list[str] = []

    def token(name: str) -> str:
        if name.startswith("portal:dispute"):
            return talks.key(name)
        if not links:
            links.append(new_link(report.pk, at))
        return links[0]

    def number(name: str) -> str:
        disputed = talks.case(name) if name.startswith("desk:dispute") else None
        if disputed is not None:
            return disputed.number
        if name.startswith("desk:incident"):
            out = Incident.objects.filter(drill=True).first()
            return out.case.number if out is not None else public.number
        if name == "desk:callback":
            return evaluated.number
        if name == "desk:step":
            return closing.number
        if name == "desk:request":
            return roads.number
        return public.number

    return {
        "number": lambda name: marks.numbered(name) or number(name),
        "verb": lambda name: "appraise" if name == "desk:dispute_step" else _STEPS[closing.stage] if name[:5] == "desk:" else "add_words",
        "kind": lambda name: {
            "desk:ask": "whistle", "desk:admin_dispute_rules": "grading",
            "desk:programme_checklist": "shop", "desk:programme_mark_kind": "no-open-cases",
        }.get(name, "extension"),
        "code": _code,
        "name": _named,
        "account": lambda name: account_by_login(
            "demo-mediator" if name == "desk:dispute_mediator" else POSTS[0].login
        ),
        "team": lambda name: (
            inspections.shown(name)["team"] if name in inspections.PAGES else team_by_code("roads").pk
        ),
        "on": lambda name: inspections.shown(name)["on"],
        "key": lambda name: _KEYS.get(name) or surveys.key(name) or token(name),
        "letter": lambda name: "a" if name == "desk:dispute_needs" else "neighbours",
        "report": lambda _name: report.number,
        "approval": lambda _name: asked.pk if asked else 0,
        "text": lambda _name: 1,
        "answer": lambda _name: 1,
        "view": lambda _name: 1,
        "rule": lambda _name: 1,
        "session": lambda _name: talks.session.pk if talks.session else 0,
        "change": lambda _name: "redraw",
        "review": lambda name: risk.shown(name).review.case.number,
        "hearing_id": lambda name: risk.shown(name).pk,
        "mask": lambda _name: 0,
        "course": lambda _name: learning.COURSES[0].code,
        "sitting": lambda _name: learning.sitting().pk,
        "drill": lambda _name: learning.drill().code,
        "staff": lambda _name: learning.survey().code,
        "unit": lambda _name: pledges.unit().pk,
        "meeting": lambda _name: pledges.meeting().pk,
        "month": lambda _name: _month_before(at),
        "group": lambda _name: 1,
        "use": lambda _name: "step",
        "length": lambda _name: "long",
        "told": lambda _name: advice.shown(),
    }  # fmt: skip
