"""The one router that every operation joins: an address may be read in one file, changed in
another."""

from typing import Any

from ninja import Router

from commonward.doors.api.problems import ERRORS, Problem

router = Router()
PROBLEMS: dict[Any, Any] = {frozenset(ERRORS): Problem}
