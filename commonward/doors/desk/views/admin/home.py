"""What can be administered, and who changed what lately."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.wording import change_words, detail_words
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries.administration import ON_A_PAGE, changes


@require_safe
@for_staff("administrator")
def admin_home(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The ways of administration, and the record of changes by pages."""
    given = request.GET.get("before", "")
    rows = changes(before=int(given) if given.isdecimal() and len(given) < 19 else None)
    context = {
        "changes": [
            {"at": row.at, "by": row.by.name if row.by else "", "what": change_words(row.verb),
             "about": row.about, "data": detail_words(row.data)}
            for row in rows
        ],
        "before": rows[-1].pk if len(rows) == ON_A_PAGE else None,
    }  # fmt: skip
    return desk_page(request, standing, "desk/admin/home.html", context)
