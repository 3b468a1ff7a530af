"""The papers of a dispute that a person may open now: drawn ones, handed out ones, scans."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.actions.sealing import unseal_bytes
from commonward.core.papers.binding import Attached, lacking
from commonward.core.papers.filling import Sheet, how_many, sheet
from commonward.core.papers.kinds import Entry, Kind, Words, entries, kinds
from commonward.core.papers.pdf import pdf
from commonward.core.papers.word import word
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.actions.sealing import unseal
from commonward.disputes.models import Dispute, Paper, Side
from commonward.disputes.queries.file_facts import file_of

BOUND = frozenset({"cover", "back"})
"""Drawn with the bound file only."""
BINDS_BOTH = frozenset({"agreement", "confirmation"})
"""Objects that open their paper by themselves; all others need the right to papers as well."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One paper that can be drawn now; `lacking` are labels of cells that are still empty."""

    code: str
    number: str
    title: Words
    which: int
    mark: str
    lacking: Sequence[str]


@dataclass(frozen=True, slots=True)
class Kept:
    """One scan, or one paper that was handed out; `shredded` when its time was over."""

    id: int
    form: str
    entry: str
    title: Words
    name: str
    letter: str
    made_at: datetime
    made_by: str
    pages: int
    sha256: str
    shown: str
    shredded: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """All papers of a dispute for one person."""

    offered: Sequence[Offered]
    handed_out: Sequence[Kept]
    scans: Sequence[Kept]
    may_bind: bool
    lacking: Sequence[str]
    """What must be in the bound file and is not yet; for who may bind it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper's bytes, its digest (SHA-256, hexadecimal), a file name, and the sheet."""

    data: bytes
    sha256: str
    name: str
    sheet: Sheet


def papers_of(dispute: Dispute, actor: Actor, language: str) -> Papers:
    """What this person may open or draw now. The caller has looked the dispute up."""
    rows = list(
        Paper.objects.filter(dispute=dispute, taken_back_at=None)
        .select_related("side", "made_by")
        .defer("sealed")
        .order_by("made_at", "pk")
    )
    gone = set(Paper.objects.filter(dispute=dispute, sealed=None).values_list("pk", flat=True))
    shown = [row for row in rows if row.form == "scan" and _sees_scan(dispute, actor, row)]
    given = [row for row in rows if row.form == "drawn" and _sees_drawn(dispute, actor, row)]
    binds = may_bind(dispute, actor)
    return Papers(
        offered=_offered(dispute, actor, language),
        handed_out=[_kept(dispute, row, False) for row in given],
        scans=[_kept(dispute, row, row.pk in gone) for row in shown],
        may_bind=binds,
        lacking=_lacking(dispute, actor, rows, language) if binds else (),
    )


def drawn(
    dispute: Dispute,
    actor: Actor,
    code: str,
    *,
    which: int = 0,
    language: str = "zh",
    shown: str = "pdf",
    big: bool = False,
) -> Drawn:
    """One paper, drawn now. Raises Missing, Forbidden, and Invalid where a text cannot be set."""
    kind = kinds().get(code)
    if kind is None or code in BOUND or shown not in ("pdf", "word"):
        raise Missing(N_("There is no paper called “{name}”."), name=code)
    if not _sees_kind(dispute, actor, kind, _sides(dispute), which):
        raise Forbidden(N_("This paper is not for your post, or not at this stage."))
    paper = sheet(
        code, file_of(dispute, actor, language, code=code), language, which=which, big=big
    )
    data = pdf(paper) if shown == "pdf" else word(paper)
    end = "pdf" if shown == "pdf" else "docx"
    name = f"{dispute.case.number}-{code}{f'-{which + 1}' if which else ''}.{end}"
    return Drawn(data, hashlib.sha256(data).hexdigest(), name, paper)


def scan(dispute: Dispute, actor: Actor, paper: int) -> tuple[bytes, str]:
    """A scan's pages (PDF) and a file name. Raises Missing where there is none for this person,
    taken back, or its time is over."""
    row = (
        Paper.objects.filter(pk=paper, dispute=dispute, form="scan", taken_back_at=None)
        .select_related("side")
        .first()
    )
    if row is None or not _sees_scan(dispute, actor, row) or row.sealed is None:
        raise Missing(N_("There is no such paper, or none that you may see."))
    data = unseal_bytes(dispute.case, row.sealed, f"paper {row.pk}")
    if not data:
        raise Missing(N_("This paper's time is over: it was destroyed."))
    return data, f"{dispute.case.number}-{row.entry}-{row.pk}.pdf"


def attached_to(dispute: Dispute) -> list[Attached]:
    """All scans as the bound file takes them; for who may bind it."""
    rows = Paper.objects.filter(dispute=dispute, form="scan", taken_back_at=None)
    found = []
    for row in rows.order_by("made_at", "pk"):
        sealed = row.sealed
        data = unseal_bytes(dispute.case, sealed, f"paper {row.pk}") if sealed else b""
        if data:
            name = unseal(dispute, row.name, f"paper name {row.pk}")
            found.append(Attached(row.entry, data, name, row.kind, row.which))
    return found


def may_bind(dispute: Dispute, actor: Actor) -> bool:
    """The bound file holds all that was said with both sides present, and both sides' words."""
    return all(sees(dispute, actor, what) for what in ("papers", "record", "agreement")) and all(
        sees(dispute, actor, what, side=side)
        for side in _sides(dispute)
        for what in ("words", "contacts")
    )


def entry_of(code: str) -> Entry:
    """A line of the index by its code. Raises Missing."""
    found = next((entry for entry in entries() if entry.code == code), None)
    if found is None:
        raise Missing(N_("The index has no line “{name}”."), name=code)
    return found


def sees_entry(dispute: Dispute, actor: Actor, entry: Entry, side: Side | None) -> bool:
    """Whether this person may see (and hand in) scans under a line of the index."""
    return _sees(dispute, actor, entry.shows, side)


def _offered(dispute: Dispute, actor: Actor, language: str) -> list[Offered]:
    sides = _sides(dispute)
    found = []
    files = {
        shows: file_of(dispute, actor, language, code=shows)
        for shows in ("", "agreement", "confirmation")
    }
    for code, kind in kinds().items():
        if code in BOUND:
            continue
        file = files[kind.shows if kind.shows in BINDS_BOTH else ""]
        for which in range(how_many(code, file)):
            if _sees_kind(dispute, actor, kind, sides, which):
                paper = sheet(code, file, language, which=which)
                found.append(
                    Offered(code, kind.number, kind.title, which, paper.which, paper.lacking())
                )
    return found


def _lacking(
    dispute: Dispute, actor: Actor, rows: Sequence[Paper], language: str
) -> tuple[str, ...]:
    file = file_of(dispute, actor, language, code="confirmation")
    return lacking(file, {row.entry for row in rows if row.form == "scan"}, language)


def _sees_kind(
    dispute: Dispute, actor: Actor, kind: Kind, sides: Sequence[Side], which: int
) -> bool:
    side = sides[which] if kind.each == "sides" and which < len(sides) else None
    # A paper addressed to one side is that side's, whatever stands on it.
    others = side is not None and not sees(dispute, actor, "contacts", side=side)
    if others and actor.party is not None:
        return False
    return _sees(dispute, actor, kind.shows, side)


def _sees(dispute: Dispute, actor: Actor, shows: str, side: Side | None) -> bool:
    return sees(dispute, actor, shows, side=side) and (
        shows in BINDS_BOTH or sees(dispute, actor, "papers")
    )


def _sees_scan(dispute: Dispute, actor: Actor, row: Paper) -> bool:
    entry = entry_of(row.entry)
    if actor.party is not None and row.side is None and entry.shows in ("words", "contacts"):
        return False
    return _sees(dispute, actor, entry.shows, row.side)


def _sees_drawn(dispute: Dispute, actor: Actor, row: Paper) -> bool:
    if row.shown == "file":
        return may_bind(dispute, actor)
    kind = kinds().get(row.kind)
    return kind is not None and _sees_kind(dispute, actor, kind, _sides(dispute), row.which)


def _kept(dispute: Dispute, row: Paper, gone: bool) -> Kept:
    title = Words("装订成卷", "Bound file")
    if row.form == "scan":
        title = entry_of(row.entry).title
    elif row.kind in kinds():
        title = kinds()[row.kind].title
    return Kept(
        id=row.pk,
        form=row.form,
        entry=row.entry,
        title=title,
        name=unseal(dispute, row.name, f"paper name {row.pk}"),
        letter=row.side.letter if row.side else "",
        made_at=row.made_at,
        made_by=row.made_by.name if row.made_by else "",
        pages=row.pages,
        sha256=row.sha256,
        shown=row.shown,
        shredded=gone,
    )


def _sides(dispute: Dispute) -> list[Side]:
    return list(Side.objects.filter(dispute=dispute).order_by("letter"))
