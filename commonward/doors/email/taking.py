"""Take the mails that came out of the mailbox (收件): each is kept first, and deleted after.

What is none of ours stays, unread, for whoever keeps the mailbox.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError

from commonward.doors.email.boxes import Letter, opened
from commonward.doors.email.boxes.imap import Away, NotDone
from commonward.doors.email.deciding import LEFT, MANY, UNREAD, decide

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Took:
    """What one pass did: answers of offices taken, mails about a hand-over that could not be read,
    others left; new reports, answers of reporters, receipts of mail servers, and what was dropped
    (answers by themselves, our own mails that came back). `many` are reports beyond what is taken in
    an hour: they stay unread, as the others that are left."""

    taken: int = 0
    unread: int = 0
    left: int = 0
    reported: int = 0
    answered: int = 0
    bounced: int = 0
    dropped: int = 0
    many: int = 0


def take(where: str, now: Callable[[], datetime], *, most: int = 200) -> Took:
    """Take what is new in the mailbox; one mail that fails never stops the rest.

    What dies between keeping and deleting is read again, and changes nothing the second time.
    Raises OSError where the mailbox cannot be reached.
    """
    done = Took()
    with opened(where) as box:
        for letter in box.letters(most):
            what = _one(letter, now())
            if what:
                setattr(done, what, getattr(done, what) + 1)
    return done


def _one(letter: Letter, at: datetime) -> str:
    """What became of it; "" where it stays to be tried again."""
    try:
        raw = letter.read()
        what = LEFT if raw is None else decide(raw, at)
    except Away:
        raise
    except FileNotFoundError:  # another worker took it
        return ""
    except (DatabaseError, OSError):  # the database is busy, the disk is full: it is tried again
        log.exception("The mail %s could not be kept; it stays", letter.name)
        return ""
    except Exception:  # it must not come first for ever
        log.exception("The mail %s could not be taken; it is left", letter.name)
        what = LEFT
    try:
        if what in (LEFT, MANY, UNREAD):
            letter.leave()
        else:
            letter.taken()
    except Away:
        raise
    except (NotDone, OSError) as fault:  # it is taken again, and changes nothing the second time
        log.warning("The mail %s stays where it was: %s", letter.name, type(fault).__name__)
        return ""
    return what
