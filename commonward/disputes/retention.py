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
    Kept(
        model="disputes.Agreement",
        fields=("terms",),
        what="The clauses of an agreement and the facts they stand on, sealed; sides by letter.",
        why="The sides must know what they signed, and the committee supervises its performance.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Signature",
        fields=("words",),
        what="What a side does not agree with in a proposed text, sealed.",
        why="The mediator drafts again from it.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Bid",
        fields=("kept", "opened"),
        what="A bid under a key that only a browser of its side has; its opening, sealed.",
        why="Another device of that side can open it; both openings are compared.",
        how_long="Until the round ends.",
        destroyed_by="Emptied when the round ends; no amount is kept that did not cross.",
    ),
    Kept(
        model="disputes.BidRound",
        fields=("sum",),
        what="The sum on which two bids met, sealed.",
        why="The mediator drafts the agreement from it.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Division",
        fields=("things",),
        what="Names of the things that two sides divide, sealed.",
        why="Both sides give points to them.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Points",
        fields=("points",),
        what="A side's points over those things, sealed.",
        why="The division is reckoned and proved from them.",
        how_long=_CLOSED + " At once when the division is withdrawn.",
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Paper",
        fields=("name", "sealed"),
        what="Scans that were handed in: signed papers, proofs of identity, evidence; sealed.",
        why="The law wants them in the file, and the signed paper is what binds.",
        how_long="As its kind of paper in the table of keeping says, at most as long as the case.",
        destroyed_by="Emptied on its day, or with the case's key, which shreds it in backups too.",
    ),
    Kept(
        model="disputes.Appointment",
        fields=("disclosure",),
        what="What the mediator disclosed about their independence, and signed; sealed.",
        why="Both sides may know it before and during the talks, and may object.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Objection",
        fields=("words", "answer"),
        what="Why a side objects to the mediator, and what was decided; sealed.",
        why="An objection is decided with reasons.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Session",
        fields=("details", "record"),
        what="Where a session is held, who interprets, and its record in seven parts; sealed.",
        why="The sides must find the session, and the record is one of the official papers.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.CaucusKey",
        fields=("wrapped", "parcel"),
        what="A side's own key under a passphrase that only the mediator knows.",
        why="What is told to the mediator alone stays with the mediator alone.",
        how_long=_CLOSED,
        destroyed_by="Useless once the notes cannot be read: those are sealed with the case's key.",
    ),
    Kept(
        model="disputes.CaucusNote",
        fields=("sealed",),
        what="The mediator's note of a talk with one side alone, sealed twice.",
        why="The mediator remembers what each side can accept.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.WordsMark",
        fields=("sealed",),
        what="Marks by which a copy of a dispute's words is found; sealed.",
        why="Cases that were invented at a desk are found and read again.",
        how_long=_CLOSED,
        destroyed_by=_KEY,
    ),
    Kept(
        model="disputes.Review",
        fields=("words",),
        what="What was found when a case that looked invented was read again; sealed.",
        why="Whoever lists a case owes a finding with a reason.",
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
    # Digests are salted with what is sealed; findings count rules; marks say nothing without a
    # secret that the house never has.
    "Agreement": ("state", "digest", "findings", "rules"),
    "Signature": ("says", "way", "digest"),
    "BidKey": ("public",),
    "BidRound": ("way", "payer", "taker", "state"),
    "Bid": ("commitment", "marks"),
    "Division": ("first", "second"),
    # A post's languages, hours and trainings: work, as the committee publishes it.
    "Mediator": (
        "languages",
        "subjects",
        "hours",
        "gender",
        "public",
        "locked",
        "feed_digest",
    ),
    "Training": ("title",),
    # Numbers of mediators, kilometres, and how many each rule left out.
    "Proposal": ("three", "filtered", "reason", "gender"),
    "Appointment": ("chosen_by", "end"),
    "Venue": ("name", "name_en", "address"),
    "Session": ("language", "state", "present"),
    "Review": ("signs", "finding"),
    "Side": ("letter", "answer", "told", "language"),
    "Party": ("part",),
    "Paper": ("form", "entry", "kind", "shown", "language", "rule_version", "sha256"),
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
