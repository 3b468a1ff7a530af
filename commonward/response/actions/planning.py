"""Ask the planners, run what was asked, keep the best so far (规划任务).

A run has no database of its own: what it needs is gathered before, and a thread beside it writes
how far it is and hears whether it is to stop. Whatever dies is taken up again once; a run that
dies twice has failed, and says so.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from commonward.areas.queries.paths import paths_of
from commonward.core.causes import begun, note
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.actions import record_change
from commonward.people.actions.causes import caused, causes_of
from commonward.people.queries import now
from commonward.response.models import GridDesign, Plan, PlanData
from commonward.response.planning import planner
from commonward.response.queries.plans import may_plan, packed, plan_of

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
KEEPS, KEEPS_ROSTERS = timedelta(days=365), timedelta(days=90)
TRIES = 2
LONGEST = 3600
"""Seconds that a run may be given."""
LONGEST_TITLE = 120
LOOKS_EVERY = 1.0
_COURSE = 200
_SEED = 2**31 - 1


def ask_plan(
    kind: str,
    title: str,
    area: str,
    asked: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    *,
    seconds: int = 60,
    seed: int = 1,
) -> Plan:
    """Ask a planner; the worker `plan` runs it (提交规划).

    Raises Forbidden, Missing for an unknown kind, Invalid naming the field.
    """
    refuse_onlooker(actor)
    asks = planner(kind)
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(
            N_("Give the plan a title of 1 to {most} characters."), field="title",
            most=LONGEST_TITLE,
        )  # fmt: skip
    if not 1 <= seconds <= LONGEST:
        raise Invalid(N_("A plan is given 1 to {most} seconds."), field="seconds", most=LONGEST)
    if not 0 <= seed <= _SEED:
        raise Invalid(N_("The seed is a whole number from 0 to {most}."), field="seed", most=_SEED)
    if area and not paths_of(area):
        raise Invalid(N_("There is no area with the code {code}."), field="area", code=area)
    if not may_plan(actor, area):
        raise Forbidden(N_("Only who plans for this area does this."))
    whole = asks.checked(asked, area)
    with transaction.atomic():
        made = Plan.objects.create(
            code=secrets.token_hex(5), kind=kind, title=title, area=area, asked=whole, seed=seed,
            seconds=seconds, asked_by_id=actor.account, asked_at=at,
        )  # fmt: skip
        PlanData.objects.create(plan=made)
        caused("plan", made.pk)
        record_change(actor, "ask_plan", made.code, at, {"kind": kind, "area": area})
    return made


def stop_plan(code: str, actor: Actor, at: datetime) -> None:
    """Ask a run to stop; it ends with the best found so far. Ended already, nothing happens."""
    refuse_onlooker(actor)
    plan = plan_of(code, actor)
    with transaction.atomic():
        rows = Plan.objects.filter(pk=plan.pk)
        if not rows.filter(state="waiting").update(state="stopped", stop_asked=True, ended_at=at):
            rows.filter(state="running").update(stop_asked=True)
        record_change(actor, "stop_plan", code, at, {})


def forget_plans(at: datetime) -> int:
    """Delete plans that are over and old: rosters after three months, others after a year.

    Grids that are published and not yet in force stay, so that they can be taken back.
    """
    old = Q(kind="rosters", asked_at__lt=at - KEEPS_ROSTERS) | Q(asked_at__lt=at - KEEPS)
    coming = GridDesign.objects.filter(state="published", since__gt=at).values("plan")
    rows = Plan.objects.filter(old).exclude(state="running").exclude(pk__in=coming)
    count = rows.count()
    rows.delete()
    return count


def run_next(at: datetime, leaving: Callable[[], bool] = lambda: False) -> Plan | None:
    """Run the oldest plan that waits; None where none does. May take as long as it was given.

    Once `leaving` says that the worker is to end, the run is cut and waits again, with the best so
    far kept for whoever looks.
    """
    plan = _claim(at)
    if plan is None:
        return None
    came = causes_of("plan", [plan.pk]).get(plan.pk)
    with begun("plan", "consumer", came):
        note(kind=plan.kind)
        return _run(plan, at, leaving)


def _run(plan: Plan, at: datetime, leaving: Callable[[], bool]) -> Plan:
    beside = _Beside(plan)
    beside.start()
    try:
        given = planner(plan.kind).gathered(plan.asked, plan.area, at)
        PlanData.objects.filter(plan=plan).update(given=packed(given))
        watch = Watch(
            tell=beside.tell,
            stop=lambda: beside.stopped.is_set() or leaving(),
            seconds=float(plan.seconds),
        )
        answer = planner(plan.kind).planned(given, plan.seed, watch, beside.keep)
    except Refusal as refusal:
        beside.end()
        if _cut(beside, leaving):
            _put_back(plan)
        else:
            _end(plan, "refused", refusal=_in_words(refusal))
    except ModuleNotFoundError as fault:
        beside.end()
        log.warning("plan %s (%s) needs %s", plan.code, plan.kind, fault.name)
        why = Refusal(
            N_("This plan needs {library}, which is not installed here: whoever runs the site adds the extra “plans”."),
            library=fault.name,
        )  # fmt: skip
        _end(plan, "failed", refusal=_in_words(why))
    except Exception:
        beside.end()
        log.exception("plan %s (%s) broke off", plan.code, plan.kind)
        why = Refusal(N_("The run broke off: whoever runs the site finds why in its log."))
        _end(plan, "failed", refusal=_in_words(why))
    else:
        beside.end()
        if _cut(beside, leaving):
            _put_back(plan, packed(answer))
            return plan
        _end(plan, "stopped" if beside.stopped.is_set() else "ended", answer=packed(answer))
    return plan


def _claim(at: datetime) -> Plan | None:
    """The oldest that waits, or one whose run died; one that died too often has failed."""
    clock = timezone.now()  # leases run on the machine's clock, whatever the site's is
    died = Q(state="running", leased_until__lt=clock)
    gave_up = Refusal(N_("The run died twice: give it less to do, or the machine more memory."))
    Plan.objects.filter(died, tries__gte=TRIES).update(
        state="failed", ended_at=at, refusal=_in_words(gave_up)
    )
    with transaction.atomic():
        locks: dict[str, Any] = (
            {"of": ("self",), "skip_locked": True}
            if connection.features.has_select_for_update_skip_locked
            else {}
        )
        found = (
            Plan.objects.select_for_update(**locks)
            .filter(Q(state="waiting") | died)
            .order_by("id")
            .first()
        )
        if found is None:
            return None
        found.state, found.leased_until, found.tries = "running", clock + LEASE, found.tries + 1
        found.begun_at = found.begun_at or at
        found.save(update_fields=["state", "leased_until", "tries", "begun_at"])
    return found


def _end(
    plan: Plan, state: str, *, answer: bytes | None = None, refusal: Mapping[str, Any] | None = None
) -> None:
    with transaction.atomic():
        if answer is not None:
            PlanData.objects.filter(plan=plan).update(answer=answer)
        plan.state, plan.refusal, plan.ended_at = state, dict(refusal or {}), now()
        plan.save(update_fields=["state", "refusal", "ended_at"])


def _cut(beside: "_Beside", leaving: Callable[[], bool]) -> bool:
    """Whether the worker's end cut the run, and not somebody who asked for it to stop."""
    return leaving() and not beside.stopped.is_set()


def _put_back(plan: Plan, answer: bytes | None = None) -> None:
    """Let another worker begin it anew; being told to end is no try."""
    with transaction.atomic():
        if answer is not None:
            PlanData.objects.filter(plan=plan).update(answer=answer)
        plan.state, plan.leased_until, plan.tries = "waiting", None, plan.tries - 1
        plan.save(update_fields=["state", "leased_until", "tries"])


def _in_words(refusal: Refusal) -> dict[str, Any]:
    values = {k: v if isinstance(v, int | float) else str(v) for k, v in refusal.values.items()}
    return {"text": refusal.text, "values": values, "field": refusal.field}


class _Beside(threading.Thread):
    """Writes how far the run is, once a second, and hears whether it is to stop."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(name=f"plan {plan.code}", daemon=True)
        self.stopped = threading.Event()
        self._plan = plan
        self._over = threading.Event()
        self._last: Progress | None = None
        self._kept: Mapping[str, Any] | None = None
        self._course: list[list[float | None]] = []
        self._begun = timezone.now()

    def tell(self, progress: Progress) -> None:
        """Called by the run, from whatever thread; only remembers."""
        self._last = progress

    def keep(self, answer: Mapping[str, Any]) -> None:
        """Called by the run with a better answer; only remembers."""
        self._kept = answer

    def end(self) -> None:
        """The run is over: one last look, then the thread ends."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Until the run is over."""
        try:
            while not self._over.wait(LOOKS_EVERY):
                # A database that is busy now is asked again: without this thread nobody could stop.
                with suppress(OperationalError):
                    self._look()
            with suppress(OperationalError):
                self._look()
        finally:
            connection.close()

    def _look(self) -> None:
        last, kept, self._kept = self._last, self._kept, None
        rows = Plan.objects.filter(pk=self._plan.pk)
        changed: dict[str, Any] = {"leased_until": timezone.now() + LEASE}
        if last is not None:
            changed |= {
                "step": last.step[:60], "done": last.done, "total": last.total,
                "best": last.best, "bound": last.bound, "course": self._drawn(last),
            }  # fmt: skip
        rows.update(**changed)
        if kept is not None:
            PlanData.objects.filter(plan=self._plan).update(answer=packed(kept))
        if rows.filter(stop_asked=True).exists():
            self.stopped.set()

    def _drawn(self, last: Progress) -> list[list[float | None]]:
        passed = round((timezone.now() - self._begun).total_seconds(), 1)
        here = [passed, last.best, last.bound]
        if last.best is None and last.bound is None:
            return self._course
        if not self._course or self._course[-1][1:] != here[1:]:
            if len(self._course) >= _COURSE:
                del self._course[1::2]
            self._course.append(here)
        return self._course
