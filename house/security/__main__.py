"""`./dev check security`: every part, the closing table, the exit code.

--examples N   requests that schemathesis makes of each operation (20)
--only A,B     of code, expressions, libraries, secrets, document, crawl, forged, floods
--town FOLDER  a demonstration that was made before; it is copied, not touched
--offline      a vulnerability service that cannot be reached is no failure
--write        keep the table in docs/guide/security-check.md
"""

import argparse
import os
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from house.installing import ROOT
from house.security import leaks, libraries, sources
from house.security.told import Part, lines, verdict

PAGE = ROOT / "docs" / "guide" / "security-check.md"
TOOLS = ROOT / ".tools"
PARTS = ("code", "expressions", "libraries", "secrets", "document", "crawl", "forged", "floods")
_HEAD = """# What the check of security found

Written by `./dev check security --write`: the code by bandit, every regular expression by the ways it has to read one text, the locked libraries by pip-audit, secrets in the tree and in what git remembers, the API's document by schemathesis, and a crawl of a served town as nobody and as each role ([how](../how-to/release.md#before-a-release)). *Not asked* means that a service did not answer, and is no success.

"""


def main(arguments: list[str]) -> int:
    """Take the parts, tell what each found, close with the table."""
    told = _arguments(arguments)
    # Ended from outside, it ends its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tools = Path(os.environ.get("COMMONWARD_SECURITY_TOOLS", str(TOOLS / "security"))) / "bin"
    uv = next(
        (p for p in (TOOLS / "bin" / "uv", TOOLS / "uv" / "bin" / "uv") if p.exists()), Path("uv")
    )
    parts: list[Part] = []
    if "code" in told.only:
        _take(parts, lambda: sources.read(tools / "bandit"))
    if "expressions" in told.only:
        from house.security import expressions  # noqa: PLC0415 (needs the site)

        _take(parts, expressions.read)
    if "libraries" in told.only:
        _take(parts, lambda: libraries.read(tools / "pip-audit", uv))
    if "secrets" in told.only:
        _take(parts, leaks.scan)
    if {"document", "crawl", "forged", "floods"} & set(told.only):
        with tempfile.TemporaryDirectory(prefix="commonward-security-") as folder:
            _site(told, Path(folder), parts)
    print("", *lines(parts), sep="\n", flush=True)
    if told.write:
        PAGE.write_text(_HEAD + "\n".join(lines(parts)) + "\n", encoding="utf-8")
    return verdict(parts, silence_allowed=told.offline)


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev check security")
    parser.add_argument("--only", type=lambda text: text.split(","), default=PARTS)
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--town", type=Path)
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--write", action="store_true")
    told = parser.parse_args(arguments)
    if wrong := set(told.only) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(wrong))}; there are {', '.join(PARTS)}")
    return told


def _site(told: argparse.Namespace, folder: Path, parts: list[Part]) -> None:
    """What is asked of a served town; each part that changes it has a copy of its own."""
    from house.security import crawling, document, forging, routes, town  # noqa: PLC0415 (needs the site)

    made = told.town or folder / "town"
    if not told.town:
        print("── a town to crawl (a minute or two)", flush=True)
        made.mkdir()
        town.manage(made, "living", "make")
    if {"forged", "floods"} & set(told.only):
        with town.served(town.copied(made, folder / "forged")) as one:
            if "forged" in told.only:
                _take(parts, lambda: _forged(one, folder, made))
            if "floods" in told.only:
                key = one.keys()["demo-admin"]
                _take(
                    parts,
                    lambda: _filled(
                        "floods and bombs", lambda part: forging.floods(one, key, part)
                    ),
                )
    if "document" in told.only:
        with town.served(town.copied(made, folder / "document")) as one:
            number = routes.a_case(one)
            drive = lambda part: document.drive(one, number, told.examples, part)  # noqa: E731
            _take(parts, lambda: _filled("API's document (schemathesis)", drive))
    if "crawl" in told.only:
        copy = town.copied(made, folder / "crawl")
        pages = town.pages(copy)
        with town.served(copy) as one:
            looked, planted = Part("crawl: what is answered"), Part("crawl: what was planted")
            print("── crawl", flush=True)
            try:
                seen = crawling.crawl(one, pages, routes.logins(), routes.shape, looked, planted)
            except Exception as fault:  # the table of the other parts is told all the same
                traceback.print_exc()
                planted.find("unfinished", "crawl", f"{type(fault).__name__}: {str(fault)[:200]}")
                seen = Counter()
            print(f"routes that nobody reached: {', '.join(routes.unseen(seen)) or 'none'}")
            parts += [looked, planted]
        routes.search(copy, planted)


def _forged(one: object, folder: Path, made: Path) -> Part:
    from house.security import forging, town  # noqa: PLC0415 (needs the site)

    part = Part("forged hosts, TLS")
    assert isinstance(one, town.Town)  # noqa: S101 -- for the types
    forging.hosts(one, part)
    address = {"COMMONWARD_SITE_URL": "https://localhost", "COMMONWARD_PROXIES": "1"}
    with town.served(town.copied(made, folder / "tls"), **address) as secure:
        forging.tls(secure, part)
    return part


def _filled(name: str, work: Callable[[Part], None]) -> Part:
    part = Part(name)
    try:
        work(part)
    except Exception as fault:  # the table of the other parts is told all the same
        traceback.print_exc()
        part.find("unfinished", name, f"{type(fault).__name__}: {str(fault)[:200]}")
    return part


def _take(parts: list[Part], work: Callable[[], Part]) -> None:
    part = work()
    parts.append(part)
    print(f"── {part.name}: {part.state} ({part.not_asked or part.looked})", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
