""".ci/run: what continuous integration calls."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.say import REPO

LAST = "===== 3 passed, 1 skipped in 0.10s ====="


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose ./dev says what it was asked and ends as CHECK and TEST say."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(REPO / ".ci/run", tmp_path / ".ci/run")
    script = tmp_path / "dev"
    script.write_text(
        f'#!/bin/sh\necho "asked: $1 $CI $REQUIRE_TOOLS"\n[ "$1" = check ] && exit "$CHECK"\n'
        f'echo "{LAST}"\necho "one more line"\nexit "$TEST"\n'
    )
    script.chmod(0o755)
    return tmp_path


def run(project: Path, check: int, test: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [project / ".ci/run"],
        cwd="/",
        env=os.environ | {"CHECK": str(check), "TEST": str(test)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("check, test, code", [(0, 0, 0), (1, 0, 1), (0, 1, 1), (2, 5, 1)])
def test_it_fails_if_either_fails_and_always_does_both(project, check, test, code) -> None:
    done = run(project, check, test)
    assert done.returncode == code
    assert "asked: check" in done.stdout
    assert "asked: test" in done.stdout


def test_the_last_line_is_pytests(project: Path) -> None:
    assert run(project, 0, 0).stdout.rstrip().split("\n")[-1] == f"── {LAST}"


def test_no_tool_may_be_missing_and_random_tests_repeat(project: Path) -> None:
    assert "asked: test 1 1" in run(project, 0, 0).stdout


def test_it_can_be_executed() -> None:
    assert os.access(REPO / ".ci/run", os.X_OK)
