"""The flat XML of WeChat's messages, read without what makes XML dangerous, and written."""

from collections.abc import Mapping
from xml.parsers import expat

from commonward.core.refusals import N_, Invalid

MOST_BYTES = 65_536
_MOST_FIELDS = 100
_DEEPEST = 4


def read_xml(raw: bytes) -> dict[str, str]:
    """The texts of the fields right under the root. Raises Invalid for what is no such document.

    A document type is refused before anything in it is looked at: there are no entities to grow
    and no files to fetch (XXE, "billion laughs").
    """
    wrong = Invalid(N_("This is no message in XML."), field="body")
    if len(raw) > MOST_BYTES:
        raise wrong
    path: list[str] = []
    found: dict[str, str] = {}

    def refuse(*_given: object) -> int:
        raise wrong

    def starts(name: str, _given: Mapping[str, str]) -> None:
        path.append(name)
        if len(path) > _DEEPEST or len(found) >= _MOST_FIELDS:
            raise wrong
        if len(path) == 2:
            found[name] = ""

    def ends(_name: str) -> None:
        path.pop()

    def says(text: str) -> None:
        if len(path) == 2:
            found[path[1]] += text

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = starts
    parser.EndElementHandler = ends
    parser.CharacterDataHandler = says
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, UnicodeDecodeError, LookupError) as fault:
        raise wrong from fault
    return found


def written_xml(fields: Mapping[str, str]) -> str:
    """The document with these fields; each text as CDATA, digits as they are."""
    return f"<xml>{''.join(_field(name, text) for name, text in fields.items())}</xml>"


def _field(name: str, text: str) -> str:
    safe = "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)
    inside = safe if safe.isascii() and safe.isdecimal() else _cdata(safe)
    return f"<{name}>{inside}</{name}>"


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
