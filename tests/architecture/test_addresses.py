"""The repository names no machine and no registry: it works wherever it is cloned."""

import re
from urllib.parse import urlsplit

from tests.architecture.tracked import ROOT, files, short

# Written so that this file does not match itself.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home[/][a-z]+|Users[/][A-Za-z]+)[/]")
REGISTRIES = re.compile(
    r"pypi[.]org|python[h]osted[.]org|pypi[.]tuna|pypi[.]python|mirrors?[.](?:aliyun|tencent|huawei)"
    r"|npmjs[.](?:org|com)|npm[m]irror|unpkg[.]com|jsdelivr[.]net|cdnjs[.]|registry[.]yarnpkg"
)
PUBLIC = re.compile(r"pypi[.]org|files[.]python[h]osted[.]org")


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    """file:line for each match in a text file of the project, the lock file left out."""
    found = []
    for path in files():
        content = path.read_bytes()
        if path.name == "uv.lock" or b"\0" in content[:8192]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{short(path)}:{number}")
    return found


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert not lines_matching(MACHINE_PATHS)


def test_no_file_names_a_registry() -> None:
    assert not lines_matching(REGISTRIES)


def test_the_lock_file_names_the_public_index_only() -> None:
    addresses = re.findall(r'"(https?://[^"]+)"', (ROOT / "uv.lock").read_text(encoding="utf-8"))
    assert addresses
    hosts = {urlsplit(address).hostname or "" for address in addresses}
    assert all(PUBLIC.fullmatch(host) for host in hosts), hosts


def test_the_patterns_see_what_they_are_for() -> None:
    assert MACHINE_PATHS.search("open('/work" + "/x')")
    assert REGISTRIES.search("https://pypi" + ".org/simple")
