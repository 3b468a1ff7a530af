"""What a mark may rest on: never one figure, never a count of people, never silence.

Words about people are judged by the validators of targets, reviews of risk and checklists; what
is added here is what only a mark has: a criterion that is met where nobody reports. An area
"without open cases" is the best area, or the one in which reports are not registered. So a figure
that stands at its best when nothing was registered needs, beside it, a figure of answers by those
who reported (five at least) and the look of another team; numbers of reports and cases are no
criterion at all.
"""

import re

from commonward.core.indicators.book import Book
from commonward.core.indicators.defined import Indicator
from commonward.core.indicators.formulas import Unit
from commonward.core.inspecting.allowed import asks_about_persons
from commonward.core.marks.kind import Criterion, Kind
from commonward.core.refusals import N_, Invalid
from commonward.core.risk.allowed import why_refused
from commonward.core.targets.allowed import why_not

VERSION = "marks-allowed-1"
"""Of these rules."""
COLUMNS = {"area": "grid", "room": "department"}
"""By which column of the facts a figure is told of what bears the mark; a place has none."""
_ANSWERS = re.compile(r"\b(?:solved|satisfied)\b")
"""Columns in which a reporter said something when called back; being reached is no answer yet."""
_SILENT_ZH = re.compile(
    "(?:无|零|没有|未发生|不发生|未接到|未收到|杜绝|减少|下降|压降)[^，。；、！？,.;!?]{0,6}"
    "(?:投诉|举报|诉求|信访|上访|来访|诉讼|起诉|案件|纠纷|警情|报警|工单|求助|来电)"
)
_SILENT_EN = re.compile(
    r"\b(?:no|zero|without|fewer|less|never|not any|reduc\w+|decreas\w+|free of)\s+"
    r"(?:[^\s.;,:!?]+\s+){0,3}?(?:complaints?|reports?|petitions?|lawsuits?|litigation|disputes?"
    r"|cases?|calls?|incidents?)\b",
    re.IGNORECASE,
)


def check_kind(kind: Kind, book: Book) -> None:
    """Raises Invalid, in words for its editor, where a kind rests on what a mark must not."""
    texts = (kind.title, kind.title_en, kind.says, kind.says_en)
    refuse_words(*texts, field="title")
    for one in kind.criteria:
        _check_words(one)
        if one.kind == "figure":
            _check_figure(kind, one, book)
    figures = [one for one in kind.criteria if one.kind == "figure"]
    if len(figures) == len(kind.criteria):
        raise Invalid(
            N_(
                "Figures alone are no mark: add evidence or a list that another team looks at, so "
                "that somebody has been there."
            ),
            field="criteria",
            code="figures_alone",
        )
    names = [one.indicator for one in figures]
    if len(set(names)) != len(names):
        raise Invalid(N_("The same figure stands there twice."), field="criteria")
    quiet = next((one for one in figures if is_quiet(book.indicators[one.indicator], book)), None)
    if quiet is not None and not any(
        asks_reporters(book.indicators[one.indicator], book) for one in figures
    ):
        raise Invalid(
            N_(
                "“{title}” is also met where nothing is reported or registered. Beside it must stand "
                "a figure of answers by those who reported, such as the share satisfied or solved, "
                "of at least five answers; and the look of another team."
            ),
            title=_both(book.indicators[quiet.indicator]),
            field="criteria",
            code="silence",
        )


def refuse_words(*texts: str, field: str) -> None:
    """Raises Invalid where words of a mark are about persons, by any of the three validators."""
    for text in texts:
        counted = why_not(text)
        found = why_refused(text) or asks_about_persons(text)
        if counted is not None:
            found = " … ".join(part for part in counted if part)
        if found:
            raise Invalid(
                N_(
                    "“{words}” is about persons. A mark is borne by a room, an area or a place: say "
                    "what of it anybody can see. Numbers of people found, fined or complaining, and "
                    "lists of persons, have no place in it."
                ),
                words=found,
                field=field,
                code="about_persons",
            )


def is_quiet(one: Indicator, book: Book) -> bool:
    """Whether it is at its best where nothing is registered: it counts what stands open."""
    counts = book.counts_of(one.name)
    return bool(counts) and not any(count.moment for count in counts)


def asks_reporters(one: Indicator, book: Book) -> bool:
    """Whether it is a share of what those who reported answered when they were asked."""
    counts = book.counts_of(one.name)
    return one.unit is Unit.SHARE and any(_ANSWERS.search(count.text) for count in counts)


def meets(criterion: Criterion, indicator: Indicator, value: float | None, under: float | None) -> bool:  # fmt: skip
    """Whether a value reaches the bound; never where too few answers or cases lie under it.

    A value of None has nothing to stand on: it is not met, however quiet the area is.
    """
    if value is None or (
        indicator.unit is Unit.SHARE and (under is None or under < criterion.least)
    ):
        return False
    told = as_told(indicator, value)
    return told <= criterion.bound if indicator.better == "less" else told >= criterion.bound


def as_told(indicator: Indicator, value: float) -> float:
    """A share in per cent, a number as it is."""
    return round(value * 100 if indicator.unit is Unit.SHARE else value, 2)


def _both(one: Indicator) -> str:
    return f"{one.titles['zh']} {one.titles['en']}"


def _check_words(one: Criterion) -> None:
    lines = [text for item in one.items for text in item]
    texts = (one.title, one.title_en, *lines)
    refuse_words(*texts, field="criteria")
    if one.kind == "figure":
        return
    for text in texts:
        found = _SILENT_ZH.search(text) or _SILENT_EN.search(text)
        if found is not None:
            raise Invalid(
                N_(
                    "“{words}” is met where nobody reports or nothing is registered. Say what was "
                    "done and can be seen: reports answered, a room open, a notice hung up."
                ),
                words=found.group(),
                field="criteria",
                code="silence",
            )


def _check_figure(kind: Kind, one: Criterion, book: Book) -> None:
    found = book.indicators.get(one.indicator)
    if found is None:
        raise Invalid(N_("There is no indicator “{given}”."), given=one.indicator, field="criteria")
    refuse_words(*found.titles.values(), field="criteria")
    if not found.public or found.apart:
        raise Invalid(
            N_("“{title}” is not published, so it cannot be a published criterion."),
            title=_both(found), field="criteria",
        )  # fmt: skip
    counts = book.counts_of(found.name)
    column = COLUMNS.get(kind.about, "")
    if not column or not counts or any(column not in count.facts.columns for count in counts):
        raise Invalid(
            N_(
                "“{title}” cannot be told of what bears this mark: use evidence or a list that "
                "another team looks at."
            ),
            title=_both(found),
            field="criteria",
        )
    standing = found.unit is Unit.COUNT and is_quiet(found, book)
    if found.better not in ("more", "less") or not (standing or found.unit is Unit.SHARE):
        raise Invalid(
            N_(
                "“{title}” says how many reports or cases there were, has no better side, or "
                "does not say how many lie under it. Who wants the mark could reach it by "
                "registering more or fewer: take a share, or what those who reported answered."
            ),
            title=_both(found),
            field="criteria",
            code="volume",
        )
