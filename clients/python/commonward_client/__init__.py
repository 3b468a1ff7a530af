"""A typed client of Commonward's API, and the check of its webhooks."""

from collections.abc import Iterator

from commonward_client.calling import Refused, Upload
from commonward_client.operations import Operations
from commonward_client.shapes import CloudEventShown

__all__ = ["Client", "Refused", "Upload", "follow"]


class Client(Operations):
    """`Client("https://centre.example.org", key)`: each operation is a method of its own name."""


def follow(
    client: Client, after: str = "", *, size: int = 100
) -> Iterator[tuple[CloudEventShown, str]]:
    """Each event after a cursor up to now, with the cursor to keep once it was dealt with.

    The cursor of a page stands behind its last event; before that it is the one of the page
    before, so that a stop in the middle loses nothing and tells some again.
    """
    while True:
        page = client.read_events(after=after, size=size)
        last = len(page["events"]) - 1
        for place, event in enumerate(page["events"]):
            yield event, page["after"] if place == last else after
        after = page["after"]
        if not page["more"]:
            return
