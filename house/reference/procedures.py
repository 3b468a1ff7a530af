"""Procedures as they ship – stages, steps, limits, ladders – and the words of every event."""

from commonward.core.procedures import Procedure, parse, shipped, shipped_names
from commonward.core.procedures.model import BACK, STAY, Stage, Verb
from commonward.doors.desk import wording
from commonward.doors.desk.happenings import HAPPENINGS
from commonward.doors.desk.views.response.wording import HAPPENED
from commonward.doors.look.naming import ROLES
from house.reference.marks import NOTE, both, code, table


def page() -> str:
    """A section for each procedure file."""
    told = (
        f"# Procedures\n\n{NOTE}\n\nThey are files (`core/procedures/NAME.toml`); a site "
        "[changes limits and words on the desk](../how-to/procedures.md), and each case keeps the version "
        "under which it was opened.\n"
    )
    return told + "".join(_procedure(parse(shipped(name))) for name in sorted(shipped_names()))


def _procedure(one: Procedure) -> str:
    rules = [
        f"About a {one.about}; it begins in `{one.start}`.",
        f"Grades: {', '.join(map(code, one.grades))}." if one.grades else "",
        f"In all: `{one.total}`." if one.total else "",
        f"No limit in all: {one.no_total_because}." if one.no_total_because else "",
        f"Reopened within {one.reopen_days} days." if one.reopen_days else "",
        f"At most {one.extensions} extensions." if one.extensions else "",
        f"A suspension lasts at most {one.suspension_days} days." if one.suspension_days else "",
        f"Outcomes: {', '.join(map(code, one.outcomes))}." if one.outcomes else "",
        f"Kept {one.keep_years} years.",
    ]
    told = (
        f"\n## {one.title.en} {one.title.zh}\n\n`{one.name}`. {' '.join(filter(None, rules))}\n\n"
    )
    told += table(
        ("stage", "name", "what residents read", "limit"), map(_stage, one.stages.values())
    )
    told += "\n" + table(
        ("step", "name", "from", "to", "who", "what it needs"), map(_verb, one.verbs.values())
    )
    if one.limits:
        told += "\n" + table(
            ("limit of stage", "grade", "category", "limit"),
            ((code(s), code(g), code(c), code(str(limit))) for s, g, c, limit in one.limits),
        )
    if one.ladder:
        told += "\n" + table(
            ("of the limit is used", "who learns", "measure"),
            (
                (f"{rung.share:.0%}", ", ".join(map(_who, rung.tells)), code(rung.measure))
                for rung in one.ladder
            ),
        )
    return told


def _stage(one: Stage) -> tuple[str, str, str, str]:
    limit = code(str(one.limit)) if one.limit else one.no_limit_because
    if one.limit_by == "standard":
        limit = f"that of the filing condition, else {limit}"
    elif one.limit_by == "until":
        limit = "the date asked for"
    marks = [word for word, on in (("ends", one.ends), ("pauses", one.pauses)) if on]
    return (
        code(one.name) + (f" ({', '.join(marks)})" if marks else ""),
        f"{one.title.en} {one.title.zh}",
        f"{one.plain.en} {one.plain.zh}",
        limit,
    )


def _verb(one: Verb) -> tuple[str, str, str, str, str, str]:
    to = {STAY: "the same stage", BACK: "the stage before"}.get(one.to, code(one.to))
    needs = [code(need) for need in one.needs]
    if one.own_team:
        needs.append("by the team that has it")
    if one.apart_from:
        needs.append(f"not by who did {', '.join(map(code, one.apart_from))}")
    if one.at_most is not None:
        needs.append(f"at most {one.at_most} times, then {code(one.then)}")
    if one.within:
        needs.append(f"within {code(one.within)}")
    if one.waits:
        needs.append("tasks and children ended")
    if one.approval:
        needs.append("by a granted request")
    return (
        code(one.name), f"{one.title.en} {one.title.zh}", ", ".join(map(code, sorted(one.from_))),
        to, ", ".join(map(_who, one.who)), "; ".join(needs),
    )  # fmt: skip


def _who(role: str) -> str:
    return ROLES.get(role, role)


def events() -> str:
    """Every verb that may stand in the record of a case, with the words people read."""
    known: dict[str, tuple[str, str]] = {}
    for told, where in (
        (wording._HAPPENED, "the loop"),
        (HAPPENINGS, "disputes and programmes"),
        (HAPPENED, "urgent help"),
    ):
        for verb, words in told.items():
            known.setdefault(verb, (both(words), where))
    for name in sorted(shipped_names()):
        for step in parse(shipped(name)).verbs.values():
            known.setdefault(step.name, (f"{step.title.en} {step.title.zh}", f"step of `{name}`"))
    return (
        f"# Events\n\n{NOTE}\n\n{len(known)} verbs. An event is one append-only row: who, when, verb, data. "
        "It is the audit trail, the outbox and the source of every figure; "
        "the feed of [webhooks](../how-to/webhooks.md) names them by these words.\n\n"
        + table(
            ("verb", "what people read", "of"),
            ((code(verb), words, where) for verb, (words, where) in sorted(known.items())),
        )
    )
