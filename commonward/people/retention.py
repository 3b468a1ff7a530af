"""What this room keeps about members of staff, why, and how long (保存期限). No resident is here."""

from collections.abc import Mapping

from commonward.core.retention import Kept

KEPT: tuple[Kept, ...] = (
    Kept(
        model="people.Account",
        fields=("login", "name", "language"),
        what="The log-in, name and language of a member of staff.",
        why="Each entry in a case's log says who acted, and each may log in as themselves only.",
        how_long="As long as a case's log names the account; nobody acts with it once they leave.",
        destroyed_by="An administrator replaces the name (`rename`); the log-in stays closed.",
    ),
    Kept(
        model="people.Account",
        fields=("password",),
        what="The salted hash of a member of staff's password.",
        why="To log in.",
        how_long="Until it is changed.",
        destroyed_by="Overwritten by the next password.",
    ),
    Kept(
        model="people.Team",
        fields=("contact",),
        what="How a team is reached; for a grid this may be its worker's published telephone.",
        why="Residents and other teams must be able to reach whoever answers.",
        how_long="While the team works.",
        destroyed_by="Overwritten by the next contact, or emptied.",
    ),
    Kept(
        model="people.AccessRecord",
        fields=("case_number", "what", "door"),
        what="Which account or key looked into which case's file, and through which door.",
        why="Whoever the file is about, and an inspection, can learn who saw it.",
        how_long="As long as the case it is about.",
        destroyed_by="Deleted with the file (`end_access_log`) by the system's own work.",
    ),
    Kept(
        model="people.DirectoryAccount",
        fields=("external", "department"),
        what="The id and the department that the office's directory has for a member of staff.",
        why="Who moves or leaves there loses here what the old place gave, at once.",
        how_long="Until the directory deletes the account there.",
        destroyed_by="Emptied by that deletion (`leave_from_directory`).",
    ),
    Kept(
        model="people.SignedIn",
        fields=("session_data", "browser"),
        what="Where a member of staff is signed in: kind of browser, since when, last use.",
        why="They see and end their own sessions; no network address and no place is in it.",
        how_long="Until the session ends, at most its whole time (usually twelve hours).",
        destroyed_by="Deleted at signing out, at its end, and by the nightly `forget`.",
    ),
    Kept(
        model="people.SignIn",
        fields=("way", "browser"),
        what="How a member of staff signed in lately, and hours with wrong tries.",
        why="The holder of the account alone sees whether somebody else came in.",
        how_long="90 days.",
        destroyed_by="The nightly `forget` (`forget_signing`) deletes the row.",
    ),
    Kept(
        model="people.Notice",
        fields=("kind", "about"),
        what="What an account must learn: a new start, ended sessions, rights for an emergency.",
        why="Nobody takes over an account, or takes a right, without somebody else learning of it.",
        how_long="90 days.",
        destroyed_by="The nightly `forget` (`forget_signing`) deletes the row.",
    ),
    Kept(
        model="people.BreakGlass",
        fields=("reason", "case_number"),
        what="Why a right for an emergency was asked for, and which case it was about.",
        why="Whoever inspects sees what the exception was for.",
        how_long="Two years; that it was given stays in the record of changes.",
        destroyed_by="The nightly `forget` (`forget_break_glass`) empties it.",
    ),
    Kept(
        model="people.Qualification",
        fields=("code",),
        what="Which course a member of staff has done, and until when it counts; no mark or grade.",
        why="Some work is given only to who has learnt it, where the site has switched that on.",
        how_long="Two years after its last day; at once when the account is deactivated.",
        destroyed_by="The nightly `forget` (`forget_learning`) deletes the row.",
    ),
)

IMPERSONAL: Mapping[str, tuple[str, ...]] = {
    "Team": ("code", "name", "name_en", "kind"),
    "Grant": ("role", "area_code", "categories", "verbs"),
    "ApiKey": ("name", "digest", "rights"),
    "Revision": ("name",),
    # A drawn number and a keyed hash of login and network, deleted after a day.
    "SignedIn": ("session_key",),
    "WrongTries": ("digest",),
    "BreakGlass": ("role", "area_code", "category"),
    "Review": ("role",),
    # Words of a list; the month is emptied when the review is closed.
    "ReviewLine": ("used", "reason"),
    "DirectoryGroup": ("name", "external"),
    "DirectoryGiving": ("department", "role", "area_code"),
    "Requirement": ("code", "title", "title_en", "work", "kind"),
    # Logins of staff, codes of teams and words of the grants; never a password or a secret.
    "Change": ("verb", "about", "data"),
    # Drawn numbers of requests beside numbers of rows, deleted after a week.
    "Cause": ("about", "trace"),
}
