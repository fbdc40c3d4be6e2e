"""./dev as it is typed, and how it speaks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import __main__ as entrance
from tools import say
from tools.say import REPO, Problem, Steps

COMMANDS = ["setup", "demo", "run", "test", "check", "bench", "messages", "lock", "db"]


def dev(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(REPO / "dev"), *words],
        capture_output=True,
        text=True,
        env=os.environ | env,
        cwd="/",
        timeout=60,
        check=False,
    )


class TestTheScript:
    def test_it_can_be_executed(self) -> None:
        assert os.access(REPO / "dev", os.X_OK)
        assert (REPO / "dev").read_text().startswith("#!/usr/bin/env python3\n")

    @pytest.mark.parametrize("words", [(), ("help",), ("--help",), ("-h",)])
    def test_without_a_command_it_lists_them_all(self, words: tuple[str, ...]) -> None:
        done = dev(*words)
        assert (done.returncode, done.stderr) == (0, "")
        for command in COMMANDS:
            assert f"./dev {command}" in done.stdout

    def test_an_unknown_command_is_named_and_the_others_shown(self) -> None:
        done = dev("dmeo")
        assert done.returncode == 2
        assert done.stderr.startswith("./dev has no command «dmeo».")
        assert "./dev demo" in done.stderr

    def test_an_old_python_is_told_what_to_type(self, tmp_path: Path) -> None:
        old = tmp_path / "old.py"
        old.write_text(
            "import runpy, sys; sys.version_info = (3, 9, 2); sys.argv = ['dev', 'demo']\n"
        )
        old.write_text(
            old.read_text() + f"runpy.run_path({str(REPO / 'dev')!r}, run_name='__main__')"
        )
        done = subprocess.run([sys.executable, old], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith("Tutela needs Python 3.11 or later, this is 3.9.")

    def test_it_is_written_with_the_standard_library_alone(self) -> None:
        """The script and what it imports before the packages are there."""
        code = "import sys; sys.path[:0] = [sys.argv[1]]; import tools.packages; "
        code += (
            "print(sorted(m for m in sys.modules if m.split('.')[0] not in sys.stdlib_module_names"
        )
        code += " and m.split('.')[0] not in {'tools', '__main__'}))"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code, str(REPO)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == "[]"


class TestInside:
    """`python -m tools`, what the script becomes."""

    def test_every_command_of_the_script_is_there(self, monkeypatch) -> None:
        for name in COMMANDS:
            module = {"test": "testing", "db": "backup"}.get(name)
            home = getattr(entrance, module or ("site" if name in COMMANDS[:3] else "checks"))
            monkeypatch.setattr(
                home, "command" if name == "db" else name, lambda words: 40 + len(words)
            )
            assert entrance.main([name]) == 40
            assert entrance.main([name, "a", "b"]) == 42

    def test_a_problem_is_one_sentence_and_code_1(self, monkeypatch, capsys) -> None:
        def fail(words: list[str]) -> int:
            raise Problem("The cable is out: put it in.")

        monkeypatch.setattr(entrance.site, "demo", fail)
        assert entrance.main(["demo"]) == 1
        assert capsys.readouterr().err.strip() == "The cable is out: put it in."

    def test_a_database_problem_too(self, monkeypatch, capsys) -> None:
        def fail(words: list[str]) -> int:
            raise entrance.EmbeddedPostgresError("It does not start.")

        monkeypatch.setattr(entrance.backup, "command", fail)
        assert entrance.main(["db", "start"]) == 1
        assert capsys.readouterr().err.strip() == "It does not start."

    def test_ctrl_c_is_130(self, monkeypatch) -> None:
        def interrupt(words: list[str]) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr(entrance.checks, "check", interrupt)
        assert entrance.main(["check"]) == 130

    @pytest.mark.parametrize("words", [[], ["nothing"]])
    def test_anything_else_shows_the_commands(self, words: list[str], capsys) -> None:
        assert entrance.main(words) == 2
        assert "./dev demo" in capsys.readouterr().err


class TestSteps:
    def test_a_step_is_named_when_it_begins_and_timed_when_it_ends(self, capsys) -> None:
        steps = Steps(6, 1)
        with steps("database"):
            assert capsys.readouterr().out == "[2/6] database … "
        assert capsys.readouterr().out == "0.0 s\n"
        assert steps.number == 2

    def test_a_step_that_failed_is_not_called_done(self, capsys) -> None:
        with pytest.raises(Problem), Steps(2)("tables"):
            raise Problem("no")
        assert capsys.readouterr().out == "[1/2] tables … "

    def test_a_single_action_is_not_counted(self, capsys) -> None:
        with Steps(0)("packages"):
            pass
        assert capsys.readouterr().out == "packages … 0.0 s\n"


class TestRunningQuietly:
    def test_success_says_nothing(self, tmp_path: Path, capfd) -> None:
        log = tmp_path / "log/a.log"
        say.run_quietly([sys.executable, "-c", "print('hello')"], "It failed.", log)
        assert capfd.readouterr() == ("", "")
        assert log.read_text() == "hello\n"

    def test_failure_shows_the_end_of_the_output_and_the_sentence(self, tmp_path: Path) -> None:
        code = "import sys; [print('line', n, flush=True) for n in range(40)]; sys.exit('because')"
        with pytest.raises(Problem) as caught:
            say.run_quietly([sys.executable, "-c", code], "It failed.", tmp_path / "a.log")
        text = str(caught.value)
        assert "    line 39\n    because\n\nIt failed. " in text
        assert "line 10\n" not in text
        assert str(tmp_path / "a.log") in text

    def test_what_it_runs_cannot_ask_questions(self, tmp_path: Path) -> None:
        say.run_quietly([sys.executable, "-c", "assert input.__call__"], "no", tmp_path / "a.log")
        with pytest.raises(Problem, match="EOFError"):
            say.run_quietly([sys.executable, "-c", "input()"], "no", tmp_path / "a.log")

    def test_the_end_of_a_log_that_is_not_there_is_empty(self, tmp_path: Path) -> None:
        assert say.ending(tmp_path / "none") == ""


class TestNames:
    """No file that ships names a package host, or a folder of some machine."""

    @pytest.mark.parametrize(
        "name",
        ["requirements.txt", "requirements-dev.txt", "tools/installer.txt", "pyproject.toml"],
    )
    def test_locks_have_hashes_and_no_hosts(self, name: str) -> None:
        text = (REPO / name).read_text()
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text
        if name.endswith(".txt"):
            pins = [line for line in text.splitlines() if "==" in line and line[0] not in " #"]
            assert pins
            assert all(line.endswith("\\") for line in pins), "every pin goes on with its hashes"

    def test_developers_have_the_same_versions(self) -> None:
        def pins(name: str) -> set[str]:
            lines = (REPO / name).read_text().splitlines()
            return {line.split()[0] for line in lines if "==" in line and line[0] not in " #"}

        assert pins("requirements.txt") <= pins("requirements-dev.txt")
