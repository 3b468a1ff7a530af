"""Django's registration of the maps."""

from django.apps import AppConfig


class TilesConfig(AppConfig):
    """Vector tiles of areas, roads and cases, the map's style, and the map as a component."""

    name = "commonward.doors.tiles"
    label = "doors_tiles"
