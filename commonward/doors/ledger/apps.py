"""Django's registration of the log's door."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Checkpoint, tiles and proofs as files; what they are, in words; the page that checks."""

    name = "commonward.doors.ledger"
    label = "doors_ledger"
