"""How an obligation stands, in shape and word, alike for the sides and for the office."""

from collections.abc import Mapping

from commonward.core.refusals import N_

STATES: Mapping[str, str] = {
    "done": N_("carried out and confirmed"),
    "claimed": N_("said to be carried out, not confirmed yet"),
    "late": N_("late"),
    "soon": N_("due soon"),
    "open": N_("not due yet"),
}
SHAPES: Mapping[str, str] = {"done": "✓", "claimed": "◐", "late": "■", "soon": "▲", "open": "○"}
