"""Every text has its Chinese, and what Django reads is what the translators wrote."""

import gettext
from pathlib import Path

import pytest

from house import translating


@pytest.mark.parametrize("locale", sorted(translating.LOCALES))
def test_every_text_is_translated(locale: str) -> None:
    owed = translating.missing(locale)
    assert not owed, f"Run ./dev words, then fill django.po: {owed}"


@pytest.mark.parametrize("locale", sorted(translating.LOCALES))
def test_the_compiled_file_is_the_one_of_the_texts(locale: str) -> None:
    compiled = translating.LOCALES[locale].with_suffix(".mo")
    assert compiled.read_bytes() == translating.compiled(translating.read(locale)), "./dev words"


@pytest.mark.parametrize("locale", sorted(translating.LOCALES))
def test_no_translation_names_a_place_that_nothing_fills(locale: str) -> None:
    assert not translating.misplaced(locale)


def test_texts_are_found_in_code_and_in_templates(tmp_path: Path) -> None:
    package = tmp_path / "rooms"
    (package / "templates").mkdir(parents=True)
    (package / "door.py").write_text(
        "from x import N_, ngettext, pgettext\n"
        'raise Invalid(N_("No such {thing}."), thing=1)\n'
        'ngettext("%d case", "%d cases", n)\n'
        'pgettext("month", "May")\n',
        encoding="utf-8",
    )
    (package / "templates" / "page.html").write_text(
        '{% load i18n %}\n<p class="it\'s">{% translate "Say it once" %}</p>\n'
        "  {% blocktranslate with n=case.number %}Case {{ n }}{% endblocktranslate %}\n",
        encoding="utf-8",
    )
    found = translating.collect(package)
    for text in ("No such {thing}.", "Say it once", "Case %(n)s"):
        assert text in found, text
    assert found.get(("%d case", "%d cases")) is not None
    assert found.get("May", "month") is not None


def test_a_kept_translation_survives_a_renewal_and_a_new_text_is_owed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "rooms"
    package.mkdir()
    code = package / "door.py"
    code.write_text('_("Closed")\n', encoding="utf-8")
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    collect = translating.collect
    monkeypatch.setattr(translating, "collect", lambda: collect(package))
    monkeypatch.setitem(translating.LOCALES, "zh_Hans", path)

    assert translating.renew("zh_Hans") == 1
    path.write_text(
        path.read_text("utf-8")
        .replace('msgstr ""', 'msgstr "已结案"')
        .replace('msgid ""\nmsgstr "已结案"', 'msgid ""\nmsgstr ""', 1),
        encoding="utf-8",
    )
    code.write_text('_("Closed")\n_("Opened")\n', encoding="utf-8")

    assert translating.renew("zh_Hans") == 1
    assert translating.missing("zh_Hans") == ["Opened"]
    assert path.with_suffix(".mo").read_bytes() == translating.compiled(translating.read("zh_Hans"))

    monkeypatch.setenv("LANGUAGE", "zh_Hans")
    assert gettext.translation("django", tmp_path).gettext("Closed") == "已结案"


def test_an_invented_place_in_a_translation_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{count} open"\nmsgstr "{number} 个"\n\n'
        'msgid "{count} closed"\nmsgstr "{count} 个已结"\n',
        encoding="utf-8",
    )
    monkeypatch.setitem(translating.LOCALES, "zh_Hans", path)
    assert translating.misplaced("zh_Hans") == ["{count} open"]
