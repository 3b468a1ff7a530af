"""Drills: planned, held, looked back on; a file per step."""
