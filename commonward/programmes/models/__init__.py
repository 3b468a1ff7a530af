"""The tables of the room; a file per subject."""

__all__: list[str] = []
