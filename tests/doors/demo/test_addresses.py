"""Every page that the camera and the tour open is opened as somebody whom it is for."""

from django.urls import get_resolver

from commonward.doors.demo.addresses import WITHOUT_PAGE, _routes, login
from commonward.doors.demo.roles import POSTS
from tests.rights.table import rows


def test_each_page_of_the_desk_is_opened_by_a_post_that_the_table_of_rights_lets_in() -> None:
    posts = {one.login: one.role for one in POSTS}
    table = rows("desk")
    shut = {}
    for name, _ in _routes(get_resolver(), ""):
        door, _, page = name.partition(":")
        if door != "desk" or name in WITHOUT_PAGE:
            continue
        if posts[login(name)] not in table[page].posts:
            shut[name] = login(name)
    assert shut == {}, "say in addresses.login who opens these"
