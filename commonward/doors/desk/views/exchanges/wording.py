"""The words of exchanges: fields, states, decisions, and what is wrong with a row."""

from django.utils.translation import gettext as _

from commonward.core.exchanging.mapping import CHOICES
from commonward.core.exchanging.orders import example_of
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.look.naming import refused

FIELDS = {
    "ref": N_("Number there"),
    "words": N_("What was told"),
    "category": N_("Category"),
    "lat": N_("Latitude"),
    "lon": N_("Longitude"),
    "address": N_("Address"),
    "opened_at": N_("Received at"),
    "due_at": N_("Deadline"),
    "name": N_("Reporter's name"),
    "phone": N_("Reporter's telephone"),
    "email": N_("Reporter's e-mail"),
    "consent": N_("Consent to keep these details"),
    "channel": N_("Channel"),
    "status": N_("Status there"),
    "place": N_("Coordinates"),
    "file": N_("File"),
    "path": N_("Path of the list"),
    "back": N_("What is sent back"),
    "statuses": N_("Statuses"),
    "zone": N_("Time zone"),
}
BACK = {
    "ref": N_("Number there"),
    "number": N_("Number here"),
    "status": N_("Status, in their words"),
    "outcome": N_("Outcome"),
    "changed_at": N_("Since when it stands there"),
    "closed_at": N_("Closed at"),
    "due_at": N_("Deadline"),
}
VALUES = {
    "hotline": N_("hotline"),
    "counter": N_("counter"),
    "mail": N_("mail"),
    "visit": N_("visit"),
    "patrol": N_("patrol"),
    "api": N_("another program"),
    "open": N_("open"),
    "closed": N_("closed"),
    "yes": N_("yes"),
    "no": N_("no"),
}
DIRECTIONS = {
    "in": N_("they give us orders"),
    "out": N_("we tell them statuses"),
    "both": N_("orders in, statuses back"),
}
KINDS = {
    "in": N_("Orders taken in"),
    "out": N_("Statuses for them"),
    "reconcile": N_("Two lists compared"),
}
STATES = {
    "refused": N_("row refused"),
    "updated": N_("updated"),
    "differs": N_("differs"),
    "only_here": N_("only here"),
    "only_there": N_("only there"),
}
DECISIONS = {
    "theirs": N_("Take theirs"),
    "ours": N_("Keep ours"),
    "ask": N_("Ask them"),
}
HEADS = (
    N_("State"), N_("Line"), N_("Number there"), N_("Case"), N_("Field"), N_("Here"), N_("There"),
    N_("What is wrong"), N_("Decision"),
)  # fmt: skip
FORMS = {
    "auto": N_("any that begins with the year"),
    "excel": N_("number of days, as in Excel"),
    "unix": N_("seconds since 1970"),
}
"""How a moment is written there; each pattern is shown by an example (`form_words`)."""


def form_words(form: str) -> str:
    """A form of moments as somebody chooses it: by what a moment looks like in it."""
    example = example_of(form)
    if form not in FORMS:
        return example
    return _("{form}, as {example}").format(form=_(FORMS[form]), example=example)


def word(name: str) -> str:
    """A field, state or decision in the reader's language; what is not known stays as it is."""
    for known in (FIELDS, STATES, DECISIONS, VALUES):
        if name in known:
            return _(known[name])
    return name


def fault_words(refusal: Refusal) -> str:
    """What is wrong and what would be right, with the field's own title in it."""
    values = dict(refusal.values)
    if "name" in values:
        values["name"] = word(str(values["name"]))
    if refusal.field in CHOICES and "known" in values:
        values["known"] = _(", ").join(word(one) for one in CHOICES[refusal.field])
    return refused(Invalid(refusal.text, field=refusal.field, **values))
