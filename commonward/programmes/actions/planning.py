"""Make and change plans: whole from a table, target by target with a reason (计划编制与调整)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from commonward.areas.models import Area
from commonward.cases.actions import adopt_procedure, set_category
from commonward.cases.models import Category, ProcedureVersion
from commonward.core.indicators.book import shipped as shipped_figures
from commonward.core.indicators.defined import Indicator
from commonward.core.procedures import shipped
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.core.targets.allowed import refuse_people
from commonward.core.targets.sheet import Fault, Line, changed
from commonward.insight.queries.books import book_at
from commonward.people.models import Team
from commonward.programmes.access_plans import KEEPS, REVIEW, require_keeper
from commonward.programmes.models import (
    Milestone,
    Plan,
    PlanGroup,
    PlanTask,
    Target,
    TargetChange,
    TargetTeam,
)
from commonward.programmes.queries.plan_lines import lines_of

PROCEDURE = "monthly_review"
GROUP = "专项工作"
LONGEST_REASON = 500
_FIELDS = (
    "title", "title_en", "unit", "unit_en", "direction", "baseline", "wanted", "begins", "due",
    "weight", "evidence", "formula", "public",
)  # fmt: skip
_NAMED = {"title": "target", "title_en": "target_en"}


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What a plan is before it has any target."""

    code: str
    title: str
    begins: date
    ends: date
    office: int
    title_en: str = ""
    about: str = ""
    about_en: str = ""
    area_code: str = ""


def set_up_plans(at: datetime) -> None:
    """Adopt the procedure of the months and make their category, where they are missing."""
    if not ProcedureVersion.objects.filter(name=PROCEDURE).exists():
        adopt_procedure(shipped(PROCEDURE), at=at, actor=SYSTEM)
    if not Category.objects.filter(code=REVIEW).exists():
        set_category(
            REVIEW, "月月考", name_en="Monthly review", procedure=PROCEDURE, group=GROUP,
            reportable=False, actor=SYSTEM,
        )  # fmt: skip


def make_plan(given: NewPlan, actor: Actor, at: datetime) -> Plan:
    """An empty draft of a plan. Raises Forbidden, Invalid naming the field, Missing."""
    refuse_onlooker(actor)
    area = None
    if given.area_code:
        area = Area.objects.filter(code=given.area_code, valid_until=None).first()
        if area is None:
            raise Missing(N_("There is no area “{code}”."), code=given.area_code, field="area")
    path = area.path if area is not None else ""
    if actor.role != "system" and not actor.roles_for(KEEPS, "keep_plan", path, REVIEW):
        raise Forbidden(N_("A plan is changed by its programme officer."))
    if not given.code or not all(c.isascii() and (c.isalnum() or c == "-") for c in given.code):
        raise Invalid(N_("The code is made of letters, digits and hyphens."), field="code")
    if len(given.code) > 40 or Plan.objects.filter(code=given.code).exists():
        raise Invalid(
            N_("There is a plan with this code already, or it is too long."), field="code"
        )
    if not given.title.strip():
        raise Invalid(N_("This may not be empty."), field="title")
    if given.ends <= given.begins:
        raise Invalid(N_("The plan ends before it begins."), field="ends")
    office = Team.objects.filter(pk=given.office, active=True).first()
    if office is None:
        raise Missing(N_("There is no such team."), field="office")
    with transaction.atomic():
        set_up_plans(at)
        return Plan.objects.create(
            code=given.code, title=given.title.strip()[:200], title_en=given.title_en.strip()[:200],
            about=given.about[:4000], about_en=given.about_en[:4000], begins=given.begins,
            ends=given.ends, area=area, office=office, made_at=at,
        )  # fmt: skip


def set_state(
    code: str, state: str, actor: Actor, at: datetime, *, public: bool | None = None
) -> Plan:
    """Bring a draft into force, end a plan, or say whether everybody may read it."""
    refuse_onlooker(actor)
    with transaction.atomic():
        plan = _locked(code, actor)
        order = ("draft", "in_force", "ended")
        if state not in order or order.index(state) < order.index(plan.state):
            raise Invalid(
                N_("A plan goes from draft to in force to ended, never back."), field="state"
            )
        if state != "draft" and not Target.objects.filter(plan=plan).exists():
            raise Invalid(N_("A plan without a target cannot come into force."), field="state")
        plan.state = state
        plan.public = plan.public if public is None else public
        plan.revision += 1
        plan.save(update_fields=["state", "public", "revision"])
    return plan


def faults_of(lines: Iterable[Line], plan: Plan, at: datetime) -> list[Fault]:
    """What only this site can say of a table: unknown teams, indicators, days outside the plan."""
    teams = set(Team.objects.filter(active=True).values_list("code", flat=True))
    indicators = book_at(at).indicators
    found = []
    for line in lines:
        for column, codes in (("owner", (line.owner,)), ("partners", line.partners),
                              ("checker", (line.checker,) if line.checker else ())):  # fmt: skip
            for code in codes:
                if code not in teams:
                    why = Invalid(N_("There is no team “{given}”."), given=code[:64], field=column)
                    found.append(Fault(line.row, column, why))
        if line.formula:
            try:
                _refuse_indicator(line.formula, indicators)
            except Invalid as refusal:
                found.append(Fault(line.row, "formula", refusal))
        if line.begins < plan.begins or line.due > plan.ends:
            why = Invalid(
                N_("It lies outside the plan, which runs from {begins} to {ends}."),
                begins=plan.begins.isoformat(), ends=plan.ends.isoformat(), field="due",
            )  # fmt: skip
            found.append(Fault(line.row, "due", why))
    return found


def _refuse_indicator(name: str, known: Mapping[str, Indicator]) -> None:
    """Raises Invalid for one that is not there, or that the site gave a title that counts people."""
    if name not in known:
        raise Invalid(N_("There is no indicator “{given}”."), given=name[:80], field="formula")
    ours = shipped_figures()["indicators"].get(name, {})
    titles = set(known[name].titles.values()) - {ours.get("title"), ours.get("title_zh")}
    refuse_people(*sorted(titles), field="formula")


def import_lines(
    code: str, lines: Sequence[Line], actor: Actor, at: datetime, *, revision: int, reason: str = ""
) -> tuple[int, int]:
    """Write a table that was looked at into a plan: how many targets were new, how many changed.

    Whole, or nothing of it. What the table does not name stays. Raises Stale when the plan was
    changed since `revision` was read, Invalid for a fault, or without a reason where the plan is
    in force.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        plan = _locked(code, actor)
        if plan.revision != revision:
            raise Stale(N_("The plan was changed in the meantime; look at the preview again."))
        faults = faults_of(lines, plan, at)
        if faults:
            raise faults[0].why
        there = {line.key: line for line in lines_of(plan)}
        new = [line for line in lines if line.key not in there]
        differ = [line for line in lines if line.key in there and changed(there[line.key], line)]
        _need_reason(plan, reason, needed=bool(new or differ))
        writer = _Writer(plan, actor, at, reason)
        writer.titles(lines)
        writer.add(new)
        writer.change(differ, there)
        plan.revision += 1
        plan.save(update_fields=["revision"])
    return len(new), len(differ)


def change_target(
    code: str, line: Line, actor: Actor, at: datetime, *, version: int, reason: str
) -> Target:
    """Change one target; it keeps its history. Raises Invalid, Stale, Missing, Forbidden."""
    refuse_onlooker(actor)
    with transaction.atomic():
        plan = _locked(code, actor)
        before = {one.key: one for one in lines_of(plan)}.get(line.key)
        target = _target(plan, line.key)
        if before is None or target is None:
            raise Missing(N_("There is no target {key} in this plan."), key=_key(line.key))
        if target.version != version:
            raise Stale(N_("The target was changed in the meantime; look at it again."))
        for fault in faults_of([line], plan, at):
            raise fault.why
        _need_reason(plan, reason, needed=True)
        _Writer(plan, actor, at, reason).change([line], {line.key: before})
        plan.revision += 1
        plan.save(update_fields=["revision"])
    target.refresh_from_db()
    return target


def mask_target(
    code: str, key: tuple[int, int, int], because: str, actor: Actor, at: datetime,
    *, what: str = "masked",
) -> Target:  # fmt: skip
    """Mask a target on the public page, or give it up ("dropped"); an empty reason takes it back."""
    refuse_onlooker(actor)
    if what not in ("masked", "dropped"):
        raise Invalid(N_("This page does not know that step."), field="do")
    with transaction.atomic():
        plan = _locked(code, actor)
        target = _target(plan, key)
        if target is None:
            raise Missing(N_("There is no target {key} in this plan."), key=_key(key))
        before = getattr(target, what)
        setattr(target, what, because.strip()[:300])
        target.version += 1
        target.save(update_fields=[what, "version"])
        plan.revision += 1
        plan.save(update_fields=["revision"])
        TargetChange.objects.create(
            target=target, at=at, by_id=actor.account, reason=because.strip()[:LONGEST_REASON],
            data={what: [before, getattr(target, what)]},
        )  # fmt: skip
    return target


def _locked(code: str, actor: Actor) -> Plan:
    found = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no plan {code}, or none that you may see."), code=code[:40])
    require_keeper(actor, found)
    if found.state == "ended":
        raise Invalid(N_("The plan has ended; nothing of it is changed any more."), field="state")
    return found


def _target(plan: Plan, key: tuple[int, int, int]) -> Target | None:
    return Target.objects.filter(
        plan=plan, task__group__number=key[0], task__number=key[1], number=key[2]
    ).first()


def _key(key: tuple[int, int, int]) -> str:
    return ".".join(map(str, key))


def _need_reason(plan: Plan, reason: str, *, needed: bool) -> None:
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("At most {most} characters are taken."), most=LONGEST_REASON, field="reason"
        )
    if needed and plan.state == "in_force" and not reason.strip():
        raise Invalid(N_("The plan is in force: say why it is changed."), field="reason")


class _Writer:
    """Writes lines into the plan's tables, in bulk, with their history."""

    def __init__(self, plan: Plan, actor: Actor, at: datetime, reason: str) -> None:
        self._plan, self._at, self._by, self._reason = plan, at, actor.account, reason.strip()
        self._teams = dict(Team.objects.values_list("code", "id"))
        self._tasks: dict[tuple[int, int], int] = {}

    def titles(self, lines: Iterable[Line]) -> None:
        """Groups and tasks: those missing are made, those renamed are renamed."""
        groups = {g.number: g for g in PlanGroup.objects.filter(plan=self._plan)}
        wanted = {line.group_no: line for line in lines}
        PlanGroup.objects.bulk_create([
            PlanGroup(plan=self._plan, number=n, title=one.group, title_en=one.group_en)
            for n, one in sorted(wanted.items()) if n not in groups
        ])  # fmt: skip
        for number, one in wanted.items():
            old = groups.get(number)
            if old is not None and (old.title, old.title_en) != (one.group, one.group_en):
                old.title, old.title_en = one.group, one.group_en
                old.save(update_fields=["title", "title_en"])
        ids = dict(PlanGroup.objects.filter(plan=self._plan).values_list("number", "id"))
        tasks = {(t.group_id, t.number): t for t in PlanTask.objects.filter(group__plan=self._plan)}
        named = {(line.group_no, line.task_no): line for line in lines}
        PlanTask.objects.bulk_create([
            PlanTask(group_id=ids[g], number=n, title=one.task, title_en=one.task_en, weight=one.task_weight)
            for (g, n), one in sorted(named.items()) if (ids[g], n) not in tasks
        ])  # fmt: skip
        for (g, n), one in named.items():
            there = tasks.get((ids[g], n))
            told = (one.task, one.task_en, one.task_weight)
            if there is not None and (there.title, there.title_en, there.weight) != told:
                there.title, there.title_en, there.weight = told
                there.save(update_fields=["title", "title_en", "weight"])
        rows = PlanTask.objects.filter(group__plan=self._plan)
        self._tasks = {(g, n): pk for g, n, pk in rows.values_list("group__number", "number", "id")}

    def add(self, lines: Sequence[Line]) -> None:
        """New targets with their milestones, teams and first line of history."""
        made = Target.objects.bulk_create([
            Target(plan=self._plan, task_id=self._tasks[line.key[:2]], number=line.target_no, **_values(line))
            for line in lines
        ])  # fmt: skip
        both = list(zip(made, lines, strict=True))
        self._parts(both)
        self._history([(target.pk, {"made": True}) for target, _ in both])

    def change(self, lines: Sequence[Line], before: Mapping[tuple[int, int, int], Line]) -> None:
        """Targets that differ: fields, milestones and teams are put as the lines say."""
        if not lines:
            return
        rows = Target.objects.filter(plan=self._plan).select_related("task__group")
        known = {(t.task.group.number, t.task.number, t.number): t for t in rows}
        both = [(known[line.key], line) for line in lines]
        for target, line in both:
            for name, value in _values(line).items():
                setattr(target, name, value)
            target.version += 1
        ids = [target.pk for target, _ in both]
        Target.objects.bulk_update([t for t, _ in both], [*_FIELDS, "version"], batch_size=500)
        Milestone.objects.filter(target_id__in=ids).delete()
        TargetTeam.objects.filter(target_id__in=ids).delete()
        self._parts(both)
        self._history([
            (target.pk, {name: [old, new] for name, old, new in changed(before[line.key], line)})
            for target, line in both
        ])  # fmt: skip

    def _parts(self, both: Sequence[tuple[Target, Line]]) -> None:
        Milestone.objects.bulk_create([
            Milestone(target=target, due=one.due, value=one.value)
            for target, line in both for one in line.milestones
        ])  # fmt: skip
        TargetTeam.objects.bulk_create([
            TargetTeam(target=target, team_id=self._teams[code], part=part)
            for target, line in both
            for part, codes in (("owner", (line.owner,)), ("partner", line.partners),
                                ("checker", (line.checker,) if line.checker else ()))
            for code in codes
        ])  # fmt: skip

    def _history(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        TargetChange.objects.bulk_create([
            TargetChange(target_id=pk, at=self._at, by_id=self._by, reason=self._reason, data=data)
            for pk, data in rows
        ])  # fmt: skip


def _values(line: Line) -> dict[str, Any]:
    refuse_people(line.target, unit=line.unit, field="target")
    return {name: getattr(line, _NAMED.get(name, name)) for name in _FIELDS}
