"""Whoever has the database, or a backup of it, has nobody's second factor."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import LazySettings

from commonward.core.sealing import CannotOpen
from commonward.people.models import Account

SECRET = "JBSWY3DPEHPK3PXP" * 2
FIRST, SECOND = "first-master-key-of-this-site-random", "second-master-key-of-this-site-random"


@pytest.mark.django_db
def test_the_secret_of_an_authenticator_does_not_stand_in_the_database() -> None:
    account = Account.objects.create(login="zhou", name="Zhou")
    TOTP.activate(account, SECRET)
    stored = str(Authenticator.objects.get(user=account).data)
    assert SECRET not in stored
    assert "sealed:" in stored


def test_a_sealed_secret_opens_after_the_master_key_was_changed(settings: LazySettings) -> None:
    settings.MASTER_KEY = FIRST
    kept = get_adapter().encrypt(SECRET)
    settings.MASTER_KEY = f"{SECOND},{FIRST}"
    assert get_adapter().decrypt(kept) == SECRET
    settings.MASTER_KEY = SECOND
    with pytest.raises(CannotOpen):
        get_adapter().decrypt(kept)


def test_a_secret_from_before_they_were_sealed_still_opens() -> None:
    assert get_adapter().decrypt(SECRET) == SECRET
