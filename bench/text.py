"""Words: categories, their probabilities and what is routed alone, on messages to a mayor's box (分拣).

Five folds without near duplicates on both sides: the groups of the file, and those that
`core.triage.dividing` finds itself. Nothing of a held-out fold is seen in training, neither for
words, calibration nor thresholds. The other parts of triage add their lines from modules of their
own (`PARTS`): each has `rows(ctx) -> list[Row]`.
"""

import csv
import gzip
import importlib
import importlib.util
import os
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.rows import Context, Row
from commonward.core.triage.calibrating import calibration_error
from commonward.core.triage.dividing import folds, groups
from commonward.core.triage.judging import Answered, macro_f, threshold_for
from commonward.core.triage.learning import train
from commonward.core.triage.model import Trained, load, save
from commonward.core.triage.reading import tokens
from commonward.core.triage.said import Example, Reads
from commonward.core.triage.starting import Seed, Starting

DATABASES = ("",)
PARTS = ("text_same", "text_hot", "text_places")
FOLDS = 5
FEW = 700
_BESIDE = Path(__file__).resolve().parents[2] / "shared"
_FOLDER = Path(os.environ.get("COMMONWARD_SHARED") or _BESIDE) / "data" / "text"


def bench(ctx: Context) -> list[Row]:
    """The table of categories, then the lines of the other parts."""
    made = categories(ctx)
    for part in PARTS:
        if importlib.util.find_spec(f"bench.{part}") is not None:
            made += importlib.import_module(f"bench.{part}").rows(ctx)
    return made


def messages() -> list[Example]:
    """The labelled messages: already cut into words, without stop words."""
    with gzip.open(_FOLDER / "messages_labelled.csv.gz", "rt", encoding="utf-8-sig") as file:
        return [Example(r["words"], r["label"], r["group"]) for r in csv.DictReader(file)]


def taxonomy() -> list[Seed]:
    """The classes' own names as seeds; for the cold start only."""
    words: dict[str, list[str]] = defaultdict(list)
    with (_FOLDER / "appeal_taxonomy.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            words[row["一级分类"]] += [row["二级分类"], row["三级分类"]]
    return [Seed(code, (code,), " ".join(dict.fromkeys(said))) for code, said in words.items()]


def first(text: str, characters: int = 50) -> str:
    """The first characters, blanks between the cut words not counted."""
    kept = []
    for word in text.split():
        if characters <= 0:
            break
        kept.append(word[:characters])
        characters -= len(word)
    return " ".join(kept)


@dataclass
class Measured:
    """What models said of the held-out folds: whole texts and their first 50 characters."""

    whole: list[list[Answered]] = field(default_factory=list)
    short: list[list[Answered]] = field(default_factory=list)
    shortest: list[list[Answered]] = field(default_factory=list)
    """The first 50 of the file's characters, blanks between the cut words counted."""
    few: list[float] = field(default_factory=list)
    swapped: list[int] = field(default_factory=list)
    training: list[float] = field(default_factory=list)
    size: int = 0
    each: float = 0.0
    single: float = 0.0


def said(model: Reads, texts: Sequence[str], right: Sequence[str]) -> list[Answered]:
    """The best answer to each text."""
    found = model.suggest_each(texts, most=1)
    return [
        Answered(
            best[0].code if best else "",
            best[0].probability if best else 0.0,
            code,
            len("".join(text.split())),
        )
        for best, text, code in zip(found, texts, right, strict=True)
    ]


def categories(ctx: Context) -> list[Row]:
    """Every line of the table for categories."""
    if not _FOLDER.is_dir():
        return [Row("categories of messages", "–", note="the data set is not on this machine")]
    given = messages()
    group_of = groups([tokens(e.words) for e in given], [e.group for e in given])
    fold = folds(group_of, [e.code for e in given], FOLDS, seed=0)
    found = Measured()
    for number in range(ctx.count(FOLDS)):
        _fold(given, group_of, [f == number for f in fold], number, found)
    tested = [e for e, f in zip(given, fold, strict=True) if f == 0]
    cold = said(Starting.of(taxonomy()), [e.words for e in tested], [e.code for e in tested])
    return _rows(found, cold)


def _fold(
    given: Sequence[Example],
    group_of: Sequence[int],
    held: Sequence[bool],
    number: int,
    to: Measured,
) -> None:
    taught = [e for e, apart in zip(given, held, strict=True) if not apart]
    tested = [e for e, apart in zip(given, held, strict=True) if apart]
    seen = {g for g, apart in zip(group_of, held, strict=True) if not apart}
    if seen & {g for g, apart in zip(group_of, held, strict=True) if apart}:
        raise AssertionError("a group is on both sides")
    begun = time.process_time()
    model = train(taught, seed=0)
    to.training.append(time.process_time() - begun)
    if not isinstance(model, Trained):
        raise AssertionError("nothing was learnt")
    right = [e.code for e in tested]
    whole = [e.words for e in tested]
    begun = time.process_time()
    to.whole.append(said(model, whole, right))
    to.each = (time.process_time() - begun) / len(whole)
    to.short.append(said(model, [first(text) for text in whole], right))
    to.shortest.append(said(model, [text[:50] for text in whole], right))
    to.swapped.append(_swapped(model, whole[:200], number))
    if number == 0:
        to.size = len(save(model))
        model = load(save(model))
        begun = time.process_time()
        for text in whole[:300]:
            model.suggest(text)
        to.single = (time.process_time() - begun) / 300
    chance = random.Random(number)
    # The other messages of the training side are there without their labels, as in an office.
    drawn = chance.sample(range(len(taught)), len(taught))
    few = train(
        [taught[i] for i in drawn[:FEW]],
        unlabelled=[taught[i].words for i in drawn[FEW:]],
        seed=0,
    )
    to.few.append(macro_f(said(few, whole, right)))


def _swapped(model: Trained, texts: Sequence[str], seed: int) -> int:
    """How many answers change when the persons named in a text are others."""
    chance = random.Random(seed)

    def written(text: str) -> str:
        name = chance.choice("王李张刘陈") + chance.choice("伟芳娜敏静")
        phone = "1" + "".join(chance.choice("3456789") for _ in range(10))
        card = "43010319800" + "".join(chance.choice("123456789") for _ in range(7))
        return f"我叫{name}，电话{phone}。{text}。{name[0]}女士，身份证{card}"

    one = model.suggest_each([written(text) for text in texts])
    other = model.suggest_each([written(text) for text in texts])
    return sum(a != b for a, b in zip(one, other, strict=True))


def alone(each: Sequence[Sequence[Answered]], short: bool) -> tuple[float, float]:
    """Share and precision of what is routed alone at 95 %.

    The threshold of each fold comes from the other folds, and there from the lower bound of the
    precision: what a site would set, then really met.
    """
    sent, hits, every = 0, 0, 0
    for number, mine in enumerate(each):
        others = [a for n, answers in enumerate(each) if n != number for a in answers]
        at = threshold_for(0.95, others or mine, short=short if others else None)
        every += len(mine)
        for answer in mine:
            if at is not None and answer.probability >= at:
                sent += 1
                hits += answer.hit
    return sent / every, hits / sent if sent else 1.0


def by_chance(answers: Sequence[Answered], times: int = 400) -> tuple[float, float]:
    """The calibration error that probabilities which hold exactly would still show on so many
    texts: its mean, and what it stays under 95 times of 100."""
    said_at = np.array([a.probability for a in answers])
    chance = np.random.default_rng(0)
    found = [
        calibration_error(said_at, chance.random(len(said_at)) < said_at) for _ in range(times)
    ]
    return float(np.mean(found)), float(np.quantile(found, 0.95))


def _rows(found: Measured, cold: Sequence[Answered]) -> list[Row]:
    def f_row(work: str, folds_: Sequence[Sequence[Answered]], goal: float, note: str = "") -> Row:
        each = [macro_f(answers) for answers in folds_]
        mean = float(np.mean(each))
        told = f"{mean:.3f} ± {np.std(each):.3f}"
        return Row(work, told, f"≥ {goal:.2f}", mean >= goal, note)

    def error_row(work: str, folds_: Sequence[Sequence[Answered]]) -> Row:
        every = [a for answers in folds_ for a in answers]
        error = calibration_error([a.probability for a in every], [a.hit for a in every])
        mean, most = by_chance(every)
        note = f"{len(every):,} texts, 15 bins; by chance alone {mean:.4f}, up to {most:.4f}"
        return Row(work, f"{error:.4f}", "≤ 0.010", error <= 0.010, note)

    def alone_row(work: str, folds_: Sequence[Sequence[Answered]], goal: float, short: bool) -> Row:
        share, precision = alone(folds_, short)
        return Row(
            work,
            f"{share:.3f} at {precision:.3f}",
            f"≥ {goal:.2f} at ≥ 0.95",
            share >= goal and precision >= 0.95,
            "threshold set on the other folds",
        )

    few = float(np.mean(found.few))
    error = calibration_error([a.probability for a in cold], [a.hit for a in cold])
    right = sum(a.hit for a in cold) / len(cold)
    slowest = max(found.training)
    return [
        f_row("7 categories, whole text, macro-F1", found.whole, 0.95, "duplicate-free folds"),
        f_row("7 categories, first 50 characters", found.short, 0.86),
        f_row("the same, blanks counted (some 33)", found.shortest, 0.86),
        Row(f"7 categories, {FEW} labels", f"{few:.3f}", "≥ 0.90", few >= 0.90),
        error_row("calibration (ECE), whole text", found.whole),
        error_row("calibration (ECE), first 50 characters", found.short),
        alone_row("routed alone, whole text", found.whole, 0.95, short=False),
        alone_row("routed alone, first 50 characters", found.short, 0.60, short=True),
        Row("training, some 5,250 messages", f"{slowest:.0f} CPU s", "≤ 60 s", slowest <= 60),
        Row(
            "suggestion, in a batch",
            f"{found.each * 1e3:.2f} CPU ms",
            "≤ 2 ms",
            found.each <= 0.002,
        ),
        Row(
            "suggestion, single",
            f"{found.single * 1e3:.2f} CPU ms",
            "≤ 2 ms",
            found.single <= 0.002,
        ),
        Row("size of a model", f"{found.size / 1e6:.1f} MB", "≤ 30 MB", found.size <= 30e6),
        Row(
            "answers changed by other names, phones, ids",
            f"{sum(found.swapped)} of {200 * len(found.swapped)}",
            "0",
            not sum(found.swapped),
        ),
        Row(
            "cold start by class names, macro-F1",
            f"{macro_f(cold):.3f}; right {right:.3f}, ECE {error:.3f}",
            note="before any case; probabilities are kept low",
        ),
    ]
