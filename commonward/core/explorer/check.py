"""Does an explorer make sense? Every fault is told in words: what is wrong, what would be right."""

import string
from collections.abc import Container, Iterable, Iterator

from commonward.core.disputes import GATES, KINDS
from commonward.core.explorer.model import Answer, Explorer, Gate, Question, Route
from commonward.core.refusals import N_, Invalid


def check(explorer: Explorer) -> list[Invalid]:
    """All faults of an explorer, each a refusal in words; an empty list means it may be adopted."""
    names = [*_names(explorer), *_letters(explorer)]
    if names:
        return names
    circle = _circle(explorer)
    if circle:
        return [_fault(N_("The questions run in a circle: {way}. One answer must lead out of it."),
                       way=" → ".join(circle))]  # fmt: skip
    return [*_reached(explorer), *_barred(explorer), *_walks(explorer), *_kinds(explorer)]


def _fault(text: str, **values: str | int) -> Invalid:
    return Invalid(text, field="text", code="explorer", **values)


def _answers(explorer: Explorer) -> Iterator[tuple[Question, Answer]]:
    for question in explorer.questions.values():
        for answer in question.answers:
            yield question, answer


def _names(e: Explorer) -> Iterator[Invalid]:
    """Every name that is mentioned must exist, and every answer lead to exactly one place."""
    if e.start not in e.questions:
        yield _fault(N_("start names the question “{name}”, which does not exist."), name=e.start)
    for question in e.questions.values():
        if len(question.answers) < 2:
            yield _fault(
                N_("Question {question}: give at least two answers."), question=question.code
            )
    for question, answer in _answers(e):
        yield from _leads(e, question, answer)
    for gate in e.gates.values():
        yield from _gate(e, gate)
    for route in e.routes.values():
        yield from _route(e, route)
    for kind in e.kinds.values():
        yield from _unknown(f"kinds.{kind.code}", "routes", kind.routes, e.routes)
        yield from _unknown(f"kinds.{kind.code}", "letters", [kind.letter], e.letters)
    if sum(route.registers for route in e.routes.values()) != 1:
        yield _fault(N_("Exactly one route is the mediation of this centre (registers = true)."))


def _unknown(
    where: str, table: str, names: Iterable[str], known: Container[str]
) -> Iterator[Invalid]:
    for name in names:
        if name and name not in known:
            yield _fault(
                N_("{where} names “{name}”, which does not stand in {table}."),
                where=where,
                name=name,
                table=table,
            )


def _gate(e: Explorer, gate: Gate) -> Iterator[Invalid]:
    yield from _unknown(f"gates.{gate.code}", "contacts", gate.contacts, e.contacts)
    if not gate.contacts:
        yield _fault(N_("Gate {gate}: name whom to call."), gate=gate.code)
    elif gate.urgent and not any(e.contacts[c].phone for c in gate.contacts if c in e.contacts):
        yield _fault(
            N_("Gate {gate} is urgent: one of its contacts needs a number to call."), gate=gate.code
        )


def _route(e: Explorer, route: Route) -> Iterator[Invalid]:
    where = f"routes.{route.code}"
    if not route.contact:
        yield _fault(N_("Route {route}: name whom to call (contact)."), route=route.code)
    yield from _unknown(where, "contacts", [route.contact], e.contacts)
    yield from _unknown(where, "letters", [route.letter], e.letters)
    for limit in route.limits:
        yield from _unknown(where, "kinds", limit.kinds, e.kinds)
        if limit.source is None:
            yield _fault(N_("Route {route}: each limit names its law (source)."), route=route.code)


def _leads(e: Explorer, question: Question, answer: Answer) -> Iterator[Invalid]:
    where = f"questions.{question.code}.{answer.code}"
    ways = [bool(answer.next), bool(answer.gate), answer.ends]
    if sum(ways) == 0:
        yield _fault(
            N_("{where}: the answer leads nowhere; give next, gate or ends = true."), where=where
        )
    if sum(ways) > 1:
        yield _fault(N_("{where}: the answer leads to several places; keep one of next, gate and "
                        "ends."), where=where)  # fmt: skip
    yield from _unknown(where, "questions", [answer.next], e.questions)
    yield from _unknown(where, "gates", [answer.gate], e.gates)
    yield from _unknown(where, "kinds", [answer.kind], e.kinds)
    yield from _unknown(where, "routes", (*answer.first, *answer.last, *answer.adds), e.routes)


def _letters(e: Explorer) -> Iterator[Invalid]:
    for letter in e.letters.values():
        blanks = {field.code for field in letter.fields}
        if len(blanks) < len(letter.fields):
            yield _fault(N_("Letter {letter}: two blanks have the same code."), letter=letter.code)
        for text in (letter.text.en, letter.text.zh):
            used = _used(text)
            if used is None:
                yield _fault(
                    N_("Letter {letter}: a brace in the text is not closed, or holds more than "
                       "the code of a blank."), letter=letter.code,
                )  # fmt: skip
            elif used != blanks:
                yield _fault(
                    N_("Letter {letter}: text and blanks differ in {names}."),
                    letter=letter.code,
                    names=", ".join(sorted(used ^ blanks)),
                )


def _used(text: str) -> set[str] | None:
    """The blanks of a letter's text; None where its braces say anything else."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return None
    if any(name is not None and (spec or turned) for _t, name, spec, turned in parts):
        return None
    return {name for _t, name, _s, _c in parts if name is not None}


def _circle(e: Explorer) -> list[str]:
    """A way that comes back to where it was, or [] where there is none."""
    done: set[str] = set()

    def follow(code: str, way: list[str]) -> list[str]:
        if code in way:
            return [*way[way.index(code) :], code]
        if code in done:
            return []
        for answer in e.questions[code].answers:
            found = follow(answer.next, [*way, code]) if answer.next else []
            if found:
                return found
        done.add(code)
        return []

    return next((found for code in e.questions if (found := follow(code, []))), [])


def _reached(e: Explorer) -> Iterator[Invalid]:
    """What no walk from the start comes to."""
    asked = set(_in_order(e))
    gates = {a.gate for code in asked for a in e.questions[code].answers}
    for code in e.questions:
        if code not in asked:
            yield _fault(
                N_("Question {question} is never asked: no answer leads to it."), question=code
            )
    for code in e.gates:
        if code not in gates:
            yield _fault(N_("Gate {gate} is never reached: no answer leads to it."), gate=code)


def _barred(e: Explorer) -> Iterator[Invalid]:
    """What the law keeps from mediation has its gate, and danger is asked for first."""
    wanted = {gate.fact for gate in GATES}
    facts = {gate.fact for gate in e.gates.values()}
    for fact in sorted(wanted - facts):
        yield _fault(N_("A gate for “{fact}” is missing: add one with fact = “{fact}”."), fact=fact)
    for fact in sorted(facts - wanted):
        yield _fault(N_("“{fact}” is not a fact that keeps a dispute out."), fact=fact)
    first = {a.gate for a in e.questions[e.start].answers if a.gate}
    if not any(e.gates[code].urgent for code in first):
        yield _fault(
            N_("The first question must ask for danger: one answer leads to an urgent gate.")
        )


def _walks(e: Explorer) -> Iterator[Invalid]:
    """No walk is longer than `most`, and none ends before the type is known, or twice known."""
    longest, kinds_to_end = _longest(e), _named_to_end(e)
    if longest > e.most:
        yield _fault(
            N_("The longest way has {longest} questions; at most {most} are allowed."),
            longest=longest,
            most=e.most,
        )
    if 0 in kinds_to_end:
        yield _fault(N_("Some way ends without a type: an answer on each way needs kind = …."))
    if 2 in kinds_to_end:
        yield _fault(N_("Some way names the type twice; keep one kind = … on each way."))


def _in_order(e: Explorer) -> list[str]:
    """The questions, each after all that its answers lead to; there is no circle here."""
    order: list[str] = []
    done: set[str] = set()

    def visit(code: str) -> None:
        if code in done:
            return
        done.add(code)
        for answer in e.questions[code].answers:
            if answer.next:
                visit(answer.next)
        order.append(code)

    visit(e.start)
    return order


def _longest(e: Explorer) -> int:
    length: dict[str, int] = {}
    for code in _in_order(e):
        answers = e.questions[code].answers
        length[code] = 1 + max((length[a.next] for a in answers if a.next), default=0)
    return length[e.start]


def _named_to_end(e: Explorer) -> set[int]:
    """How often the ways from the start to an ending name a type: of 0, 1 and 2 (or more)."""
    named: dict[str, set[int]] = {}
    for code in _in_order(e):
        found: set[int] = set()
        for answer in e.questions[code].answers:
            here = 1 if answer.kind else 0
            if answer.ends:
                found.add(here)
            elif answer.next:
                found |= {min(2, here + later) for later in named[answer.next]}
        named[code] = found
    return named[e.start]


def _kinds(e: Explorer) -> Iterator[Invalid]:
    """Each of the types is there, can be come to, and leads to mediation."""
    named = {answer.kind for _question, answer in _answers(e)}
    mediation = {route.code for route in e.routes.values() if route.registers}
    for code in KINDS:
        if code not in e.kinds:
            yield _fault(N_("The type “{kind}” is not covered: add [kinds.{kind}]."), kind=code)
        elif code not in named:
            yield _fault(N_("The type “{kind}” is never come to: give an answer kind = “{kind}”."),
                         kind=code)  # fmt: skip
        elif not mediation & set(e.kinds[code].routes):
            yield _fault(N_("The type “{kind}” does not lead to mediation; add it to its routes."),
                         kind=code)  # fmt: skip
    for code in e.kinds:
        if code not in KINDS:
            yield _fault(N_("“{kind}” is not one of the types of the statistics."), kind=code)
