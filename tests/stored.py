"""What a site has on its disk, read as a thief of the disk would."""

import gzip
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
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


def all_that_is_stored() -> bytes:
    """Every byte of the SQLite database; of PostgreSQL every row of every table, as it is copied."""
    if connection.vendor == "sqlite":
        return every_byte()
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                for row in copy:
                    rows.append(bytes(row))
                    # What stands as bytes is written in hex.
                    rows += [
                        bytes.fromhex(part[3:].decode())
                        for part in bytes(row).rstrip(b"\n").split(b"\t")
                        if part.startswith(b"\\\\x")
                    ]
    return b"\n".join(rows)


def every_file(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file below a folder, and what is packed in it, by its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from unpacked(str(path.relative_to(folder)), path.read_bytes())


def unpacked(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes, and those within an archive, a compressed file or a columnar one."""
    yield name, raw
    if raw[:2] == b"\x1f\x8b":
        yield from unpacked(f"{name} unpacked", gzip.decompress(raw))
    elif raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for inner in packed.namelist():
                yield from unpacked(f"{name}/{inner}", packed.read(inner))
    elif raw[:4] == b"PAR1":
        yield f"{name} read", str(pq.read_table(io.BytesIO(raw)).to_pylist()).encode()
