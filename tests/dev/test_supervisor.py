"""Web and worker under ./dev: started again, stopped to the last, never orphaned."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import supervisor as supervising
from tools.say import REPO, Problem
from tools.supervisor import Child, Supervisor

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="a feature of Linux")


def eventually(question: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


def number(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def runs(pid: int) -> bool:
    """Whether the process is there and is no zombie."""
    words = Path(f"/proc/{pid}/cmdline")
    return words.exists() and bool(words.read_bytes())


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervising, "PATIENCE", 1.0)
    made = Supervisor(tmp_path / "log")
    yield made
    made.stop()


@pytest.fixture
def env() -> dict[str, str]:
    return dict(os.environ)


class TestStarting:
    def test_output_goes_to_a_log_of_its_own(self, keeper: Supervisor, env) -> None:
        code = "import sys; print('to one'); print('to two', file=sys.stderr)"
        child = keeper.start("talker", [sys.executable, "-c", code], env, once=True)
        keeper.wait_for(child)
        assert child.log == keeper.log_folder / "talker.log"
        assert sorted(child.log.read_text().split("\n")) == ["", "to one", "to two"]
        assert child.said("to two")
        assert not child.said("to three")

    def test_the_log_of_the_last_time_is_forgotten(self, keeper: Supervisor, env) -> None:
        keeper.log_folder.mkdir()
        (keeper.log_folder / "quiet.log").write_text("old news")
        child = keeper.start("quiet", [sys.executable, "-c", ""], env, once=True)
        keeper.wait_for(child)
        assert not child.said("old news")

    def test_it_runs_in_the_project_with_the_environment_given(self, keeper, env) -> None:
        code = "import os; print(os.getcwd(), os.environ['TOWN'])"
        child = keeper.start(
            "env", [sys.executable, "-c", code], env | {"TOWN": "Făget"}, once=True
        )
        keeper.wait_for(child)
        assert child.said(f"{REPO} Făget")


class TestWatching:
    def test_a_worker_that_ends_is_started_again(self, keeper, env, capsys, monkeypatch) -> None:
        worker = keeper.start("worker", FOREVER, env, again=True)
        first = number(worker)
        worker.started -= 2
        os.kill(first, signal.SIGKILL)
        eventually(worker.ended)
        keeper.look()
        assert number(worker) != first
        assert runs(number(worker))
        assert (
            "The worker process ended with code -9; starting it again." in capsys.readouterr().err
        )

    def test_a_worker_that_ends_at_once_is_not_hurried(self, keeper: Supervisor, env) -> None:
        worker = keeper.start(
            "worker", [sys.executable, "-c", "raise SystemExit(3)"], env, again=True
        )
        eventually(worker.ended)
        first = number(worker)
        worker.started = time.monotonic()
        keeper.look()
        assert number(worker) == first
        worker.started -= 2
        keeper.look()
        assert number(worker) != first

    def test_a_web_server_that_ends_is_a_problem_with_its_last_words(self, keeper, env) -> None:
        code = "print('no such module'); raise SystemExit(4)"
        web = keeper.start("web", [sys.executable, "-c", code], env)
        eventually(web.ended)
        with pytest.raises(Problem) as caught:
            keeper.look()
        assert "    no such module" in str(caught.value)
        assert "The web process ended with code 4." in str(caught.value)

    def test_a_job_that_ends_well_is_no_problem(self, keeper: Supervisor, env) -> None:
        job = keeper.start("tables", [sys.executable, "-c", ""], env, once=True)
        keeper.wait_for(job)
        keeper.look()
        assert job.ended()

    def test_a_job_that_fails_is_a_problem_while_we_wait_for_it(self, keeper, env) -> None:
        job = keeper.start("tables", [sys.executable, "-c", "1/0"], env, once=True)
        with pytest.raises(Problem, match="ZeroDivisionError"):
            keeper.wait_for(job)

    def test_waiting_for_nothing_is_over_at_once(self, keeper: Supervisor) -> None:
        keeper.wait_for(None)
        assert keeper.children == []

    def test_it_watches_until_it_is_interrupted(self, keeper: Supervisor, env) -> None:
        rounds = 0

        def meanwhile() -> None:
            nonlocal rounds
            rounds += 1
            if rounds == 3:
                raise KeyboardInterrupt

        keeper.start("web", FOREVER, env)
        with pytest.raises(KeyboardInterrupt):
            keeper.watch(meanwhile)
        assert rounds == 3


class TestStopping:
    def test_all_end(self, keeper: Supervisor, env) -> None:
        pids = [number(keeper.start(name, FOREVER, env)) for name in ("web", "worker")]
        keeper.stop()
        assert not any(map(runs, pids))
        assert keeper.children == []

    def test_one_that_does_not_listen_is_ended_all_the_same(self, keeper: Supervisor, env) -> None:
        code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); "
        child = keeper.start("deaf", [sys.executable, "-c", code + "time.sleep(600)"], env)
        eventually(lambda: child.said("deaf"))
        keeper.stop()
        assert not runs(number(child))

    def test_what_a_child_started_ends_too(self, keeper: Supervisor, env) -> None:
        code = """
            import subprocess, sys, time
            print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
            time.sleep(600)
        """
        child = keeper.start("parent", [sys.executable, "-c", textwrap.dedent(code)], env)
        assert child.log is not None
        eventually(child.log.read_text)
        eventually(lambda: child.log.read_text().endswith("\n"))
        grandchild = int(child.log.read_text())
        keeper.stop()
        eventually(lambda: not runs(grandchild))

    def test_stopping_twice_does_no_harm(self, keeper: Supervisor, env) -> None:
        keeper.start("web", FOREVER, env)
        keeper.stop()
        keeper.stop()
        assert keeper.children == []


class TestAsAWhole:
    """A little ./dev of its own, and every way in which it can end."""

    CODE = """
        import os, sys
        from pathlib import Path
        from tools.supervisor import Supervisor, end_like_ctrl_c, ignore_signals
        end_like_ctrl_c()
        keeper = Supervisor(Path(sys.argv[1]))
        child = keeper.start("child", [sys.executable, "-c", "import time; time.sleep(600)"], dict(os.environ))
        try:
            print(child.process.pid, flush=True)
            keeper.watch(lambda: __import__("time").sleep(0.05))
        except KeyboardInterrupt:
            print("stopping", flush=True)
        finally:
            ignore_signals()
            keeper.stop()
    """

    @pytest.fixture
    def whole(self, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(self.CODE), str(tmp_path)],
            cwd=REPO,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        child = int(process.stdout.readline())
        yield process, child
        process.kill()
        process.wait()
        process.stdout.close()

    @pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_every_polite_end_stops_the_children(self, whole, kind: signal.Signals) -> None:
        process, child = whole
        process.send_signal(kind)
        assert process.wait(15) == 0
        assert "stopping" in process.stdout.read()
        assert not runs(child)

    @ONLY_LINUX
    def test_even_a_kill_leaves_no_orphans(self, whole) -> None:
        process, child = whole
        process.kill()
        process.wait()
        eventually(lambda: not runs(child))
