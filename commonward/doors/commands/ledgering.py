"""`ledger verify`, `monitor` and `cosign`: what whoever follows a log does, without a database."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from commonward.core.ledger import receipts, watching
from commonward.core.ledger.folder import fetch_from
from commonward.core.ledger.following import Alarm
from commonward.core.ledger.notes import WITNESS, Signer, Verifier
from commonward.core.ledger.tiles import Fetch
from commonward.core.refusals import N_

ALARM, NOT_LOOKED = 1, 2
"""Exit codes: the log was changed; nothing can be said."""
ATTACKS = {
    "unsigned": N_("The log is not signed by its key: another log stands in its place."),
    "rolled_back": N_(
        "The log is shorter than it was: an old backup was put back, or its last rows were removed."
    ),
    "forked": N_(
        "There are two histories: two servers with one key, or rows that were inserted, removed or "
        "re-ordered."
    ),
    "missing": N_("Files of the log are missing: leaves were taken away."),
    "changed": N_(
        "What was in the log before is no longer the same: a row was changed, removed, inserted or "
        "re-ordered."
    ),
    "back_dated": N_(
        "An event came later than it claims: it was written back, or the log stood still meanwhile."
    ),
    "ahead": N_("An event claims to be of the future: a clock is wrong, or was set."),
}


def verify_receipt(file: Path, keys: Sequence[str], log: str) -> list[receipts.Proven]:
    """What a receipt proves. Raises CommandError."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(str(fault), returncode=NOT_LOOKED) from None
    try:
        found = receipts.verify(text, read_keys(keys))
    except receipts.Refuted as fault:
        raise CommandError(
            _("This receipt proves nothing: {why}").format(why=fault), returncode=ALARM
        ) from None
    if log:
        told = json.loads(text)
        fetch = fetched(log)
        try:
            watched = watching.first_look(fetch, read_keys(keys)[0])
            watching.check_same(told["checkpoint"], watched, fetch)
        except Alarm as alarm:
            raise alarmed(alarm) from None
        except OSError as fault:
            raise CommandError(str(fault), returncode=NOT_LOOKED) from None
    return found


def told_of(one: receipts.Proven) -> list[str]:
    """An event of a receipt in lines for a terminal."""
    facts = one.facts
    at, written = (_moment(facts.get(name)) for name in ("at", "written"))
    lines = [
        f"{one.at:%Y-%m-%d %H:%M:%S} UTC  {facts.get('case')}  {facts.get('verb')}"
        f"  {facts.get('from') or '–'} → {facts.get('to') or '–'}  (leaf {one.index})"
    ]
    if at is not None and written is not None and written - at > timedelta(minutes=5):
        lines.append(
            "    " + _("said to be of {at}, written down {late} later").format(
                at=f"{at:%Y-%m-%d %H:%M:%S} UTC", late=str(written - at).partition(".")[0]
            )
        )  # fmt: skip
    if one.entered:
        lines.append("    " + _("entered later: taken over from elsewhere, or older than the log"))
    lines += [f"    {name}: {value}" for name, value in one.opened.items()]
    return lines


def watch(
    where: str, state: Path, key: str, note: Path | None, skew: float, now: float
) -> watching.Watched:
    """Look at a log and keep what was seen. Raises CommandError, with the exit code."""
    fetch = fetched(where)
    try:
        before = kept(state) or watching.first_look(fetch, read_keys([key])[0] if key else None)
        if note is not None:
            watching.check_same(note.read_text("utf-8"), before, fetch)
        seen = watching.look(before, fetch, now, skew)
    except Alarm as alarm:
        raise alarmed(alarm) from None
    except OSError as fault:
        raise CommandError(str(fault), returncode=NOT_LOOKED) from None
    keep(state, seen)
    return seen


def cosign(where: str, state: Path, key_file: Path, skew: float, now: float) -> str:
    """A witness's look, and the checkpoint with its signature. Raises CommandError."""
    fetch = fetched(where)
    witness = witness_key(key_file)
    try:
        before = kept(state) or watching.first_look(fetch)
        note, seen = watching.cosign(before, fetch, witness, now, skew)
    except Alarm as alarm:
        raise alarmed(alarm) from None
    except OSError as fault:
        raise CommandError(str(fault), returncode=NOT_LOOKED) from None
    # Written before the signature leaves: a witness never signs two histories.
    keep(state, seen)
    return note


def new_witness(name: str, key_file: Path) -> Verifier:
    """Make a witness's key in a file that only its owner reads. Raises CommandError."""
    try:
        made = Signer.new(name, WITNESS)
        verifier = made.verifier
        with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"name": name, "private": made.private.hex()}, file)
    except (OSError, ValueError) as fault:
        raise CommandError(str(fault), returncode=NOT_LOOKED) from None
    return verifier


def witness_key(key_file: Path) -> Signer:
    """The key of a witness. Raises CommandError."""
    try:
        told = json.loads(key_file.read_text("utf-8"))
        signer = Signer(str(told["name"]), WITNESS, bytes.fromhex(told["private"]))
        str(signer.verifier)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CommandError(
            _("{file} is no witness's key: {why}").format(file=key_file, why=fault),
            returncode=NOT_LOOKED,
        ) from None
    return signer


def read_keys(written: Sequence[str]) -> list[Verifier]:
    """Keys as verifiers write them, or files with one on each line. Raises CommandError."""
    found = []
    for one in written:
        try:
            lines = Path(one).read_text("utf-8").split() if "+" not in one else [one]
            found += [Verifier.read(line) for line in lines]
        except (OSError, ValueError) as fault:
            raise CommandError(str(fault), returncode=NOT_LOOKED) from None
    return found


def kept(state: Path) -> watching.Watched | None:
    """What was seen the last time. Raises CommandError for a file that is something else."""
    if not state.exists():
        return None
    try:
        return watching.Watched.from_data(json.loads(state.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CommandError(
            _("{file} is no file of an earlier look: {why}").format(file=state, why=fault),
            returncode=NOT_LOOKED,
        ) from None


def keep(state: Path, seen: watching.Watched) -> None:
    """Keep what was seen, whole or not at all."""
    made = state.with_name(f".{state.name}.{os.getpid()}")
    made.write_text(json.dumps(seen.to_data(), indent=1) + "\n", "utf-8")
    made.replace(state)


def fetched(where: str) -> Fetch:
    """How to read the log there. Raises CommandError."""
    try:
        return fetch_from(where)
    except OSError as fault:
        raise CommandError(str(fault), returncode=NOT_LOOKED) from None


def alarmed(alarm: Alarm) -> CommandError:
    """The alarm in plain words: which attack it is, and what was seen."""
    told = _("ALARM ({kind}): {attack} Seen: {seen}.").format(
        kind=alarm.kind, attack=_(ATTACKS[alarm.kind]), seen=alarm
    )
    return CommandError(told, returncode=ALARM)


def _moment(given: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(given)).astimezone(UTC)
    except ValueError:
        return None
