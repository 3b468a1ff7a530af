"""The chart of Helm: its digest, and its rendering by Helm itself, kept beside it for the tests.

`python -m house.chart` lints the chart and renders it anew, with the `helm` of the machine. Whoever
changes the chart runs it; the tests hold the digest in the rendering against the chart, and need
no helm.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from house.installing import ROOT

CHART = ROOT / "deploy" / "helm"
RENDERED = CHART / "rendered"
CASES: Mapping[str, Sequence[str]] = {
    "as-shipped.yaml": (),
    "otherwise.yaml": (
        "--set", "ingress.enabled=true", "--set", "ingress.className=nginx",
        "--set", "ingress.annotations.a=b", "--set", "volume.existingClaim=there",
        "--set", "networkPolicy.enabled=false", "--set", "web.replicas=1",
        "--set-json", 'workers.take-sms={"args":["take_sms","--every","5"],"replicas":1}',
    ),
}  # fmt: skip
"""What is rendered, with which values beside those of the chart."""


def digest() -> str:
    """Another one as soon as a file of the chart changes; what was rendered is not of it."""
    found = hashlib.sha256()
    for path in sorted(one for one in CHART.rglob("*") if one.is_file()):
        if RENDERED not in path.parents:
            found.update(f"{path.relative_to(CHART)}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def main() -> int:
    """Lint, render, keep; 1 where there is no helm or it finds a fault."""
    helm = shutil.which("helm")
    if helm is None:
        print("There is no helm on this machine.", file=sys.stderr)
        return 1
    if subprocess.run([helm, "lint", "--strict", str(CHART)], check=False).returncode:
        return 1
    RENDERED.mkdir(exist_ok=True)
    for name, values in CASES.items():
        told = subprocess.run(
            [helm, "template", "commonward", str(CHART), *values],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        (RENDERED / name).write_text(f"# of the chart {digest()}\n{told.stdout}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
