"""What the database has on its disk, read as a thief of the disk would."""

import subprocess
import sys
from pathlib import Path

from django.db import connection

_READ = """
import sys
from pathlib import Path
for name in sys.argv[1:]:
    sys.stdout.buffer.write(Path(name).read_bytes())
"""


def every_byte() -> bytes:
    """Every byte of the SQLite database of this test, with its log of writes.

    Another process reads. Whoever opens and closes the file beside SQLite gives away every lock
    that the process has on it (POSIX), and the next process that leaves the database removes the
    log of writes under those who still use it: "disk I/O error", for all that follows.
    """
    name = Path(str(connection.settings_dict["NAME"]))
    files = sorted(str(one) for one in name.parent.glob(f"{name.name}*"))
    read = subprocess.run([sys.executable, "-c", _READ, *files], capture_output=True, check=True)
    return read.stdout
