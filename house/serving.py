"""Serving out of the project's own environment: see commonward/config/serving.py."""

from collections.abc import Sequence

from commonward.config import serving
from commonward.config.serving import site_address, together
from house.installing import ROOT, VENV

__all__ = ["serve", "site_address", "together"]


def serve(arguments: list[str], beside: Sequence[Sequence[str]] = ()) -> int:
    """Serve with the granian of `.venv`, from this folder."""
    granian = (str(VENV / "bin" / "granian"),)
    return serving.serve(arguments, beside, granian=granian, folder=ROOT)
