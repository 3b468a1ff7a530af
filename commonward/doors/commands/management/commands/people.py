"""`people account|team|join|leave|grant|rule|key …`: the first of each, before the desk has pages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.areas.actions import set_rule
from commonward.areas.queries import area_by_code
from commonward.cases.queries import book
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.people import actions
from commonward.people.queries import KEY_RIGHTS, account_by_login, team_by_code
from commonward.people.words import tell


class Command(BaseCommand):
    """Accounts, teams, grants, answering rules and keys, by whoever runs this machine."""

    help = "Adds accounts and teams, gives grants, sets who answers, and issues keys."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        account = words.add_parser("account", help="add a member of staff")
        account.add_argument("login")
        account.add_argument("name")
        start = words.add_parser("start", help="a new password, shown once; ends the second factor")
        start.add_argument("login")
        team = words.add_parser("team", help="add a team")
        team.add_argument("code")
        team.add_argument("name")
        team.add_argument("--name-en", default="")
        team.add_argument("--kind", default="department")
        team.add_argument("--contact", default="")
        for word, told in (("join", "an account joins a team"), ("leave", "and leaves it")):
            member = words.add_parser(word, help=told)
            member.add_argument("login")
            member.add_argument("team")
        grant = words.add_parser("grant", help="give an account a role")
        grant.add_argument("login")
        grant.add_argument("role")
        grant.add_argument("--area", default="", help="this area's code and all below it")
        grant.add_argument("--category", action="append", default=[], help="code or prefix")
        rule = words.add_parser("rule", help="say who answers")
        rule.add_argument("name")
        rule.add_argument("duty")
        rule.add_argument("team")
        for narrow in ("--category", "--area", "--grade", "--hours"):
            rule.add_argument(narrow, default="")
        key = words.add_parser("key", help="issue a key; its secret is shown once")
        key.add_argument("name")
        key.add_argument("rights", nargs="+", choices=KEY_RIGHTS)
        key.add_argument("--login", default="", help="whose grants the own API acts with")
        key.add_argument("--per-minute", type=int, default=120)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says; a refusal ends with status 1 and says what would be right."""
        try:
            said = getattr(self, f"_{options['word']}")(options)
        except Refusal as refusal:
            raise CommandError(tell(refusal)) from refusal
        self.stdout.write(said)

    def _account(self, given: dict[str, Any]) -> str:
        actions.add_account(SYSTEM, given["login"], given["name"], at=timezone.now())
        return _("Added. It may do nothing until something is granted to it.")

    def _start(self, given: dict[str, Any]) -> str:
        password = actions.new_start(SYSTEM, account_by_login(given["login"]), at=timezone.now())
        told = _("The password for the next sign-in is {password}; it is shown this once.")
        return told.format(password=password)

    def _team(self, given: dict[str, Any]) -> str:
        actions.add_team(
            SYSTEM,
            given["code"],
            given["name"],
            at=timezone.now(),
            kind=given["kind"],
            name_en=given["name_en"],
            contact=given["contact"],
        )
        return _("Added. Work reaches it when somebody has joined it.")

    def _join(self, given: dict[str, Any]) -> str:
        account, team = account_by_login(given["login"]), team_by_code(given["team"])
        actions.join_team(SYSTEM, account, team.pk, at=timezone.now())
        return _("Joined.")

    def _leave(self, given: dict[str, Any]) -> str:
        account, team = account_by_login(given["login"]), team_by_code(given["team"])
        actions.leave_team(SYSTEM, account, team.pk, at=timezone.now())
        return _("Left.")

    def _grant(self, given: dict[str, Any]) -> str:
        now = timezone.now()
        path = area_by_code(given["area"], now).path if given["area"] else ""
        actions.grant(
            SYSTEM,
            account_by_login(given["login"]),
            given["role"],
            at=now,
            area_path=path,
            categories=given["category"],
        )
        return _("Granted.")

    def _rule(self, given: dict[str, Any]) -> str:
        known = book()
        made = set_rule(
            SYSTEM,
            given["name"],
            duty=given["duty"],
            team=team_by_code(given["team"]).pk,
            at=timezone.now(),
            duties={s.duty for p in known.procedures.values() for s in p.stages.values() if s.duty},
            categories=list(known.codes),
            category=given["category"],
            area_code=given["area"],
            grade=given["grade"],
            hours=given["hours"],
        )
        return _("Rule “{name}” no. {number} is in force.").format(
            name=made.name, number=made.number
        )

    def _key(self, given: dict[str, Any]) -> str:
        account = account_by_login(given["login"]) if given["login"] else None
        _made, secret = actions.issue_key(
            SYSTEM,
            given["name"],
            given["rights"],
            at=timezone.now(),
            account=account,
            per_minute=given["per_minute"],
        )
        return secret
