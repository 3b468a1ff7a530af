"""One installation in a process of its own, with its own database, folder and server.

`python tests/installation.py` sets a small district up in COMMONWARD_VAR, serves it at the port of
COMMONWARD_SITE_URL, and then does what its lines of standard input ask, one JSON answer a line.
"""

import io
import json
import os
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "commonward.config.settings"


def main() -> None:
    """Set up, serve, answer."""
    import django  # noqa: PLC0415 (after the settings are named)

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    if "people_account" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    port = urlsplit(settings.SITE_URL).port or 0
    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.set_app(get_wsgi_application())
    Thread(target=server.serve_forever, daemon=True).start()
    here = Here()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = getattr(here, asked.pop("do"))(**asked)
        except Exception as error:
            answer = {"error": type(error).__name__, "code": getattr(error, "code", ""),
                      "words": str(error)}  # fmt: skip
        print(json.dumps(answer, default=str), flush=True)


class Here:
    """What the tests ask of an installation; people by their log-ins."""

    def __init__(self) -> None:
        from django.utils import timezone  # noqa: PLC0415

        from commonward.people.models import Account  # noqa: PLC0415
        from tests.district import small_district  # noqa: PLC0415

        self.now = timezone.now
        self.later = timedelta()
        if not Account.objects.exists():
            small_district(self.at() - timedelta(minutes=5))

    def at(self) -> datetime:
        """The installation's moment; it may be moved on by days."""
        return self.now() + self.later

    def who(self, login: str) -> Any:
        """Somebody with their rights."""
        from commonward.people.models import Account  # noqa: PLC0415
        from commonward.people.queries import actor_for  # noqa: PLC0415

        return actor_for(Account.objects.get(login=login).pk, self.at())

    def move_on(self, days: float) -> None:
        """So many days pass here."""
        self.later += timedelta(days=days)

    def card(self) -> dict[str, str]:
        """Name, key and fingerprint."""
        from commonward.cases.actions.federating import keys  # noqa: PLC0415
        from commonward.core.federation import letters  # noqa: PLC0415

        public = keys.public_key(self.at())
        return {"name": keys.own_name(), "key": letters.public_text(public),
                "fingerprint": letters.fingerprint(public)}  # fmt: skip

    def neighbour(self, card: dict[str, str], address: str) -> int:
        """Name a neighbour and compare its key."""
        from commonward.cases.actions.federating import neighbours  # noqa: PLC0415

        admin = self.who("administrator")
        made = neighbours.add_neighbour(
            admin, card["name"], address, at=self.at(), key=card["key"], origin=card["name"]
        )
        neighbours.compare(admin, made.pk, card["fingerprint"], at=self.at())
        return made.pk

    def told(self, words: str, photo: bool = False) -> str:
        """Somebody reports rubbish, with a telephone number and perhaps a picture."""
        from commonward.cases.actions import Said, open_case  # noqa: PLC0415
        from commonward.cases.actions.photos import prepare_photo, with_photos  # noqa: PLC0415
        from commonward.core.rights import SYSTEM  # noqa: PLC0415
        from tests.district import RUBBISH, District  # noqa: PLC0415

        lat, lon = District.inside()
        said = Said(
            channel="counter", words=words, lat=lat, lon=lon, contact={"phone": "13800138000"}
        )
        pictures = [prepare_photo(_noise())] if photo else []
        at = self.at()
        report = with_photos(pictures, lambda: open_case(RUBBISH, said, at), at, SYSTEM)
        return report.number

    def step(self, number: str, verb: str, login: str, **given: Any) -> str:
        """A step of the procedure."""
        from commonward.cases.actions import act  # noqa: PLC0415
        from commonward.people.queries import team_by_code  # noqa: PLC0415

        if "team" in given:
            given["team"] = team_by_code(given["team"]).pk
        return act(number, verb, self.who(login), self.at(), given).stage

    def offer(self, number: str, to: int) -> str:
        """The dispatcher offers a case to a neighbour."""
        from commonward.cases.actions.federating.giving import offer  # noqa: PLC0415

        return offer(number, to, "It lies on your side.", self.who("dispatcher"), self.at()).key

    def consent(self, key: str, report: str, given: bool) -> None:
        """The reporter says on their page whether their details go along."""
        from commonward.cases.actions.federating.giving import consent  # noqa: PLC0415
        from commonward.cases.models import Report  # noqa: PLC0415
        from commonward.core.rights import reporter  # noqa: PLC0415

        row = Report.objects.get(number=report)
        consent(self.row(key).pk, report, given, "", reporter(row.pk), self.at())

    def accept(self, key: str, hours: float | None = None, because: str = "") -> None:
        """The dispatcher takes what is offered."""
        from commonward.cases.actions.federating.taking import accept  # noqa: PLC0415
        from tests.district import RUBBISH  # noqa: PLC0415

        due = None if hours is None else self.at() + timedelta(hours=hours)
        accept(self.row(key).pk, RUBBISH, self.who("dispatcher"), self.at(), due=due,
               late_because=because)  # fmt: skip

    def decline(self, key: str) -> None:
        """The dispatcher does not take it."""
        from commonward.cases.actions.federating.taking import decline  # noqa: PLC0415

        decline(self.row(key).pk, "Not ours either.", self.who("dispatcher"), self.at())

    def withdraw(self, key: str) -> None:
        """The dispatcher takes an offer back."""
        from commonward.cases.actions.federating.giving import withdraw  # noqa: PLC0415

        withdraw(self.row(key).pk, self.who("dispatcher"), self.at())

    def send(self) -> dict[str, Any]:
        """One pass of the sender."""
        from commonward.doors.federation.sending import send_letters  # noqa: PLC0415

        done = send_letters(self.at)
        return {"sent": done.sent, "put_off": done.put_off}

    def row(self, key: str) -> Any:
        """A hand-over by its key."""
        from commonward.cases.models import HandOver  # noqa: PLC0415

        return HandOver.objects.select_related("case").get(key=key)

    def stands(self) -> dict[str, Any]:
        """Both halves of everything that is handed, and the cases, as they lie in the database."""
        from commonward.cases.models import (  # noqa: PLC0415
            Case,
            Event,
            HandOver,
            HandOverLetter,
            HandOverPart,
            Photo,
        )

        return {
            "handings": {
                row.key: {
                    "side": row.side, "state": row.state, "fault": row.fault, "told": row.told,
                    "case": row.case.number if row.case else "", "agreed": row.agreed_at,
                    "promised": row.promised_at, "content": row.content, "way": row.way,
                    "owed": list(HandOverLetter.objects.filter(hand_over=row)
                                 .order_by("seq").values_list("kind", flat=True)),
                    "parts": list(HandOverPart.objects.filter(hand_over=row)
                                  .values_list("have", "size", "failed")),
                    "receipt": bool(row.receipt),
                }
                for row in HandOver.objects.select_related("case")
            },
            "cases": {
                case.number: {
                    "stage": case.stage, "away": case.away_since, "open": case.is_open,
                    "due": case.due_at, "source": case.source, "words": case.summary,
                    "photos": Photo.objects.filter(case=case).count(),
                    "verbs": list(Event.objects.filter(case=case).order_by("id")
                                  .values_list("verb", flat=True)),
                }
                for case in Case.objects.all()
            },
        }  # fmt: skip

    def contact(self, number: str) -> dict[str, str]:
        """What is known here of whoever reported a case."""
        from commonward.cases.access import contact_of  # noqa: PLC0415
        from commonward.cases.models import Report  # noqa: PLC0415

        report = Report.objects.filter(case__number=number).order_by("id")[0]
        return contact_of(report, self.who("intake_officer"), self.at(), door="test")


def _noise() -> bytes:
    """A picture that cannot be made small: it goes in several pieces."""
    from PIL import Image  # noqa: PLC0415

    drawn = random.Random(7).randbytes(700 * 500 * 3)
    file = io.BytesIO()
    Image.frombytes("RGB", (700, 500), drawn).save(file, "JPEG", quality=92)
    return file.getvalue()


if __name__ == "__main__":
    main()
