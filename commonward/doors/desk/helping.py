"""What helps with an answer, as a form shows it; and which text was used, for the step's event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.cases.models import Case
from commonward.cases.queries.answers import answers_matching
from commonward.cases.queries.filed import line_of
from commonward.cases.queries.helping import Help, help_with, used
from commonward.cases.queries.texts import TextLine, values_of
from commonward.core.refusals import Invalid
from commonward.core.rights import Actor
from commonward.core.standard_texts import fill
from commonward.doors.desk import rows, wording
from commonward.doors.look.showing import language


@dataclass(frozen=True, slots=True)
class Helping:
    """The texts with their places filled, and what else helps."""

    help: Help
    texts: tuple[tuple[TextLine, str], ...]


def of(case: Case, actor: Actor, at: datetime) -> Helping:
    """What helps with an answer about this case, in the reader's language."""
    reader = language()
    line = line_of(case, at)
    values = values_of(line, reader, wording.due(line.due_at))
    found = help_with(case, actor, at, language=reader)
    texts = []
    for text in found.texts:
        try:
            texts.append((text, fill(text.words, values)))
        except Invalid:  # it names something that this case has not
            continue
    return Helping(found, tuple(texts))


def shown(case: Case, actor: Actor, at: datetime, asked: str = "") -> dict[str, Any]:
    """For the page: articles to read, those that fit the words `asked`, solved cases elsewhere."""
    found = of(case, actor, at).help
    return {
        "help_answers": found.answers,
        "help_asked": asked,
        "help_found": answers_matching(
            actor, asked, at, language=language(), area_path=case.area_path
        )
        if asked
        else (),
        "help_solved": [
            {
                "row": rows.shown(one.line, at),
                "summary": one.line.summary,
                "result": one.result,
                "because": one.because,
                "href": rows.case_address(one.line.number),
                "number": one.line.number,
            }
            for one in found.solved
        ],
    }


def used_in(
    case: Case, given: Mapping[str, Any], actor: Actor, at: datetime
) -> list[dict[str, object]]:
    """Which standard texts and articles stand in what was written."""
    words = next((str(given[k]) for k in ("reason", "result", "words") if given.get(k)), "")
    if not words:
        return []
    found = of(case, actor, at)
    filled = {text.id: own for text, own in found.texts}
    return used(words, tuple(text for text, _ in found.texts), found.help.answers, filled)
