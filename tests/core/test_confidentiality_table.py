"""The table of who sees what of a dispute: every role × object × stage × side against the
invariants, typed here once more."""

from commonward.core.confidentiality import ROLES, STAGES, TABLE, may

OF_FIGURES = {"coordinator", "mediator", "leader", "police", "administrator"}
NEVER_OFFICES = {
    "leader", "police", "administrator", "intake_officer", "dispatcher", "duty_chief", "handler",
    "grid_worker", "reporter", "system",
}  # fmt: skip


MEANT_FOR = {
    "caucus": {"party", "mediator"},
    "offers": {"party"},
    "record": {"party", "mediator", "panelist"},
    "figures": OF_FIGURES,
}
OF_ONE_SIDE = {"words", "contacts", "caucus", "offers", "invitations"}


def must_be_refused(role: str, what: str, stage: str, own: bool) -> bool:
    """What no change of the table may ever let through."""
    return (
        role not in ROLES
        or what not in TABLE
        or stage not in STAGES
        or (role in NEVER_OFFICES and what != "figures")
        or role not in MEANT_FOR.get(what, ROLES)
        or (role == "party" and not own and what in OF_ONE_SIDE)
    )


def test_the_table_itself_holds_to_the_invariants_for_every_role_object_stage_and_side() -> None:
    every = [
        (role, what, stage, own)
        for role in (*ROLES, "mayor", "")
        for what in (*TABLE, "dossier", "")
        for stage in (*STAGES, "lunch", "")
        for own in (True, False)
    ]
    assert len(every) >= 10_000
    leaks = [
        one
        for one in every
        if must_be_refused(*one) and may(one[0], one[1], one[2], own_side=one[3])
    ]
    assert not leaks, leaks[:5]
    assert sum(may(one[0], one[1], one[2], own_side=one[3]) for one in every) > 500
