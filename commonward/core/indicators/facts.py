"""The tables that figures are computed from, and what each of their columns means (指标数据项).

One row is one thing that can be counted: a case, a report, an act, a limit, a dispute. Rows carry
no words and no person's name; `account` is the member of staff who acted, and only that member
reads figures by it. A moment is UTC; None where it has not come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from commonward.core.refusals import N_


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    YES_NO = "yes_no"
    WHOLE = "whole"
    SECONDS = "seconds"
    REAL = "real"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `optional` ones may be unknown (None). A comparison with unknown is false.

    By a `private` one nothing is sorted out but for the person it names: no condition reads it.
    """

    name: str
    kind: Kind
    about: str
    optional: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """One table: a row per `one`, found again by `key`, its columns in order.

    `moments` are the columns that can place a row in a window. `sorted_by` opens and `partition`
    (a moment that is never unknown) divides what an engine keeps.
    """

    name: str
    one: str
    key: str
    partition: str
    columns: Mapping[str, Column]

    @property
    def moments(self) -> tuple[str, ...]:
        """The columns that can place a row in a window."""
        return tuple(c.name for c in self.columns.values() if c.kind is Kind.MOMENT)


def _columns(*given: Column) -> Mapping[str, Column]:
    return {one.name: one for one in given}


_T, _Y, _W, _S, _R, _M = Kind.TEXT, Kind.YES_NO, Kind.WHOLE, Kind.SECONDS, Kind.REAL, Kind.MOMENT

LEVELS = ("district", "street", "community", "grid")
"""Levels of the tree of areas that figures are grouped by; each is a column with the code there."""

_FILED = (
    Column("case", _W, N_("the case it belongs to")),
    Column("procedure", _T, N_("the procedure the case follows")),
    Column("category", _T, N_("the category's code")),
    Column("part", _T, N_("the big class (大类) the category belongs to")),
    Column("grade", _T, N_("how urgent the stated facts are")),
    Column("origin", _T, N_("who found it: the public, a grid worker, an inspection, a call")),
    Column("outcome", _T, N_("how the case ended, empty while it is open")),
    Column("area", _T, N_("the smallest area it was filed under")),
    Column("path", _T, N_("the areas from the root to there, /…/…/")),
    *(Column(level, _T, N_("the area of this level, empty where none is")) for level in LEVELS),
    Column("department", _T, N_("the team that handles it or handled it last, by its code")),
)
"""How the case is filed now: the same columns in every table that belongs to cases."""

PUBLIC = Column("public", _Y, N_("everybody may see it"))
"""Whether a row may be told of in public: of a case, that anybody finds it in the public list."""

CASES = Facts(
    name="cases",
    one=N_("case"),
    key="case",
    partition="opened_at",
    columns=_columns(
        *_FILED,
        Column("number", _T, N_("the case's number")),
        Column("stage", _T, N_("the stage it stands in")),
        Column("channel", _T, N_("the way its first report came")),
        Column("opened_at", _M, N_("when it was opened")),
        Column("filed_at", _M, N_("when it was filed (立案)"), optional=True),
        Column("dispatched_at", _M, N_("when it was first dispatched (派遣)"), optional=True),
        Column("answered_at", _M, N_("when a reporter was first answered"), optional=True),
        Column("handled_at", _M, N_("when handling was last finished"), optional=True),
        Column("closed_at", _M, N_("when it was closed"), optional=True),
        Column("due_at", _M, N_("when its total limit ends or ended"), optional=True),
        Column("next_due_at", _M, N_("when the nearest of its running limits ends"), optional=True),
        Column(
            "reckoned_at",
            _M,
            N_("when it is reckoned in the closing rate: closed or due, whichever came first"),
            optional=True,
        ),
        Column("open", _Y, N_("it is open")),
        Column("limited", _Y, N_("a total limit was stated for it")),
        Column("met", _Y, N_("its total limit was kept"), optional=True),
        Column("suspended", _Y, N_("it is suspended (挂账) now")),
        Column("counted", _Y, N_("its overtime mark stands; no when an appeal was granted")),
        Column("appealed", _Y, N_("an overtime mark was appealed")),
        PUBLIC,
        Column("on_the_spot", _Y, N_("the finder fixed it on the spot (自行处置)")),
        Column("first_contact", _Y, N_("it ended with the first contact, sent to nobody")),
        Column("forced", _Y, N_("it was closed by force (强制结案)")),
        Column("reopened", _W, N_("times it was reopened")),
        Column("returned", _W, N_("times a department handed it back (回退)")),
        Column("misdispatched", _W, N_("times it was dispatched wrongly")),
        Column("dispatched", _W, N_("times it was dispatched")),
        Column("reworked", _W, N_("times the check sent it back (返工)")),
        Column("handled", _W, N_("times handling was finished")),
        Column("extended", _W, N_("extensions granted (延期)")),
        Column("supervised", _W, N_("supervision orders (督办)")),
        Column("reports", _W, N_("reports that belong to it")),
        Column("took", _S, N_("seconds from opening to closing"), optional=True),
        Column("first_answer", _S, N_("seconds from opening to the first answer"), optional=True),
        Column("lat", _R, N_("latitude, WGS-84"), optional=True),
        Column("lon", _R, N_("longitude, WGS-84"), optional=True),
    ),
)

REPORTS = Facts(
    name="reports",
    one=N_("report"),
    key="report",
    partition="received_at",
    columns=_columns(
        *_FILED,
        Column("report", _W, N_("the report")),
        Column("channel", _T, N_("the way it came")),
        Column("first", _Y, N_("it opened the case")),
        Column("received_at", _M, N_("when it came")),
        Column("answered_at", _M, N_("when its reporter was answered"), optional=True),
        Column("called_back_at", _M, N_("when its reporter was called back (回访)"), optional=True),
        Column("reached", _Y, N_("the reporter was reached"), optional=True),
        Column("solved", _Y, N_("the reporter calls it solved"), optional=True),
        Column("satisfied", _W, N_("the reporter's mark, 1 to 5"), optional=True),
        PUBLIC,
    ),
)

ACTS = Facts(
    name="acts",
    one=N_("act"),
    key="event",
    partition="at",
    columns=_columns(
        *_FILED,
        Column("event", _W, N_("the event")),
        Column("at", _M, N_("when it happened")),
        Column("verb", _T, N_("the step that was taken")),
        Column("from_stage", _T, N_("the stage it was done in")),
        Column("to_stage", _T, N_("the stage it led to")),
        Column("role", _T, N_("the post of who did it")),
        Column("team", _T, N_("the team it was about, by its code")),
        Column("account", _W, N_("who of the staff did it"), optional=True, private=True),
        Column("spent", _S, N_("seconds the case had stood in that stage"), optional=True),
        Column("task", _Y, N_("it was done on a task, not on the case itself")),
        Column("in_time", _Y, N_("the limit of that stage was kept"), optional=True),
        Column("right", _Y, N_("nothing took it back later: no void, no wrong dispatch")),
        Column("counted", _Y, N_("its case's overtime mark stands")),
        PUBLIC,
    ),
)

LIMITS = Facts(
    name="limits",
    one=N_("limit"),
    key="limit",
    partition="started_at",
    columns=_columns(
        *_FILED,
        Column("limit", _W, N_("the limit")),
        Column("kind", _T, N_("what it runs on: the whole case, a stage, a task")),
        Column("stage", _T, N_("the stage, empty for the whole case")),
        Column("started_at", _M, N_("when it began")),
        Column("due_at", _M, N_("when it ends or ended"), optional=True),
        Column("stopped_at", _M, N_("when it was stopped"), optional=True),
        Column("reckoned_at", _M, N_("stopped or due, whichever came first"), optional=True),
        Column("stopped", _Y, N_("it was stopped")),
        Column("met", _Y, N_("it was kept"), optional=True),
        Column("suspended", _Y, N_("its case is suspended now")),
        Column("counted", _Y, N_("its case's overtime mark stands")),
        PUBLIC,
    ),
)

DISPUTES = Facts(
    name="disputes",
    one=N_("dispute"),
    key="dispute",
    partition="registered_at",
    columns=_columns(
        Column("dispute", _W, N_("the dispute")),
        Column("kind", _T, N_("what it is about")),
        Column("source", _T, N_("how it came")),
        Column("outcome", _T, N_("how it ended, “open” until then")),
        Column("district", _T, N_("the district")),
        Column("street", _T, N_("the street or town")),
        Column("registered_at", _M, N_("when it was registered")),
        Column("ended_at", _M, N_("when it ended"), optional=True),
        Column("talked", _Y, N_("talks began")),
        Column("confirmed", _Y, N_("every side said that it was performed")),
        Column("took", _S, N_("seconds from registering to the end"), optional=True),
    ),
)

TABLES: Mapping[str, Facts] = {t.name: t for t in (CASES, REPORTS, ACTS, LIMITS, DISPUTES)}
