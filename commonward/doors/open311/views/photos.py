"""Show a photo that is public; nothing in it can act on the page that shows it."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from commonward.cases.queries.public import public_photo
from commonward.doors.open311.asking import Ask, Problem, resource

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Disposition": "inline",
    # Short, because a photo can be hidden again.
    "Cache-Control": "public, max-age=300",
}


def shown(ask: Ask) -> HttpResponse:
    """The picture, always as JPEG."""
    name = f"{ask.path['name']}.jpg"
    if not public_photo(name):
        raise Problem(404, _("There is no such photo."))
    try:
        content = (settings.MEDIA_ROOT / name).read_bytes()
    except FileNotFoundError as error:
        raise Problem(404, _("There is no such photo.")) from error
    return HttpResponse(content, content_type="image/jpeg", headers=_HEADERS)


view = resource(formats=("jpg",), GET=shown)
