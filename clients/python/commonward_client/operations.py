"""Every operation as a method. Made by `./dev client` from the OpenAPI document; not written by hand."""

from typing import Any, cast

from commonward_client import shapes
from commonward_client.calling import Caller


class Operations(Caller):
    """The operations of the API, by their own names."""

    def read_alarms(self) -> shapes.AlarmsShown:
        """What would otherwise go wrong in silence, among what you may see."""
        return cast('shapes.AlarmsShown', self.call("GET", "/api/v1/alarms"))

    def list_answers(self, *, language: str | None = None, area: str | None = None, text: str | None = None) -> list[shapes.AnswerShown]:
        """The public answers, or those that fit a question (`text`), the best first; at most 100."""
        return cast('list[shapes.AnswerShown]', self.call("GET", "/api/v1/answers", query={"language": language, "area": area, "text": text}))

    def read_answer(self, answer: int, *, language: str | None = None, area: str | None = None) -> shapes.AnswerShown:
        """One public answer, for an area and in a language."""
        return cast('shapes.AnswerShown', self.call("GET", self.path("/api/v1/answers/{answer}", {"answer": answer}), query={"language": language, "area": area}))

    def decide(self, approval: int, body: shapes.DecisionIn, *, if_match: str | None = None) -> shapes.ApprovalShown:
        """Grant or refuse what was asked, at your level; If-Match is the case's version."""
        return cast('shapes.ApprovalShown', self.call("POST", self.path("/api/v1/approvals/{approval}/decision", {"approval": approval}), headers={"If-Match": if_match}, body=body))

    def list_areas(self, *, below: str | None = None) -> list[shapes.AreaShown]:
        """The areas directly below a code; without one the tops of the tree."""
        return cast('list[shapes.AreaShown]', self.call("GET", "/api/v1/areas", query={"below": below}))

    def locate(self, *, lat: float | None = None, lon: float | None = None) -> shapes.LocatedShown:
        """Where a point lies; near a border the candidates, so that you can ask."""
        return cast('shapes.LocatedShown', self.call("GET", "/api/v1/areas/locate", query={"lat": lat, "lon": lon}))

    def read_area(self, code: str) -> shapes.AreaShown:
        """One area as it stands now."""
        return cast('shapes.AreaShown', self.call("GET", self.path("/api/v1/areas/{code}", {"code": code})))

    def list_news(self, code: str) -> list[shapes.NewsShown]:
        """What an area's page tells now, and what it will tell; from the areas above it too."""
        return cast('list[shapes.NewsShown]', self.call("GET", self.path("/api/v1/areas/{code}/news", {"code": code})))

    def publish_news(self, code: str, body: shapes.NewsIn) -> shapes.NewsShown:
        """Tell the people of an area, and of all below, something for a time."""
        return cast('shapes.NewsShown', self.call("POST", self.path("/api/v1/areas/{code}/news", {"code": code}), body=body))

    def tell_call(self, body: shapes.CallIn, *, idempotency_key: str | None = None) -> shapes.CallShown:
        """Tell of danger. An alarm of the same kind within 100 m of an open one of yours is added to it; whether it is the same as somebody else's is for a person to say."""
        return cast('shapes.CallShown', self.call("POST", "/api/v1/calls", headers={"Idempotency-Key": idempotency_key}, body=body))

    def read_call_status(self, number: str) -> shapes.CallShown:
        """How far a call of yours is; nothing of what was told is shown."""
        return cast('shapes.CallShown', self.call("GET", self.path("/api/v1/calls/{number}", {"number": number})))

    def list_cases(self, *, state: str | None = None, stage: list[str] | None = None, team: int | None = None, handling_team: int | None = None, mine: bool | None = None, category: str | None = None, area: str | None = None, grade: str | None = None, origin: str | None = None, light: str | None = None, unrouted: bool | None = None, paused: bool | None = None, provisional: bool | None = None, opened_from: str | None = None, opened_until: str | None = None, due_before: str | None = None, order: str | None = None, after: str | None = None, size: int | None = None) -> shapes.CasesShown:
        """The cases that you may see, narrowed by any combination of filters, a page at a time."""
        return cast('shapes.CasesShown', self.call("GET", "/api/v1/cases", query={"state": state, "stage": stage, "team": team, "handling_team": handling_team, "mine": mine, "category": category, "area": area, "grade": grade, "origin": origin, "light": light, "unrouted": unrouted, "paused": paused, "provisional": provisional, "opened_from": opened_from, "opened_until": opened_until, "due_before": due_before, "order": order, "after": after, "size": size}))

    def open_case(self, body: shapes.ReportIn, *, idempotency_key: str | None = None) -> shapes.ReceiptShown:
        """File a report as a new case: located, routed, its clocks started."""
        return cast('shapes.ReceiptShown', self.call("POST", "/api/v1/cases", headers={"Idempotency-Key": idempotency_key}, body=body))

    def read_case(self, number: str) -> shapes.FileShown:
        """The file of a case; its ETag is what a change must send as If-Match."""
        return cast('shapes.FileShown', self.call("GET", self.path("/api/v1/cases/{number}", {"number": number})))

    def list_approvals(self, number: str) -> list[shapes.ApprovalShown]:
        """What was asked of higher levels, and what they decided."""
        return cast('list[shapes.ApprovalShown]', self.call("GET", self.path("/api/v1/cases/{number}/approvals", {"number": number})))

    def ask_approval(self, number: str, body: shapes.RequestIn, *, if_match: str | None = None) -> shapes.ApprovalShown:
        """Ask for more time, a suspension, or that an overtime mark be taken back."""
        return cast('shapes.ApprovalShown', self.call("POST", self.path("/api/v1/cases/{number}/approvals", {"number": number}), headers={"If-Match": if_match}, body=body))

    def list_clocks(self, number: str) -> list[shapes.ClockShown]:
        """Every limit of the case and its tasks, with the stretches of time it counted."""
        return cast('list[shapes.ClockShown]', self.call("GET", self.path("/api/v1/cases/{number}/clocks", {"number": number})))

    def list_events(self, number: str, *, after: int | None = None, size: int | None = None) -> shapes.EventsShown:
        """What happened with the case, in order."""
        return cast('shapes.EventsShown', self.call("GET", self.path("/api/v1/cases/{number}/events", {"number": number}), query={"after": after, "size": size}))

    def join_case(self, number: str, body: shapes.JoinIn, *, if_match: str | None = None) -> shapes.CaseShown:
        """Join the case to another as the same problem; the other one is answered."""
        return cast('shapes.CaseShown', self.call("POST", self.path("/api/v1/cases/{number}/join", {"number": number}), headers={"If-Match": if_match}, body=body))

    def list_questions(self, number: str) -> list[shapes.QuestionShown]:
        """What its reporters were asked, and what they answered."""
        return cast('list[shapes.QuestionShown]', self.call("GET", self.path("/api/v1/cases/{number}/questions", {"number": number})))

    def ask_reporter(self, number: str, body: shapes.AskIn, *, if_match: str | None = None) -> list[shapes.QuestionShown]:
        """Ask a reporter; they read it on their own page and answer there. No clock stops for it."""
        return cast('list[shapes.QuestionShown]', self.call("POST", self.path("/api/v1/cases/{number}/questions", {"number": number}), headers={"If-Match": if_match}, body=body))

    def note_answer(self, number: str, question: int, body: shapes.AnswerIn, *, if_match: str | None = None) -> list[shapes.QuestionShown]:
        """Write down what a reporter answered by telephone or at the counter."""
        return cast('list[shapes.QuestionShown]', self.call("POST", self.path("/api/v1/cases/{number}/questions/{question}/answer", {"number": number, "question": question}), headers={"If-Match": if_match}, body=body))

    def withdraw_question(self, number: str, question: int, *, if_match: str | None = None) -> list[shapes.QuestionShown]:
        """Take a question back that needs no answer any more."""
        return cast('list[shapes.QuestionShown]', self.call("POST", self.path("/api/v1/cases/{number}/questions/{question}/withdrawal", {"number": number, "question": question}), headers={"If-Match": if_match}))

    def list_reports(self, number: str) -> list[shapes.ReportShown]:
        """What was told about the problem, and by how many; nobody's details are in it."""
        return cast('list[shapes.ReportShown]', self.call("GET", self.path("/api/v1/cases/{number}/reports", {"number": number})))

    def add_report(self, number: str, body: shapes.SaidIn, *, idempotency_key: str | None = None) -> shapes.ReceiptShown:
        """One more report of the same problem, with a receipt of its own."""
        return cast('shapes.ReceiptShown', self.call("POST", self.path("/api/v1/cases/{number}/reports", {"number": number}), headers={"Idempotency-Key": idempotency_key}, body=body))

    def split_case(self, number: str, body: shapes.SplitIn, *, if_match: str | None = None) -> list[shapes.CaseShown]:
        """Split off children; the case closes only after them."""
        return cast('list[shapes.CaseShown]', self.call("POST", self.path("/api/v1/cases/{number}/split", {"number": number}), headers={"If-Match": if_match}, body=body))

    def list_tasks(self, number: str) -> list[shapes.TaskShown]:
        """The pieces of work of other teams on the case."""
        return cast('list[shapes.TaskShown]', self.call("GET", self.path("/api/v1/cases/{number}/tasks", {"number": number})))

    def ask_tasks(self, number: str, body: shapes.TasksIn, *, if_match: str | None = None) -> list[shapes.TaskShown]:
        """Ask other teams for a piece of work; each gets a task with its own clock."""
        return cast('list[shapes.TaskShown]', self.call("POST", self.path("/api/v1/cases/{number}/tasks", {"number": number}), headers={"If-Match": if_match}, body=body))

    def list_verbs(self, number: str) -> list[shapes.VerbShown]:
        """The steps that you could take with the case now."""
        return cast('list[shapes.VerbShown]', self.call("GET", self.path("/api/v1/cases/{number}/verbs", {"number": number})))

    def take_step(self, number: str, verb: str, body: shapes.GivenIn, *, if_match: str | None = None) -> shapes.CaseShown:
        """Take a step of the case's procedure; `GET …/verbs` lists those offered to you now."""
        return cast('shapes.CaseShown', self.call("POST", self.path("/api/v1/cases/{number}/verbs/{verb}", {"number": number, "verb": verb}), headers={"If-Match": if_match}, body=body))

    def read_why(self, number: str) -> shapes.WhyShown:
        """Why the case went where it is: the rule, its number, and what else applied."""
        return cast('shapes.WhyShown', self.call("GET", self.path("/api/v1/cases/{number}/why", {"number": number})))

    def list_categories(self) -> list[shapes.CategoryShown]:
        """Every category, with its questions for the reporter."""
        return cast('list[shapes.CategoryShown]', self.call("GET", "/api/v1/categories"))

    def set_category(self, code: str, body: shapes.CategoryIn) -> shapes.CategoryShown:
        """Add a category or change it; administrators only."""
        return cast('shapes.CategoryShown', self.call("PUT", self.path("/api/v1/categories/{code}", {"code": code}), body=body))

    def read_events(self, *, after: str | None = None, size: int | None = None) -> shapes.FeedShown:
        """What happened to cases that you may see, after a cursor; without one from the beginning."""
        return cast('shapes.FeedShown', self.call("GET", "/api/v1/events", query={"after": after, "size": size}))

    def list_figures(self, *, edition: int | None = None) -> shapes.FiguresShown:
        """Every indicator, its formula and the formula in words, as it holds now or in an `edition`."""
        return cast('shapes.FiguresShown', self.call("GET", "/api/v1/figures", query={"edition": edition}))

    def list_releases(self) -> list[shapes.ReleaseShown]:
        """The months that were published, the newest first: each in its last version."""
        return cast('list[shapes.ReleaseShown]', self.call("GET", "/api/v1/figures/releases"))

    def read_release(self, month: str, *, by: str | None = None) -> shapes.ReleasedShown:
        """The figures of a published month, as everybody is shown them: of the whole site, by street or by big class."""
        return cast('shapes.ReleasedShown', self.call("GET", self.path("/api/v1/figures/releases/{month}", {"month": month}), query={"by": by}))

    def read_figure(self, name: str, *, edition: int | None = None) -> shapes.FigureMadeShown:
        """How one indicator is made: its counts, each condition in words and as it is written."""
        return cast('shapes.FigureMadeShown', self.call("GET", self.path("/api/v1/figures/{name}", {"name": name}), query={"edition": edition}))

    def list_figure_values(self, name: str, *, grain: str | None = None, day: str | None = None, windows: int | None = None, by: str | None = None, area: str | None = None, category: str | None = None, cut: str | None = None) -> shapes.ValuesShown:
        """The values of one indicator by window and group, inside the areas and categories of this key."""
        return cast('shapes.ValuesShown', self.call("GET", self.path("/api/v1/figures/{name}/values", {"name": name}), query={"grain": grain, "day": day, "windows": windows, "by": by, "area": area, "category": category, "cut": cut}))

    def list_hand_overs(self, *, waiting: bool | None = None) -> list[shapes.HandOverShown]:
        """What lies with your office, and what it handed over; at most 200, the newest first."""
        return cast('list[shapes.HandOverShown]', self.call("GET", "/api/v1/handovers", query={"waiting": waiting}))

    def hand_over_dispute(self, body: shapes.DisputeIn) -> shapes.HandOverShown:
        """Hand a dispute over for mediation; the answer is its receipt."""
        return cast('shapes.HandOverShown', self.call("POST", "/api/v1/handovers", body=body))

    def answer_hand_over(self, number: str, body: shapes.ReplyIn) -> shapes.HandOverShown:
        """Answer it: a ruling, what to mend, or that it came back or ended with you."""
        return cast('shapes.HandOverShown', self.call("POST", self.path("/api/v1/handovers/{number}/answer", {"number": number}), body=body))

    def read_package(self, number: str) -> Any:
        """The papers (PDF) of an application for judicial confirmation, for the court it went to."""
        return cast('Any', self.call("GET", self.path("/api/v1/handovers/{number}/package", {"number": number})))

    def receive_hand_over(self, number: str, body: shapes.ReceiptIn) -> shapes.HandOverShown:
        """Say that your office has it."""
        return cast('shapes.HandOverShown', self.call("POST", self.path("/api/v1/handovers/{number}/receipt", {"number": number}), body=body))

    def replay_hook(self, hook: int, body: shapes.SpanIn) -> shapes.ReplayedShown:
        """Call this hook once more for every event of a span, under the same ids (administrators)."""
        return cast('shapes.ReplayedShown', self.call("POST", self.path("/api/v1/hooks/{hook}/replay", {"hook": hook}), body=body))

    def issue_key(self, body: shapes.KeyIn) -> shapes.KeyShown:
        """A new key; its secret is shown this once. Administrators only."""
        return cast('shapes.KeyShown', self.call("POST", "/api/v1/keys", body=body))

    def revoke_key(self, key: int) -> Any:
        """The key opens nothing any more; administrators only."""
        return cast('Any', self.call("DELETE", self.path("/api/v1/keys/{key}", {"key": key})))

    def end_news(self, news: int) -> shapes.NewsShown:
        """Show it no more."""
        return cast('shapes.NewsShown', self.call("POST", self.path("/api/v1/news/{news}/end", {"news": news})))

    def list_payment_stops(self) -> list[shapes.PaymentStopShown]:
        """The open requests that lie with your bank, the oldest first; at most 100."""
        return cast('list[shapes.PaymentStopShown]', self.call("GET", "/api/v1/payment-stops"))

    def answer_payment_stop(self, key: str, body: shapes.SaidByBank) -> shapes.PaymentStopShown:
        """Say that your bank has it, or what became of it. The same again changes nothing; another answer than the first is refused with 409."""
        return cast('shapes.PaymentStopShown', self.call("POST", self.path("/api/v1/payment-stops/{key}/answer", {"key": key}), body=body))

    def list_procedures(self) -> list[shapes.ProcedureShown]:
        """The procedures in force, as data."""
        return cast('list[shapes.ProcedureShown]', self.call("GET", "/api/v1/procedures"))

    def read_procedure(self, name: str) -> shapes.ProcedureShown:
        """One procedure in force."""
        return cast('shapes.ProcedureShown', self.call("GET", self.path("/api/v1/procedures/{name}", {"name": name})))

    def adopt_procedure(self, name: str, body: dict[str, Any]) -> shapes.ProcedureShown:
        """Bring a procedure into force for cases opened from now on; administrators only."""
        return cast('shapes.ProcedureShown', self.call("PUT", self.path("/api/v1/procedures/{name}", {"name": name}), body=body))

    def call_back(self, number: str, body: shapes.CallbackIn, *, if_match: str | None = None) -> shapes.ReportShown:
        """Note a reporter's answer to the callback; If-Match is the case's version."""
        return cast('shapes.ReportShown', self.call("POST", self.path("/api/v1/reports/{number}/callback", {"number": number}), headers={"If-Match": if_match}, body=body))

    def read_contact(self, number: str) -> dict[str, str]:
        """How to reach the person who told this; empty when nothing was left or it was shredded."""
        return cast('dict[str, str]', self.call("GET", self.path("/api/v1/reports/{number}/details", {"number": number})))

    def read_proof(self, number: str) -> shapes.ProofShown:
        """The receipt of a report with all that its own page tells: the same as that page gives."""
        return cast('shapes.ProofShown', self.call("GET", self.path("/api/v1/reports/{number}/proof", {"number": number})))

    def set_answering_rule(self, name: str, body: shapes.RuleIn) -> shapes.RuleShown:
        """Who answers from now on: the next number of the rule of this name; administrators only."""
        return cast('shapes.RuleShown', self.call("PUT", self.path("/api/v1/rules/{name}", {"name": name}), body=body))

    def list_similar(self, *, category: str | None = None, lat: float | None = None, lon: float | None = None) -> list[shapes.SimilarShown]:
        """Open cases of the category that are near and recent enough to be the same problem."""
        return cast('list[shapes.SimilarShown]', self.call("GET", "/api/v1/similar", query={"category": category, "lat": lat, "lon": lon}))

    def list_stuck(self) -> list[shapes.StuckShown]:
        """Clocks that could not be moved several times in a row, and why."""
        return cast('list[shapes.StuckShown]', self.call("GET", "/api/v1/stuck"))

    def take_task_step(self, task: int, verb: str, body: shapes.GivenIn, *, if_match: str | None = None) -> shapes.TaskShown:
        """Take a step of a task's own procedure; If-Match is the task's own version."""
        return cast('shapes.TaskShown', self.call("POST", self.path("/api/v1/tasks/{task}/verbs/{verb}", {"task": task, "verb": verb}), headers={"If-Match": if_match}, body=body))

    def list_teams(self, *, kind: str | None = None) -> list[shapes.TeamLineShown]:
        """The teams that work, with how many belong to each."""
        return cast('list[shapes.TeamLineShown]', self.call("GET", "/api/v1/teams", query={"kind": kind}))

    def add_team(self, body: shapes.TeamIn) -> shapes.TeamShown:
        """A new team; administrators only."""
        return cast('shapes.TeamShown', self.call("POST", "/api/v1/teams", body=body))

    def report_unit_positions(self, body: shapes.PlacesIn) -> shapes.PlacesTaken:
        """Say where your unit is, about every five seconds while it is on duty. Off duty it is refused (409, "off_duty"): then nobody is located."""
        return cast('shapes.PlacesTaken', self.call("POST", "/api/v1/units/positions", body=body))

    def list_unrouted(self, *, after: str | None = None, size: int | None = None) -> shapes.CasesShown:
        """The queue of cases that no team has, newest first."""
        return cast('shapes.CasesShown', self.call("GET", "/api/v1/unrouted", query={"after": after, "size": size}))
