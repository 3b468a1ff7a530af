"""The page that checks receipts, in a real browser, beside Python's check of the same receipts:
both must say the same of sound ones and of each one that was tampered with."""

import copy
import json
import math
import random
import struct
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from commonward.core.ledger.entries import Entry, canonical, commitment, entry_of, new_salt
from commonward.core.ledger.facts import digest
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.keychain import Announced
from commonward.core.ledger.keychain import path as key_path
from commonward.core.ledger.notes import WITNESS, Signer, cosigned
from commonward.core.ledger.receipts import Leaf, Refuted, receipt, verify
from commonward.core.ledger.tiles import Tiled
from tests.core.ledger.log import BEGUN, ORIGIN, Log

PAGE = "/ledger/verify/"
CHECK = """async ([texts, keys, origin]) => {
  const receipts = await import("/static/ledger/verify/receipts.js");
  const known = await receipts.keysIn(keys);
  const said = [];
  for (const text of texts) {
    try {
      const found = await receipts.checkReceipt(text, known, origin);
      said.push(found.entries.map((one) => one.refuted?.code ?? "holds").join(" "));
    } catch (fault) {
      said.push(fault.code ?? `fault of the page: ${fault}`);
    }
  }
  return said;
}"""
CANONICAL = """async (texts) => {
  const { canonical, parse } = await import("/static/ledger/verify/json.js");
  return texts.map((text) => { try { return canonical(parse(text)); } catch { return null; } });
}"""
NO_SUBTLE = "Object.defineProperty(Crypto.prototype, 'subtle', { get() { return undefined; } });"
NO_ED25519 = """const first = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (form, key, algorithm, ...rest) {
  if (algorithm.name === "Ed25519") throw new DOMException("unknown", "NotSupportedError");
  return first.call(this, form, key, algorithm, ...rest);
};"""
Keys = list[Any]


class Sealed(Log):
    """A log on the disk of a site, whose events say this and that."""

    def told(self, facts: dict[str, Any], opened: dict[str, Any] | None = None) -> Leaf:
        """Add an event with these facts, and parts that its holder may read."""
        salts = {name: new_salt() for name in opened or {}}
        if opened:
            facts = {
                **facts,
                "parts": {n: base64(digest(salts[n], n, v)) for n, v in opened.items()},
            }
        salt = new_salt()
        entry = entry_of(self.at, salt, facts)
        shown = {name: (value, salts[name]) for name, value in (opened or {}).items()}
        leaf = Leaf(facts, salt, entry.milliseconds, self.size, shown)
        self.add([entry.to_bytes()])
        return leaf

    def receipt(self, *leaves: Leaf) -> dict[str, Any]:
        note = self.files["checkpoint"].decode()
        return receipt(ORIGIN, note, leaves, Tiled(self.size, self.fetch).node)

    def lay(self, place: Path) -> None:
        """Put the files where the site looks for them."""
        first = Announced(ORIGIN, self.signer.verifier, 0, BEGUN)
        self.files[key_path(0)] = first.signed([self.signer]).encode()
        folder = Folder(place)
        for path, raw in self.files.items():
            folder.put(path, raw)


def base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def python_says(text: str, keys: Keys, origin: str = "") -> bool:
    try:
        verify(text, keys, origin)
    except Refuted:
        return False
    return True


@pytest.fixture(scope="module")
def log() -> Sealed:
    made = Sealed()
    made.grow(300)
    return made


@pytest.fixture(scope="module")
def sound(log: Sealed) -> dict[str, Any]:
    """A receipt of two events, the second with parts that are opened."""
    first = log.told({"form": "commonward-event/1", "event": 7, "case": "C-1", "verb": "opened"})
    second = log.told(
        {"form": "commonward-event/1", "event": 9, "case": "C-1", "verb": "answer", "to": "done"},
        {"told": "垃圾堆 beside the gate 😀", "place": [112.9, 28.2], "rest": None},
    )
    log.grow(41)
    return log.receipt(first, second)


@pytest.fixture
def desk(window: Callable[..., Any], log: Sealed, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """The page, open, at a site that has this log."""
    settings.LEDGER = tmp_path
    log.lay(tmp_path)
    with window("en-GB", 320) as opened:
        opened.open(PAGE)
        yield opened


def page_says(w: Any, texts: list[str], keys: Keys, origin: str = "") -> list[str]:
    found: list[str] = w.page.evaluate(CHECK, [texts, "\n".join(map(str, keys)), origin])
    assert not [one for one in found if one.startswith("fault")], found
    return found


def holds(said: str) -> bool:
    return set(said.split()) == {"holds"}


def places_in(given: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a JSON value, the inner ones too."""
    if path:
        yield path
    if isinstance(given, dict):
        for name, inner in given.items():
            yield from places_in(inner, (*path, name))
    elif isinstance(given, list):
        for place, inner in enumerate(given):
            yield from places_in(inner, (*path, place))


def tampered(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The receipt with one thing changed: each value, each removed, each name, each sign of text."""
    for path in places_in(given):
        for what in ("removed", "changed", "another kind", "renamed"):
            made = copy.deepcopy(given)
            inner: Any = made
            for one in path[:-1]:
                inner = inner[one]
            last = path[-1]
            if _still_sound(path, what):
                continue
            if what == "removed":
                del inner[last]
            elif what == "renamed":
                if not isinstance(inner, dict):
                    continue
                inner[f"{last}x"] = inner.pop(last)
            elif what == "another kind":
                inner[last] = [inner[last]]
            else:
                inner[last] = other(inner[last])
            yield f"{'/'.join(map(str, path))} {what}", json.dumps(made)


def _still_sound(path: tuple[Any, ...], what: str) -> bool:
    """Less of a receipt is a receipt, and a name that nobody reads says nothing: an entry fewer or
    twice, parts that are not opened, something written beside."""
    of = path[-2] if len(path) > 1 else ""
    if what == "removed":
        return bool(of in ("entries", "opened") or path[-1] == "opened")
    if what == "renamed":
        return bool(path[-1] == "opened")
    return what == "changed" and bool(path == ("entries",) or of in ("entries", "opened"))


def other(value: Any) -> Any:
    """Another value of the same kind, as near as can be."""
    if isinstance(value, bool) or value is None:
        return "x"
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        if not value:
            return "x"
        place = len(value) // 2
        return value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
    if isinstance(value, list):
        return [*value, value[-1]] if value else ["AAAA"]
    return {**value, "more": 1}


def test_a_sound_receipt_holds_and_each_thing_that_is_changed_in_it_is_found(
    desk: Any, log: Sealed, sound: dict[str, Any]
) -> None:
    keys = [log.signer.verifier]
    assert page_says(desk, [json.dumps(sound)], keys, ORIGIN) == ["holds holds"]
    cases = list(tampered(sound))
    assert len(cases) > 150
    said = page_says(desk, [text for _, text in cases], keys)
    for (what, text), one in zip(cases, said, strict=True):
        python = python_says(text, keys)
        assert holds(one) is python, f"{what}: the page says {one}, Python {python}"
        assert not python, what


def test_each_step_of_the_signed_note_counts(desk: Any, log: Sealed, sound: dict[str, Any]) -> None:
    keys = [log.signer.verifier]
    # The last sign of the signature has two bits that say nothing, hence all but it.
    note = sound["checkpoint"]
    texts = [
        json.dumps({**sound, "checkpoint": note[:place] + sign + note[place + 1 :]})
        for place in range(len(note) - len("x=\n"))
        for sign in {"A", "\n", ""} - {note[place]}
    ]
    said = page_says(desk, texts, keys)
    assert [holds(one) for one in said] == [python_says(text, keys) for text in texts]
    assert not any(holds(one) for one in said)


def test_facts_are_written_in_one_way_as_python_writes_them(desk: Any) -> None:
    rng = random.Random(8785)
    floats = [struct.unpack(">d", rng.randbytes(8))[0] for _ in range(4000)]
    floats += [0.0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308, 9007199254740991.0, 1e21, 1e-7,
               9.999999999999997e22, 1e23, 1.0000000000000001e23, 333333333.3333332, 1e20, 123456.0,
               -1.5e300, 4.35, 0.000001, 0.0000001, 2**53 + 2.0]  # fmt: skip
    values: list[Any] = [f for f in floats if math.isfinite(f)]
    values += [2**53 - 1, -(2**53) + 1, 2**53, -(2**53), 10**30, 0, -1, True, None]
    values += ["\ud800", "\udc00\ud800", "\U0001f600", '\u2028\x7f\x00\x1f"\\/', "é", "e\u0301"]
    values += [{"\ue000": 1, "\U0001f600": 2, "\r": 3, "1": 4, "": 5, "ö": 6}, {"a": {"b": []}}]
    texts = [json.dumps(one) for one in values]
    found = desk.page.evaluate(CANONICAL, texts)
    for value, text, one in zip(values, texts, found, strict=True):
        assert one == written(value), text


def written(value: Any) -> str | None:
    """The value as Python writes it, or None where it refuses to."""
    try:
        return canonical({"": value}).decode()[len('{"":') : -1]
    except (ValueError, UnicodeError):
        return None


TEXT = st.text(st.characters(exclude_categories=[]) | st.sampled_from('\ud83d\ude00 "\\/\n'))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@rules(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(JSON, min_size=20, max_size=20))
def test_any_json_is_written_as_python_writes_it(desk: Any, texts: list[Any]) -> None:
    found = desk.page.evaluate(CANONICAL, [json.dumps(one) for one in texts])
    assert found == [written(one) for one in texts]


def _as_json_holds_it(given: Any) -> bool:
    return written(given) is not None


@rules(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.lists(st.dictionaries(TEXT, JSON, max_size=4).filter(_as_json_holds_it),
                   min_size=1, max_size=4),
    opened=st.dictionaries(TEXT, JSON, max_size=3).filter(_as_json_holds_it),
    noise=st.binary(min_size=1, max_size=8), place=st.floats(0, 1, exclude_max=True),
)  # fmt: skip
def test_random_receipts_hold_or_fall_as_python_says(
    desk: Any, log: Sealed, facts: list[dict[str, Any]], opened: dict[str, Any], noise: bytes,
    place: float,
) -> None:  # fmt: skip
    keys = [log.signer.verifier]
    leaves = [log.told({k: v for k, v in one.items() if k != "parts"}, opened) for one in facts]
    text = json.dumps(log.receipt(*leaves))
    start = int(place * len(text))
    spoilt = text[:start] + noise.decode("latin-1") + text[start + len(noise) :]
    plain = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    said = page_says(desk, [text, spoilt], keys)
    assert holds(said[0]) and python_says(text, keys)
    assert holds(said[1]) is python_says(spoilt, keys), spoilt
    if plain.encode(errors="replace").decode() == plain:
        assert holds(page_says(desk, [plain], keys)[0])


@pytest.mark.parametrize("text", [
    "", "{", "[]", "null", "NaN", '{"format": "commonward-receipt/1"}', "\ufeff{}", "[" * 200_000,
    '{"format": "commonward-receipt/1", "log": "", "checkpoint": "x"}', " " * 600_000,
    '{"format": "commonward-receipt/2"}', '"commonward-receipt/1"', "1" * 5_000,
])  # fmt: skip
def test_what_is_no_receipt_is_refuted_in_words(desk: Any, log: Sealed, text: str) -> None:
    keys = [log.signer.verifier]
    assert not holds(page_says(desk, [text], keys)[0])
    assert not python_says(text, keys)


@pytest.mark.parametrize("missing", [NO_SUBTLE, NO_ED25519])
def test_a_browser_that_lacks_cryptography_checks_by_the_library(
    desk: Any, log: Sealed, sound: dict[str, Any], missing: str
) -> None:
    desk.page.add_init_script(missing)
    desk.open(PAGE)
    keys = [log.signer.verifier]
    cases = [json.dumps(sound), *(text for _, text in list(tampered(sound))[::5])]
    said = page_says(desk, cases, keys)
    assert [holds(one) for one in said] == [True] + [False] * (len(cases) - 1)
    by = "async () => (await import('/static/ledger/verify/digests.js')).by"
    assert desk.page.evaluate(by)["signatures"] == "library"


def test_strangers_and_witnesses_are_told_apart(
    desk: Any, log: Sealed, sound: dict[str, Any]
) -> None:
    witness = Signer.new("witness.example", WITNESS)
    note = cosigned(sound["checkpoint"], witness, 1_795_000_000)
    with_witness = json.dumps({**sound, "checkpoint": note})
    wrong = json.dumps({**sound, "checkpoint": cosigned(sound["checkpoint"], witness, 1) + "x"})
    log_key, witness_key = log.signer.verifier, witness.verifier
    for keys, text in (
        ([log_key, witness_key], with_witness), ([log_key], with_witness),
        ([witness_key], with_witness), ([Signer.new(ORIGIN).verifier], with_witness),
        ([log_key, witness_key], wrong),
    ):  # fmt: skip
        assert holds(page_says(desk, [text], keys)[0]) is python_says(text, keys)
    assert page_says(desk, [with_witness], [witness_key]) == ["no_log_key"]
    assert page_says(desk, [with_witness], [log_key], "other.example") == ["other_log"]


SAID = "2026-11-22T08:00:01.000000Z"


def moments() -> Iterator[tuple[dict[str, Any], int, Any]]:
    for written in (SAID, "2026-11-22T08:00:01Z", "2026-02-30T08:00:01.000000Z", 7, None,
                    "0001-01-01T00:00:00.000000Z", f"{SAID}\n", ""):  # fmt: skip
        for late in (0, -1, 3_600_000):
            for version in (1, 2):
                yield {"case": "C-1", "written": written}, 1_795_334_401_000 + late, version


def test_moments_that_do_not_agree_are_found_as_python_finds_them(desk: Any) -> None:
    """What followers saw of a leaf, and what the holder of its receipt is told."""
    own = Sealed()
    given = []
    for facts, at_ms, version in moments():
        salt = new_salt()
        own.add([Entry(at_ms, commitment(salt, facts), version).to_bytes()])
        made = own.receipt(Leaf(facts, salt, at_ms, own.size - 1, version=version))
        given.append(json.dumps(made))
        for other_version in (3, 1.0, True, "1", None, 3 - version):
            entry = made["entries"][0] | {"version": other_version}
            given.append(json.dumps({**made, "entries": [entry]}))
    keys = [own.signer.verifier]
    found = [holds(one) for one in page_says(desk, given, keys)]
    assert found == [python_says(one, keys) for one in given]
    assert 0 < sum(found) < len(found)


HOSTILE = '"><img src=x onerror=window.struck=1><script>window.struck=1</script>{count} %s'


def test_what_a_hostile_receipt_says_is_shown_as_text_and_runs_nowhere(desk: Any) -> None:
    own = Sealed()
    facts = {name: HOSTILE for name in ("case", "verb", "from", "to", "at", "role", "team")}
    leaf = own.told(
        {**facts, "form": HOSTILE, "event": HOSTILE, HOSTILE: HOSTILE, "constructor": "x"},
        {"told": HOSTILE, "place": {HOSTILE: HOSTILE, "__proto__": 1}, HOSTILE: [HOSTILE]},
    )
    own.grow(2)
    given = json.dumps(own.receipt(leaf))
    assert python_says(given, [own.signer.verifier])
    desk.page.locator("#origin").evaluate("one => { one.closest('details').open = true; }")
    desk.page.locator("#origin").fill("")
    desk.page.locator("#keys").fill(str(own.signer.verifier))
    desk.page.locator("#receipt").fill(given)
    desk.page.get_by_role("button", name="Check", exact=True).click()
    desk.page.locator("[data-verdict=holds]").wait_for()
    assert "<img src=x" in desk.page.locator("[data-entry]").first.inner_text()
    assert desk.page.evaluate("() => window.struck === undefined")
    assert desk.page.locator("[data-entry] img, [data-entry] script").count() == 0


def test_enormous_and_deep_texts_are_refused_and_the_page_goes_on(
    desk: Any, log: Sealed, sound: dict[str, Any]
) -> None:
    keys = [log.signer.verifier]
    digits = json.dumps(sound).replace('"C-1"', "9" * 100_000)
    texts = ["x" * 5_000_000, "[" * 200_000 + "]" * 200_000, json.dumps(sound) * 200, digits]
    assert not any(holds(one) for one in page_says(desk, texts, keys))
    assert holds(page_says(desk, [json.dumps(sound)], keys)[0])
