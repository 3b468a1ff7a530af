"""Numbers of a running site, written down for programs that watch it (监控指标).

The text form of Prometheus, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): a
line of help and a line of type for each gauge, then a line for each of its values.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_IN_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})
_IN_LABEL = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number that goes up and down: what it says, and its values by their labels.

    Raises ValueError for a name that the form does not allow.
    """

    name: str
    help: str
    values: Sequence[tuple[Mapping[str, str], float]]

    def __post_init__(self) -> None:
        for name in (self.name, *(one for labels, _value in self.values for one in labels)):
            if _NAME.fullmatch(name) is None:
                raise ValueError(f"“{name}” cannot name a gauge or a label")


def single(name: str, help: str, value: float) -> Gauge:
    """A gauge without labels."""
    return Gauge(name, help, (({}, value),))


def written(gauges: Iterable[Gauge]) -> str:
    """All of them as text; each name may stand there once. Raises ValueError for a second one."""
    lines: list[str] = []
    seen: set[str] = set()
    for one in gauges:
        if one.name in seen:
            raise ValueError(f"two gauges are named “{one.name}”")
        seen.add(one.name)
        lines += (f"# HELP {one.name} {one.help.translate(_IN_HELP)}", f"# TYPE {one.name} gauge")
        lines += (f"{one.name}{_labels(labels)} {_number(value)}" for labels, value in one.values)
    return "".join(f"{line}\n" for line in lines)


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    told = (f'{name}="{value.translate(_IN_LABEL)}"' for name, value in sorted(labels.items()))
    return f"{{{','.join(told)}}}"


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
