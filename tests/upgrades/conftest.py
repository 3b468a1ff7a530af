"""Walks through every migration with data cost minutes: they run where somebody asks for them."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`./dev test upgrades` (and `--postgres`) runs them; the ordinary tests leave them out."""
    if collection_path.name.startswith("test_"):
        return not any("upgrades" in one for one in config.invocation_params.args) or None
    return None
