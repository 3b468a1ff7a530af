"""The monthly report (月度报告) as a document: plain words first, then the grounds, then how it is made.

It is composed from the same figures, intervals and charts as the dashboards, in the active
language. Disputes stand in it as sums alone, with small numbers hidden.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.queries.board import stages_of
from commonward.cases.queries.reference import book as set_up
from commonward.core.indicators.book import Book, Indicator
from commonward.core.indicators.drawing import svg
from commonward.core.indicators.figures import Figure
from commonward.core.indicators.pictures import Band, Chart, Form, Series, said
from commonward.core.indicators.uncertainty import former, league, usual
from commonward.core.indicators.windows import Window, run_up, window
from commonward.core.papers.report import (
    Block,
    Report,
    drawings,
    figures,
    heading,
    points,
    report_pdf,
    table,
    words,
)
from commonward.doors.look.making import made_words, target
from commonward.doors.look.monthly_words import LEAST, changed, disputes, place_words, worth
from commonward.doors.look.showing import language, named
from commonward.insight.actions.reporting import keep
from commonward.insight.queries.books import version_in_force
from commonward.insight.queries.looking import everything, first_day
from commonward.insight.queries.measuring import book_in_force, figures_of
from commonward.insight.queries.reports import LANGUAGES, Made
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose

LATE = "closed_in_time_rate"
THREE = ("response_rate", "solved_rate", "satisfaction_rate")
TOLD = (
    LATE, "closed_rate", *THREE, "three_rates_score", "cases_opened", "cases_filed", "cases_closed", "backlog",
    "overdue_backlog", "median_open_age", "median_closing", "p90_closing", "handled_in_time_rate", "rework_rate", "handed_back_rate",
    "first_contact_rate", "on_the_spot_rate",
)  # fmt: skip
RATES = (LATE, "handled_in_time_rate", "solved_rate")
"""What streets and departments are looked at by."""
STAGES = ("stage_passed", "stage_median", "stage_p90")
_MONTHS = 13
_CATEGORIES = 20
_GROUPS = 40


def make(month: date, at: datetime) -> Made:
    """Make a month's report in all languages, and keep it."""
    files = {}
    for one in LANGUAGES:
        with translation.override(one):
            files[one] = report_pdf(report(month, at))
    return keep(month, files, at)


def report(month: date, at: datetime) -> Report:
    """The report in the active language."""
    read = _Read(month, at)
    title = _("Monthly report {month}").format(month=f"{month:%Y-%m}")
    when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    return Report(
        title,
        _("Problems and how they were answered · figures as of {when}").format(when=when),
        _("{title} · figures version {version}").format(title=title, version=read.version),
        _("Page {page} of {pages}"),
        language(),
        [
            *read.summary(),
            *read.closing(),
            *read.streets(),
            *read.departments(),
            *read.categories(),
            *read.stages(),
            *disputes(read.window, at),
            *read.methods(),
        ],
    )


class _Read:
    """A month's figures, asked for once, and the parts of the report made of them."""

    def __init__(self, month: date, at: datetime) -> None:
        self.at = at
        self.book: Book = book_in_force()
        self.version = version_in_force(at).label
        self.window = window("month", month, settings.TIME_ZONE)
        self.only = everything()
        self.used: dict[str, None] = {}
        self.first = first = first_day()
        self.months = [
            one for one in run_up(self.window, _MONTHS) if first is None or one.end > first
        ] or [self.window]
        wanted = dict.fromkeys([*self.months, self.window.before(), self.window.year_before()])
        for one in self.months:
            wanted |= dict.fromkeys(
                w for w in former(one) if first is not None and w.start >= first
            )
        found = figures_of(self.known(*TOLD), list(wanted), only=self.only, at=at)
        self.told = {window: groups.get((), {}) for window, groups in found.items()}

    def known(self, *names: str) -> list[str]:
        return [name for name in names if name in self.book.indicators]

    def by(self, names: Sequence[str], column: str, *windows: Window) -> dict[Window, dict[str, Mapping[str, Figure]]]:  # fmt: skip
        found = figures_of(
            names, windows or [self.window], by=(column,), only=self.only, at=self.at
        )
        return {
            window: {group[0]: one for group, one in groups.items()}
            for window, groups in found.items()
        }

    def indicator(self, name: str) -> Indicator:
        self.used[name] = None
        return self.book.indicators[name]

    def value(self, name: str, window: Window | None = None) -> float | None:
        if self.first is None or (window or self.window).end <= self.first:
            return None  # nobody counted yet: that is no nought
        one = self.told.get(window or self.window, {}).get(name)
        return None if one is None else one.value

    def text(self, name: str, window: Window | None = None) -> str:
        value = self.value(name, window)
        if name not in self.book.indicators or value is None:
            return "–"
        return said(value, self.indicator(name).unit.value, language())

    def title(self, name: str) -> str:
        return self.indicator(name).title(language())

    def pairs(self, names: Sequence[str]) -> Block:
        """Key figures, each with that of the month before."""
        before = self.window.before()
        known = [n for n in self.known(*names) if self.value(n) is not None]
        if not known:
            return words(_("Nothing was measured for this in the month."))
        return figures(
            [
                (self.title(n), self.text(n, before) if self.value(n, before) is not None else "", self.text(n))
                for n in known
            ]
        )  # fmt: skip

    def summary(self) -> list[Block]:
        """A page in plain words."""
        opened, closed = self.text("cases_opened"), self.text("cases_closed")
        late = self.told.get(self.window, {}).get(LATE)
        lines = [
            _("{opened} cases came in and {closed} were closed in {month}.").format(
                opened=opened, closed=closed, month=f"{self.window.first:%Y-%m}"
            ),
        ]
        change = self.change("cases_opened")
        if change:
            lines.append(_("Compared with the month before, what came in changed by {change}.").format(change=change))  # fmt: skip
        if late is not None and late.value is not None:
            lines.append(
                _("Of {under} cases that were closed or fell due, {share} were closed within their limit.").format(
                    under=said(late.under or 0, "count", language()), share=self.text(LATE)
                )
            )  # fmt: skip
        if self.value("median_closing") is not None:
            lines.append(
                _("Half of the closed cases took no longer than {median}, nine of ten no longer than {p90}.").format(
                    median=self.text("median_closing"), p90=self.text("p90_closing")
                )
            )  # fmt: skip
        lines.append(
            _(
                "At the month's end {open} cases stood open, {late} of them past their total limit."
            ).format(open=self.text("backlog"), late=self.text("overdue_backlog"))
        )
        lines.append(
            _("Small numbers move by chance: streets and departments are put in order only where their intervals are apart.")
        )  # fmt: skip
        how = words(_("Of reporters who were called back: reached, solved as they say, and satisfied. The first number is that of the month before."))  # fmt: skip
        return [
            points(lines, big=True),
            heading(_("The three rates of the hotline")),
            self.pairs(THREE),
            *([how] if any(self.value(name) is not None for name in self.known(*THREE)) else []),
        ]

    def change(self, name: str, *, year: bool = False) -> str:
        now = self.value(name)
        then = self.value(name, self.window.year_before() if year else self.window.before())
        return said(now / then - 1, "change", language()) if now is not None and then else ""

    def closing(self) -> list[Block]:
        """Closing, with the trend of a year."""
        values = [self.value(LATE, one) for one in self.months]
        low, middle, high = usual(
            self.months, {w: one[LATE].value for w, one in self.told.items() if LATE in one}
        )
        labels = [f"{one.first:%Y-%m}" for one in self.months]
        band = Band(_("Usual in the season, 10–90 %"), low, high, middle)
        trend = Chart(
            "closing", Form.LINE, self.title(LATE), "", "share", labels,
            (Series(self.title(LATE), values),),
            band=band if any(v is not None for v in low) else None,
            target=target(self.book.indicators[LATE], ""),
        )  # fmt: skip
        names = self.known("cases_opened", "cases_closed")
        flow = Chart(
            "flow", Form.BARS, _("What came in, and what was closed"), "", "count", labels,
            [Series(self.title(n), [self.value(n, one) for one in self.months], tone=t)
             for n, t in zip(names, ("main", "quiet"), strict=False)],
        )  # fmt: skip
        rows = [
            [self.title(n), self.text(n), self.text(n, self.window.before()), self.text(n, self.window.year_before())]
            for n in self.known(*TOLD)
            if any(self.value(n, w) is not None for w in (self.window, self.window.before()))
        ]  # fmt: skip
        return [
            heading(_("Closing")),
            self.pairs((LATE, "closed_rate", "backlog")),
            *([self.drawing(trend)] if any(v is not None for v in values) else []),
            self.drawing(flow),
            table([_("Figure"), _("This month"), _("Month before"), _("Year before")], rows, small=True),
        ]  # fmt: skip

    def drawing(self, chart: Chart) -> Block:
        about = "; ".join(
            f"{one.name}: " + ", ".join(
                f"{label} {'–' if v is None else said(v, chart.unit, language())}"
                for label, v in zip(chart.labels, one.values, strict=True)
            )
            for one in chart.series
        )  # fmt: skip
        return drawings([(chart.title, f"{chart.title}. {about}", svg(chart, language()))])

    def streets(self) -> list[Block]:
        names = {p.code: named(p.name, p.name_en) for p in areas_to_choose(revisions())}
        return self.leagues(_("Streets and towns"), "street", names)

    def departments(self) -> list[Block]:
        names = {t.code: named(t.name, t.name_en) for t in teams_to_choose(revisions()).values()}
        return self.leagues(_("Departments and teams"), "department", names)

    def leagues(self, title: str, column: str, names: Mapping[str, str]) -> list[Block]:
        """Rates by group with intervals: those that anything stands behind in this month."""
        rates = self.known(*RATES)
        found = self.by(rates, column)[self.window]
        drawn = [
            block for rate in rates for block in self.league(rate, title, column, found, names)
        ]
        if not drawn:
            return [heading(title), words(_("Nothing fell due there in this month."))]
        says = _(
            "Each dot stands with its 95% interval; the dashed line is the whole. Hollow grey dots "
            "stand on fewer than {least} cases and are not compared. Where intervals overlap no "
            "order is told."
        ).format(least=self.indicator(rates[0]).least)
        return [heading(title, page=True), words(says), *drawn]

    def league(
        self,
        rate: str,
        title: str,
        column: str,
        found: Mapping[str, Mapping[str, Figure]],
        names: Mapping[str, str],
    ) -> list[Block]:
        """One rate by group; nothing where it stands on nothing."""
        one = self.book.indicators[rate]
        ranked = league(
            {
                code: (round((of[rate].value or 0) * (of[rate].under or 0)), of[rate].under or 0)
                for code, of in found.items()
                if code and of[rate].under
            },
            one.least,
            better=one.better or "more",
        )
        if not ranked:
            return []
        figure = self.title(rate)
        shown = ranked[:_GROUPS]
        whole = self.value(rate)
        chart = Chart(
            column, Form.LEAGUE, f"{figure} – {title}", "", "share",
            [names.get(r.name, r.name) for r in shown],
            (Series(figure, [r.value for r in shown], [r.low for r in shown], [r.high for r in shown]),),
            grey=[r.small for r in shown],
            across=(_("All together"), whole) if whole is not None else None,
            target=target(one, column),
        )  # fmt: skip
        rows = [
            [
                names.get(r.name, r.name),
                "–" if r.value is None else said(r.value, "share", language()),
                f"{said(r.low, 'share', language())} – {said(r.high, 'share', language())}" if r.low is not None and r.high is not None else "–",
                said(r.under, "count", language()),
                place_words(r),
            ]
            for r in shown
        ]  # fmt: skip
        return [
            self.drawing(chart),
            table([title, figure, _("95% interval"), _("of how many"), _("Place in the order")], rows, small=True),
        ]  # fmt: skip

    def categories(self) -> list[Block]:
        """What came in by category, with both changes."""
        before, year = self.window.before(), self.window.year_before()
        found = self.by(self.known("cases_opened"), "category", self.window, before, year)
        known = set_up()

        def count(when: Window, code: str) -> float:
            one = found[when].get(code)
            return (one["cases_opened"].value or 0.0) if one else 0.0

        codes = sorted(found[self.window], key=lambda c: (-count(self.window, c), c))
        codes = [code for code in codes if count(self.window, code)]
        total = sum(count(self.window, code) for code in codes)
        rows = []
        for code in codes[:_CATEGORIES]:
            now = count(self.window, code)
            facts = known.categories[known.codes[code]] if code in known.codes else None
            rows.append(
                [
                    named(facts.name, facts.name_en) if facts else code,
                    said(now, "count", language()),
                    said(now / total, "share", language()),
                    changed(now, count(before, code)),
                    changed(now, count(year, code)),
                ]
            )
        heads = [_("Category"), _("Cases"), _("Share"), _("Month on month"), _("Year on year")]
        note = _("Changes are told where at least {least} cases came in before.").format(
            least=LEAST
        )
        return [heading(_("What came in, by category"), page=True), table(heads, rows), words(note)]

    def stages(self) -> list[Block]:
        """Where cases stood longest."""
        names = self.known(*STAGES)
        if len(names) < len(STAGES):
            return []
        titles = {name: text.in_language(language()) for name, text in stages_of(set_up()).items()}
        found = self.by(names, "from_stage")[self.window]
        rows = sorted(
            (
                (one["stage_p90"].value or 0.0, titles.get(stage, stage), one)
                for stage, one in found.items()
                if stage in titles and one["stage_passed"].value
            ),
            key=lambda row: (-row[0], row[1]),
        )
        if not rows:
            return [
                heading(_("The slowest stages")),
                words(_("No case passed a stage here in this month.")),
            ]
        for name in names:
            self.used[name] = None
        return [
            heading(_("The slowest stages")),
            table(
                [_("Stage"), _("Passages"), _("Half took no longer than"), _("Nine of ten took no longer than")],
                [[title, *(worth(one[n], self.book.indicators[n]) for n in names)] for _p90, title, one in rows],
            ),
        ]  # fmt: skip

    def methods(self) -> list[Block]:
        """How each figure is made, in words, with the version of the definitions."""
        rows = []
        for name in self.used:
            one = self.book.indicators[name]
            title, source = one.title(language()), one.source_in(language())
            rows.append([f"{title}\n{source}" if source else title, made_words(self.book, one)])
        return [
            heading(_("How these figures are made")),
            words(
                _("Definitions: version {version} of this site's book of figures. Each has a page on the desk with its conditions and the cases behind it. Disputes and urgent help are in no figure but their own.").format(version=self.version)
            ),
            words(
                _("Intervals of shares are Wilson's at 95 % (1927). The band of what is usual runs from the 10th to the 90th percentile of the same months, and their neighbours, of three years before; it is left out where there are fewer than six of them. Medians and percentiles are exact.")
            ),
            words(_("Found wrong? Each figure can be contested at the centre, and each person's own mark by that person.")),
            table([_("Figure"), _("How it is made")], rows, small=True, sentences=True),
        ]  # fmt: skip
