"""Write the words that officers use again and again; each change is a version of its own."""

from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.areas.actions import bump
from commonward.cases.models import StandardText, StandardTextVersion
from commonward.cases.queries.reference import book
from commonward.cases.queries.texts import require_editor
from commonward.core.refusals import N_, Invalid, Missing, Stale
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.standard_texts import check_words

LANGUAGES = ("zh-hans", "en")


def add_text(
    actor: Actor,
    name: str,
    words: str,
    at: datetime,
    *,
    language: str,
    category: str = "",
    stage: str = "",
) -> StandardText:
    """Add a standard text (标准用语) for the categories with this prefix and this stage ("": all).

    Raises Forbidden, or Invalid naming the field.
    """
    refuse_onlooker(actor)
    require_editor(actor, "edit_texts", category)
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise Invalid(N_("Give the text a name of 1 to 120 characters."), field="name")
    check_words(words)
    check_use(language, category, stage)
    try:
        with transaction.atomic():
            made = StandardText.objects.create(
                name=name, category=category, stage=stage, language=language
            )
            _version(made, words, actor, at)
    except IntegrityError:
        raise Invalid(
            N_("There is a text “{name}” for this use already: change that one."),
            field="name",
            name=name,
        ) from None
    return made


def change_text(actor: Actor, text: int, words: str, at: datetime, *, version: int) -> StandardText:
    """Give a standard text new words; the old ones stay as a version. Raises Stale where somebody
    else was faster."""
    refuse_onlooker(actor)
    check_words(words)
    with transaction.atomic():
        found = _locked(actor, text)
        if found.version != version:
            raise Stale(
                N_("“{name}” was changed in the meantime (version {now}, you had {had})."),
                name=found.name,
                now=found.version,
                had=version,
            )
        found.version += 1
        found.active = True
        found.save(update_fields=["version", "active"])
        _version(found, words, actor, at)
    return found


def retire_text(actor: Actor, text: int) -> None:
    """Offer a standard text no more; a change brings it back."""
    refuse_onlooker(actor)
    with transaction.atomic():
        found = _locked(actor, text)
        found.active = False
        found.save(update_fields=["active"])
        bump("texts")


def check_use(language: str, category: str, stage: str = "") -> None:
    """Refuses (Invalid) a language, a prefix or a stage that nothing here has."""
    if language not in LANGUAGES:
        raise Invalid(
            N_("“{given}” is not known here; choose one of {known}."),
            field="language",
            given=language,
            known=", ".join(LANGUAGES),
        )
    known = book()
    if category and not any(code.startswith(category) for code in known.codes):
        raise Invalid(
            N_("No category begins with “{category}”."), field="category", category=category
        )
    if stage and not any(stage in p.stages for p in known.procedures.values()):
        raise Invalid(N_("No procedure has the stage “{stage}”."), field="stage", stage=stage)


def _locked(actor: Actor, text: int) -> StandardText:
    found = StandardText.objects.select_for_update().filter(pk=text).first()
    if found is None:
        raise Missing(N_("There is no such text."), field="text")
    require_editor(actor, "edit_texts", found.category)
    return found


def _version(text: StandardText, words: str, actor: Actor, at: datetime) -> None:
    StandardTextVersion.objects.create(
        text=text, number=text.version, words=words, by_id=actor.account, at=at
    )
    bump("texts")
