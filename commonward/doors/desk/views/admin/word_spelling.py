"""The table of misspelt, dialect and other words: the site's own pairs, the package's, and a trial."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.word_spelling import KINDS, end_variant, leave_out, set_variant
from commonward.cases.queries import spelling
from commonward.cases.queries.reading import reading
from commonward.core.refusals import N_, Invalid
from commonward.core.triage.spelling import LONGEST_WORD, shipped, variant_of
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.admin.words import READS, base
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff

_KINDS: Mapping[str, str] = {
    "typo": N_("misspelt, or of the same sound"),
    "dialect": N_("dialect"),
    "other": N_("another word for the same"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*READS)
def word_spelling(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The site's pairs with who set them and when, the package's, and what a text comes to."""
    here = reverse("desk:admin_words_spelling")

    def shown() -> dict[str, Any]:
        said = request.POST if request.method == "POST" else request.GET
        asked = {
            name: (said.get(name) or "").strip()[:200] for name in ("text", "written", "meant")
        }
        broken = spelling.contradiction()
        return {
            **base(standing),
            "sets": standing.holds(("administrator",)),
            "pairs": [{"one": one, "kind": _(_KINDS[one.kind])} for one in spelling.rows()],
            "broken": error_of(broken)["text"] if broken else "",
            "waits": spelling.taught_otherwise(reading().model),
            "shipped": _shipped(),
            "kinds": [(code, _(_KINDS[code])) for code in KINDS],
            "kind": said.get("kind", "typo"),
            "asked": asked,
            "longest": LONGEST_WORD,
            "longest_tried": spelling.LONGEST_TRIED,
            "tried": _tried(asked) if asked["text"] else None,
        }

    def keep(request: HttpRequest, standing: Standing) -> str:
        made = set_variant(
            standing.actor, text(request, "written"), text(request, "meant"),
            text(request, "kind"), standing.at,
        )  # fmt: skip
        done(
            request,
            _("“{written}” is read as “{meant}”.").format(written=made.written, meant=made.meant),
        )
        return here

    def out(request: HttpRequest, standing: Standing) -> str:
        made = leave_out(standing.actor, text(request, "written"), standing.at)
        done(request, _("“{written}” is read as it is written.").format(written=made.written))
        return here

    def end(request: HttpRequest, standing: Standing) -> str:
        end_variant(standing.actor, text(request, "written"), standing.at)
        done(request, _("The pair is taken away."))
        return here

    deeds = {"keep": keep, "out": out, "end": end}
    return administer(request, standing, "desk/admin/words_spelling.html", shown, deeds)


def _shipped() -> list[tuple[str, list[str]]]:
    """The package's table by standard word."""
    found: dict[str, list[str]] = defaultdict(list)
    for written, meant in shipped().standard.items():
        found[meant].append(written)
    return sorted(found.items())


def _tried(asked: Mapping[str, str]) -> dict[str, Any]:
    """How a text is read by the package's table and by the site's, with a pair that is typed."""
    try:
        pair = None
        if asked["written"] and asked["meant"]:
            pair = (
                variant_of(asked["written"], "written"),
                variant_of(asked["meant"], "meant", fewest=False),
            )
        before, after = spelling.tried(asked["text"], pair)
    except Invalid as refused:
        return {"refused": error_of(refused)["text"]}
    return {"before": before, "after": after, "pair": pair, "same": before == after}
