"""One file of areas: what kind it is, and lists of codes."""

import csv

from commonward.core import codes
from commonward.core.outlines.geojson import read_geojson
from commonward.core.outlines.rows import Given, Outline, check_ancestor, checked_name
from commonward.core.refusals import N_, Invalid

MOST_BYTES = 256 * 1024 * 1024

_CODE_COLUMNS = ("code", "adcode", "代码", "区划代码")
_NAME_COLUMNS = ("name", "名称")
_ANCESTOR_COLUMNS = ("provinceCode", "cityCode", "areaCode", "streetCode")


def read(name: str, raw: bytes, *, gcj02: bool = False, level: str = "") -> Given:
    """Read one file: GeoJSON when it begins with a brace or bracket, a list of codes otherwise.

    `gcj02` says that outlines are in GCJ-02; `level` says which level the rows must be of (one
    of another level is left out). Raises Invalid when the file as a whole cannot be read.
    """
    if len(raw) > MOST_BYTES:
        raise Invalid(
            N_("{name} has {size} MB; files up to {most} MB are read, so split it"),
            name=name,
            size=len(raw) // 2**20,
            most=MOST_BYTES // 2**20,
        )
    text = _decoded(name, raw)
    if text.lstrip()[:1] in {"{", "["}:
        given = read_geojson(name, text, gcj02=gcj02)
    else:
        given = read_codes(name, text)
    if level:
        given.keep_level(level)
    return given


def _decoded(name: str, raw: bytes) -> str:
    if b"\0" in raw[:4096]:
        raise Invalid(
            N_("{name} is not text; give GeoJSON, or a CSV in UTF-8 or GB18030"), name=name
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(N_("{name} is neither UTF-8 nor GB18030; save it as UTF-8"), name=name)


def read_codes(name: str, text: str) -> Given:
    """A list in the shape code,name,…; one record a line, so that a broken one harms no other.

    Columns provinceCode, cityCode, areaCode and streetCode are compared with the code's digits.
    """
    given = Given()
    lines = text.splitlines()
    titles = lines[0].split(",") if lines else []
    header = {title.strip().strip('"'): i for i, title in enumerate(titles)}
    code_at = next((header[c] for c in _CODE_COLUMNS if c in header), None)
    name_at = next((header[c] for c in _NAME_COLUMNS if c in header), None)
    if code_at is None or name_at is None:
        raise Invalid(
            N_(
                "{name} begins with {header}; a list of codes begins with a line naming the "
                "columns code and name, and a GeoJSON file with a brace"
            ),
            name=name,
            header=repr(text.strip()[:40]),
        )
    english_at = header.get("name_en")
    ancestors_at = [header[c] for c in _ANCESTOR_COLUMNS if c in header]
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            values = _record(line, len(titles))
            code = codes.parse(values[code_at])
            for i in ancestors_at:
                check_ancestor(code, values[i])
            english = values[english_at].strip() if english_at is not None else ""
            row = Outline(code, checked_name(values[name_at]), english, None, where)
        except Invalid as refusal:
            given.reject(where, refusal.text, **refusal.values)
        else:
            given.add(row)
    return given


def _record(line: str, width: int) -> list[str]:
    try:
        values = next(csv.reader([line], strict=True))
    except csv.Error as error:
        raise Invalid(
            N_(
                "the quotes are broken ({error}): a value in quotes ends with a quote on the "
                "same line, and a quote inside it is doubled"
            ),
            error=str(error),
        ) from error
    if len(values) != width:
        raise Invalid(
            N_("the line has {found} values, but the first line names {width} columns"),
            found=len(values),
            width=width,
        )
    return values
