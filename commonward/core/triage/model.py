"""A trained model of the words: what it says of a text, and how it is kept in a file (分拣模型).

What other rooms need of this package:

- `learning.train(examples, seeds, seed=…)` → `Trained`, or `starting.Starting` while there is
  too little to learn from; both are `said.Reads`;
- `save(trained)` → bytes and `load(bytes)` → `Trained`: no pickle, every part checked;
- `judging.judge`, `judging.precision_at`, `card.card`: whether it may be used, and what is told.

Prediction needs numpy alone.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core.refusals import N_, Invalid
from commonward.core.triage.calibrating import KNOTS, Calibration
from commonward.core.triage.features import SHOWN_FROM, Lexicon
from commonward.core.triage.reading import Language, language, tokens
from commonward.core.triage.said import MOST_REASONS, Suggested, distinct
from commonward.core.triage.spelling import Spelling, of_told, shipped

FORMAT = "commonward-words-2"
LARGEST = 30 * 2**20
"""Bytes of a model's file."""
_LARGEST_INSIDE = 8 * LARGEST
_FEW = 20
"""Codes with fewer examples than this have their probability lowered: n / (n + 2)."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trained:
    """A model of the words, ready to read; made by `learning.train` or `load`.

    `weights` are features × (learners · codes) in half precision, learner by learner; `offset`
    has one figure per learner and code.
    """

    codes: tuple[str, ...]
    examples: tuple[int, ...]
    """Confirmed texts per code."""
    lexicon: Lexicon
    weights: npt.NDArray[np.float16]
    offset: npt.NDArray[np.float32]
    calibration: Calibration
    table: Spelling = field(default_factory=shipped)
    """With which it was taught; it goes with the file, so that another table changes no answer."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What the card tells of its making; part of the version."""

    @cached_property
    def version(self) -> str:
        """The kind of model and the digest of all that it is made of."""
        return f"words-2-{_digest(_header(self), _arrays(self))[:12]}"

    @property
    def learners(self) -> int:
        """How many sets of weights lie side by side."""
        return len(self.calibration.slope) // 2

    def suggest(self, words: str, *, most: int = 3) -> tuple[Suggested, ...]:
        """The likeliest codes of one text, the best first; () where the text says nothing.

        A text in a language other than Chinese or English says nothing to this model.
        """
        return self._said([words], most)[0]

    def suggest_each(self, texts: Sequence[str], *, most: int = 3) -> list[tuple[Suggested, ...]]:
        """The same for many texts at once, in their order."""
        return self._said(texts, most) if texts else []

    def probabilities(self, texts: Sequence[str]) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Texts × codes, and which of the texts say anything at all."""
        read = [self._read(text) for text in texts]
        rows = [self.lexicon.row(words) for words in read]
        given = self._given(rows, [len(words) for words in read])
        return given, np.array([len(columns) > 0 for columns, _ in rows], bool)

    def _read(self, text: str) -> list[str]:
        return [] if language(text) in (Language.OTHER, Language.NONE) else tokens(text, self.table)

    def _given(
        self,
        rows: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]],
        lengths: Sequence[int],
    ) -> Floats:
        learners = self.learners
        scores = np.empty((len(rows), learners * len(self.codes)))
        for number, (columns, values) in enumerate(rows):
            scores[number] = values @ self.weights[columns].astype(np.float32) + self.offset
        shaped = scores.reshape(len(rows), learners, len(self.codes))
        seen = np.array(self.examples, float)
        sure = np.where(seen < _FEW, seen / (seen + 2), 1.0)
        return self.calibration(shaped, lengths) * sure

    def _said(self, texts: Sequence[str], most: int) -> list[tuple[Suggested, ...]]:
        read = [self._read(text) for text in texts]
        rows = [self.lexicon.row(words) for words in read]
        given = self._given(rows, [len(words) for words in read])
        said: list[tuple[Suggested, ...]] = []
        for words, (columns, values), chances in zip(read, rows, given, strict=True):
            if not len(columns):
                said.append(())
                continue
            best = np.argsort(-chances, kind="stable")[:most].tolist()
            why = self._because(words, columns, values, best)
            said.append(
                tuple(
                    Suggested(self.codes[code], float(chances[code]), because)
                    for code, because in zip(best, why, strict=True)
                )
            )
        return said

    def _because(
        self,
        words: Sequence[str],
        columns: npt.NDArray[np.int32],
        values: npt.NDArray[np.float32],
        codes: Sequence[int],
    ) -> list[tuple[str, ...]]:
        """For each code the words of the text that speak most for it against the others.

        A pair of words counts half for each. Only words that at least `SHOWN_FROM` groups of
        reports used are named.
        """
        find, known_in = self.lexicon.word, self.lexicon.known_in
        shown = {
            word: column
            for word in dict.fromkeys(words)
            if len(word) > 1
            and (column := find(word)) is not None
            and known_in[column] >= SHOWN_FROM
        }
        if not shown:
            return [()] * len(codes)
        names = list(shown)
        place = {word: number for number, word in enumerate(names)}
        asked = list(shown.values())
        # What is asked for, and the words whose share it is: a word its own, a pair of both.
        share_of, share_in = list(range(len(names))), list(range(len(names)))
        pair = self.lexicon.pair
        for first, second in dict.fromkeys(zip(words, words[1:], strict=False)):
            both = [place[word] for word in (first, second) if word in place]
            if both and (column := pair(first, second)) is not None:
                share_of += [len(asked)] * len(both)
                share_in += both
                asked.append(column)
        at = np.array(asked, np.int32)
        # A text's columns are in order and hold every word and pair that the lexicon knows.
        value = values[np.searchsorted(columns, at)]
        value[len(names) :] *= 0.5
        shaped = self.weights[at].astype(np.float32)
        weight = shaped.reshape(len(at), self.learners, len(self.codes)).mean(axis=1)
        speaks = (weight - weight.mean(axis=1, keepdims=True)) * value[:, None]
        found = []
        for code in codes:
            told = np.bincount(share_in, speaks[share_of, code], len(names))
            best = np.argsort(-told, kind="stable")[: 2 * MOST_REASONS].tolist()
            found.append(distinct(names[number] for number in best if told[number] > 0))
        return found


_PARTS: Mapping[str, str] = {
    "names": "uint8",
    "rarity": "float32",
    "known_in": "int32",
    "weights": "float16",
    "offset": "float32",
    "slope": "float64",
    "bias": "float64",
}


def _arrays(model: Trained) -> dict[str, npt.NDArray[Any]]:
    return {
        "names": np.frombuffer("\n".join(model.lexicon.names).encode(), np.uint8),
        "rarity": model.lexicon.rarity,
        "known_in": model.lexicon.known_in,
        "weights": model.weights,
        "offset": model.offset,
        "slope": model.calibration.slope,
        "bias": model.calibration.bias,
    }


def _header(model: Trained) -> dict[str, Any]:
    return {
        "codes": list(model.codes),
        "examples": list(model.examples),
        "table": model.table.told,
        "about": dict(model.about),
    }


def _digest(header: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    made = hashlib.sha256(
        json.dumps(header, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    )
    for name in _PARTS:
        made.update(f"\n{name} {arrays[name].shape}\n".encode())
        made.update(np.ascontiguousarray(arrays[name]).tobytes())
    return made.hexdigest()


def save(model: Trained) -> bytes:
    """The model as a file: two lines (format, digest), then numpy's own format (.npz) with a JSON
    header; raises Invalid if it is too big.
    """
    header = _header(model) | {"version": model.version}
    told = np.frombuffer(json.dumps(header, ensure_ascii=False).encode(), np.uint8)
    written = io.BytesIO()
    np.savez_compressed(written, allow_pickle=False, header=told, **_arrays(model))
    packed = written.getvalue()
    data = f"{FORMAT}\n{hashlib.sha256(packed).hexdigest()}\n".encode() + packed
    if len(data) > LARGEST:
        raise Invalid(N_("The model is larger than 30 MB: fewer features must be kept."))
    return data


def load(data: bytes) -> Trained:
    """The model of a file; raises Invalid for one that is damaged, foreign or of another time."""
    form, _, rest = data[:200].partition(b"\n")
    digest = rest.partition(b"\n")[0]
    if form != FORMAT.encode() and form.startswith(b"commonward-words-"):
        raise Invalid(N_("This model was made for another version of the programme: train again."))
    packed = data[len(form) + len(digest) + 2 :]
    if len(data) > LARGEST or hashlib.sha256(packed).hexdigest().encode() != digest:
        raise _damaged()
    try:
        return _loaded(packed)
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise _damaged() from broken
    except (OSError, EOFError, SyntaxError, zipfile.BadZipFile) as broken:
        raise _damaged() from broken


def _damaged() -> Invalid:
    return Invalid(N_("The file of the model is damaged: train again or take another version."))


def _loaded(data: bytes) -> Trained:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        inside = {info.filename: info.file_size for info in packed.infolist()}
    if set(inside) != {f"{name}.npy" for name in ("header", *_PARTS)}:
        raise _damaged()
    if sum(inside.values()) > _LARGEST_INSIDE:
        raise _damaged()
    with np.load(io.BytesIO(data), allow_pickle=False) as read:
        arrays = {name: read[name] for name in _PARTS}
        header = json.loads(read["header"].tobytes().decode())
    if any(str(arrays[name].dtype) != kind for name, kind in _PARTS.items()):
        raise _damaged()
    names = arrays["names"].tobytes().decode()
    lexicon = Lexicon(
        tuple(names.split("\n")) if names else (), arrays["rarity"], arrays["known_in"]
    )
    model = Trained(
        codes=tuple(map(str, header["codes"])),
        examples=tuple(map(int, header["examples"])),
        lexicon=lexicon,
        weights=arrays["weights"],
        offset=arrays["offset"],
        calibration=Calibration(arrays["slope"], arrays["bias"]),
        table=of_told(header["table"]),
        about=header["about"],
    )
    learners = model.learners
    wide = learners * len(model.codes)
    fits = (
        len(lexicon.names) == len(lexicon.rarity) == len(lexicon.known_in) == len(model.weights)
        and model.weights.ndim == 2
        and model.weights.shape[1] == wide
        and model.offset.shape == (wide,)
        and model.calibration.slope.shape == (2 * learners, len(KNOTS))
        and model.calibration.bias.shape == (len(KNOTS), len(model.codes))
        and len(model.examples) == len(model.codes)
    )
    if not fits or model.version != header.get("version"):
        raise _damaged()
    return model
