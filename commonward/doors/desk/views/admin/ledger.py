"""The public log as an administrator sees it: how far it is, what waits, keys, witnesses."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.queries.ledger import State, folder, state
from commonward.cases.queries.ledger_checks import LastCheck, last_check
from commonward.core.ledger import keychain, notes
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.growing import Growing
from commonward.core.ledger.merkle import Broken
from commonward.core.refusals import N_
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.standing import Standing, for_staff


@require_safe
@for_staff("administrator")
def ledger(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Size, what waits for how long, whether the files lead to what was signed."""
    found, checked = state(), last_check()
    fault, why = _looked_at(found)
    context = {
        "found": found,
        "seconds": int(found.waits.total_seconds()),
        "fault": fault,
        "why": why,
        "checked": checked,
        "findings": _told(checked),
    }
    return desk_page(request, standing, "desk/admin/ledger.html", context)


def _told(checked: LastCheck | None) -> list[str]:
    return [] if checked is None else [
        _(one.text).format(**one.values) for one in checked.findings
    ]  # fmt: skip


def _looked_at(found: State) -> tuple[str, str]:
    """What is wrong with the published files, to be translated, and why; two empty texts if nothing.

    Reads the checkpoint, the keys and the right edge of the tree: some ten files, however large the
    log is. The comparison of each entry with the record is the command `ledger check`.
    """
    if not found.origin:
        return "", ""
    files = Folder(folder())
    try:
        chain = keychain.chain(found.origin, files.fetch)
        told = keychain.read(files.fetch("checkpoint").decode(), found.origin, chain)
        root = Growing(told.size, files.fetch).root
    except LookupError:
        return N_("The log's folder has no checkpoint: its files are gone."), ""
    except (notes.Unsigned, Broken, UnicodeDecodeError) as wrong:
        return N_("The log's files must not be believed."), str(wrong)
    if root != told.root:
        return N_("The log's tiles do not lead to what was signed."), ""
    if told.size < found.size:
        return N_("The published log is older than the database: an old folder was put back."), ""
    return "", ""
