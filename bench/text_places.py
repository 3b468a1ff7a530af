"""Places in titles, danger and private data in texts (地名、险情、隐私), for the table of `bench text`.

The rules for places were written while the titles with an even id were read, and mended while those
of 1 modulo 4 were; the figures of the rest (3 modulo 4) are those to believe. Names known are learnt
from messages outside the sample.
"""

import csv
import gzip
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.rows import Context, Row
from bench.text_same import SHARED
from commonward.core.danger import cues, heard
from commonward.core.masking import MASK, mask
from commonward.core.triage.places.learnt import names, usual
from commonward.core.triage.places.named import automaton, named
from commonward.core.triage.private import ALWAYS, NAME, NUMBER, ROOM

DATABASES = ("",)

NONE, UNSURE = "-", "?"
"""What the annotator wrote: no place; "cannot say", which counts for nothing."""


@dataclass(frozen=True, slots=True)
class Titled:
    """One title and the places in it, as annotated."""

    id: int
    title: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Recall and precision of places, false alarms among titles without any."""

    recall: float
    precision: float
    alarms: float
    titles: int


def sample(shared: Path = SHARED) -> tuple[list[Titled], list[str]]:
    """The annotated titles, and all texts of messages outside the sample."""
    with gzip.open(shared / "text" / "messages_unlabelled.csv.gz", "rt", encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    with (shared / "text" / "places_sample.csv").open(encoding="utf-8") as file:
        said = {row["id"]: row["places"] for row in csv.DictReader(file)}
    titles = [
        Titled(int(i), rows[i]["title"].strip(), () if p == NONE else tuple(p.split("|")))
        for i, p in said.items()
        if p != UNSURE
    ]
    others = [row[part] for i, row in rows.items() if i not in said for part in ("title", "body")]
    return titles, others


def measure(titles: Sequence[Titled], known: frozenset[str] = frozenset()) -> Found:
    """Names count as the same with and without 小区 or 二期 at their end, and not otherwise."""
    hits = missed = wrong = alarms = 0
    search = automaton(known)
    for one in titles:
        found = [usual(place.name) for place in named(one.title, search)]
        meant = [usual(place) for place in one.places]
        hit = sum(place in found for place in meant)
        hits, missed = hits + hit, missed + len(meant) - hit
        wrong += sum(place not in meant for place in found)
        alarms += bool(found) and not meant
    without = sum(not one.places for one in titles)
    return Found(hits / (hits + missed), hits / (hits + wrong), alarms / without, len(titles))


WRITERS = (
    "张女士，电话13912345678。", "买买提·艾力，电话15000001234。", "我叫欧阳春，身份证11010519491231002X。",
    "Mr Smith, 07700 900123. ", "Amina Yusuf, a@example.org. ",
)  # fmt: skip
"""Who signs a report must change nothing of what is read in it."""


def fair(titles: Sequence[Titled], known: frozenset[str]) -> float:
    """The share of titles and writers for which the same places are named as without a writer."""
    search = automaton(known)
    same = [
        [one.name for one in named(f"{writer}{title.title}", search)]
        == [one.name for one in named(title.title, search)]
        for title in titles
        for writer in WRITERS
    ]
    return sum(same) / len(same)


def meant_in(titles: Sequence[Titled]) -> frozenset[str]:
    """The names that were annotated in these titles."""
    return frozenset(usual(place) for one in titles for place in one.places)


def rows(ctx: Context) -> list[Row]:
    """The lines for the one table of `bench text`."""
    made = _written()
    if not (SHARED / "text").is_dir():
        return [*made, Row("places in titles", "–", note="the data set is not on this machine")]
    titles, others = sample()
    begun = time.process_time()
    known = names(others)
    learnt = time.process_time() - begun
    parts = (
        (known, [one for one in titles if one.id % 4 == 3], "unread: ids of 3 modulo 4"),
        (None, [one for one in titles if one.id % 4 == 3], "unread, its own names never learnt"),
        (known, [one for one in titles if one.id % 4 == 1], "read when mended: 1 modulo 4"),
        (known, [one for one in titles if not one.id % 2], "read when written: even ids"),
    )
    for learnt_names, part, note in parts:
        one = measure(part, learnt_names or known - meant_in(part))
        made += [
            _row("places in titles, recall", one.recall, 0.97, note),
            _row("places in titles, precision", one.precision, 0.95, note),
            Row("titles without a place that get one", f"{one.alarms:.3f}", "≤ 0.03",
                one.alarms <= 0.03, note),
        ]  # fmt: skip
    made.append(
        _row("places unchanged whoever writes, by whatever name and number", fair(titles, known), 1,
             f"{len(titles)} titles × {len(WRITERS)} writers")
    )  # fmt: skip
    texts = others[: ctx.count(8_000)]
    begun = time.process_time()
    search = automaton(known)
    for text in texts:
        named(text, search)
    each = (time.process_time() - begun) / len(texts)
    made.append(Row("places of a text", f"{each * 1e3:.2f} CPU ms", note=f"{len(texts):,} texts"))
    made.append(
        Row("names learnt without labels", f"{len(known):,}", note=f"in {learnt:.0f} CPU s")
    )
    bodies = others[1::2]
    begun = time.process_time()
    heard_of = [heard(text) for text in bodies]
    each = (time.process_time() - begun) / len(bodies)
    alerts = sum(bool(one.cues) for one in heard_of) / len(bodies)
    first = sum(one.doubt is not None for one in heard_of) / len(bodies)
    made.append(Row("danger: ordinary messages with an alert", f"{alerts:.4f}", "≤ 0.01",
                    alerts <= 0.01, "present danger among them counts too"))  # fmt: skip
    made.append(Row("danger: ordinary messages that are read first", f"{first:.4f}",
                    note="doubtful: rings for nobody"))  # fmt: skip
    made.append(Row("danger of a message", f"{each * 1e3:.2f} CPU ms", "≤ 2 ms", each <= 0.002,
                    f"{sum(map(len, bodies)) / len(bodies):.0f} signs each"))  # fmt: skip
    return made


def bench(ctx: Context) -> list[Row]:
    """The same lines by themselves: `python -m bench text_places`."""
    return rows(ctx)


def _written() -> list[Row]:
    """Danger and private data, written by grammar."""
    from tests.core.triage.test_private import written
    from tests.core.triage.test_private_of_strangers import halves, recall
    from tests.core.triage.written.dangers import reports
    from tests.core.triage.written.strangers import public

    dangers, texts = reports(), list(written())
    found = sum(bool(cues(one.text)) for one in dangers) / len(dangers)
    hidden = sum(secret not in mask(text) and MASK in mask(text) for text, secret in texts)
    read, unread = halves()
    calm = public()
    taken = sum(mask(one.text) != one.text for one in calm) / len(calm)
    made = [
        *_looked_twice(),
        _row("danger reports written by grammar, heard", found, 0.99, f"{len(dangers):,} reports"),
        _row("private data written by grammar, masked", hidden / len(texts), 0.99,
             f"{len(texts):,} texts"),
    ]  # fmt: skip
    for kind in (*sorted(ALWAYS - {NUMBER}), NAME, ROOM):
        count = sum(row.kinds.count(kind) for row in unread)
        made.append(_row(f"strangers' private data, second half: {kind}",
                         recall(unread, frozenset({kind})), 0.99, f"{count} stretches"))  # fmt: skip
    return [
        *made,
        _row("strangers' private data always hidden, second half", recall(unread, ALWAYS), 0.99, ""),
        _row("strangers' private data always hidden, first half", recall(read, ALWAYS), 0.99, ""),
        Row("strangers' public texts that are changed", f"{taken:.3f}", "≤ 0.03", taken <= 0.03,
            f"{len(calm)} texts, all read by now"),
    ]  # fmt: skip


def _looked_twice() -> list[Row]:
    """The second blind set, which nothing was tuned on: what rings, and what is read first."""
    from tests.core.triage.written.strangers import second_look

    made = []
    for language in ("zh", "en"):
        told, calm = second_look(language, calm=False), second_look(language, calm=True)
        rings = sum(bool(cues(text)) for text in told) / len(told)
        reached = [heard(text) for text in told]
        both = sum(bool(one.cues) or one.doubt is not None for one in reached) / len(told)
        read = [heard(text) for text in calm]
        ringing = sum(bool(one.cues) for one in read) / len(calm)
        first = sum(one.doubt is not None for one in read) / len(calm)
        made += [
            Row(f"second look, danger that rings: {language}", f"{rings:.3f}",
                note=f"{len(told)} reports, blind"),
            _row(f"second look, danger that rings or is read first: {language}", both, 0.98, ""),
            Row(f"second look, near words that ring / are read first: {language}",
                f"{ringing:.3f} / {first:.3f}", note=f"{len(calm)} reports"),
        ]  # fmt: skip
    return made


def _row(work: str, value: float, goal: float, note: str) -> Row:
    return Row(work, f"{value:.3f}", f"≥ {goal:.2f}", value >= goal, note)
