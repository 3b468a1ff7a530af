"""Filling the gazetteer: the names of a source, replaced as a whole."""

from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from commonward.areas.actions.revisions import bump, hold
from commonward.areas.models import PlaceName
from commonward.core.refusals import N_, Invalid
from commonward.core.triage.places.extract import Entry, read

OSM, ODBL = "OpenStreetMap", "ODbL 1.0"
_AT_ONCE = 2_000


def import_gazetteer(path: Path, *, source: str = OSM, licence: str = ODBL) -> list[Entry]:
    """Take the named places of an `.osm.pbf` (地名) in place of the earlier ones of this source;
    returns them. Raises Invalid."""
    found = read(path)
    take_gazetteer(found, source=source, licence=licence)
    return found


def take_gazetteer(found: Sequence[Entry], *, source: str, licence: str) -> None:
    """Take these places in place of the earlier ones of this source. Raises Invalid."""
    if not source.strip() or not licence.strip():
        raise Invalid(N_("Say where the names come from and under which licence."), field="source")
    with transaction.atomic():
        hold("gazetteer")
        PlaceName.objects.filter(source=source).delete()
        PlaceName.objects.bulk_create(
            [
                PlaceName(
                    name=one.name,
                    aliases=list(one.aliases),
                    kind=one.kind.value,
                    lat=one.lat,
                    lon=one.lon,
                    source=source,
                    licence=licence,
                )
                for one in found
            ],
            batch_size=_AT_ONCE,
        )
        bump("gazetteer")


def forget_gazetteer(source: str) -> int:
    """Take away all names of a source; returns how many there were. Raises Invalid without any."""
    with transaction.atomic():
        hold("gazetteer")
        count, _ = PlaceName.objects.filter(source=source).delete()
        if not count:
            raise Invalid(
                N_("There is no name from “{source}” in the gazetteer."),
                field="source",
                source=source,
            )
        bump("gazetteer")
    return count
