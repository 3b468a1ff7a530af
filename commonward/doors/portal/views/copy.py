"""A copy of everything that is kept of a report, for whoever made it (个人信息副本)."""

import io
import json
import zipfile
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.queries.copied import copy_of, files_of
from commonward.cases.queries.followed import Followed
from commonward.core.refusals import Missing
from commonward.doors.look.happening import heading
from commonward.doors.look.showing import look
from commonward.doors.portal.views.receipts import opened, opens_nothing
from commonward.people.queries import now as site_now


@require_safe
def copy(request: HttpRequest, key: str) -> HttpResponse:
    """A zip: a page to read, the same for programs (JSON), and the photos.

    Contact details are in it only for whoever came with number and code: a link is passed on more
    easily than both.
    """
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    packed = _packed(request, found, site_now(), details=":" in key)
    answer = HttpResponse(packed, "application/zip")
    answer["Content-Disposition"] = f'attachment; filename="report-{found.number}.zip"'
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _packed(request: HttpRequest, found: Followed, at: datetime, *, details: bool) -> bytes:
    kept = copy_of(found.report, details=details)
    kept["steps"] = [
        {"at": step.at, "what": heading(step), "words": step.words, "mine": step.mine}
        for step in found.steps
    ]
    for one in (*kept["consents"], *kept["news"]):
        # Whose name stood there then is not kept beside it.
        stood = one["words"]
        one["told"] = _(stood) % {"name": "…"} if stood else ""
    kept["made_at"] = at
    kept["destroyed"] = {"years_after_closing": found.keep_years}
    context = {"found": found, "kept": kept, "details": details, "at": at, **look(request)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("report.html", render_to_string("portal/copy.html", context))
        told = json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        packed.writestr("report.json", told)
        for name, content in files_of(found.report):
            packed.writestr(f"photos/{name}", content)
    return out.getvalue()
