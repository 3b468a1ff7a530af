"""The log over HTTP: its files to everybody, for as long as they may be kept, and nothing else."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.ledger import checkpoints, notes
from commonward.core.ledger.folder import Folder, fetch_from
from commonward.core.ledger.following import Seen, follow
from commonward.core.ledger.keychain import Announced
from commonward.core.ledger.keychain import path as key_path
from commonward.core.ledger.merkle import root_of, verify_consistency
from commonward.core.ledger.tiles import Tiled
from tests.core.ledger.log import BEGUN, ORIGIN, Log

pytestmark = pytest.mark.django_db
SIZE = 70_000


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """A log of three levels of tiles, in a folder."""
    made = Log()
    made.grow(SIZE)
    first = Announced(ORIGIN, made.signer.verifier, 0, BEGUN)
    made.files[key_path(0)] = first.signed([made.signer]).encode()
    made.files["keys"] = f"{made.signer.verifier}\n".encode()
    return made


@pytest.fixture(scope="module")
def place(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("site") / "ledger"
    folder = Folder(where)
    for path, raw in log.files.items():
        folder.put(path, raw)
    (where.parent / "secret").write_text("nobody reads this")
    return where


@pytest.fixture
def site(place: Path, settings: Any) -> Client:
    settings.LEDGER = place
    return Client()


def got(client: Client, path: str) -> bytes:
    answer = client.get(f"/ledger/{path}")
    if answer.status_code == 404:
        raise LookupError(path)
    assert answer.status_code == 200, path
    return bytes(answer.content)


def test_each_file_is_served_as_it_lies_there(site: Client, log: Log) -> None:
    for path in [*list(log.files)[::40], "checkpoint", "keys", "key/0"]:
        assert got(site, path) == log.files[path], path


def test_whoever_follows_it_over_http_sees_the_same_tree(site: Client, log: Log) -> None:
    seen = follow(
        ORIGIN, [log.signer.verifier], lambda path: got(site, path), Seen(), log.now, 10**6
    )
    assert seen.size == SIZE


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("keys", "text/plain; charset=utf-8", "no-cache"),
        ("key/0", "text/plain; charset=utf-8", "immutable"),
        ("tile/0/000", "application/octet-stream", "immutable"),
        ("tile/1/000", "application/octet-stream", "immutable"),
        ("tile/2/000.p/1", "application/octet-stream", "immutable"),
        ("tile/entries/000", "application/octet-stream", "immutable"),
    ],
)
def test_a_file_says_what_it_is_and_how_long_it_may_be_kept(
    site: Client, path: str, kind: str, kept: str
) -> None:
    answer = site.get(f"/ledger/{path}")
    assert answer.headers["Content-Type"] == kind
    assert kept in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    again = site.get(f"/ledger/{path}", headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    head = site.head(f"/ledger/{path}")
    assert head.status_code == 200
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]
    assert not head.content
    assert site.post(f"/ledger/{path}").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/../../secret", "tile/0/%2e%2e/%2e%2e/secret", "tile/../secret", "key/../../secret",
        "tile/0/x000/..%2f..%2fsecret", "tile//etc/passwd", "tile/0/000/", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000\\..\\secret", "tile/0/000%00", "tile/64/000", "key/-1",
        "checkpoint/", "checkpoint%00", "tile/0/999", "tile/0/0000", "key/9", "tile/entries",
        "tile/0/x000/../000", "tile/0/000%0a", "keys/", "tile/0/%D9%A0%D9%A0%D9%A0", "key/%D9%A0",
        "tile/0/" + "x999/" * 6 + "999", "tile/0/" + "x" * 9000, "key/" + "9" * 5000, ".checkpoint.1.x",
    ],
)  # fmt: skip
def test_no_other_path_leads_into_the_folder_or_out_of_it(site: Client, path: str) -> None:
    answer = site.get(f"/ledger/{path}")
    assert answer.status_code == 404
    assert b"nobody reads this" not in answer.content


@given(path=st.text(max_size=40))
def test_whatever_is_asked_for_is_a_file_of_the_log_or_missing(place: Path, path: str) -> None:
    try:
        raw = Folder(place).fetch(f"tile/{path}")
    except LookupError:
        return
    assert raw in {one.read_bytes() for one in place.rglob("*") if one.is_file()}


@pytest.mark.parametrize("before", [1, 2, 255, 256, 257, 40_000, 65_536, SIZE - 1, SIZE])
def test_a_proof_shows_that_the_log_only_grew(site: Client, log: Log, before: int) -> None:
    answer = site.get(f"/ledger/consistency/{before}/")
    told = json.loads(answer.content)
    now = checkpoints.read(told["checkpoint"], ORIGIN, [log.signer.verifier])
    proof = [b64decode(one) for one in told["proof"]]
    then = root_of(before, Tiled(SIZE, log.fetch).node)
    verify_consistency(before, then, now.size, now.root, proof)
    assert (told["format"], told["log"], told["before"]) == (
        "commonward-consistency/1", ORIGIN, before,
    )  # fmt: skip
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("before", ["0", str(SIZE + 1), "99999999999999999999999"])
def test_there_is_no_proof_for_a_size_that_never_was(site: Client, before: str) -> None:
    answer = site.get(f"/ledger/consistency/{before}/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_log_that_has_not_begun_is_missing_in_words(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER = tmp_path / "nothing"
    for path in ("checkpoint", "consistency/1/", "tile/0/000"):
        assert Client().get(f"/ledger/{path}").status_code == 404


def test_a_follower_elsewhere_reads_it_over_the_network(
    live_server: Any, place: Path, settings: Any, log: Log
) -> None:
    settings.LEDGER = place
    fetch = fetch_from(f"{live_server.url}/ledger/")
    note = fetch("checkpoint").decode()
    assert notes.read(note, [log.signer.verifier]).text.startswith(ORIGIN)
    assert fetch("tile/2/000.p/1") == log.files["tile/2/000.p/1"]
    with pytest.raises(LookupError):
        fetch("tile/2/001")
