"""DATABASE_URL names one server or several, and no line to them is waited for for minutes."""

import pytest

from commonward.config.databases import LINE, parsed


def test_of_several_servers_the_one_that_writes_is_asked() -> None:
    found = parsed("postgresql://site:s%40cret@one.example:5433,two.example:5434/city")
    assert (found["HOST"], found["PORT"]) == ("one.example,two.example", "5433,5434")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("site", "s@cret", "city")
    assert found["OPTIONS"]["target_session_attrs"] == "read-write"


def test_a_port_that_is_not_named_is_the_usual_one() -> None:
    assert parsed("postgresql://one,[::1]:6000/city")["PORT"] == "5432,6000"
    assert parsed("postgresql://one,[::1]:6000/city")["HOST"] == "one,::1"


def test_what_the_address_itself_says_goes_before() -> None:
    told = "?target_session_attrs=primary&connect_timeout=2&sslmode=verify-full"
    options = parsed(f"postgresql://one,two/city{told}")["OPTIONS"]
    assert options["target_session_attrs"] == "primary"
    assert int(options["connect_timeout"]) == 2
    assert options["sslmode"] == "verify-full"
    assert options["tcp_user_timeout"] == LINE["tcp_user_timeout"]


@pytest.mark.parametrize("address", ["postgresql://one/city", "postgresql://one,two/city"])
def test_a_line_that_broke_is_noticed_before_anybody_writes_by_it(address: str) -> None:
    found = parsed(address)
    assert found["CONN_HEALTH_CHECKS"] is True
    assert found["OPTIONS"].items() >= {**LINE}.items()


def test_the_embedded_file_has_no_line() -> None:
    found = parsed("sqlite:////tmp/site.sqlite3")
    assert not set(LINE) & set(found.get("OPTIONS", {}))
