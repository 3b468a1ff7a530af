"""Who defines exchanges, and who runs them; the one lookup of each."""

from commonward.cases.models import Exchange, ExchangeMapping, ExchangeRun
from commonward.core.exchanging.mapping import Mapping
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor, refuse_onlooker

RUN_BY = ("dispatcher", "duty_chief")
"""Officers of dispatch: what comes from elsewhere goes to their queues."""


def may_run(actor: Actor) -> bool:
    """Whether this person's post covers the whole site: a file names orders of every area."""
    return actor.role == "system" or any(
        right.role in RUN_BY
        and not right.area
        and not right.categories
        and (not right.verbs or "exchange" in right.verbs)
        for right in actor.rights
    )


def require_runner(actor: Actor, *, changes: bool = True) -> None:
    """Refuses (Forbidden) all but officers of dispatch for the whole site, and the system."""
    if not may_run(actor):
        raise Forbidden(
            N_("Exchanges are run by officers of dispatch ({who}) for the whole site."),
            who=", ".join(RUN_BY),
        )
    if changes:
        refuse_onlooker(actor)


def exchange_named(name: str, *, live: bool = True) -> Exchange:
    """The exchange of this name; raises Missing."""
    found = Exchange.objects.filter(name=name).first()
    if found is None or (live and found.ended_at is not None):
        raise Missing(N_("There is no exchange “{name}”."), field="exchange", name=name)
    return found


def mapping_of(exchange: Exchange) -> ExchangeMapping:
    """The version that holds; raises Missing before there is one."""
    found = ExchangeMapping.objects.filter(exchange=exchange).order_by("-number").first()
    if found is None:
        raise Missing(
            N_("The exchange “{name}” has no mapping yet: draw one first."), field="mapping",
            name=exchange.name,
        )  # fmt: skip
    return found


def read_mapping(row: ExchangeMapping) -> Mapping:
    """A kept version as the mapping it is."""
    return Mapping.from_data(row.text)


def run_numbered(exchange: Exchange, number: int, kind: str = "") -> ExchangeRun:
    """The run of this number; raises Missing."""
    rows = ExchangeRun.objects.select_related("exchange", "mapping")
    found = rows.filter(exchange=exchange, number=number).first()
    if found is None or (kind and found.kind != kind):
        raise Missing(N_("There is no run {number} of this exchange."), field="run", number=number)
    return found
