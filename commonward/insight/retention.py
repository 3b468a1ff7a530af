"""What this room keeps that may say something about a person, why, and how it ends (保存期限)."""

from collections.abc import Mapping

from commonward.core.retention import Kept

KEPT: tuple[Kept, ...] = ()

IMPERSONAL: Mapping[str, tuple[str, ...]] = {
    "FigureBook": ("changes", "digest", "reason"),
    "Forecast": ("version", "data"),
    "Release": ("book", "digest", "content"),
    "HotIssue": ("place", "words", "state", "version"),
    "HotAct": ("verb", "reason", "data"),
    "HotspotRun": ("kind", "key", "asked", "data", "trouble"),
}
