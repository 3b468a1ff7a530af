"""Does a procedure make sense? Every fault is told in words: what is wrong, what would be right."""

from collections.abc import Iterator, Mapping

from commonward.core.procedures.model import BACK, STAY, Procedure, Stage, Verb
from commonward.core.rights import ROLES

PHASES = ("collect", "file", "dispatch", "handle", "feed_back", "check", "evaluate")
"""The seven stages of GB/T 30428: 信息收集 案卷建立 任务派遣 任务处理 处理反馈 核查结案 综合评价."""
MEASURES = ("reminder", "order", "listed", "interview", "notice")
"""The supervision ladder: 催办 督办 挂牌 约谈 通报, in this order."""
FIELDS = {"reason", "result", "team", "until", "outcome", "proof", "category", "words", "reached",
          "solved", "satisfied", "score", "standard"}  # fmt: skip


def check(procedure: Procedure) -> list[str]:
    """All faults of a procedure, in words; an empty list means it may come into force."""
    p = procedure
    return [
        *_names(p), *_stages(p), *_verbs(p), *_closing(p), *_paths(p), *_loops(p), *_ladder(p),
    ]  # fmt: skip


def _names(p: Procedure) -> Iterator[str]:
    if p.about not in ("case", "task"):
        yield f"about is “{p.about}”; it must be “case” or “task”."
    if p.start not in p.stages:
        yield f"start names the stage “{p.start}”, which does not exist."
    if not any(s.ends for s in p.stages.values()):
        yield "No stage ends: mark at least one with ends = true, or nothing can ever be finished."
    if p.about == "case" and p.total is None and not p.no_total_because:
        yield "There is no total limit: give total, or say why not in no_total_because."
    if not p.outcomes and any("outcome" in v.needs for v in p.verbs.values()):
        yield "A verb needs an outcome, so list what it may be in outcomes."
    for where, grade, _, _ in p.limits:
        if where not in p.stages:
            yield f"limits: the stage “{where}” does not exist."
        if grade and grade not in p.grades:
            yield f"limits: the grade “{grade}” is not one of {', '.join(p.grades)}."
    for role in {*p.extension_levels, *p.suspension_levels, *p.appeal_levels} - set(ROLES):
        yield f"levels: “{role}” is not a role."


def _closing(p: Procedure) -> Iterator[str]:
    for v in p.verbs.values() if p.about == "case" else ():
        to = p.stages.get(v.to)
        closes = to is not None and to.closed
        if closes and not v.waits and any(not p.stages[f].closed for f in v.from_ if f in p.stages):
            yield (
                f"verb {v.name} closes the case, so it needs waits = true: "
                "otherwise it closes over open tasks and split-off cases."
            )


def _stages(p: Procedure) -> Iterator[str]:
    for s in p.stages.values():
        if p.about == "case" and not s.ends and s.phase not in PHASES:
            yield f"stage {s.name}: phase “{s.phase}” is not one of {', '.join(PHASES)}."
        if s.team not in ("route", "chosen", "anew", "handling", "keep"):
            yield f"stage {s.name}: team “{s.team}” must be route, chosen, anew, handling or keep."
        if s.routed and not s.duty:
            yield f"stage {s.name}: say which duty the answering rules are asked for (duty = …)."
        yield from _stage_limit(s)


def _stage_limit(s: Stage) -> Iterator[str]:
    if s.limit_by not in ("", "standard", "until"):
        yield f"stage {s.name}: limit_by “{s.limit_by}” must be “standard” or “until”."
    if s.ends:
        if s.limit or s.review_every:
            yield f"stage {s.name} ends the case and cannot have a limit."
        return
    limited = s.limit is not None or s.limit_by == "until"
    if limited and s.no_limit_because:
        yield f"stage {s.name} has a limit and a reason for having none; keep one of them."
    if s.limit_by == "standard" and s.limit is None:
        yield f"stage {s.name}: give the limit for cases whose filing condition has none."
    if limited:
        return
    if not s.no_limit_because:
        yield (
            f"stage {s.name} has neither a limit nor an explicit no_limit_because: "
            "a case could lie there for ever."
        )
    if s.review_every is None:
        yield (
            f"stage {s.name} has no limit, so it needs review_every: "
            "otherwise nobody is ever told that a case still lies there."
        )


def _verbs(p: Procedure) -> Iterator[str]:
    for v in p.verbs.values():
        yield from _verb_names(p, v)
        if not v.who:
            yield f"verb {v.name}: nobody may do it; name at least one role in who."
        if v.within and (v.within != "reopen_days" or p.reopen_days <= 0):
            yield f"verb {v.name}: within must be “reopen_days”, and reopen_days above nought."
        if v.at_most is not None:
            yield from _bound(p, v)
        elif v.to == STAY and not v.approval:
            for name in sorted(n for n in v.from_ if n in p.stages and p.stages[n].ends):
                yield f"verb {v.name}: after the end ({name}) a verb that stays needs at_most."


def _verb_names(p: Procedure, v: Verb) -> Iterator[str]:
    """Every name a verb mentions must exist."""
    for name in sorted(v.from_ - set(p.stages)):
        yield f"verb {v.name}: the stage “{name}” in from does not exist."
    if v.to not in {STAY, BACK, *p.stages}:
        yield f"verb {v.name}: the stage “{v.to}” in to does not exist."
    for role in sorted(set(v.who) - set(ROLES)):
        yield f"verb {v.name}: “{role}” is not a role ({', '.join(ROLES)})."
    for need in sorted(set(v.needs) - FIELDS):
        yield f"verb {v.name}: needs “{need}”, which no form has."
    for other in sorted(set(v.apart_from) - set(p.verbs)):
        yield f"verb {v.name}: apart_from names “{other}”, which is not a verb."


def _bound(p: Procedure, v: Verb) -> Iterator[str]:
    if v.at_most is not None and v.at_most < 1:
        yield f"verb {v.name}: at_most is {v.at_most}; leave the verb out instead."
    if not v.then:
        yield f"verb {v.name} is bounded, so say in then which verb remains when it is used up."
        return
    after = p.verbs.get(v.then)
    if after is None:
        yield f"verb {v.name}: then names “{v.then}”, which is not a verb."
        return
    # The way out must be open where the bounded verb stands, or where it leads to.
    reach = set(v.from_) | ({v.to} if v.to in p.stages else set())
    if not after.from_ & reach:
        yield (
            f"verb {v.name}: when it is used up, {v.then} should remain, "
            f"but {v.then} is not offered in {', '.join(sorted(reach))}."
        )


def _targets(p: Procedure, v: Verb, stage: str) -> tuple[str, ...]:
    if v.to == STAY:
        return ()
    if v.to == BACK:
        return tuple(sorted({f for u in p.verbs.values() if u.to == stage for f in u.from_}))
    return (v.to,)


def _paths(p: Procedure) -> Iterator[str]:
    leads = {
        name: {
            to
            for v in p.verbs.values()
            if name in v.from_
            for to in _targets(p, v, name)
            if to in p.stages
        }
        for name in p.stages
    }
    reached = _closure({p.start} & set(p.stages), leads)
    for name in p.stages:
        if name not in reached:
            yield f"stage {name} is unreachable: no verb leads there from {p.start}."
    comes = {name: {f for f, to in leads.items() if name in to} for name in p.stages}
    alive = _closure({s.name for s in p.stages.values() if s.ends}, comes)
    for name in p.stages:
        if name not in alive:
            yield f"stage {name} is a dead end: no verb leads from it to an end."


def _closure(start: set[str], leads: Mapping[str, set[str]]) -> set[str]:
    """All that can be reached from `start`."""
    seen, todo = set(start), list(start)
    while todo:
        for to in leads[todo.pop()] - seen:
            seen.add(to)
            todo.append(to)
    return seen


def _loops(p: Procedure) -> Iterator[str]:
    """Without the bounded verbs the stages must form no circle."""
    free = [v for v in p.verbs.values() if v.at_most is None and not v.approval]
    edges = {
        name: sorted(
            {
                (to, v.name)
                for v in free
                if name in v.from_
                for to in _targets(p, v, name)
                if to in p.stages and v.to != BACK
            }
        )
        for name in p.stages
    }
    state: dict[str, int] = {}
    trail: list[tuple[str, str]] = []
    found: list[str] = []

    def visit(name: str) -> None:
        state[name] = 1
        for to, verb in edges[name]:
            if state.get(to) == 1:
                circle = [*[t for t in trail if t[0]], (name, verb)]
                start = next((i for i, t in enumerate(circle) if t[0] == to), 0)
                steps = " → ".join(f"{s} –{w}" for s, w in circle[start:])
                found.append(
                    f"A loop without a bound: {steps} → {to}. "
                    "Give one of its verbs at_most and then."
                )
            elif to not in state:
                trail.append((name, verb))
                visit(to)
                trail.pop()
        state[name] = 2

    for name in p.stages:
        if name not in state:
            visit(name)
    yield from found


def _ladder(p: Procedure) -> Iterator[str]:
    if not any(s.limit or s.limit_by or s.review_every for s in p.stages.values()):
        return
    shares = [r.share for r in p.ladder]
    if not any(s < 1 for s in shares):
        yield "The ladder has a gap: nobody is warned before a limit ends (a share below 1)."
    if 1.0 not in shares:
        yield "The ladder has a gap: nobody is told when a limit ends (share = 1.0)."
    if not any(s > 1 for s in shares):
        yield "The ladder has a gap: after the limit nobody higher is told (a share above 1)."
    if shares != sorted(set(shares)):
        yield "The ladder's shares must rise, each once."
    for r in p.ladder:
        if not r.tells:
            yield f"The rung at {r.share:g} tells nobody."
        for role in sorted(set(r.tells) - set(ROLES)):
            yield f"The rung at {r.share:g} tells “{role}”, which is not a role."
    yield from _measures(p)


def _measures(p: Procedure) -> Iterator[str]:
    last = -1
    for r in p.ladder:
        if not r.measure:
            continue
        if r.measure not in MEASURES:
            yield f"The rung at {r.share:g}: “{r.measure}” is not one of {', '.join(MEASURES)}."
            continue
        at = MEASURES.index(r.measure)
        if at > last + 1:
            yield (
                f"The ladder has a gap: {r.measure} at {r.share:g} comes before "
                f"{MEASURES[last + 1]}."
            )
        last = max(last, at)
