"""Seal a reporter's details with their case's own key; destroy the key to shred them."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.recording import record
from commonward.cases.actions.rows import KEYS
from commonward.cases.models import Case, CaseKey, Delivery, Subscription
from commonward.core import sealing
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people.keyring import masters as masters

CONTACT_FIELDS = ("first_name", "last_name", "email", "phone", "device_id", "account_id")
LONGEST_CONTACT = 200


def seal_contact(
    case: Case, number: str, contact: Mapping[str, str], *, new: bool = False
) -> bytes | None:
    """The details sealed, or None where none were given. Makes the case's key when needed.

    A `new` case has no key yet, so none is looked for.
    """
    given = {k: v for k, v in contact.items() if v}
    if not given:
        return None
    for name, value in given.items():
        if name not in CONTACT_FIELDS or len(value) > LONGEST_CONTACT or "\x00" in value:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name,
                most=LONGEST_CONTACT,
                field=name,
            )
    key = _key(case, new=new)
    return sealing.seal(json.dumps(given, ensure_ascii=False).encode(), key, number)


def seal_words(case: Case, words: str, context: str) -> bytes:
    """Words sealed with the case's key for one context. Raises Invalid once it is destroyed."""
    return sealing.seal(words.encode(), _key(case), context)


def seal_bytes(case: Case, data: bytes, context: str) -> bytes:
    """A file sealed with the case's key for one context. Raises Invalid once it is destroyed."""
    return sealing.seal(data, _key(case), context)


def unseal_bytes(case: Case, sealed: bytes | memoryview, context: str) -> bytes:
    """The file again; empty once the case's key is destroyed."""
    return unseal_with(CaseKey.objects.filter(case=case).first(), case.number, sealed, context)


def case_keys(cases: Collection[int]) -> Mapping[int, CaseKey]:
    """The keys of these cases, by case (1 query); to unseal what many of them keep."""
    return CaseKey.objects.in_bulk(cases) if cases else {}


def unseal_with(
    key_row: CaseKey | None, number: str, sealed: bytes | memoryview, context: str
) -> bytes:
    """As `unseal_bytes`, of the case with this number, by its key that was read already."""
    if key_row is None or key_row.wrapped is None:
        return b""
    key = sealing.unwrap(key_row.wrapped, masters(), number)
    return sealing.open_sealed(sealed, key, context)


def unseal_words(case: Case, sealed: bytes | memoryview, context: str) -> str:
    """The words again; "" once the case's key is destroyed."""
    return unseal_bytes(case, sealed, context).decode()


def _key(case: Case, *, new: bool = False) -> bytes:
    """The case's key, made when there is none yet; a `new` case has none to look for."""
    if new:
        key = sealing.new_key()
        KEYS.insert(CaseKey(case_id=case.pk, wrapped=sealing.wrap(key, masters(), case.number)))
        return key
    key_row = CaseKey.objects.filter(case=case).first()
    if key_row is None:
        make_keys({case.pk: case.number})
        key_row = CaseKey.objects.get(case=case)
    if key_row.wrapped is None:
        raise Invalid(N_("This case's key was destroyed; details can no longer be kept in it."))
    return sealing.unwrap(key_row.wrapped, masters(), case.number)


def make_keys(cases: Mapping[int, str]) -> None:
    """Keys for these cases (id → number) where they have none; whoever was faster is not undone.

    The public log needs them of every case, and makes them while others may be sealing.
    """
    CaseKey.objects.bulk_create(
        [
            CaseKey(case_id=case, wrapped=sealing.wrap(sealing.new_key(), masters(), number))
            for case, number in cases.items()
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def shred(case: Case, at: datetime, actor: Actor) -> None:
    """Destroy the case's key: every sealed detail in it is gone for good, the record stays."""
    with transaction.atomic():
        changed = CaseKey.objects.filter(case=case, destroyed_at=None).update(
            wrapped=None, destroyed_at=at
        )
        subscribed = Subscription.objects.filter(report__case=case)
        Delivery.objects.filter(subscription__in=subscribed).delete()
        subscribed.delete()
        if changed:
            record(case, "shredded", at, actor)
