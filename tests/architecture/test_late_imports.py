"""What only planning and counting need is imported when it is used, never when the site starts."""

import json
import subprocess
import sys

from tests.architecture.tracked import ROOT

LATE = (
    *("duckdb", "h3", "highspy", "ibis", "numba", "ortools", "pyarrow", "pyspark", "pyvrp"),
    *("ahocorasick_rs", "opencc", "osmium", "rapidfuzz", "rjieba", "sklearn"),
)


def test_the_site_and_its_addresses_load_without_heavy_libraries() -> None:
    code = (
        "import json, os, sys\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'commonward.config.settings'\n"
        "import django; django.setup()\n"
        "import commonward.config.urls, commonward.config.wsgi\n"
        f"print(json.dumps([name for name in {LATE!r} if name in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []
