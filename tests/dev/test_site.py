"""demo, run and setup: ports, environment, what is skipped the second time."""

import http.server
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import site, stamps
from tools.say import Problem, Steps
from tools.supervisor import Supervisor


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, monkeypatch) -> Path:
    """Nothing here touches the project's own var/."""
    for module in (site, stamps):
        monkeypatch.setattr(module, "VAR", tmp_path)
    monkeypatch.setattr(stamps, "STAMP", tmp_path / "build/stamp")
    monkeypatch.setattr(site, "OWNER", tmp_path / ".owner")
    for name in ("PORT", "BIND", "SITE_URL", "APP_SECRET_KEY", "MAIL_FOLDER", "SITE_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def busy() -> Iterator[int]:
    """A port where somebody listens already."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


class TestPort:
    def test_8000_unless_told_otherwise(self, monkeypatch) -> None:
        monkeypatch.setattr(site.socket.socket, "bind", lambda self, place: None)
        assert site.free_port() == 8000

    def test_port_moves_the_site(self, busy: int, monkeypatch) -> None:
        monkeypatch.setattr(site.socket.socket, "bind", lambda self, place: None)
        monkeypatch.setenv("PORT", "8123")
        assert site.free_port() == 8123

    def test_a_busy_port_is_named_and_another_offered(self, busy: int, monkeypatch) -> None:
        monkeypatch.setenv("PORT", str(busy))
        with pytest.raises(Problem) as caught:
            site.free_port()
        assert f"Port {busy} is busy" in str(caught.value)
        assert f"PORT={busy + 1} ./dev demo" in str(caught.value)

    @pytest.mark.parametrize("text", ["http", "-1", "0", "65536", "80 80", "8000.5"])
    def test_nonsense_is_refused(self, text: str, monkeypatch) -> None:
        monkeypatch.setenv("PORT", text)
        with pytest.raises(Problem, match="PORT must be a number from 1 to 65535"):
            site.free_port()

    def test_a_port_that_needs_more_rights_is_explained(self, monkeypatch) -> None:
        def refuse(self: socket.socket, place: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(site.socket.socket, "bind", refuse)
        monkeypatch.setenv("PORT", "80")
        with pytest.raises(Problem, match="Port 80 needs more rights"):
            site.free_port()

    def test_it_listens_on_this_machine_only(self, monkeypatch) -> None:
        assert site.address() == "127.0.0.1"
        monkeypatch.setenv("BIND", "0.0.0.0")
        assert site.address() == "0.0.0.0"


class TestEnvironment:
    def test_what_the_site_is_told(self, own_var: Path) -> None:
        env = site.environment(8001)
        assert env["SITE_URL"] == "http://localhost:8001"
        assert env["PORT"] == "8001"
        assert env["MAIL_FOLDER"] == str(own_var / "mail")
        assert (own_var / "mail").is_dir()

    def test_what_the_shell_says_is_respected(self, monkeypatch) -> None:
        monkeypatch.setenv("SITE_URL", "https://demo.example")
        monkeypatch.setenv("APP_SECRET_KEY", "mine")
        env = site.environment(8001)
        assert env["SITE_URL"] == "https://demo.example"
        assert env["APP_SECRET_KEY"] == "mine"

    def test_the_key_is_made_once_and_is_private(self, own_var: Path) -> None:
        key = site.environment(8000)["APP_SECRET_KEY"]
        assert len(key) >= 50
        assert site.environment(8000)["APP_SECRET_KEY"] == key
        assert stat.S_IMODE((own_var / "secret").stat().st_mode) == 0o600

    def test_two_copies_have_two_keys(self, own_var: Path) -> None:
        key = site.environment(8000)["APP_SECRET_KEY"]
        (own_var / "secret").unlink()
        assert site.environment(8000)["APP_SECRET_KEY"] != key


class TestWhoseDatabase:
    """The database is stopped by whoever started it, also after a ./dev that was killed."""

    @pytest.fixture
    def server(self, monkeypatch) -> dict[str, bool]:
        state = {"runs": False}
        monkeypatch.setattr(site.embedded_pg, "running", lambda: state["runs"])
        monkeypatch.setattr(site.embedded_pg, "ensure", lambda: state.update(runs=True))
        return state

    def test_what_we_start_is_ours(self, server, own_var: Path) -> None:
        assert site._start_database()
        assert (own_var / ".owner").read_text() == str(os.getpid())

    def test_what_runs_already_is_not(self, server) -> None:
        server["runs"] = True
        assert not site._start_database()

    def test_what_a_living_dev_started_is_not(self, server, own_var: Path) -> None:
        server["runs"] = True
        (own_var / ".owner").write_text(str(os.getppid()))
        assert not site._start_database()

    def test_what_a_dead_dev_left_is(self, server, own_var: Path) -> None:
        server["runs"] = True
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        (own_var / ".owner").write_text(str(dead.pid))
        assert site._start_database()

    def test_an_unreadable_note_counts_as_dead(self, server, own_var: Path) -> None:
        server["runs"] = True
        (own_var / ".owner").write_text("?")
        assert site._start_database()


class TestFirstPage:
    @pytest.fixture
    def answer(self, monkeypatch) -> Iterator[tuple[int, list[int]]]:
        """A site that answers the codes of the list, one after the other, then the last for ever."""
        codes: list[int] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(codes.pop(0) if len(codes) > 1 else codes[0])
                self.end_headers()

            def log_message(self, *words: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], codes
        server.shutdown()
        server.server_close()
        thread.join()

    @pytest.mark.parametrize("code", [200, 404])
    def test_an_answer_is_enough(self, answer, code: int, tmp_path: Path) -> None:
        port, codes = answer
        codes.append(code)
        site._first_page(Supervisor(tmp_path), port)
        assert codes == [code]

    def test_a_broken_page_is_a_problem_at_once(self, answer, tmp_path: Path) -> None:
        port, codes = answer
        codes.append(500)
        with pytest.raises(Problem, match="The home page answers 500"):
            site._first_page(Supervisor(tmp_path), port)

    def test_silence_is_a_problem_in_the_end(self, busy: int, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setattr(site, "PATIENCE", 0.3)
        with pytest.raises(Problem, match="No answer on port"):
            site._first_page(Supervisor(tmp_path), busy)


class TestStamps:
    @pytest.fixture
    def project(self, tmp_path: Path, monkeypatch) -> Path:
        root = tmp_path / "project"
        for name in (
            "requirements.txt",
            "people/migrations/0001_initial.py",
            "static/css/a.css",
            "locale/ro/LC_MESSAGES/django.po",
            "presets/ro.json",
            "config/management/commands/seed_demo.py",
        ):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(name)
        monkeypatch.setattr(stamps, "REPO", root)
        return root

    def all(self) -> dict[str, str]:
        return {"tables": stamps.tables(), "demo": stamps.demo_data(), "assets": stamps.assets()}

    @pytest.mark.parametrize(
        "name, changes",
        [
            ("people/migrations/0001_initial.py", {"tables", "demo"}),
            ("people/migrations/0002_more.py", {"tables", "demo"}),
            ("requirements.txt", {"tables", "demo", "assets"}),
            ("presets/ro.json", {"demo"}),
            ("config/management/commands/seed_demo.py", {"demo"}),
            ("static/css/a.css", {"assets"}),
            ("courses/static/courses/b.js", {"assets"}),
            ("locale/ro/LC_MESSAGES/django.po", {"assets"}),
            ("people/views.py", set()),
            ("var/static/css/a.css", set()),
        ],
    )
    def test_what_must_be_done_again_when(
        self, project: Path, name: str, changes: set[str]
    ) -> None:
        before = self.all()
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("changed")
        after = self.all()
        assert {kind for kind in before if before[kind] != after[kind]} == changes

    def test_assets_are_built_once(self, project: Path, own_var: Path) -> None:
        assert not stamps.assets_are_built(debug=False)
        (own_var / "static").mkdir()
        stamps.note_assets(debug=False)
        assert stamps.assets_are_built(debug=False)
        (project / "static/css/a.css").write_text("new")
        assert not stamps.assets_are_built(debug=False)

    def test_collected_files_serve_debugging_too_but_not_the_other_way(
        self, project, own_var
    ) -> None:
        (own_var / "static").mkdir()
        stamps.note_assets(debug=True)
        assert stamps.assets_are_built(debug=True)
        assert not stamps.assets_are_built(debug=False)
        stamps.note_assets(debug=False)
        assert stamps.assets_are_built(debug=True)

    def test_collected_files_that_were_removed_are_made_again(self, project, own_var: Path) -> None:
        stamps.note_assets(debug=False)
        assert not stamps.assets_are_built(debug=False)

    def test_another_server_carries_no_stamps(self, monkeypatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/x")
        assert stamps.in_database() == []


class TestSetup:
    def test_it_builds_what_changed(self, monkeypatch, capsys, own_var: Path) -> None:
        built: list[object] = []
        monkeypatch.setattr(
            site, "run_quietly", lambda words, failure, env: built.append(words[-1])
        )
        (own_var / "static").mkdir()
        site.build_assets(Steps(2, 1))
        site.build_assets(Steps(2, 1))
        assert built == ["build_assets"]
        assert capsys.readouterr().out.count("[2/2] fonts, translations, static files … ") == 2

    def test_it_goes_on_counting_where_the_script_stopped(self, monkeypatch) -> None:
        monkeypatch.setenv("DEV_STEP", "1")
        monkeypatch.setenv("DEV_STEPS", "5")
        steps = site.steps_left()
        assert (steps.number, steps.count) == (1, 5)
