"""Which polygon holds a point: a cell table in front, an exact test of the few edges behind it.

Built once from polygons, kept in plain arrays (so that several processes can map one file), and
equal to testing every polygon with exact arithmetic.
"""

from commonward.core.locator.table import Locator

__all__ = ["Locator"]
