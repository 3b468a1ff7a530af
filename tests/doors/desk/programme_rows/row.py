"""Who is let in to an address of the programmes."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """Who is let in, what stands in the address, and whether it is asked for or sent to.

    To `unseen` people (with a post) the thing asked for does not exist: 404.
    """

    let_in: tuple[str, ...]
    given: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    unseen: tuple[str, ...] = ()

    def expected(self, login: str) -> str:
        """What this person meets: "in", "refused", "missing" or "sign in"."""
        if login == "nobody":
            return "sign in"
        if login in self.unseen:
            return "missing"
        return "in" if login in self.let_in else "refused"
