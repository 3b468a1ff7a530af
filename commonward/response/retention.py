"""What this room keeps that may say something about a person, why, and how it ends (保存期限)."""

from collections.abc import Mapping

from commonward.core.retention import Kept, Wrapped

_CLOSED = "From the closing of the incident for the years its procedure names (keep_years)."
_KEY = (
    "The case's key is destroyed (forget), the row is emptied; older backups open with the master "
    "key alone."
)

KEPT: tuple[Kept, ...] = (
    Kept(
        model="response.Call",
        fields=("words", "callback", "key"),
        what="What a caller said and the number to call back, sealed; the key of the sending.",
        why="Those who go there must know what is happening, and may have to ask again.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="response.Incident",
        fields=("place", "note"),
        what="Where it was in words, and what was done there; sealed.",
        why="Units must find it, and the centre learns from what was done.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="response.CentreHandOver",
        fields=("package",),
        what="What another centre must know of an incident handed to it; sealed.",
        why="It takes over without asking the caller again.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="response.PaymentStop",
        fields=("facts", "key", "receipt"),
        what="Amounts, banks, numbers of accounts and what happened, sealed; the sending's key, and "
        "the hash of the secret that opens the teller's own page.",
        why="The banks must know which payment to stop, and the teller what became of it.",
        how_long="Until it is closed; the hash as long as the case's own row, it opens no words.",
        destroyed_by="Emptied at the closing, with which the case's key is destroyed.",
    ),
    Kept(
        model="response.BankRequest",
        fields=("words",),
        what="A bank's reason, its reference, and which desk there said it by phone; sealed.",
        why="Whoever was deceived must be told why, and the bank must find it again.",
        how_long="Until the payment stop is closed.",
        destroyed_by="Emptied at the closing, with which the case's key is destroyed.",
    ),
    Kept(
        model="response.Support",
        fields=("facts",),
        what="The number to call for help afterwards, and when it suits; sealed.",
        why="Whoever agreed to it is called back after 7 and after 30 days.",
        how_long="Until the support case is closed, and the night after it.",
        destroyed_by=_KEY,
    ),
    Kept(
        model="response.SupportNote",
        fields=("words",),
        what="What was said at a step of the support; sealed.",
        why="The next call should not ask everything again.",
        how_long="Until the support case is closed, and the night after it.",
        destroyed_by=_KEY,
    ),
    Kept(
        model="response.PlanData",
        fields=("given", "answer"),
        what="What a planner was given (places, counts, seats of rosters) and what it answered.",
        why="A plan is looked at, compared with others, and carried out.",
        how_long="A year from the asking; plans of rosters three months.",
        destroyed_by="The nightly `forget` deletes the plan with its data.",
    ),
    Kept(
        model="response.Roster",
        fields=("given", "rows"),
        what="Seats of teams with their skills, wishes and days away; who sits there is not known.",
        why="When a seat falls out, the roster is mended by the same rules and wishes.",
        how_long="Three months from its publishing, or until its last day if that is later.",
        destroyed_by="The nightly `forget` deletes the roster with its shifts and changes.",
    ),
    Kept(
        model="response.Duty",
        fields=("note", "note_key", "defects"),
        what="What one shift of a unit tells the next, and what of its gear it found missing or "
        "broken; sealed with a key of its own.",
        why="The next shift and who coordinates must know what is going on and what is missing.",
        how_long="Thirty days from the end of the shift.",
        destroyed_by="Note and key are emptied by the nightly `forget`.",
    ),
)

IMPERSONAL: Mapping[str, tuple[str, ...]] = {
    "Unit": (
        "code", "radio_name", "radio_name_en", "agency", "kind", "skills", "station", "vehicles",
        "gear", "areas", "area",
    ),
    "Roster": ("code", "title", "area", "state"),
    "RosterShift": ("team", "kind", "area"),
    "RosterAbsence": ("team", "proposals", "state"),
    "Duty": ("off_why", "radio_name"),
    "CardsVersion": ("text", "digest"),
    "RulesVersion": ("data",),
    "MoveUp": ("station", "over_why"),
    "Incident": ("kind", "cards", "answers", "reasons", "needs", "source"),
    "Call": ("source",),
    "Suggestion": ("method", "version", "data"),
    "Order": ("key",),
    "Assignment": ("step", "freed_why"),
    "Link": ("number",),
    "CentreHandOver": ("number", "direction", "state", "reference"),
    "PaymentStop": ("answer",),
    # An office's computer and its duty desk's number, and a secret that opens nothing here.
    "BankEnd": ("address", "secret", "hotline", "trial_said"),
    "BankRequest": ("key", "sides", "answer", "way", "fault"),
    "Support": ("consent", "offered"),
    "SupportNote": ("verb",),
    "GridDesign": ("state", "grids", "moves", "told"),
    "Plan": ("code", "kind", "title", "area", "asked", "state", "step", "course", "refusal"),
    "StationPlan": ("code", "plan", "title", "area", "posts", "before", "state", "applied"),
}  # fmt: skip
"""What cannot say anything about a person: codes, words for equipment, answers of yes, no or a
number, ids of units, and moments. Positions are of units; they end by a number of days."""

WRAPPED: tuple[Wrapped, ...] = (
    Wrapped("response.BankEnd", "secret", "bank end {pk}"),
    Wrapped("response.Duty", "note_key", "shift {pk}"),
)
"""Keys that a master key wraps: all of them follow a new one."""
