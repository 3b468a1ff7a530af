"""Write an answer as GeoReport v2 wants it: XML without namespaces, JSON by the Spark convention.

A body is a dictionary, or `Many` of one element name. In both formats an optional value that is
empty is absent.
"""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'

CONTENT_TYPES = {"xml": "text/xml", "json": "application/json", "csv": "text/csv"}


@dataclass(frozen=True, slots=True)
class Many:
    """A list; in XML each of its items is an element of this name."""

    item: str
    items: Iterable[Any]


def written(root: str, body: dict[str, Any] | Many, form: str) -> bytes:
    """The body in UTF-8: an XML document under `root`, or bare JSON."""
    if form == "json":
        return json.dumps(_plain(body), ensure_ascii=False).encode("utf-8", "replace")
    top = ET.Element(root)
    _grow(top, body)
    return _DECLARATION + ET.tostring(top, encoding="unicode").encode("utf-8", "replace")


def moment(at: datetime) -> str:
    """A moment as W3C's subset of ISO 8601, in the office's zone, to the second."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def _plain(value: Any) -> Any:
    if isinstance(value, Many):
        return [_plain(item) for item in value.items]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if not _absent(item)}
    return value


def _grow(node: ET.Element, value: Any) -> None:
    if isinstance(value, Many):
        for item in value.items:
            _grow(ET.SubElement(node, value.item), item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not _absent(item):
                _grow(ET.SubElement(node, key), item)
    elif isinstance(value, bool):
        node.text = "true" if value else "false"
    else:
        # XML 1.0 has no way to write most control characters; one wrong one spoils the document.
        node.text = _NOT_IN_XML.sub("\ufffd", str(value))


def _absent(value: Any) -> bool:
    return value is None or value == ""
