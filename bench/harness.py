"""Fair comparison: both sides in turns, medians, processor time rather than the clock."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


class BenchError(Exception):
    """Why a bench cannot be run, or what it measured cannot be trusted."""


@dataclass(frozen=True)
class Options:
    """What the command line asks of every bench."""

    scale: int = 1
    rounds: int = 5
    requests: int = 400
    small: bool = False


@dataclass(frozen=True)
class Pair:
    """Median milliseconds of two callables that were run in turns."""

    ours_cpu: float
    reference_cpu: float
    ours_wall: float
    reference_wall: float

    @property
    def ratio(self) -> float:
        """Ours as a part of the reference: under 1 is faster."""
        return self.ours_cpu / self.reference_cpu if self.reference_cpu else float("inf")


def alternate(
    ours: Callable[[], object], reference: Callable[[], object], rounds: int = 30, warm_up: int = 3
) -> Pair:
    """Time two callables in one process, in turns, so that whatever disturbs disturbs both.

    The side that begins changes with each round; the garbage of one is not the bill of the other.
    """
    for _ in range(warm_up):
        ours()
        reference()
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "reference": []}
    sides = [("ours", ours), ("reference", reference)]
    for number in range(rounds):
        for name, side in sides if number % 2 else reversed(sides):
            times[name].append(timed(side))
    return Pair(
        ours_cpu=median(cpu for cpu, _ in times["ours"]),
        reference_cpu=median(cpu for cpu, _ in times["reference"]),
        ours_wall=median(wall for _, wall in times["ours"]),
        reference_wall=median(wall for _, wall in times["reference"]),
    )


def timed(side: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of processor (all threads of this process) and of the clock."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    side()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table that can be pasted into docs/benchmarks.md."""
    print(f"\n{title}\n\n{table(heads, rows)}", flush=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table whose columns stand under each other."""
    cells = [list(heads)] + [[written(value) for value in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    lines = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def written(value: object) -> str:
    """A number with as many digits as it deserves."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return str(value)


def show_pair(title: str, ours: str, reference: str, pair: Pair) -> None:
    """The table of `alternate`."""
    show(
        title,
        ["", "CPU ms", "clock ms", "ratio"],
        [
            [ours, pair.ours_cpu, pair.ours_wall, pair.ratio],
            [reference, pair.reference_cpu, pair.reference_wall, 1.0],
        ],
    )
