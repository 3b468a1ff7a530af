"""The open cases on a map, tile by tile, as somebody or everybody may see them."""

from commonward.cases.queries.on_map.finding import Cluster, InTile, Point, in_tile, right_key
from commonward.cases.queries.on_map.keeping import Kept, kept

__all__ = ["Cluster", "InTile", "Kept", "Point", "in_tile", "kept", "right_key"]
