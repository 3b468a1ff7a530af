"""Tell the people of an area something: news, or how to prevent harm (公告、防范提示)."""

from datetime import datetime, timedelta

from django.db import transaction

from commonward.areas.models import Area, News
from commonward.areas.queries.tree import valid
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import access

KINDS = ("news", "prevention")
TELLS = (
    "administrator", "duty_chief", "leader", "dispatcher", "programme_officer", "system",
)  # fmt: skip
LONGEST_TITLE = 120
LONGEST_WORDS = 4000
LONGEST = timedelta(days=366)
"""How long one piece stands; what is still true then is worth writing anew."""


@transaction.atomic
def publish_news(
    actor: Actor,
    area_code: str,
    kind: str,
    title: str,
    words: str,
    *,
    since: datetime,
    until: datetime,
    at: datetime,
    title_en: str = "",
    words_en: str = "",
) -> News:
    """Show it on the pages of an area and of all areas below, from `since` until `until`.

    The Chinese text is required, the English one is not; one half of it is. Raises Missing,
    Forbidden (another's area), Invalid naming the field.
    """
    refuse_onlooker(actor)
    access.moment(since), access.moment(until)
    place = Area.objects.filter(valid(at), code=area_code).first()
    if place is None:
        raise Missing(N_("There is no area with the code {given}."), given=area_code, field="area")
    _require(actor, "publish_news", place.path)
    if kind not in KINDS:
        raise Invalid(
            N_("The kind is one of {known}, not “{given}”."),
            known=", ".join(KINDS),
            given=kind[:40],
            field="kind",
        )
    texts = {"title": title, "words": words, "title_en": title_en, "words_en": words_en}
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}
    _check(texts)
    if not since < until <= since + LONGEST:
        raise Invalid(
            N_("It ends after it begins, and stands {days} days at most."),
            days=LONGEST.days,
            field="until",
        )
    return News.objects.create(area=place, kind=kind, valid_from=since, valid_until=until, **texts)


@transaction.atomic
def end_news(actor: Actor, news: int, *, at: datetime) -> News:
    """It is shown no more from `at` on. Raises Missing, Forbidden, Invalid (it has ended)."""
    refuse_onlooker(actor)
    found = News.objects.select_for_update(of=("self",)).filter(pk=news).first()
    if found is None:
        raise Missing(N_("There is no such piece of news."))
    _require(actor, "end_news", found.area.path)
    if found.valid_until <= at:
        raise Invalid(N_("It has ended already."), field="news")
    found.valid_until = max(at, found.valid_from)
    found.save(update_fields=["valid_until"])
    return found


def _require(actor: Actor, verb: str, area_path: str) -> None:
    if not actor.roles_for(TELLS, verb, area_path, ""):
        raise Forbidden(
            N_("Only those who lead or administer this area tell its people something.")
        )


def _check(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        most = LONGEST_TITLE if name.startswith("title") else LONGEST_WORDS
        if len(text) > most or "\x00" in text:
            raise Invalid(
                N_("This is too long; at most {most} characters are taken."), most=most, field=name
            )
    for name in ("title", "words"):
        if not texts[name]:
            raise Invalid(N_("Please say it in a few words."), field=name)
    if bool(texts["title_en"]) != bool(texts["words_en"]):
        raise Invalid(
            N_("The English text has a title and words, or neither."),
            field="words_en" if texts["title_en"] else "title_en",
        )
