"""What this room keeps that may say something about a person, why, and how it ends (保存期限)."""

from collections.abc import Mapping

from commonward.core.retention import Kept

_CLOSED = "From the closing of the case for the years its procedure names (keep_years)."

KEPT: tuple[Kept, ...] = (
    Kept(
        model="cases.Report",
        fields=("contact",),
        what="Name, telephone, e-mail or device a reporter chose to give, sealed.",
        why="To answer that reporter about that case, and for nothing else.",
        how_long=_CLOSED,
        destroyed_by="The case's key is destroyed (forget), which shreds it in backups too.",
    ),
    Kept(
        model="cases.CaseKey",
        fields=("wrapped",),
        what="The case's own key, wrapped by the site's master key.",
        why="It opens the sealed details of this one case.",
        how_long=_CLOSED,
        destroyed_by="Overwritten with nothing (forget).",
    ),
    Kept(
        model="cases.Report",
        fields=("words", "answers", "address", "media_url", "token", "idempotency", "content_mark"),
        what="What a reporter wrote, which may name people although nobody asked for it.",
        why="It is the problem that the office must solve.",
        how_long=_CLOSED,
        destroyed_by="Blanked (forget), and out of the full-text index; category, area and times "
        "stay for the figures.",
    ),
    Kept(
        model="cases.Case",
        fields=("summary", "address"),
        what="The first words of the report and where it is.",
        why="To tell cases apart in a list.",
        how_long=_CLOSED,
        destroyed_by="Blanked (forget).",
    ),
    Kept(
        model="cases.Remark",
        fields=("words",),
        what="Reasons, results and answers written by staff or reporters.",
        why="Whoever takes the case next, and the reporter, must know why.",
        how_long=_CLOSED,
        destroyed_by="Deleted (forget); the event it belongs to stays.",
    ),
    Kept(
        model="cases.Receipt",
        fields=("digest", "code_digest"),
        what="Hashes of the link and of the contact code with which a reporter follows a report.",
        why="Whoever holds the receipt follows the report without an account.",
        how_long=_CLOSED,
        destroyed_by="Deleted (forget); revoked at once when the reporter asks.",
    ),
    Kept(
        model="cases.Photo",
        fields=("name", "digest"),
        what="The name under which a re-encoded picture without metadata is stored.",
        why="To see the problem, and that it was solved.",
        how_long=_CLOSED,
        destroyed_by="File and row deleted (forget).",
    ),
    Kept(
        model="cases.Subscription",
        fields=("address",),
        what="The e-mail address of somebody who asked to hear of one report, sealed.",
        why="To tell them each step of that report, after they confirmed it, and nothing else.",
        how_long="Until they end it; two days where it was never confirmed; else as the report.",
        destroyed_by="Emptied when it ends; deleted, and the case's key destroyed (forget).",
    ),
    Kept(
        model="cases.Allowance",
        fields=("mark",),
        what="A keyed hash of the day and the network address from which something was sent.",
        why="So that one machine cannot fill the offices with reports that nobody wrote.",
        how_long="Until the day is over; the next day's hash is another.",
        destroyed_by="Deleted by the first sending of the next day, and by every `deliver`.",
    ),
    Kept(
        model="cases.Sent",
        fields=("answer",),
        what="What a grid worker's phone was answered: a case's number, or why something failed.",
        why="A phone that lost the answer asks again; nothing is done twice.",
        how_long="30 days.",
        destroyed_by="Deleted (forget).",
    ),
    Kept(
        model="cases.SavedView",
        fields=("name", "query"),
        what="How a member of staff narrowed a list, under a name they chose.",
        why="To open the same list again tomorrow, alone or as a team.",
        how_long="Until its owner or an administrator deletes it.",
        destroyed_by="The row is deleted (delete_view).",
    ),
)

IMPERSONAL: Mapping[str, tuple[str, ...]] = {
    "Case": (
        "number",
        "stage",
        "back_to",
        "grade",
        "origin",
        "area_path",
        "routing",
        "outcome",
        "counters",
        "source",
        "source_ref",
    ),
    "Report": ("number", "channel", "language"),
    "Photo": ("moment",),
    "Task": ("kind", "stage", "counters"),
    "Event": ("verb", "from_stage", "to_stage", "role", "data"),
    "Clock": ("kind", "stage", "calendar", "face", "fault"),
    "Approval": ("kind", "state"),
    "Subscription": ("language", "ended_because"),
    "Delivery": ("state", "fault", "room"),
    # Salted hashes that say nothing; the public keys of the log and of its witnesses.
    "Ledger": ("origin", "place", "pending", "root"),
    "LedgerKey": ("verifier", "private", "note"),
    # An office's program, and a secret that opens nothing here.
    "Hook": ("name", "address", "secret", "verbs", "stages", "area_code", "categories", "place"),
    "Category": (
        "code",
        "name",
        "name_en",
        "about",
        "group",
        "keywords",
        "kind",
        "procedure",
        "questions",
    ),
    "Standard": ("condition", "closing", "limit", "limit_text", "handler", "source"),
    "ImportedFile": ("digest", "name", "source"),
    "ProcedureVersion": ("name", "text", "digest"),
    "Sent": ("key", "mark"),
    "Round": ("name", "points", "days", "plan", "way"),
    "Visit": ("place", "why"),
    "StandardText": ("name", "category", "stage", "language"),
    "StandardTextVersion": ("words",),
    "Answer": ("category", "language"),
    "AnswerVersion": ("question", "keywords", "words", "source"),
}
