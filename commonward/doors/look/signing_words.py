"""Ways of signing in, kinds of browsers and notices, in the reader's words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from commonward.core.refusals import N_

_WAYS: Mapping[str, str] = {
    "password": N_("password"),
    "totp": N_("authenticator app"),
    "webauthn": N_("passkey or security key"),
    "passkey": N_("passkey"),
    "recovery_codes": N_("recovery code"),
    "office": N_("the office's own log-in"),
    "wrong": N_("wrong password"),
}
_BROWSERS: Mapping[str, str] = {
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
    "edge": "Edge",
    "opera": "Opera",
    "wechat": N_("WeChat"),
    "other": N_("another browser"),
}
_SYSTEMS: Mapping[str, str] = {
    "windows": "Windows",
    "mac": "macOS",
    "linux": "Linux",
    "android": "Android",
    "harmony": "HarmonyOS",
    "ios": N_("iPhone or iPad"),
    "other": N_("another system"),
}
_NOTICES: Mapping[str, str] = {
    "new_start": N_("Your account was given a new start by {about}. If you did not ask for it, tell your administrator."),
    "new_start_of": N_("An account was given a new start: {about}."),
    "sessions_ended": N_("All your sessions were ended by {about}."),
    "break_glass_asked": N_("A right for an emergency was asked for: {about}."),
    "break_glass_given": N_("A right for an emergency was given: {about}."),
    "break_glass_refused": N_("A right for an emergency was refused: {about}."),
    "break_glass_ended": N_("A right for an emergency was ended: {about}."),
}  # fmt: skip
_BETWEEN = " · "
_FOR: Mapping[str, str] = {"administrator": N_("to administer the site")}
"""What a right for an emergency is for, where it is for no case."""


def way_words(way: str) -> str:
    """How somebody came in: “password, authenticator app”."""
    return _(", ").join(_(_WAYS.get(one, one)) for one in way.split("+"))


def browser_words(kind: str) -> str:
    """A kind of browser and its system: “Firefox on Linux”."""
    browser, _parted, system = kind.partition("/")
    return _("{browser} on {system}").format(
        browser=_(_BROWSERS.get(browser, _BROWSERS["other"])),
        system=_(_SYSTEMS.get(system, _SYSTEMS["other"])),
    )


def notice_words(kind: str, about: str) -> str:
    """What an account must learn."""
    what, _parted, who = about.partition(_BETWEEN)
    if what in _FOR:
        about = _(_FOR[what]) + _BETWEEN + who
    return _(_NOTICES.get(kind, "{about}")).format(about=about)
