"""What the page that checks receipts says, in each language: one page carries both of them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext, override

from commonward.core.procedures import parse, shipped, shipped_names
from commonward.core.refusals import N_
from commonward.doors.look.naming import ROLES

WORDS = {
    "title": N_("Check a receipt"),
    "lead": N_(
        "A receipt proves what you told the office, when, and what the office did: nobody can"
        " change, remove or back-date it any more without this page finding out."
    ),
    "private": N_(
        "Everything is computed in your browser. Nothing that you enter leaves this device."
    ),
    "no_script": N_(
        "This page computes, and for that it needs JavaScript. Without it, the command"
        " “commonward ledger verify” does the same."
    ),
    "receipt_label": N_("The receipt to check"),
    "receipt_hint": N_(
        "Choose the file, paste its text, or scan the QR code of the printed sheet."
    ),
    "file_label": N_("The receipt's file"),
    "paste_label": N_("Or its text"),
    "keys_title": N_("Whose signature you trust"),
    "keys_hint": N_(
        "Compare this key with one from another source: the notice at the service hall, the"
        " newspaper, a neighbour's older sheet. If they are the same, the log is the office's own."
    ),
    "origin_label": N_("Name of the log (empty: any)"),
    "keys_label": N_("Keys, one on each line"),
    "check": N_("Check"),
    "holds": N_("The receipt holds"),
    "holds_text": N_(
        "Each of its {count} entries is in the log as it is written here, sealed when the log had"
        " {size} entries. Nobody can change that any more without being found out."
    ),
    "fails": N_("The receipt does not hold"),
    "fails_some": N_("{bad} of its {count} entries are not in the log as they are written here."),
    "entry_holds": N_("Entry {place}: proven"),
    "entry_fails": N_("Entry {place}: not proven"),
    "when": N_("Written into the log"),
    "entered": N_(
        "It was entered later than it happened: it was taken over from elsewhere, or is older than"
        " the log. The log proves it from the moment on that stands here first."
    ),
    "details": N_("Numbers for whoever checks the calculation"),
    "leaf_index": N_("Place in the log"),
    "leaf_hash": N_("Hash of the entry"),
    "sealed_by": N_("Who sealed it"),
    "log": N_("Log"),
    "size": N_("Entries at that time"),
    "root": N_("Hash over all of them"),
    "signed": N_("has signed it"),
    "witnessed": N_("an independent witness, saw it {when}"),
    "by.browser": N_("The signature was checked by your browser's own cryptography."),
    "by.library": N_("The signature was checked by the library that comes with this page."),
    "history_title": N_("Is the log still the same one?"),
    "history_lead": N_(
        "Months later you can check that the log only grew since your receipt: that nobody wrote"
        " another one in its place."
    ),
    "history_link": N_("Get the log's proof for this receipt"),
    "proof_file_label": N_("The proof's file"),
    "proof_label": N_("Or the proof's text"),
    "older_label": N_("An older checkpoint that you kept (empty: that of the receipt)"),
    "history_check": N_("Compare"),
    "history_holds": N_("It is the same log, and it only grew"),
    "history_text": N_(
        "The {before} entries that were there then are the first of the {later} that are there now."
    ),
    "history_fails": N_("It is not shown to be the same log"),
    "save_link": N_("Save this page as one file that works without the internet"),
    "about_link": N_("What the log is"),
    "language": N_("Language"),
    "fact.case": N_("Case"),
    "fact.verb": N_("Step"),
    "fact.from": N_("From stage"),
    "fact.to": N_("To stage"),
    "fact.at": N_("It happened"),
    "fact.written": N_("It was written down"),
    "fact.role": N_("Who did it, by role"),
    "fact.team": N_("Team (its code)"),
    "verb.opened": N_("The report came in"),
    "verb.me_too": N_("The report was added to an earlier one"),
    "verb.add_words": N_("Something was added"),
    "verb.photos_added": N_("Photos were added"),
    "part.report": N_("Number of the report"),
    "part.channel": N_("Came by"),
    "part.told": N_("What was told"),
    "part.place": N_("Where"),
    "part.answers": N_("Answers to the questions"),
    "part.words": N_("Words"),
    "part.photos": N_("Photos (their hashes)"),
    "part.rest": N_("The rest"),
    "channel.portal": N_("Portal"),
    "channel.hotline": N_("Hotline"),
    "channel.counter": N_("Counter"),
    "channel.email": N_("E-mail"),
    "channel.grid": N_("Grid worker"),
    "channel.field": N_("Grid worker"),
    "name.address": N_("Address"),
    "name.lat": N_("Latitude"),
    "name.lon": N_("Longitude"),
    "pair": N_("{name}: {value}"),
    "sealed_parts": N_("Sealed, not shown here"),
    "event": N_("Number of the step"),
    "form": N_("Form"),
    "refuted.nothing": N_("There is no receipt yet: choose a file or paste its text."),
    "refuted.nothing_to_compare": N_(
        "Both are needed: a receipt, or an older checkpoint; a proof."
    ),
    "refuted.address": N_(
        "The address holds no whole receipt: it was cut off or mistyped. Scan the QR code again, or"
        " use the receipt's file."
    ),
    "refuted.long": N_("It is too long for a receipt."),
    "refuted.not_json": N_(
        "This is no receipt: it cannot be read as JSON. Perhaps a part of the text is missing."
    ),
    "refuted.format": N_("This is not written in the format {format}."),
    "refuted.lacks": N_("“{name}” is missing."),
    "refuted.no_entries": N_("It has no entries."),
    "refuted.no_facts": N_("The entry does not say what happened."),
    "refuted.entry_lacks": N_("The entry lacks its moment, its place or its proof."),
    "refuted.entry_form": N_("The entry's moment, salt or proof is not of the right form."),
    "refuted.version": N_("The entry is of a version that this page does not know."),
    "refuted.written_form": N_("The entry does not say when it was written, as it should."),
    "refuted.written_other": N_(
        "It says it was written at another moment than the log showed to everybody."
    ),
    "refuted.facts_form": N_("What the entry says cannot be written in one exact way."),
    "refuted.parts_form": N_("The parts that it shows are not of the right form."),
    "refuted.part_unknown": N_("It shows “{name}”, which is not part of what was sealed."),
    "refuted.part_other": N_("“{name}” is not what was written down then."),
    "refuted.outside": N_("It claims place {index}, and the log had only {size} entries."),
    "refuted.other_root": N_(
        "Calculated from what is written here, the hash is another than the signed one: something"
        " of it was changed, or it was never in the log."
    ),
    "refuted.proof_hash": N_("A hash of the proof is not of the right form."),
    "refuted.proof_long": N_("The proof has more steps than belong to this place in the log."),
    "refuted.proof_short": N_("The proof has fewer steps than belong to this place in the log."),
    "refuted.shorter": N_(
        "The log had {before} entries before and has {size} now: an older state was put back."
    ),
    "refuted.two_roots": N_("Two different logs with {size} entries were signed."),
    "refuted.other_earlier": N_(
        "The proof does not lead to what was signed before: the log's past was changed."
    ),
    "refuted.no_keys_given": N_("No key is given, so nobody's signature can be trusted."),
    "refuted.key_form": N_("This is no key as logs write them: {line}"),
    "refuted.key_id": N_("This key does not belong to its number, so it is mistyped: {line}"),
    "refuted.note_form": N_("The checkpoint is no signed note."),
    "refuted.note_long": N_("The checkpoint is too long."),
    "refuted.note_line": N_("A line of signature under the checkpoint is not of the right form."),
    "refuted.signature": N_(
        "The signature of {name} is wrong: the checkpoint was changed after it was signed, or"
        " somebody else wrote it."
    ),
    "refuted.no_key": N_("The checkpoint is signed by {names}: by none of the keys given here."),
    "refuted.no_log_key": N_("Only witnesses have signed the checkpoint, not the log itself."),
    "refuted.other_log": N_("It is of the log “{found}”, not of “{origin}”."),
    "refuted.checkpoint_form": N_("The checkpoint does not say log, size and hash as it should."),
}
"""Texts by the name under which page.js asks for them."""


_FIRST = ("service_matter", "enquiry")
"""Procedures of most reports; what others call a step by the same name stands behind."""


def in_every_language() -> dict[str, dict[str, str]]:
    """All texts, by language; with the names of the shipped procedures' steps and stages."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            ours = {name: gettext(text) for name, text in WORDS.items()}
            ours |= {f"role.{name}": gettext(text) for name, text in ROLES.items()}
        found[code] = {**_named_steps(code), **ours}
    return found


@lru_cache(maxsize=4)
def _named_steps(code: str) -> Mapping[str, str]:
    """What verbs ("verb.finish") and stages ("to.closed") are called; several names are joined."""
    names = [*_FIRST, *(name for name in shipped_names() if name not in _FIRST)]
    titles: dict[str, dict[str, None]] = {}
    for name in names:
        procedure = parse(shipped(name))
        rows: Iterable[tuple[str, str]] = [
            *(
                (f"verb.{one.name}", one.title.in_language(code))
                for one in procedure.verbs.values()
            ),
            *((f"to.{one.name}", one.title.in_language(code)) for one in procedure.stages.values()),
        ]
        for key, title in rows:
            titles.setdefault(key, {})[title] = None
    return {key: " / ".join(found) for key, found in titles.items()}
