"""What this room keeps that may say something about a person, why, and how it ends (保存期限)."""

from collections.abc import Mapping

from commonward.core.retention import Kept

KEPT: tuple[Kept, ...] = ()

IMPERSONAL: Mapping[str, tuple[str, ...]] = {}
"""What cannot say anything about a person: codes, names of works and places, and moments."""
