"""The launcher of the embedded PostgreSQL: every defect of the wheel's own launcher is a test here."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded_pg, pg_place

REPO = Path(__file__).resolve().parent.parent
AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with a space in its path that the server's user may enter, also when we are root."""
    made = Path(tempfile.mkdtemp(prefix="tutela pg "))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def data(folder: Path) -> Iterator[Path]:
    """A running cluster."""
    place = folder / "one cluster"
    embedded_pg.ensure(place, durable=False)
    yield place
    embedded_pg.stop(place)


def ask(place: Path, question: str) -> object:
    """The first value of the first row."""
    with psycopg.connect(embedded_pg.url(place)) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return row[0]


def postmaster(place: Path) -> int:
    return int((place / "postmaster.pid").read_text().split("\n")[0])


def gone(number: int) -> bool:
    """Whether no process, or only one that nobody has buried yet, has this number."""
    words = Path(f"/proc/{number}/cmdline")
    return not words.exists() or not words.read_bytes()


class TestWhatItMakes:
    def test_the_database_and_role_are_there_in_a_path_with_a_space(self, data: Path) -> None:
        assert ask(data, "SELECT current_database() || ' ' || current_user") == "tutela tutela"

    def test_it_is_postgresql_18(self, data: Path) -> None:
        assert int(str(ask(data, "SHOW server_version_num"))) // 10_000 == 18

    @pytest.mark.parametrize("small, capital", [("ț", "Ț"), ("ї", "Ї"), ("щ", "Щ"), ("é", "É")])
    def test_letters_have_capitals_whatever_the_shell_says(
        self, data: Path, small: str, capital: str
    ) -> None:
        assert ask(data, f"SELECT upper('{small}')") == capital
        assert ask(data, f"SELECT '{small}' ILIKE '{capital}'") is True

    def test_encoding_and_time_zone(self, data: Path) -> None:
        assert ask(data, "SHOW server_encoding") == "UTF8"
        assert ask(data, "SHOW timezone") == "UTC"

    def test_it_listens_on_no_network(self, data: Path) -> None:
        assert ask(data, "SHOW listen_addresses") == ""

    def test_nobody_gets_in_through_the_network_even_if_it_listened(self, data: Path) -> None:
        kinds = ask(
            data, "SELECT string_agg(DISTINCT type || auth_method, ' ') FROM pg_hba_file_rules"
        )
        assert kinds == "hostreject localtrust"

    def test_the_folder_is_closed_to_others(self, data: Path) -> None:
        assert data.stat().st_mode & 0o777 == 0o700

    def test_for_tests_it_need_not_be_durable(self, data: Path) -> None:
        assert ask(data, "SHOW fsync") == "off"
        assert ask(data, "SHOW full_page_writes") == "off"

    def test_for_use_it_is_durable(self, folder: Path) -> None:
        place = folder / "durable"
        embedded_pg.ensure(place)
        try:
            assert ask(place, "SHOW fsync") == "on"
            assert ask(place, "SHOW synchronous_commit") == "on"
            assert ask(place, "SHOW full_page_writes") == "on"
            assert ask(place, "SHOW max_connections") == "60"
        finally:
            embedded_pg.stop(place)

    def test_the_data_survives_a_restart(self, data: Path) -> None:
        with psycopg.connect(embedded_pg.url(data)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        assert embedded_pg.stop(data)
        assert not embedded_pg.running(data)
        embedded_pg.ensure(data, durable=False)
        assert ask(data, "SELECT answer FROM kept") == 42


class TestStartAndStop:
    def test_url_starts_nothing(self, folder: Path) -> None:
        place = folder / "never started"
        assert embedded_pg.url(place).startswith("postgresql://tutela@/tutela?host=%2F")
        assert not place.exists()
        assert not embedded_pg.running(place)

    def test_stopping_what_is_not_there_says_so(self, folder: Path) -> None:
        assert embedded_pg.stop(folder / "never made") is False

    def test_a_second_start_is_quick_and_keeps_the_server(self, data: Path) -> None:
        embedded_pg.ensure(data, durable=False)
        before, started = postmaster(data), time.monotonic()
        embedded_pg.ensure(data, durable=False)
        assert time.monotonic() - started < 1
        assert postmaster(data) == before

    def test_six_processes_race_to_make_one_cluster_and_all_get_it(self, folder: Path) -> None:
        place = folder / "raced"
        code = "import sys; from pathlib import Path; from config import embedded_pg as e; "
        code += "print(e.ensure(Path(sys.argv[1]), durable=False))"
        racers = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(place)],
                cwd=REPO,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(6)
        ]
        try:
            said = {racer.communicate(timeout=60)[0].strip() for racer in racers}
            assert [racer.returncode for racer in racers] == [0] * 6
            assert said == {embedded_pg.url(place)}
            assert ask(place, "SELECT 1") == 1
        finally:
            embedded_pg.stop(place)

    def test_threads_race_too(self, data: Path) -> None:
        embedded_pg.stop(data)
        urls: list[str] = []
        threads = [
            threading.Thread(target=lambda: urls.append(embedded_pg.ensure(data, durable=False)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert urls == [embedded_pg.url(data)] * 4

    def test_a_creation_that_was_interrupted_is_done_again(self, folder: Path) -> None:
        place = folder / "interrupted"
        half = folder / ".interrupted.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        embedded_pg.ensure(place, durable=False)
        try:
            assert ask(place, "SELECT 1") == 1
            assert not half.exists()
        finally:
            embedded_pg.stop(place)


class TestAfterAccidents:
    def test_it_comes_back_after_a_kill(self, data: Path) -> None:
        embedded_pg.ensure(data, durable=False)
        os.kill(postmaster(data), signal.SIGKILL)
        embedded_pg.ensure(data, durable=False)
        assert ask(data, "SELECT 1") == 1

    def test_it_can_be_stopped_after_a_kill(self, data: Path) -> None:
        embedded_pg.ensure(data, durable=False)
        os.kill(postmaster(data), signal.SIGKILL)
        embedded_pg.ensure(data, durable=False)
        number = postmaster(data)
        assert embedded_pg.stop(data)
        assert gone(number)

    @pytest.mark.parametrize(
        "number",
        [
            "1",
            pytest.param(str(os.getpid()), id="ours"),
            "999999999",
            "",
            "nonsense",
        ],
    )
    def test_a_stale_process_number_of_anything_else_is_not_believed(
        self, data: Path, number: str
    ) -> None:
        embedded_pg.ensure(data, durable=False)
        note = (data / "postmaster.pid").read_text().split("\n", 1)[1]
        embedded_pg.stop(data)
        (data / "postmaster.pid").write_text(f"{number}\n{note}")
        assert not embedded_pg.running(data)
        embedded_pg.ensure(data, durable=False)
        assert ask(data, "SELECT 1") == 1

    def test_the_note_of_a_living_server_is_kept(self, data: Path) -> None:
        embedded_pg.ensure(data, durable=False)
        pg_place.forget_dead_server(data, data)
        assert (data / "postmaster.pid").exists()
        assert (data / pg_place.SOCKET).exists()

    def test_why_it_does_not_start_is_told(self, folder: Path, monkeypatch) -> None:
        place = folder / "broken"
        embedded_pg.ensure(place, durable=False)
        embedded_pg.stop(place)
        (place / "postgresql.conf").write_text("no_such_setting = 1\n")
        monkeypatch.setattr(embedded_pg, "ATTEMPTS", 1)
        with pytest.raises(embedded_pg.EmbeddedPostgresError, match="server.log ends: "):
            embedded_pg.ensure(place, durable=False)

    def test_why_it_cannot_be_made_is_told(self, folder: Path, monkeypatch) -> None:
        monkeypatch.setattr(embedded_pg, "CLUSTER", ("--no-such-option",))
        with pytest.raises(embedded_pg.EmbeddedPostgresError, match="could not make its files"):
            embedded_pg.ensure(folder / "impossible")


class TestTheShell:
    """Nothing of the shell's surroundings may leak into the server."""

    def test_locale_and_pg_variables_do_not_matter(self, folder: Path, monkeypatch) -> None:
        place = folder / "odd shell"
        for name, value in {
            "LC_ALL": "tr_TR.ISO-8859-9",
            "LANG": "C",
            "PGDATA": "/nowhere",
            "PGPORT": "1",
            "PGHOST": "example.invalid",
            "PGOPTIONS": "-c geqo=off",
            "PGCLIENTENCODING": "LATIN1",
        }.items():
            monkeypatch.setenv(name, value)
        url = embedded_pg.ensure(place, durable=False)
        try:
            monkeypatch.delenv("PGOPTIONS")
            monkeypatch.delenv("PGCLIENTENCODING")
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT upper('ș')").fetchone() == ("Ș",)
                assert connection.execute("SHOW lc_messages").fetchone() == ("C",)
        finally:
            embedded_pg.stop(place)

    def test_it_starts_where_the_home_is_empty(self, folder: Path) -> None:
        place = folder / "no home"
        env = {"PATH": os.environ["PATH"]}
        code = "import sys; from pathlib import Path; from config import embedded_pg as e; "
        code += "p = Path(sys.argv[1]); e.ensure(p, durable=False); print(e.running(p), e.stop(p))"
        done = subprocess.run(
            [sys.executable, "-c", code, str(place)],
            cwd=REPO,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout.strip(), done.stderr) == ("True True", "")

    def test_starting_does_not_hold_the_pipes_of_the_caller(self, folder: Path) -> None:
        place = folder / "piped"
        code = "import sys; from pathlib import Path; from config import embedded_pg as e; "
        code += "e.ensure(Path(sys.argv[1]), durable=False)"
        try:
            subprocess.run(
                [sys.executable, "-c", code, str(place)],
                cwd=REPO,
                capture_output=True,
                timeout=30,
                check=True,
            )
            assert embedded_pg.running(place)
        finally:
            embedded_pg.stop(place)


class TestPlaces:
    def test_the_default_lies_in_var(self, monkeypatch) -> None:
        monkeypatch.delenv("APP_DATA_DIR", raising=False)
        monkeypatch.setattr(pg_place, "open_to_server", lambda path: True)
        assert pg_place.data_place(None) == REPO / "var/pg18"

    def test_app_data_dir_moves_it(self, folder: Path, monkeypatch) -> None:
        monkeypatch.setenv("APP_DATA_DIR", str(folder / "elsewhere"))
        assert pg_place.data_place(None) == folder / "elsewhere/pg18"

    def test_the_url_survives_spaces_and_percent_signs(self, folder: Path) -> None:
        place = folder / "50% of it"
        info = psycopg.conninfo.conninfo_to_dict(embedded_pg.url(place))
        assert info["host"] == str(place)

    def test_a_path_too_long_for_a_socket_gets_a_short_private_one(self, folder: Path) -> None:
        place = folder / ("deep" * 40)
        embedded_pg.ensure(place, durable=False)
        try:
            socket = pg_place.socket_place(place)
            assert socket != place
            assert len(os.fsencode(socket / pg_place.SOCKET)) <= pg_place.SOCKET_PATH_LIMIT
            assert socket.stat().st_mode & 0o777 == 0o700
            assert ask(place, "SELECT 1") == 1
        finally:
            embedded_pg.stop(place)
            shutil.rmtree(pg_place.socket_place(place))

    def test_the_limit_counts_bytes_not_letters(self, folder: Path) -> None:
        latin, cyrillic = folder / ("a" * 50), folder / ("ж" * 50)
        assert pg_place.socket_place(latin) == latin
        assert pg_place.socket_place(cyrillic) != cyrillic

    def test_two_clusters_have_two_sockets(self, folder: Path) -> None:
        long = folder / ("deep" * 40)
        assert pg_place.socket_place(long / "a") != pg_place.socket_place(long / "b")

    def test_a_missing_wheel_is_one_sentence(self, monkeypatch) -> None:
        monkeypatch.setattr(pg_place.importlib.util, "find_spec", lambda name: None)
        with pytest.raises(pg_place.EmbeddedPostgresError, match="run ./dev setup"):
            embedded_pg.binary("psql")

    @pytest.mark.parametrize("name", ["psql", "pg_dump", "pg_restore", "pg_ctl", "initdb"])
    def test_the_programs_are_there(self, name: str) -> None:
        assert os.access(embedded_pg.binary(name), os.X_OK)


@pytest.mark.skipif(not AS_ROOT, reason="only root has to step down")
class TestAsRoot:
    def test_the_server_runs_as_somebody_else(self, data: Path) -> None:
        embedded_pg.ensure(data, durable=False)
        owner = Path(f"/proc/{postmaster(data)}").stat().st_uid
        assert pwd.getpwuid(owner).pw_name in {"pgserver", "nobody"}
        assert data.stat().st_uid == owner

    def test_a_private_home_is_left_closed_and_the_data_goes_elsewhere(
        self, folder: Path, monkeypatch
    ) -> None:
        monkeypatch.setattr(pg_place, "SHARED", folder / "shared")
        home = folder / "private home"
        home.mkdir(mode=0o700)
        asked = home / "project/var/pg18"
        embedded_pg.ensure(asked, durable=False)
        try:
            real = pg_place.data_place(asked)
            assert real.is_relative_to(folder / "shared")
            assert real.name == "pg18"
            assert home.stat().st_mode & 0o777 == 0o700
            assert not asked.exists()
            assert ask(asked, "SELECT 1") == 1
        finally:
            embedded_pg.stop(asked)

    def test_two_projects_in_private_homes_do_not_share_data(self, folder: Path) -> None:
        home = folder / "another home"
        home.mkdir(mode=0o700)
        one, two = (pg_place.data_place(home / name / "var/pg18") for name in ("one", "two"))
        assert one != two

    def test_programs_in_a_private_home_are_copied_with_their_libraries(
        self, folder: Path, monkeypatch
    ) -> None:
        real = pg_place.programs().parent.parent
        home = folder / "venv home"
        home.mkdir(mode=0o700)
        package = home / "site-packages" / real.name
        for part in (f"{real.name}/pginstall18", f"{real.name}.libs"):
            shutil.copytree(real.parent / part, package.parent / part, symlinks=True)
        (package / "pginstall18/bin/postgres").chmod(0o700)
        monkeypatch.setattr(pg_place, "SHARED", folder / "shared programs")
        copy = pg_place._copied(package)
        assert copy.is_relative_to(folder / "shared programs")
        assert pg_place._copied(package) == copy
        assert len(list((folder / "shared programs").iterdir())) == 1
        done = subprocess.run(
            [copy / "pginstall18/bin/psql", "--version"],
            user="nobody",
            capture_output=True,
            check=True,
        )
        assert b"PostgreSQL) 18" in done.stdout

    def test_without_a_user_to_step_down_to_it_says_what_to_add(self, monkeypatch) -> None:
        def unknown(name: str) -> None:
            raise KeyError(name)

        monkeypatch.setattr(pg_place.pwd, "getpwnam", unknown)
        with pytest.raises(pg_place.EmbeddedPostgresError, match="useradd --system pgserver"):
            pg_place.server_user()

    def test_a_folder_of_somebody_else_is_refused(self, folder: Path) -> None:
        place = folder / "foreign"
        place.mkdir()
        os.chown(place, 12345, 12345)
        with pytest.raises(PermissionError, match="belongs to another user"):
            pg_place.make_private_folder(place)


class TestWithoutRights:
    def test_a_folder_without_rights_is_one_sentence(self, folder: Path, monkeypatch) -> None:
        def refuse(path: Path) -> None:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(embedded_pg, "make_folder", refuse)
        with pytest.raises(
            embedded_pg.EmbeddedPostgresError, match="No right to use .* set APP_DATA_DIR"
        ):
            embedded_pg.ensure(folder / "closed", durable=False)


class TestCommandLine:
    """`python -m config.embedded_pg`, as people and scripts call it."""

    @pytest.fixture
    def call(self, folder: Path):
        env = os.environ | {"APP_DATA_DIR": str(folder / "command line")}

        def call(*words: str) -> tuple[int, str]:
            command = [sys.executable, "-m", "config.embedded_pg", *words]
            done = subprocess.run(
                command, cwd=REPO, env=env, capture_output=True, text=True, timeout=60, check=False
            )
            return done.returncode, (done.stdout + done.stderr).strip()

        return call

    def test_start_url_stop(self, call) -> None:
        code, url = call("start")
        assert (code, url[:24]) == (0, "postgresql://tutela@/tut")
        assert call("url") == (0, url)
        assert call("stop") == (0, "stopped")
        assert call("stop") == (0, "was not running")

    @pytest.mark.parametrize("words", [(), ("begin",), ("start", "twice")])
    def test_anything_else_shows_the_usage(self, call, words: tuple[str, ...]) -> None:
        code, said = call(*words)
        assert code == 2
        assert said.startswith("usage:")

    def test_a_failure_is_one_sentence(self, monkeypatch, capsys) -> None:
        def fail() -> str:
            raise embedded_pg.EmbeddedPostgresError("It is broken: mend it.")

        monkeypatch.setattr(embedded_pg, "url", fail)
        assert embedded_pg.main(["url"]) == 1
        assert capsys.readouterr().err == "It is broken: mend it.\n"

    def test_it_needs_no_django(self) -> None:
        code = "import sys, config.embedded_pg; print('django' in sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "False"
