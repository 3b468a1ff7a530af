"""The report of a run as a file (对账报告): a line for each row of which somebody has to know."""

from collections.abc import Callable, Iterator

from commonward.cases.actions.exchanging import keeping
from commonward.cases.models import ExchangeRow, ExchangeRun
from commonward.cases.queries.exchanges import all_rows
from commonward.core.exchanging.writing import table_bytes
from commonward.core.refusals import Invalid

HEADS = ("state", "line", "ref", "case", "field", "here", "there", "what", "decision")


def told_of_row(
    row: ExchangeRow, key: bytes | None, say: Callable[[Invalid], str] = str
) -> Iterator[tuple[str, str, str, str]]:
    """(field, here, there, what is wrong) for each thing about a row; one empty line for none.

    `say` puts a refusal into the reader's language. Without the key the contents are gone.
    """
    content = keeping.unsealed(row.content, key) if row.content is not None and key else {}
    for field, both in content.get("fields", {}).items():
        yield field, both[0], both[1], ""
    for fault in content.get("faults", ()):
        refusal = Invalid(fault["text"], field=fault["field"], **fault["values"])
        yield fault["field"], "", "", say(refusal)
    if not content:
        yield "", "", "", ""


def report_bytes(
    run: ExchangeRun,
    form: str,
    *,
    heads: tuple[str, ...] = HEADS,
    say: Callable[[Invalid], str] = str,
    name_of: Callable[[str], str] = str,
) -> bytes:
    """The report as CSV, XLSX or JSON; no cell of it becomes a formula. Raises Invalid."""
    key = keeping.unwrapped(run.key) if run.key is not None else None

    def lines() -> Iterator[tuple[str, ...]]:
        for row in all_rows(run):
            number = row.case.number if row.case else ""
            line = str(row.line) if row.line else ""
            for field, here, there, what in told_of_row(row, key, say):
                yield (
                    name_of(row.state), line, row.ref, number, name_of(field), here, there, what,
                    name_of(row.decision),
                )  # fmt: skip

    return table_bytes(form, heads, lines())
