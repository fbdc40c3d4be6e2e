"""What ./dev demo prints: address, mails, log-ins with the code of this moment."""

import io
import json
from pathlib import Path

import pytest

from tools import welcome

ACCOUNTS = [
    {
        "role": "officer",
        "county": "Timiș",
        "email": "o@x",
        "password": "pw",
        "totp_secret": "JBSWY3DPEHPK3PXP",
    },
    {"role": "carer", "county": None, "email": "carer@example.org"},
]
DEMO = {
    "url": "http://localhost:8000",
    "mailbox": "http://localhost:8000/mail/",
    "accounts": ACCOUNTS,
    "certificates": {"valid": "http://localhost:8000/v/1/"},
}


@pytest.fixture
def demo(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setattr(welcome, "VAR", tmp_path)
    (tmp_path / "demo.json").write_text(json.dumps(DEMO))
    return tmp_path / "demo.json"


class TestCodes:
    """RFC 6238, appendix B: the last six of the eight digits that it lists for SHA-1."""

    SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the letters 12345678901234567890

    @pytest.mark.parametrize(
        "second, code",
        [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (2000000000, "279037"),
            (20000000000, "353130"),
        ],
    )
    def test_they_are_those_of_the_standard(self, second: int, code: str) -> None:
        assert welcome.totp(self.SECRET, second) == code

    def test_small_letters_and_missing_padding_do_no_harm(self) -> None:
        assert welcome.totp("jbswy3dpehpk3pxp", 59) == welcome.totp("JBSWY3DPEHPK3PXP", 59)
        assert len(welcome.totp("GEZDGNBVGY3TQOJ", 59)) == 6

    def test_a_code_lives_for_thirty_seconds(self) -> None:
        assert welcome.totp(self.SECRET, 30) == welcome.totp(self.SECRET, 59)
        assert welcome.totp(self.SECRET, 59) != welcome.totp(self.SECRET, 60)


class TestTable:
    def test_columns_stand_under_each_other(self) -> None:
        lines = welcome.table(ACCOUNTS).split("\n")
        assert len(lines) == 3
        assert lines[0].split() == ["role", "county", "email", "password", "code", "now"]
        assert lines[1].index("Timiș") == lines[2].index("–") == lines[0].index("county")

    def test_who_has_no_password_gets_a_code_by_mail(self) -> None:
        officer, carer = welcome.table(ACCOUNTS).split("\n")[1:]
        assert "code by e-mail" in carer
        assert "code by e-mail" not in officer

    def test_who_has_a_second_factor_sees_its_digits(self, monkeypatch) -> None:
        monkeypatch.setattr(welcome, "totp", lambda secret: "123456")
        officer, carer = welcome.table(ACCOUNTS).split("\n")[1:]
        assert officer.endswith("123456")
        assert not carer.endswith("123456")

    def test_no_accounts_is_a_heading(self) -> None:
        assert welcome.table([]).split() == ["role", "county", "email", "password", "code", "now"]


class TestFacts:
    def test_they_are_read(self, demo: Path) -> None:
        assert welcome.facts("http://localhost:8000") == DEMO

    def test_another_port_moves_every_address(self, demo: Path) -> None:
        data = welcome.facts("http://localhost:8001")
        assert data["certificates"] == {"valid": "http://localhost:8001/v/1/"}
        assert json.loads(demo.read_text()) == data
        assert "8000" not in demo.read_text()

    def test_without_the_file_there_is_nothing_to_say(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setattr(welcome, "VAR", tmp_path)
        assert welcome.facts("http://localhost:8000") == {}


class TestShow:
    def test_the_demo_says_where_and_who(self, demo: Path, capsys) -> None:
        welcome.show({"SITE_URL": "http://localhost:8000"}, after=12.34, demo=True)
        said = capsys.readouterr().out
        assert "Ready after 12.3 s:  http://localhost:8000\n" in said
        assert "Mails that it sends:  http://localhost:8000/mail/" in said
        assert "carer@example.org" in said
        assert "Ctrl-C stops everything" in said

    def test_a_run_without_demo_says_how_to_make_an_administrator(self, demo: Path, capsys) -> None:
        welcome.show({"SITE_URL": "http://localhost:8000"}, after=1, demo=False)
        said = capsys.readouterr().out
        assert "createsuperuser" in said
        assert "carer@example.org" not in said


class TestEnter:
    ENV = {"SITE_URL": "http://localhost:8000"}

    def terminal(self, monkeypatch, typed: str) -> None:
        keyboard = io.StringIO(typed)
        monkeypatch.setattr(keyboard, "isatty", lambda: True)
        monkeypatch.setattr(welcome.sys, "stdin", keyboard)
        monkeypatch.setattr(welcome.select, "select", lambda *lists: ([keyboard], [], []))

    def test_enter_shows_fresh_codes(self, demo: Path, monkeypatch, capsys) -> None:
        self.terminal(monkeypatch, "\n")
        welcome.wait_for_key(self.ENV, demo=True, seconds=0)
        assert "carer@example.org" in capsys.readouterr().out

    @pytest.mark.parametrize("typed, demo_runs", [("", True), ("\n", False)])
    def test_a_closed_terminal_or_no_demo_shows_nothing(
        self, demo: Path, monkeypatch, capsys, typed: str, demo_runs: bool
    ) -> None:
        self.terminal(monkeypatch, typed)
        welcome.wait_for_key(self.ENV, demo=demo_runs, seconds=0)
        assert capsys.readouterr().out == ""
