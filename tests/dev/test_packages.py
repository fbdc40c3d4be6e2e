"""The virtual environment of ./dev: installed once, again only when something changed."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tools import packages
from tools.say import Problem, Steps


@pytest.fixture
def project(tmp_path: Path, monkeypatch) -> Path:
    """An empty project; what would be installed is written to a list instead."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/installer.txt").write_text("# uv\n")
    monkeypatch.setattr(packages, "REPO", tmp_path)
    monkeypatch.setattr(packages, "VAR", tmp_path / "var")
    monkeypatch.setattr(packages, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(packages, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(packages, "STAMP", tmp_path / ".venv/installed")
    return tmp_path


@pytest.fixture
def installed(project: Path, monkeypatch) -> list[str]:
    """What was done, in order."""
    done: list[str] = []

    def make(*, fresh: bool) -> None:
        done.append("environment" if fresh or not packages.PYTHON.exists() else "kept")
        packages.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        packages.PYTHON.touch()

    monkeypatch.setattr(packages, "_make_environment", make)
    monkeypatch.setattr(packages, "_install", done.append)
    return done


def ready(*, developers: bool = False) -> None:
    packages.ready(Steps(1), developers=developers)


class TestWhatIsInstalledWhen:
    def test_the_first_time_everything(self, installed: list[str]) -> None:
        ready()
        assert installed == ["environment", "requirements.txt"]

    def test_the_second_time_nothing(self, installed: list[str]) -> None:
        ready()
        installed.clear()
        ready()
        assert installed == []

    def test_a_changed_lock_is_installed_into_the_same_environment(
        self, project: Path, installed: list[str]
    ) -> None:
        ready()
        installed.clear()
        (project / "requirements.txt").write_text("# newer\n")
        ready()
        assert installed == ["kept", "requirements.txt"]

    def test_tests_bring_the_developers_set(self, installed: list[str]) -> None:
        ready()
        installed.clear()
        ready(developers=True)
        assert installed == ["kept", "requirements-dev.txt"]

    def test_the_demo_after_tests_takes_nothing_away(self, installed: list[str]) -> None:
        ready(developers=True)
        installed.clear()
        ready()
        assert installed == []

    def test_another_python_gets_another_environment(
        self, installed: list[str], monkeypatch
    ) -> None:
        ready()
        installed.clear()
        monkeypatch.setattr(packages.platform, "python_version", lambda: "3.99.1")
        ready()
        assert installed == ["environment", "requirements.txt"]

    def test_a_moved_project_gets_another_environment(
        self, installed: list[str], tmp_path: Path, monkeypatch
    ) -> None:
        ready()
        installed.clear()
        stamp = packages.STAMP.read_text()
        place = packages._home().split()[-1]
        packages.STAMP.write_text(stamp.replace(place, "0" * 12))
        ready()
        assert installed == ["environment", "requirements.txt"]

    def test_a_removed_environment_is_made_again(self, installed: list[str]) -> None:
        ready()
        packages.PYTHON.unlink()
        installed.clear()
        ready()
        assert installed == ["environment", "requirements.txt"]

    def test_an_interrupted_installation_is_not_taken_for_done(
        self, installed: list[str], monkeypatch
    ) -> None:
        def interrupt(lock: str) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(packages, "_install", interrupt)
            with pytest.raises(KeyboardInterrupt):
                ready()
        installed.clear()
        ready()
        assert installed == ["environment", "requirements.txt"]

    def test_a_quick_command_is_silent_when_all_is_there(
        self, installed: list[str], capsys
    ) -> None:
        ready()
        capsys.readouterr()
        packages.ready(Steps(0), developers=False)
        assert capsys.readouterr().out == ""


class TestALinkToAnotherEnvironment:
    @pytest.fixture
    def elsewhere(self, project: Path) -> Path:
        """An environment of another project, and a link to it in this one."""
        there = project / "another/.venv"
        (there / "bin").mkdir(parents=True)
        (there / "bin/python").write_text("theirs")
        packages.VENV.symlink_to(there)
        return there

    @pytest.mark.parametrize("developers", [False, True])
    def test_it_is_refused_and_left_as_it_was(
        self, elsewhere: Path, monkeypatch, developers: bool
    ) -> None:
        monkeypatch.setattr(packages, "run_quietly", pytest.fail)
        monkeypatch.setattr(packages, "_works", pytest.fail)
        with pytest.raises(Problem, match="is a link to .*another/.venv") as caught:
            ready(developers=developers)
        assert "Type: rm .venv " in str(caught.value)
        assert (elsewhere / "bin/python").read_text() == "theirs"
        assert not (elsewhere / "installed").exists()

    def test_it_is_refused_even_where_all_that_is_pinned_is_there(
        self, elsewhere: Path, installed: list[str]
    ) -> None:
        """Today it would fit; the first changed lock would take packages away from the other project."""
        (elsewhere / "installed").write_text(packages._wanted(False))
        with pytest.raises(Problem, match="is a link to"):
            ready()
        assert installed == []

    def test_a_link_that_leads_nowhere_is_refused_too(
        self, project: Path, installed: list[str]
    ) -> None:
        packages.VENV.symlink_to(project / "gone")
        with pytest.raises(Problem, match="is a link to .*gone"):
            ready()
        assert not (project / "gone").exists()

    def test_without_the_link_it_goes_on(self, elsewhere: Path, installed: list[str]) -> None:
        packages.VENV.unlink()
        ready()
        assert installed == ["environment", "requirements.txt"]
        assert (elsewhere / "bin/python").read_text() == "theirs"


class TestTogether:
    def test_two_at_once_install_once(
        self, project: Path, installed: list[str], monkeypatch
    ) -> None:
        def slow(lock: str) -> None:
            time.sleep(0.2)
            installed.append(lock)

        monkeypatch.setattr(packages, "_install", slow)
        threads = [threading.Thread(target=ready) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert installed == ["environment", "requirements.txt"]


class TestWhatCanGoWrong:
    def test_no_ensurepip_says_what_to_install(self, project: Path, monkeypatch) -> None:
        monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: None)
        with pytest.raises(Problem) as caught:
            packages._make_environment(fresh=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        assert "sudo apt install python3-venv" in str(caught.value)
        assert f"python{version}-venv" in str(caught.value)

    def test_no_right_to_write_says_what_to_do(self, project: Path, installed, monkeypatch) -> None:
        def refuse(self: Path, **options: object) -> None:
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "mkdir", refuse)
        with pytest.raises(
            Problem, match="No right to write .* clone the project into a folder of your own"
        ):
            ready()

    def test_uv_failing_falls_back_to_pip_with_the_same_hashes(self, project, monkeypatch) -> None:
        tried: list[list[str]] = []
        monkeypatch.setattr(packages, "_works", lambda words, env: tried.append(words) or False)
        monkeypatch.setattr(
            packages,
            "run_quietly",
            lambda words, failure, env: tried.append([str(w) for w in words]),
        )
        packages._install("requirements.txt")
        assert tried[-1][1:] == [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            "requirements.txt",
        ]

    def test_both_failing_is_one_sentence(self, project: Path, monkeypatch) -> None:
        monkeypatch.setattr(packages, "PYTHON", Path(sys.executable))
        monkeypatch.setattr(packages, "_works", lambda words, env: False)
        (project / "broken.txt").write_text("no-such-package==1 --hash=sha256:00\n")
        with pytest.raises(
            Problem, match="The packages could not be installed. Is the network there"
        ):
            packages._install("broken.txt")

    def test_an_empty_home_gets_a_cache_in_var(self, project: Path, monkeypatch) -> None:
        seen: list[dict[str, str]] = []
        monkeypatch.delenv("HOME", raising=False)
        monkeypatch.setattr(packages, "_works", lambda words, env: seen.append(env) or True)
        packages._install("requirements.txt")
        assert seen[0]["UV_CACHE_DIR"] == str(project / "var/cache/uv")
        assert seen[0]["VIRTUAL_ENV"] == str(project / ".venv")

    @pytest.mark.parametrize("there", [True, False])
    def test_certificates_of_the_machine_are_believed(
        self, project: Path, monkeypatch, there: bool
    ) -> None:
        seen: list[dict[str, str]] = []
        file = project / "certificates.crt"
        if there:
            file.touch()
        monkeypatch.delenv("UV_SYSTEM_CERTS", raising=False)
        monkeypatch.setattr(packages, "SYSTEM_CERTIFICATES", file)
        monkeypatch.setattr(packages, "_works", lambda words, env: seen.append(env) or True)
        packages._install("requirements.txt")
        assert ("UV_SYSTEM_CERTS" in seen[0]) is there

    @pytest.mark.parametrize("code, works", [(0, True), (3, False)])
    def test_whether_a_program_works_is_its_code(
        self, project: Path, code: int, works: bool
    ) -> None:
        words = [sys.executable, "-c", f"raise SystemExit({code})"]
        assert packages._works(words, dict(os.environ)) is works


@pytest.mark.slow
def test_a_real_environment_is_made_in_a_path_with_a_space(project: Path, monkeypatch) -> None:
    home = project / "with a space"
    monkeypatch.setattr(packages, "VENV", home / ".venv")
    monkeypatch.setattr(packages, "PYTHON", home / ".venv/bin/python")
    packages._make_environment(fresh=True)
    done = subprocess.run(
        [packages.PYTHON, "-m", "pip", "--version"], capture_output=True, text=True, check=True
    )
    assert str(home) in done.stdout
