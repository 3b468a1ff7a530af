"""The master key is changed while the site works: nothing is lost, nothing stays behind."""

import ast
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import BinaryField
from django.utils import timezone, translation

from commonward.cases.actions.hooking import add_hook
from commonward.cases.actions.rewrapping import wrapped_by
from commonward.cases.actions.sealing import masters, seal_words, shred, unseal_words
from commonward.cases.models import Case, CaseKey, Conversation
from commonward.core import sealing
from commonward.core.rights import SYSTEM
from commonward.doors.commands.backing import manifest
from commonward.doors.commands.examining_keys import FAULT, WARNING, keys_looked_at
from commonward.doors.commands.mastering import columns
from commonward.people import keyring, kms
from commonward.people.models import Account
from tests.architecture.tracked import PACKAGE, python_files, short
from tests.district import District, small_district

ROOT = Path(__file__).parents[3]
FACTOR = "JBSWY3DPEHPK3PXP" * 2

_KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from commonward.doors.commands import mastering
whole, left = mastering.rewrap, int(sys.argv[1])
def counted(column, *, batch):
    global left
    for many in whole(column, batch=batch):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        yield many
mastering.rewrap = counted
call_command("keyring", "rotate", "--settle", "0", "--batch", "7")
"""

_SERVICE = """
import json, os, sys
from base64 import b64decode, b64encode
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
key = AESGCM(bytes.fromhex(open(sys.argv[1]).read()))
asked = json.load(sys.stdin)
if "wrap" in asked:
    nonce = os.urandom(12)
    made = nonce + key.encrypt(nonce, b64decode(asked["wrap"]), None)
    print(json.dumps({"wrapped": b64encode(made).decode()}))
else:
    kept = b64decode(asked["unwrap"])
    print(json.dumps({"plain": b64encode(key.decrypt(kept[:12], kept[12:], None)).decode()}))
"""


@pytest.fixture
def ring_file(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A ring of one key, made two years ago, for this test alone."""
    settings.VAR = tmp_path
    settings.MASTER_KEY_FILE = tmp_path / "master-key"
    settings.MASTER_KEY_FILE.write_text(f"{secrets.token_urlsafe(48)} 2024-01-02\n")
    kms.unwrap.cache_clear()
    with translation.override("en"):
        yield settings.MASTER_KEY_FILE


def asked(*words: str) -> str:
    said = StringIO()
    call_command("keyring", *words, stdout=said)
    return said.getvalue()


def rotated() -> str:
    return asked("rotate", "--settle", "0", "--batch", "7")


def conversations(many: int) -> None:
    """Many keys of one column, so that there are many batches."""
    made = []
    for number in range(many):
        mark = f"mark {number}"
        wrapped = sealing.wrap(sealing.new_key(), masters(), f"chat {mark}")
        made.append(
            Conversation(platform="web", mark=mark, key=wrapped, kept=b"", last_at=timezone.now())
        )
    Conversation.objects.bulk_create(made)


def with_keys(district: District) -> Case:
    """A case with a sealed word, a hook, a second factor, conversations."""
    report = district.report(contact={"phone": "13900001111"})
    conversations(40)
    add_hook(SYSTEM, "Other", "https://example.org/hook", at=timezone.now() - timedelta(days=3))
    account = Account.objects.first()
    Authenticator.objects.create(
        user=account, type="totp", data={"secret": get_adapter().encrypt(FACTOR)}
    )
    return report.case


def opens(case: Case, sealed: bytes) -> None:
    assert unseal_words(case, sealed, "test") == "said in confidence"
    for row in Conversation.objects.all():
        sealing.unwrap(row.key, masters(), f"chat {row.mark}")


def test_who_is_killed_in_the_middle_goes_on_and_all_opens_at_every_moment(
    transactional_db: None, ring_file: Path
) -> None:
    case = with_keys(small_district())
    sealed = seal_words(case, "said in confidence", "test")
    gone = Case.objects.create(**{**_bare(case), "number": "GONE"})
    seal_words(gone, "shredded", "test")
    shred(gone, timezone.now(), SYSTEM)
    (before,) = wrapped_by(columns())
    told = connection.settings_dict
    url = f"sqlite:///{told['NAME']}"
    if connection.vendor == "postgresql":
        host, port = told["HOST"] or "localhost", told["PORT"] or "5432"
        url = f"postgresql://{told['USER']}:{told['PASSWORD']}@{host}:{port}/{told['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": url, "COMMONWARD_MASTER_KEY_FILE": str(ring_file),
        "DJANGO_SETTINGS_MODULE": "commonward.config.settings",
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, "4"], env=environment, capture_output=True, text=True,
        check=False, cwd=ROOT,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    # This process served all the while: it follows the ring, opens both kinds, wraps by the new.
    halfway = wrapped_by(columns())
    assert len(halfway) == 2 and halfway[before] > 0
    opens(case, sealed)
    assert [one[0] for one in keys_looked_at(0.0)] == [WARNING]
    said = rotated()
    assert "is retired" in said and before.hex() in said
    assert set(wrapped_by(columns())) == {masters()[0].mark} != {before}
    opens(case, sealed)
    assert get_adapter().decrypt(Authenticator.objects.get().data["secret"]) == FACTOR
    assert CaseKey.objects.get(case=gone).wrapped is None, "a destroyed key does not come back"
    assert not list(keys_looked_at(0.0))
    assert ring_file.stat().st_mode & 0o077 == 0
    for one in keyring.retired_folder().iterdir():
        assert one.stat().st_mode & 0o077 == 0


def _bare(case: Case) -> dict[str, Any]:
    """The fields of a case, for another row."""
    return {
        field.attname: getattr(case, field.attname)
        for field in Case._meta.concrete_fields
        if not field.primary_key
    }


def test_an_earlier_backup_needs_the_key_of_its_time_and_no_more_than_it_is_kept(
    db: None, ring_file: Path
) -> None:
    case = with_keys(small_district())
    sealed = seal_words(case, "said in confidence", "test")
    wrapped = bytes(CaseKey.objects.get(case=case).wrapped or b"")
    kept = {"master_keys": manifest.marks_of_keys()}
    assert manifest.missing_keys(kept) == []
    rotated()
    (mark,) = manifest.missing_keys(kept)
    old = keyring.retired_folder() / mark
    # Put back below the first line, what the backup holds opens again, and is wrapped anew.
    ring_file.write_text(ring_file.read_text() + old.read_text())
    assert manifest.missing_keys(kept) == []
    CaseKey.objects.filter(case=case).update(wrapped=wrapped)
    opens(case, sealed)
    rotated()
    assert set(wrapped_by(columns())) == {masters()[0].mark}
    assert mark in asked("show")
    asked("destroy", mark)
    assert not old.exists() and mark not in asked("show")
    CaseKey.objects.filter(case=case).update(wrapped=wrapped)
    with pytest.raises(sealing.CannotOpen):
        unseal_words(case, sealed, "test")
    ((state, told, do),) = keys_looked_at(0.0)
    assert state == FAULT and mark in told and do
    with pytest.raises(CommandError, match="None of the master keys"):
        rotated()
    with pytest.raises(CommandError, match="No retired key"):
        asked("destroy", "../master-key")


def test_a_key_service_keeps_the_master_and_its_file_alone_opens_nothing(
    db: None, ring_file: Path, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "service.py").write_text(_SERVICE)
    (tmp_path / "service.key").write_text(secrets.token_hex(32))
    case = with_keys(small_district())
    sealed = seal_words(case, "said in confidence", "test")
    settings.KMS = f"{sys.executable} {tmp_path / 'service.py'} {tmp_path / 'service.key'}"
    rotated()
    assert ring_file.read_text().startswith("kms:") and len(ring_file.read_text().splitlines()) == 1
    opens(case, sealed)
    # Another process begins without the service: no key, and no word of what it was asked.
    kms.unwrap.cache_clear()
    keyring._seen.clear()
    settings.KMS = f"{sys.executable} -c raise(SystemExit(3))"
    with pytest.raises(kms.KmsSilent) as refused:
        masters()
    assert ring_file.read_text()[4:20] not in str(refused.value)
    assert [one[0] for one in keys_looked_at(0.0)] == [FAULT]


def test_keys_of_the_environment_are_wrapped_anew_and_the_day_says_when(
    db: None, ring_file: Path, settings: Any
) -> None:
    assert [one[0] for one in keys_looked_at(0.0)] == [WARNING], "two years old"
    case = with_keys(small_district())
    sealed = seal_words(case, "said in confidence", "test")
    first = ring_file.read_text().split()[0]
    settings.MASTER_KEY = first
    with pytest.raises(CommandError, match="put a new random one before it"):
        rotated()
    settings.MASTER_KEY = f"{secrets.token_urlsafe(48)},{first}"
    assert "take it out of COMMONWARD_MASTER_KEY" in rotated()
    settings.MASTER_KEY = settings.MASTER_KEY.split(",")[0]
    opens(case, sealed)


MAKERS = {
    "cases/actions/sealing.py", "cases/actions/chatting.py", "cases/actions/phoning.py",
    "cases/actions/hooking.py", "cases/actions/ledger_keys.py", "cases/actions/rewrapping.py",
    "cases/actions/federating/keys.py", "cases/actions/federating/neighbours.py",
    "cases/actions/exchanging/keeping.py", "response/actions/bank_ends.py",
    "response/actions/units.py", "programmes/actions/voting.py",
    "programmes/actions/surveys/listing.py",
}  # fmt: skip
"""Who wraps a key: each one's columns stand in WRAPPED of its room's register."""


def test_whoever_wraps_a_key_stands_in_a_register() -> None:
    found = {
        short(path).removeprefix("commonward/")
        for path in python_files(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "wrap"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "sealing"
    }
    assert found == MAKERS, "Put its column into WRAPPED, then into this list."
    for column in columns():
        field = apps.get_model(column.model)._meta.get_field(column.field)
        assert isinstance(field, BinaryField), column
