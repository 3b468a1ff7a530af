"""Sorting with the words' help: what was suggested is kept with who decided (分拣).

A suggestion decides nothing. Only where an administrator set a confidence for a category is a
report given to it without a person; a danger, a dispute or an incident never is, and one step
gives the case back to a person.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction

from commonward.cases.actions.moving import check_version, in_order, locked, take
from commonward.cases.actions.opening import Said, open_case
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Report, Suggestion
from commonward.cases.queries.reading import Reading, reading
from commonward.cases.queries.reference import Book, book
from commonward.cases.queries.suggested import Offered, as_kept, offered
from commonward.core.danger import numbers_to_call, words_by_number
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import APART, SYSTEM, Actor, refuse_onlooker
from commonward.people.queries import revisions

SORTS = ("intake_officer", "dispatcher", "duty_chief")
"""Posts that say what a case is (the verb `recategorise` asks for the same)."""
ROUTED, SORTED, GIVEN_BACK = "routed_by_words", "sorted", "taken_from_words"


def with_choice(
    opening: Callable[[], Report], words: str, chosen: str, at: datetime, *, actor: Actor = SYSTEM
) -> Report:
    """Open a case whose kind somebody chose, and keep what the words had suggested to them.

    Whoever chose is the actor's account; without one it is the resident. Where nothing was
    suggested nothing is kept. The same sending twice keeps one.
    """
    refuse_onlooker(actor)
    shown = offered(words)
    with transaction.atomic():
        report = opening()
        if shown.kinds:
            moment = max(at, report.received_at)
            Suggestion.objects.bulk_create(
                [
                    Suggestion(
                        case_id=report.case_id, report=report, version=shown.version,
                        given=as_kept(shown.kinds), shown_at=moment, decided_at=moment,
                        decided_by_id=actor.account, chosen=chosen,
                        accepted=any(s.code == chosen for s in shown.kinds),
                    )
                ],
                ignore_conflicts=True,
            )  # fmt: skip
    return report


def open_unsorted(
    said: Said,
    at: datetime,
    *,
    actor: Actor = SYSTEM,
    origin: str = "public",
    area_code: str = "",
    public: bool = True,
    allowed: Callable[[str], bool] = lambda code: True,
) -> Report:
    """File a report that came without a category (未分类), under the site's category for those.

    The words' suggestions wait with it for a person. Where the site set a confidence and the
    likeliest kind reaches it, the case is opened as that kind, which its event says with the
    model's version; `allowed` says which codes this sender may open. Raises Invalid where the
    site takes no report without a category, and what `open_case` refuses.
    """
    marks = revisions()
    now = reading(marks)
    if not now.unsorted:
        raise Invalid(N_("Choose the kind of problem first."), field="category", code="category")
    shown = offered(said.words, marks)
    code = _alone(now, shown, said.words, book(marks))
    routed = bool(code) and allowed(code)
    if (earlier := _sent_before(said)) is not None:
        # Sent once more it is the same report, whatever another model would say today.
        code, routed = str(earlier.given[0]["code"]) if earlier.given else "", earlier.routed
    code = code if routed else now.unsorted
    with transaction.atomic():
        report = open_case(
            code, said, at, actor=actor, origin=origin, area_code=area_code, public=public
        )
        if Suggestion.objects.filter(report=report).exists():
            return report  # the same sending once more
        Suggestion.objects.create(
            case_id=report.case_id, report=report, version=shown.version,
            given=as_kept(shown.kinds), shown_at=max(at, report.received_at), routed=routed,
        )  # fmt: skip
        if routed:
            best = shown.kinds[0]
            case = locked(report.case.number)
            record(
                case, ROUTED, in_order(case, at), SYSTEM, team=case.team_id, report=report.pk,
                data={
                    "model": shown.version,
                    "kind": best.code,
                    "probability": round(best.probability, 4),
                },
            )  # fmt: skip
    return report


def _sent_before(said: Said) -> Suggestion | None:
    if not said.idempotency:
        return None
    return Suggestion.objects.filter(
        report__channel=said.channel, report__idempotency=said.idempotency
    ).first()


def take_in(
    category: str,
    said: Said,
    at: datetime,
    *,
    actor: Actor = SYSTEM,
    area_code: str = "",
    public: bool = True,
) -> Report:
    """Open a case as a person chose it, or let its words be looked at where they chose none.

    The site's category for the unsorted, and none at all, mean the same: somebody sorts it.
    """
    if category in ("", reading().unsorted):
        return open_unsorted(said, at, actor=actor, area_code=area_code, public=public)
    return with_choice(
        partial(
            open_case, category, said, at, actor=actor, area_code=area_code, public=public
        ),
        said.words, category, at, actor=actor,
    )  # fmt: skip


def _alone(now: Reading, shown: Offered, words: str, known: Book) -> str:
    """The code that may be given without a person, "" where a person must look."""
    if not shown.calibrated or not shown.kinds or _speaks_of_danger(words):
        return ""
    best = shown.kinds[0]
    if best.code.startswith(APART) or not now.routes_alone(best.code, best.probability, words):
        return ""
    kind, waits = known.category(best.code), known.category(now.unsorted)
    asked = any(q.get("required") for q in kind.questions)
    # Of one procedure alone: only then one step gives the case back to a person.
    return "" if asked or kind.procedure != waits.procedure else best.code


def _speaks_of_danger(words: str) -> bool:
    """Whether danger is told of, or one of its words stands there at all: a person looks then,
    though it may be of last year or of a fire hydrant."""
    plain = words.casefold()
    return bool(numbers_to_call(words)) or any(
        word.casefold() in plain for told in words_by_number().values() for word in told
    )


def sort(
    number: str, chosen: str, actor: Actor, at: datetime, *, version: int | None = None
) -> Case:
    """A person says what a case is: one of what was suggested, or another kind.

    Moves the case there if it is not yet, and keeps who decided. Raises Missing, Forbidden,
    Invalid, Stale, and Refusal where it has gone too far to be given another kind.
    """
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        found = _undecided(case)
        role = _sorts(case, actor)
        facts = book().category(chosen)
        if facts.code.startswith(APART):
            raise Invalid(
                N_("“{code}” is a dispute: register it where disputes are registered."),
                code=facts.code, field="category",
            )  # fmt: skip
        at = in_order(case, at)
        if case.category_id != facts.id:
            case = take(case, "recategorise", actor, at, {"category": chosen})
        _decide(found, chosen, actor, at)
        _noted(case, SORTED, found, chosen, actor, at, role)
    return case


def take_back(number: str, actor: Actor, at: datetime, *, version: int | None = None) -> Case:
    """Give a case that was routed by its words back to a person (退回人工), in one step.

    It waits again under the category of what nobody sorted. Raises what `sort` raises.
    """
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        found = _undecided(case)
        if not found.routed or found.given_back_at is not None:
            raise Refusal(N_("A person has this case already."), code="stage")
        role = _sorts(case, actor)
        waits = reading().unsorted
        if not waits:
            raise Refusal(
                N_("This site names no category for what nobody sorted: choose the kind.")
            )
        at = in_order(case, at)
        if case.category_id != book().category(waits).id:
            case = take(case, "recategorise", actor, at, {"category": waits})
        Suggestion.objects.filter(pk=found.pk).update(given_back_at=at)
        _noted(case, GIVEN_BACK, found, waits, actor, at, role)
    return case


def _undecided(case: Case) -> Suggestion:
    found = (
        Suggestion.objects.select_for_update()
        .filter(case=case, decided_at=None)
        .order_by("id")
        .first()
    )
    if found is None:
        raise Missing(N_("Nothing that the words suggested waits here for a decision."))
    return found


def _sorts(case: Case, actor: Actor) -> str:
    """The post by which this person sorts this case; it may see it too. Raises Forbidden."""
    code = book().categories[case.category_id].code
    roles = actor.roles_for(SORTS, "recategorise", case.area_path, code)
    if not roles or code.startswith(APART):
        raise Forbidden(N_("Your post does not do this with this case."))
    return roles[0]


def _decide(found: Suggestion, chosen: str, actor: Actor, at: datetime) -> None:
    found.decided_at = max(at, found.shown_at)
    found.decided_by_id = actor.account
    found.chosen = chosen
    # What was routed is right or wrong as one answer; of a list any of its answers is right.
    given = [str(one["code"]) for one in found.given]
    found.accepted = chosen in (given[:1] if found.routed else given)
    found.save(update_fields=["decided_at", "decided_by", "chosen", "accepted"])


def _noted(
    case: Case, verb: str, found: Suggestion, chosen: str, actor: Actor, at: datetime, role: str
) -> None:
    likely = {str(one["code"]): one["probability"] for one in found.given}
    record(
        case, verb, at, actor, role=role, team=case.team_id, report=found.report_id,
        data={
            "model": found.version,
            "kind": chosen,
            "probability": likely.get(chosen),
        },
    )  # fmt: skip
