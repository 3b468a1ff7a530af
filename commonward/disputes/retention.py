"""What this room keeps that may say something about a person, why, and how it ends (保存期限)."""

from collections.abc import Mapping

from commonward.core.retention import Kept

_CLOSED = "From the closing of the dispute for the years its procedure names (keep_years)."
_KEY = "The case's key is destroyed (forget), which shreds it in backups too."

KEPT: tuple[Kept, ...] = (
    Kept(
        model="disputes.Dispute",
        fields=("words", "neutral", "place"),
        what="What it is about, in the applicant's words and in neutral ones, and where; sealed.",
        why="The mediator must know it, and the other side what is asked.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Party",
        fields=("details",),
        what="Name, telephone and what the official papers ask of a party, sealed.",
        why="To invite and answer this side of this one dispute, and to write its papers.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Party",
        fields=("pass_digest", "code_digest"),
        what="Hashes of the secret link and the code that open a party's page.",
        why="A party follows and answers without an account.",
        how_long=_CLOSED,
        destroyed_by="Emptied when a new pass is given or the person leaves; deleted (forget).",
    ),
    Kept(
        model="disputes.GradeWord",
        fields=("words",),
        what="Why a party objects to the grade, or why somebody graded again; sealed.",
        why="A grade can be contested, and whoever changes it says why.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
)

IMPERSONAL: Mapping[str, tuple[str, ...]] = {
    # Facts are yes, no or numbers about the dispute; the cell is about 50 m wide.
    "Dispute": (
        "kind",
        "source",
        "track",
        "level",
        "facts",
        "grade_why",
        "place_cell",
        "result",
    ),
    "Side": ("letter", "answer", "told", "language"),
    "Party": ("part",),
    # Questions, offices and laws: an administrator's text for everybody.
    "ExplorerVersion": ("text", "digest"),
    "GradeWord": ("kind", "before", "after"),
    "RuleVersion": ("kind", "text", "digest"),
    # Names of rules, moments and reasons such as "appraisal"; nobody's words.
    "DisputeClock": (
        "rule",
        "track",
        "table",
        "citation",
        "binds",
        "events",
        "pauses",
        "more",
        "fault",
    ),
}
