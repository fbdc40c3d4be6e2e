"""The benches measure what they say: turns, medians, processor time, wrong answers."""

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from bench import __main__ as command
from bench import harness, processes, servers
from bench.data import Database
from bench.harness import BenchError, Options, alternate, table
from bench.servers import Case, Load, Request

BUSY = "import sys, time\nend = time.process_time() + float(sys.argv[1])\nwhile time.process_time() < end: pass"


def spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


class TestTurns:
    def test_both_sides_run_equally_often_and_take_turns_to_begin(self) -> None:
        order: list[str] = []
        alternate(lambda: order.append("o"), lambda: order.append("r"), rounds=4, warm_up=1)
        assert "".join(order) == "or" + "ro" + "or" + "ro" + "or"

    def test_the_slower_side_is_seen(self) -> None:
        pair = alternate(lambda: spin(0.02), lambda: spin(0.005), rounds=5, warm_up=0)
        assert pair.ours_cpu >= 20
        assert 2 < pair.ratio < 8
        assert pair.ours_wall >= pair.ours_cpu * 0.9

    def test_sleep_costs_no_processor(self) -> None:
        cpu, wall = harness.timed(lambda: time.sleep(0.05))
        assert cpu < 20
        assert wall >= 50

    def test_a_reference_that_costs_nothing_gives_no_finite_ratio(self) -> None:
        assert harness.Pair(1, 0, 1, 0).ratio == float("inf")


class TestTables:
    def test_columns_stand_under_each_other(self) -> None:
        lines = table(["", "ms"], [["ours", 1.234], ["the reference", 123.4]]).split("\n")
        assert lines == [
            "|               | ms   |",
            "|---------------|------|",
            "| ours          | 1.23 |",
            "| the reference | 123  |",
        ]

    @pytest.mark.parametrize(
        "value, text",
        [
            (None, "–"),
            (0.5, "0.50"),
            (9.994, "9.99"),
            (12.34, "12.3"),
            (1234.5, "1234"),
            (7, "7"),
            ("a", "a"),
        ],
    )
    def test_numbers_have_the_digits_they_deserve(self, value: object, text: str) -> None:
        assert harness.written(value) == text

    def test_a_pair_is_shown_with_its_ratio(self, capsys) -> None:
        harness.show_pair("Seal", "ours", "theirs", harness.Pair(30, 60, 31, 61))
        said = capsys.readouterr().out
        assert "Seal" in said
        assert "0.50" in said


class TestProcesses:
    def test_ours_is_found_with_its_parent(self) -> None:
        found = processes.stat(os.getpid())
        assert found is not None
        assert found.parent == os.getppid()

    def test_one_that_has_gone_is_nothing(self) -> None:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        assert processes.stat(gone.pid) is None
        assert processes.cpu_ms(gone.pid) == 0

    def test_work_of_a_child_that_ended_counts(self) -> None:
        before = processes.cpu_ms(os.getpid())
        subprocess.run([sys.executable, "-c", BUSY, "0.2"], check=True)
        assert processes.cpu_ms(os.getpid()) - before >= 180

    def test_work_of_a_living_grandchild_counts(self) -> None:
        code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}, '5'])"
        child = subprocess.Popen([sys.executable, "-c", code])
        try:
            until = time.monotonic() + 15
            while processes.cpu_ms(child.pid) < 300 and time.monotonic() < until:
                time.sleep(0.05)
            assert len(processes.family(child.pid)) == 2
            assert processes.cpu_ms(child.pid) >= 300
        finally:
            for number in sorted(processes.family(child.pid), reverse=True):
                os.kill(number, 9)
            child.wait()

    def test_strangers_do_not_count(self) -> None:
        assert os.getppid() not in processes.family(os.getpid())


class TestLoad:
    @pytest.fixture
    def site(self) -> Iterator[tuple[int, list[str]]]:
        """A site that answers 200, but 500 below /broken, and remembers who asked for what."""
        asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked.append(
                    f"{self.command} {self.path} {body.decode()}{self.headers['X-Test'] or ''}"
                )
                self.send_response(500 if self.path.startswith("/broken") else 200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            do_POST = do_GET

            def log_message(self, *words: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], asked
        server.shutdown()
        server.server_close()
        thread.join()

    def case(self, port: int, path: str = "/page") -> Case:
        return Case("page", port, os.getpid(), lambda number: Request(f"{path}/{number}"))

    def test_each_request_is_sent_once_with_its_own_number(self, site) -> None:
        port, asked = site
        case = self.case(port)
        nobody = Database("", os.getppid())
        servers.measure([case], nobody, Options(rounds=2, requests=10))
        assert sorted(asked) == sorted(f"GET /page/{number} " for number in range(30))
        assert len(case.loads) == 2, "the first turn only warms up"

    def test_body_and_headers_are_sent(self, site) -> None:
        port, asked = site
        request = Request("/form", "POST", b"a=1", {"X-Test": "!"})
        assert len(servers._drive(port, [request])) == 1
        assert asked == ["POST /form a=1!"]

    def test_cases_take_turns(self, site) -> None:
        port, asked = site
        one, two = self.case(port, "/one"), self.case(port, "/two")
        servers.measure([one, two], Database("", os.getppid()), Options(rounds=1, requests=2))
        assert [line.split("/")[1] for line in asked] == ["one"] * 2 + ["two"] * 2 + ["one"] * 2 + [
            "two"
        ] * 2

    def test_a_wrong_answer_ends_the_bench(self, site) -> None:
        port, _asked = site
        with pytest.raises(BenchError, match="/broken/0 answered 500, not 200"):
            servers.measure(
                [self.case(port, "/broken")], Database("", 1), Options(rounds=1, requests=1)
            )

    def test_an_expected_refusal_is_no_wrong_answer(self, site) -> None:
        port, _asked = site
        assert servers._drive(port, [Request("/broken", expect=500)])

    def test_a_dead_server_ends_the_bench(self) -> None:
        with pytest.raises(BenchError, match="refused"):
            servers._drive(servers._free_port(), [Request("/")])

    def test_a_server_that_does_not_start_shows_why(self) -> None:
        with (
            pytest.raises(BenchError, match="No module named 'no_such_module'"),
            servers.serving("no_such_module:application", Database("postgresql:///x", 1)),
        ):
            pass


class TestReport:
    def test_everything_is_compared_with_the_first_line(self, capsys) -> None:
        floor = Case("floor", 0, 0, lambda number: Request("/"), queries=1)
        page = Case("page", 0, 0, lambda number: Request("/"), goal=(20, 3), queries=7)
        floor.loads = [Load(1.0, 0.5, 2, 4)]
        page.loads = [
            Load(9.0, 1.0, 10.0, 20.0, 300.0),
            Load(12.0, 3.0, 12.0, 30.0, 250.0),
            Load(100.0, 50.0, 200.0, 400.0, 20.0),
        ]
        servers.report("Pages", [floor, page])
        line = next(row for row in capsys.readouterr().out.split("\n") if row.startswith("| page"))
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert cells == ["page", "12.0", "3.00", "10.0", "20 + 3", "7", "12.0", "30.0", "250"]


class TestCommand:
    def test_the_floor_is_there(self) -> None:
        assert "floor" in command.names()

    def test_an_unknown_bench_is_named(self, capsys) -> None:
        assert command.main(["celing"]) == 2
        assert "No bench «celing»; there are: " in capsys.readouterr().err

    def test_options_reach_the_bench(self, monkeypatch) -> None:
        seen: list[Options] = []
        module = type("Module", (), {"run": staticmethod(seen.append)})
        monkeypatch.setattr(command.importlib, "import_module", lambda name: module)
        assert command.main(["floor", "--scale", "3", "--rounds", "2", "--requests", "10"]) == 0
        assert seen == [Options(scale=3, rounds=2, requests=10)]

    def test_small_is_one_turn_of_a_few(self, monkeypatch) -> None:
        seen: list[Options] = []
        module = type("Module", (), {"run": staticmethod(seen.append)})
        monkeypatch.setattr(command.importlib, "import_module", lambda name: module)
        assert command.main(["floor", "--small"]) == 0
        assert seen == [Options(rounds=1, requests=40, small=True)]

    def test_a_bench_that_cannot_run_says_why(self, monkeypatch, capsys) -> None:
        def fail(options: Options) -> None:
            raise BenchError("no data")

        module = type("Module", (), {"run": staticmethod(fail)})
        monkeypatch.setattr(command.importlib, "import_module", lambda name: module)
        assert command.main(["floor"]) == 1
        assert capsys.readouterr().err == "floor: no data\n"
