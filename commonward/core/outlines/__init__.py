"""Reading files of areas: GeoJSON outlines and lists of codes, each row checked in words."""

from commonward.core.outlines.reading import MOST_BYTES, read
from commonward.core.outlines.rows import Given, Mending, Outline, Reject

__all__ = ["MOST_BYTES", "Given", "Mending", "Outline", "Reject", "read"]
