"""People who report and staff who work, over HTTP, as long as it takes: whoever got no answer asks
again under the same key, as every door of ours promises that they may."""

import base64
import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlencode

from faults.book import Book
from faults.inside import STAFF, STEPS
from faults.installation import Site

TIMEOUT = 40
STATE = re.compile(r'name="state" value="([^"]*)"')
STEP = re.compile(r'name="step" value="([^"]*)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)
FORM = "application/x-www-form-urlencoded"


class Ended(Exception):
    """The load is over; what was under way stays unanswered."""


class Load:
    """Clients in threads; `acked` are moments (asked, answered) of writes that were acknowledged."""

    def __init__(
        self,
        site: Site,
        book: Book,
        *,
        pause: float = 0.1,
        portal: bool = True,
        photos: bool = False,
    ) -> None:
        self.site, self.book, self.pause = site, book, pause
        self.photos = photos
        self.acked: list[tuple[float, float]] = []
        self.statuses: Counter[int] = Counter()
        self.odd: list[str] = []
        self.refusals: list[tuple[int, str, str]] = []
        self.lost_answers = 0
        """Askings that no answer came to: refused lines, and lines that broke."""
        self._over, self._finish = threading.Event(), 0.0
        self._opened: list[str] = []
        self._lock = threading.Lock()
        jobs = [self._open311] * 3 + [self._staff] + ([self._portal] if portal else [])
        self._threads = [
            threading.Thread(target=self._go_on, args=(job, f"c{n}"), daemon=True)
            for n, job in enumerate(jobs)
        ]
        self._name = f"{random.randrange(10**9):09d}"

    def __enter__(self) -> "Load":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, finish: float = 60.0) -> None:
        """No more new reports; what is under way may still be answered for a while."""
        self._finish = time.monotonic() + finish
        self._over.set()
        for one in self._threads:
            one.join(finish + 2 * TIMEOUT)

    def wait_for(self, more: int, patience: float = 600.0) -> int:
        """Until so many more were acknowledged; says how many were."""
        before, until = len(self.acked), time.monotonic() + patience
        while len(self.acked) < before + more and time.monotonic() < until:
            time.sleep(0.005)
        return len(self.acked) - before

    def back_after(
        self, moment: float, patience: float = 600.0, settling: float = 0.0
    ) -> float | None:
        """Seconds from this moment to the first acknowledged write that was asked after it, and
        after what was killed has fallen: a postmaster's children serve on for a moment."""
        until, seen = time.monotonic() + patience, max(0, len(self.acked) - 50)
        while time.monotonic() < until:
            found = [done for asked, done in self.acked[seen:] if asked > moment + settling]
            if found:
                return min(found) - moment
            time.sleep(0.02)
        return None

    def _go_on(self, job: Any, name: str) -> None:
        number = 0
        try:
            while not self._over.is_set():
                number += 1
                job(f"{self._name}-{name}-{number}")
                self._over.wait(self.pause * random.uniform(0.3, 1.7))
        except Ended:
            return
        except Exception as fault:  # told at the end: the load must not end in silence
            self.odd.append(f"{name}: {fault!r}")

    def ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], str]:
        """Until there is an answer that is none of a site that cannot now."""
        while True:
            line = http.client.HTTPConnection(self.site.host, self.site.port, timeout=TIMEOUT)
            asked = time.monotonic()
            try:
                line.request(
                    method,
                    path,
                    None
                    if body is None
                    else body.encode("latin-1" if "boundary" in str(headers) else "utf-8"),
                    {"Host": "localhost", **headers},
                )
                answer = line.getresponse()
                text = answer.read().decode()
                self.statuses[answer.status] += 1
                if answer.status < 500:
                    if method == "POST" and answer.status in (200, 201, 302):
                        self.last = (asked, time.monotonic())
                    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text
                with self._lock:
                    self.refusals.append(
                        (answer.status, answer.getheader("Retry-After") or "", text[:2000])
                    )
                    del self.refusals[:-200]
            except (OSError, http.client.HTTPException, UnicodeDecodeError):
                self.lost_answers += 1
            finally:
                line.close()
            if self._over.is_set() and time.monotonic() > self._finish:
                raise Ended
            time.sleep(random.uniform(0.05, 0.3))

    def _noted(self, kind: str, asked: float, **facts: Any) -> None:
        now, wall = time.monotonic(), int(time.time() * 1000)
        told = {"at": wall, "asked_at": int(wall - (now - asked) * 1000)}
        self.book.note(kind, **facts, **told)
        with self._lock:
            self.acked.append((asked, now))

    def _open311(self, key: str) -> None:
        lat, lon = self.site.told["places"][0]
        words = f"Heap {key}. 垃圾一堆。"
        body = urlencode({
            "api_key": self.site.told["secrets"]["open311"], "service_code": self.site.told["category"],
            "lat": lat, "long": lon, "description": words, "email": "resident@example.org",
        })  # fmt: skip
        asked = time.monotonic()
        kind = {"Content-Type": FORM, "Idempotency-Key": key}
        if self.photos:
            body, kind["Content-Type"] = _with_photo(body)
        status, _, text = self.ask("POST", "/open311/v2/requests.json", body, kind)
        if status not in (200, 201):
            self.odd.append(f"open311 {status} {text[:200]}")
            return
        number = str(json.loads(text)[0]["service_request_id"])
        self._noted("report", asked, number=number, words=words)

    def _api(self, who: str, method: str, path: str, body: Any, **more: str) -> Any:
        headers = {"Authorization": f"Bearer {self.site.told['secrets'][who]}", **more}
        if body is not None:
            headers["Content-Type"] = "application/json"
        text = None if body is None else json.dumps(body)
        return self.ask(method, f"/api/v1{path}", text, headers)

    def _staff(self, key: str) -> None:
        """A report from the counter, taken in, filed and sent out: four writes by three posts."""
        lat, lon = self.site.told["places"][1]
        words = f"Counter {key}."
        asked = time.monotonic()
        told = {
            "category": self.site.told["category"],
            "words": words,
            "lat": lat,
            "lon": lon,
            "channel": "counter",
        }
        status, _, text = self._api(
            "intake_officer", "POST", "/cases", told, **{"Idempotency-Key": key}
        )
        if status != 201:
            self.odd.append(f"api {status} {text[:200]}")
            return
        found = json.loads(text)
        number = found["case"]
        self._noted("report", asked, number=found["report"], words=words)
        for who, verb in zip(STAFF, STEPS, strict=True):
            given = {"team": self.site.told["team"]} if verb == "dispatch" else {}
            if not self._step(who, number, verb, given):
                return

    def _step(self, who: str, number: str, verb: str, given: dict[str, Any]) -> bool:
        """One step; where no answer came it is read first whether it was taken."""
        for _ in range(20):
            status, headers, text = self._api(who, "GET", f"/cases/{number}", None)
            if status != 200:
                self.odd.append(f"case {status} {text[:200]}")
                return False
            if _reached(json.loads(text)["case"]["stage"], verb):
                return True  # an earlier asking was taken and its answer lost
            asked = time.monotonic()
            status, _, text = self._api(
                who, "POST", f"/cases/{number}/verbs/{verb}", given, **{"If-Match": headers["etag"]}
            )
            if status == 200:
                self._noted("step", asked, case=number, verb=verb)
                return True
            if status not in (409, 412, 403):
                self.odd.append(f"{verb} {status} {text[:300]}")
                return False
        self.odd.append(f"{verb}: never taken")
        return False

    def _portal(self, key: str) -> None:
        """The pages of the report, one question after the other, and then news by mail."""
        lat, lon = self.site.told["places"][2]
        words = f"Page {key}. Rubbish."
        answers: dict[str, dict[str, Any]] = {
            "words": {"words": words}, "category": {"category": self.site.told["category"]},
            "where": {"lat": lat, "lon": lon, "address": ""}, "same": {"same": "other"},
            "contact": {"email": f"{key}@example.org"}, "check": {},
        }  # fmt: skip
        _, headers, text = self.ask("GET", "/report/", None, {})
        for _ in range(10):
            cookie = (
                {"Cookie": headers["set-cookie"].split(";")[0]} if "set-cookie" in headers else {}
            )
            cookies = cookie or self._cookie
            self._cookie = cookies
            name = _first(STEP, text)
            form = {
                "csrfmiddlewaretoken": _first(TOKEN, text), "state": _first(STATE, text),
                "step": name, "go": "next", **answers.get(name, {}),
            }  # fmt: skip
            asked = time.monotonic()
            status, headers, text = self.ask(
                "POST", "/report/", urlencode(form), {"Content-Type": FORM, **cookies}
            )
            if status == 302:
                break
            if status != 200:
                self.odd.append(f"portal {status} at {name}: {text[:200]}")
                return
        else:
            self.odd.append(f"portal: still at {name}: {text[-1500:]}")
            return
        token = headers["location"].split("/")[2]
        self._noted("receipt", asked, token=token, words=words)
        self._news(token, f"{key}@example.org", cookies)

    _cookie: dict[str, str] = {}

    def _news(self, token: str, address: str, cookies: dict[str, str]) -> None:
        _, headers, text = self.ask("GET", f"/my/{token}/mail/", None, cookies)
        form = {"csrfmiddlewaretoken": _first(TOKEN, text), "channel": "mail", "address": address}
        asked = time.monotonic()
        status, _, text = self.ask(
            "POST", f"/my/{token}/mail/", urlencode(form), {"Content-Type": FORM, **cookies}
        )
        if status != 200:
            self.odd.append(f"mail {status} {text[:300]}")
            return
        self._noted("news", asked, token=token)


def _with_photo(form: str) -> tuple[str, str]:
    """The same form with a picture, as a browser sends it."""
    edge = "a-line-between"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parse_qsl(form)
    ]
    parts.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="media"; filename="a.png"\r\n'
        f"Content-Type: image/png\r\n\r\n"
    )
    whole = "".join(parts).encode() + PICTURE + f"\r\n--{edge}--\r\n".encode()
    return whole.decode("latin-1"), f"multipart/form-data; boundary={edge}"


def _reached(stage: str, verb: str) -> bool:
    """Whether a case in this stage has this step behind it."""
    order = ("collect", "file", "dispatch", "handle")
    return stage in order and order.index(stage) > STEPS.index(verb)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""
