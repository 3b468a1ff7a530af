"""Time limits of law (法定期限): by when somebody must act, where that stands, and in what track.

A limit of an office's own work is a `clocks.Clock`. A term is another thing: so many hours, days,
working days, months or years from an event, counted as the law counts (Civil Code, articles
200 to 204; Civil Procedure Law, article 85): the hour or the day of the event is left out, a term
in months ends on the day of the same number or on the last one of a shorter month, it ends at
midnight of its last day, and where the law says so, a last day that is no working day moves to
the next working day.

The rules are data (rules.toml): each names its law and article, the track and the place in which
it holds. A site writes its own over them. A rule that is unknown in a track, and working days in
a year without a table of holidays, are refused in words: no date is better than a wrong one.
"""

from commonward.core.terms.counting import Longer, Pause, TermDue, due
from commonward.core.terms.rule import (
    Rules,
    TermRule,
    TermUnit,
    read_rules,
    shipped_rules,
    shipped_text,
)

__all__ = [
    "Longer",
    "Pause",
    "Rules",
    "TermDue",
    "TermRule",
    "TermUnit",
    "due",
    "read_rules",
    "shipped_rules",
    "shipped_text",
]
