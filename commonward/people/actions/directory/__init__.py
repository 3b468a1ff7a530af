"""Who comes, moves and leaves by the office's directory (SCIM), and what groups of it give."""

from commonward.people.actions.directory.accounts import (
    change_from_directory,
    join_from_directory,
    leave_from_directory,
)
from commonward.people.actions.directory.giving import give, stop_giving
from commonward.people.actions.directory.groups import (
    add_group,
    change_group,
    drop_group,
)

__all__ = [
    "add_group",
    "change_from_directory",
    "change_group",
    "drop_group",
    "give",
    "join_from_directory",
    "leave_from_directory",
    "stop_giving",
]
