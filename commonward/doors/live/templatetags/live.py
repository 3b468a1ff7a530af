"""`{% load live %}{% live %}`, `{% live case=NUMBER %}` or `{% live fleet=True %}` (with the live
map): this page is told what happens."""

from typing import Any

from django import template
from django.urls import reverse

from commonward.cases.queries.happened import head
from commonward.doors.live.application import PATH
from commonward.doors.look.live import live_origin

register = template.Library()


@register.inclusion_tag("live/live.html", takes_context=True)
def live(context: dict[str, Any], case: str = "", *, fleet: bool = False) -> dict[str, Any]:
    """The component, from the present end of the record on; put it before what it keeps new.

    Nothing is lost between this page and its stream: the stream begins where the page was made.
    Whoever looks as somebody else is told nothing live: being there is told to colleagues.
    """
    if context.get("seeing"):
        return {}
    return {
        "stream": f"{live_origin(context['request'])}{PATH}",
        "poll": reverse("live:since"),
        "since": head().to_text(),
        "case": case,
        "fleet": fleet,
    }
