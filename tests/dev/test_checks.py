"""test, check, messages and lock: what is run, what is left out, what the code means."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import catalogues, checks, testing
from tools.say import Problem

HERE = {
    "chromium",
    "pdfsig",
    "pdftotext",
    "pdftoppm",
    "qpdf",
    "zbarimg",
    "msgfmt",
    "xgettext",
    "msgmerge",
}


@pytest.fixture
def machine(monkeypatch, tmp_path: Path):
    """A machine that has these programs; what is run is noted, and does what `does` says."""

    class Machine:
        has = set(HERE)
        root = True
        ran: list[list[str]] = []
        codes: dict[str, int] = {}

        def which(self, name: str) -> str | None:
            return f"/usr/bin/{name}" if name in self.has else None

        def run(self, words, **more: object) -> subprocess.CompletedProcess[str]:
            words = [str(word) for word in words]
            self.ran.append(words)
            if "install" in words and not self.codes.get("install"):
                self.has |= HERE
            code = next((c for name, c in self.codes.items() if name in " ".join(words)), 0)
            return subprocess.CompletedProcess(words, code, "0", "")

        def called(self, name: str) -> list[list[str]]:
            return [words for words in self.ran if name in " ".join(words)]

    machine = Machine()
    machine.ran, machine.codes, machine.has = [], {}, set(HERE) | {"apt-get"}
    for module in (testing, checks):
        monkeypatch.setattr(module.subprocess, "run", machine.run)
    monkeypatch.setattr(testing.shutil, "which", machine.which)
    monkeypatch.setattr(testing.os, "geteuid", lambda: 0 if machine.root else 1000)
    monkeypatch.setattr(testing, "VAR", tmp_path)
    return machine


class TestPrograms:
    def test_nothing_missing_installs_nothing(self, machine) -> None:
        assert testing._install_programs() == []
        assert machine.ran == []

    def test_root_installs_what_is_missing_without_questions(self, machine) -> None:
        machine.has -= {"chromium", "pdfsig"}
        assert testing._install_programs() == []
        update, install = machine.ran
        assert update == ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update", "--quiet"]
        assert install[-2:] == ["chromium", "poppler-utils"]
        assert "--no-install-recommends" in install

    def test_a_user_with_a_free_sudo_installs_too(self, machine) -> None:
        machine.root, machine.has = False, (machine.has | {"sudo"}) - {"qpdf"}
        assert testing._install_programs() == []
        assert machine.ran[-1][:4] == ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]

    def test_a_user_whose_sudo_asks_goes_without(self, machine) -> None:
        machine.root, machine.has = False, (machine.has | {"sudo"}) - {"qpdf"}
        machine.codes = {"sudo -n true": 1}
        assert testing._install_programs() == ["qpdf"]
        assert machine.called("apt-get") == []

    @pytest.mark.parametrize("lacks", [{"sudo"}, {"apt-get", "sudo"}])
    def test_without_sudo_or_apt_nothing_is_tried(self, machine, lacks: set[str]) -> None:
        machine.root, machine.has = False, machine.has - lacks - {"msgfmt"}
        assert testing._install_programs() == ["gettext"]
        assert machine.ran == []

    def test_an_installation_that_failed_is_told(self, machine) -> None:
        machine.has -= {"zbarimg"}
        machine.codes = {"install": 100}
        assert testing._install_programs() == ["zbar-tools"]

    def test_the_advice_is_one_command_and_names_what_is_left_out(self) -> None:
        said = testing._advice(["chromium", "qpdf", "zbar-tools"])
        assert "Left out: tests marked browser, pdf, because" in said
        assert said.endswith("    sudo apt install chromium qpdf zbar-tools")

    def test_every_mark_is_known_to_pytest(self, pytestconfig) -> None:
        known = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
        assert {mark for _programs, mark in testing.PROGRAMS.values()} <= known


class TestTest:
    @pytest.fixture
    def cluster(self, machine, monkeypatch):
        state = {"runs": False, "stopped": 0}
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("DEV_STEP", "1")
        monkeypatch.setenv("DEV_STEPS", "4")
        monkeypatch.setattr(testing, "end_like_ctrl_c", lambda: None)
        monkeypatch.setattr(testing, "build_assets", lambda steps: None)
        fake = testing.embedded_pg
        monkeypatch.setattr(fake, "running", lambda data: state["runs"])
        monkeypatch.setattr(fake, "ensure", lambda data, durable: state.update(runs=True))
        monkeypatch.setattr(fake, "stop", lambda data: state.update(stopped=1))
        monkeypatch.setattr(fake, "binary", lambda name: Path(name))
        monkeypatch.setattr(fake, "url", lambda data: "postgresql://tests")
        return state

    def test_without_arguments_everything_on_two_cores_with_coverage(
        self, cluster, machine
    ) -> None:
        assert testing.test([]) == 0
        (call,) = machine.called("-m pytest")
        assert call[3:] == ["-n", "2", "--cov", "--cov-report="]
        assert any("--fail-under=90" in words for words in machine.ran)

    def test_arguments_are_pytests_own(self, cluster, machine) -> None:
        assert testing.test(["tests/people", "-x"]) == 0
        (call,) = machine.called("-m pytest")
        assert call[3:] == ["tests/people", "-x"]
        assert machine.called("coverage") == []

    def test_the_code_is_pytests(self, cluster, machine) -> None:
        machine.codes = {"-m pytest": 5}
        assert testing.test(["-k", "nothing"]) == 5

    def test_too_little_coverage_is_a_failure(self, cluster, machine, capsys) -> None:
        machine.codes = {"coverage": 2}
        assert testing.test([]) == 2
        assert "Coverage is below its gate" in capsys.readouterr().err

    def test_what_was_left_out_is_said_at_the_end(self, cluster, machine, capsys) -> None:
        machine.root, machine.has = False, machine.has - {"chromium"}
        testing.test([])
        assert "sudo apt install chromium" in capsys.readouterr().err

    def test_the_cluster_is_stopped_by_who_started_it(self, cluster, machine) -> None:
        testing.test([])
        assert cluster["stopped"] == 1

    def test_but_not_while_others_test(self, cluster, machine, monkeypatch) -> None:
        monkeypatch.setattr(testing, "_nobody_else", lambda data: False)
        testing.test([])
        assert cluster["stopped"] == 0

    def test_nor_by_who_found_it_running(self, cluster, machine) -> None:
        cluster["runs"] = True
        testing.test([])
        assert cluster["stopped"] == 0


class TestCheck:
    @pytest.fixture(autouse=True)
    def server(self, machine, monkeypatch) -> dict[str, bool]:
        state = {"stopped": False}
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setattr(checks.embedded_pg, "running", lambda: False)
        monkeypatch.setattr(checks.embedded_pg, "stop", lambda: state.update(stopped=True))
        return state

    def test_everything_is_looked_at(self, machine) -> None:
        assert checks.check([]) == 0
        names = [
            "ruff check",
            "ruff format --check",
            "mypy",
            "lint-imports",
            "makemigrations --check",
        ]
        for name in [*names, "check --deploy --fail-level WARNING"]:
            assert len(machine.called(name)) == 1, name

    def test_types_are_checked_where_they_are_promised(self, machine) -> None:
        checks.check([])
        (call,) = machine.called("mypy")
        assert "formats" in call
        assert "people/actions" in call
        assert "people/views.py" not in call

    def test_one_failure_does_not_hide_the_next(self, machine, server) -> None:
        machine.codes = {"ruff check": 1, "lint-imports": 1}
        with pytest.raises(Problem, match="Not in order: lint, order of imports between rooms"):
            checks.check([])
        assert machine.called("check --deploy")
        assert server["stopped"]

    def test_settings_are_checked_as_in_production(self, machine, monkeypatch) -> None:
        seen: list[dict[str, str]] = []

        def run(words, env: dict[str, str], **more: object):
            if "--deploy" in words:
                seen.append(env)
            return subprocess.CompletedProcess(words, 0)

        monkeypatch.setattr(checks.subprocess, "run", run)
        checks.check([])
        assert seen[0]["DJANGO_HTTPS"] == "1"
        assert seen[0]["DEBUG"] == "0"
        assert seen[0]["SITE_URL"].startswith("https://")


class TestMessages:
    def test_all_languages_but_the_sources_own(self, machine, monkeypatch) -> None:
        headed: list[Path] = []
        monkeypatch.setattr(catalogues, "set_headers", headed.append)
        assert checks.messages([]) == 0
        assert [folder.name for folder in headed] == ["locale"]
        (call,) = machine.called("makemessages")
        assert [call[n + 1] for n, word in enumerate(call) if word == "--locale"] == [
            "ro",
            "uk",
            "bg",
            "ar",
        ]
        assert "--no-wrap" in call

    def test_what_gettext_puts_into_a_header_goes(self, tmp_path) -> None:
        entry = '#: a.py\nmsgid "A"\nmsgstr "Ă"\n\nmsgid "B"\nmsgstr "B"\n'
        folder = tmp_path / "ro" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        old = '# SOME DESCRIPTIVE TITLE.\n#, fuzzy\nmsgid ""\nmsgstr ""\n"Language: \\n"\n'
        (folder / "django.po").write_text(f"{old}\n{entry}", encoding="utf-8")
        catalogues.set_headers(tmp_path)
        header, _gap, entries = (folder / "django.po").read_text("utf-8").partition("\n\n")
        assert entries == entry
        assert "fuzzy" not in header
        assert '"Language: ro\\n"' in header
        assert "nplurals=3" in header
        assert [path.name for path in tmp_path.iterdir()] == ["ro"]  # none made up

    def test_a_missing_gettext_says_what_to_install(self, machine) -> None:
        machine.codes = {"makemessages": 1}
        with pytest.raises(Problem, match="sudo apt install gettext"):
            checks.messages([])


class TestLock:
    def test_all_three_locks_are_made_with_hashes_and_without_hosts(self, machine) -> None:
        assert checks.lock([]) == 0
        assert [words[-1] for words in machine.ran] == [
            "requirements.txt",
            "requirements-dev.txt",
            "tools/installer.txt",
        ]
        for words in machine.ran:
            assert {
                "--generate-hashes",
                "--no-emit-index-url",
                "--universal",
                "--no-header",
            } <= set(words)
            assert "--upgrade" not in words

    def test_upgrading_is_asked_for(self, machine) -> None:
        checks.lock(["--upgrade"])
        assert all("--upgrade" in words for words in machine.ran)

    def test_a_wrong_word_is_refused(self, machine, capsys) -> None:
        assert checks.lock(["--latest"]) == 2
        assert machine.ran == []

    def test_a_failure_is_told(self, machine) -> None:
        machine.codes = {"compile": 1}
        with pytest.raises(Problem, match="could not be pinned"):
            checks.lock([])


def test_benches_run_with_the_interpreter_of_the_environment(machine, monkeypatch) -> None:
    built: list[str] = []
    monkeypatch.setattr(checks, "steps_left", lambda: "steps")
    monkeypatch.setattr(checks, "build_assets", built.append)
    assert checks.bench(["floor", "--rounds", "1"]) == 0
    assert machine.ran == [[sys.executable, "-m", "bench", "floor", "--rounds", "1"]]
    assert built == ["steps"]


def test_the_files_that_must_be_covered_wholly_are_there() -> None:
    missing = [name for name in testing.EXACT if not (testing.REPO / name).is_file()]
    assert missing == []
