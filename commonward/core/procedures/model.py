"""What a procedure is: immutable tables, read from a file and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from commonward.core.calendars import Limit

STAY = "="
"""A verb's `to`: the case stays in its stage."""
BACK = "<"
"""A verb's `to`: the case goes back to the stage it was suspended in."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the two languages of the product."""

    en: str
    zh: str

    def in_language(self, code: str) -> str:
        """The text for a language code; anything Chinese gets Chinese, the rest English."""
        return self.zh if code.lower().startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage (阶段) of the loop.

    `phase` is the step of GB/T 30428 that it belongs to. `team` says who holds the case here:
    "route" (the answering rules decide), "chosen" (the verb that enters names it, else who handled
    it before, else the rules), "anew" (as chosen, but never who handled it before: another level),
    "handling" (the team that handles the case), "keep" (whoever had it). Either `limit` or
    `no_limit_because` with `review_every` is given. `pauses` stops the total clock.
    """

    name: str
    title: Text
    phase: str
    team: str = "keep"
    duty: str = ""
    limit: Limit | None = None
    limit_by: str = ""
    """ "standard": the limit of the filing condition, else `limit`; "until": the date asked for."""
    no_limit_because: str = ""
    review_every: Limit | None = None
    pauses: bool = False
    closed: bool = False
    ends: bool = False
    plain: Text = field(default_factory=lambda: Text("", ""))

    @property
    def routed(self) -> bool:
        """Whether the answering rules may decide who has the case here."""
        return self.team in ("route", "chosen", "anew")


@dataclass(frozen=True, slots=True)
class Verb:
    """A transition (流转): from which stages, to which, by whom, and what must be filled.

    `at_most` bounds how often per case (`counter` may be shared by several verbs) and `then`
    names the verb that remains when it is used up. `apart_from` are verbs whose doers, and their
    team-mates, may not do this one. `waits` is true where open tasks and children must have ended.
    """

    name: str
    title: Text
    from_: frozenset[str]
    to: str
    who: tuple[str, ...]
    needs: tuple[str, ...] = ()
    own_team: bool = False
    apart_from: tuple[str, ...] = ()
    at_most: int | None = None
    counter: str = ""
    then: str = ""
    waits: bool = False
    within: str = ""
    unless: str = ""
    """A counter: the verb is gone once that counter is above nought."""
    outcome: str = ""
    approval: bool = False
    """Only a granted approval (`cases.actions.decide`) takes this step."""
    public: bool = False
    """The reason given is shown to the public (after the check for private details)."""

    @property
    def counts(self) -> str:
        """Under which name doing this is counted."""
        return self.counter or self.name


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder (逐级提醒): when this share of a limit is used, who learns.

    `measure` is one of the supervision measures (催办 reminder, 督办 order, 挂牌 listed,
    约谈 interview, 通报 notice), or empty for a plain warning.
    """

    share: float
    tells: tuple[str, ...]
    measure: str = ""


@dataclass(frozen=True)
class Procedure:
    """A whole procedure; `about` says whether its subject is a case or a task."""

    name: str
    about: str
    title: Text
    start: str
    grades: tuple[str, ...]
    stages: Mapping[str, Stage]
    verbs: Mapping[str, Verb]
    ladder: tuple[Rung, ...]
    limits: tuple[tuple[str, str, str, Limit], ...] = ()
    """Overrides: (stage, grade or "", category prefix or "", limit); the most specific wins."""
    total: Limit | None = None
    no_total_because: str = ""
    blocks: bool = True
    """Tasks: whether the case waits for it before closing."""
    reopen_days: int = 0
    extensions: int = 0
    extension_levels: tuple[str, ...] = ()
    suspension_levels: tuple[str, ...] = ()
    suspension_days: int = 0
    appeal_levels: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    """What a closing may say about the problem itself: closed is not the same as solved."""
    keep_years: int = 5
    room: str = ""
    """The room whose verbs alone move such a case, because they keep more than the case knows."""

    def limit_for(
        self, stage: str, grade: str, category: str, standard: Limit | None
    ) -> Limit | None:
        """The limit of a stage: the filing condition's where the stage says so, else the most
        specific override (category before grade), else the stage's own; None where it has none."""
        st = self.stages[stage]
        if st.limit_by == "standard" and standard is not None:
            return standard
        best: tuple[int, int] = (-1, -1)
        found = st.limit
        for where, for_grade, prefix, limit in self.limits:
            if where != stage or (for_grade and for_grade != grade):
                continue
            if prefix and not category.startswith(prefix):
                continue
            rank = (len(prefix), 1 if for_grade else 0)
            if rank > best:
                best, found = rank, limit
        return found

    @cached_property
    def by_stage(self) -> Mapping[str, tuple[Verb, ...]]:
        """The verbs that each stage offers, in the file's order."""
        return {
            name: tuple(v for v in self.verbs.values() if name in v.from_) for name in self.stages
        }

    @cached_property
    def open_stages(self) -> tuple[str, ...]:
        """The stages in which the case is still being worked on."""
        return tuple(s.name for s in self.stages.values() if not s.ends)
