"""How slow may a right solution be? Time the slow ones of the corpus beside the reference, at the sizes of the checks.

    python bench/slow.py

For each: the processor time of a call over that of a call of the instructor's function, in turns in this process; the
points that it gets in the confined process; and its room: how often the processor time of the whole notebook, with all
its checks, fits into the limit of a single call. Limits are scaled by the speed of the machine, so the room is the same
on a slow one.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from made_class import SLOW_SOLUTIONS
from mutation import COURSE_DIR, solution_cell, submission

from autograder.course import assignment as assignments
from autograder.grading.grader import grade
from autograder.handin.run_limits import Limits
from autograder.model.assignment import Assignment
from autograder.session.launcher import Zygote

RIGHT = COURSE_DIR / "tests" / "corpus" / "hw4" / "right"
HELPER_CELLS = ("imports", "helpers")
ROUNDS, CALLS = 9, 20  # the median of the rounds counts


class Dataset:
    """Yields the words 0 to 4 in turn."""

    def __init__(self) -> None:
        """Begin with word 0."""
        self._drawn = 0

    def sampleTokenIdx(self) -> int:
        """Return the next word."""
        self._drawn += 1
        return self._drawn % 5


def arguments(item_id: str, rng: np.random.Generator) -> tuple[Any, ...]:
    """Return arguments as the checks feed them, of their smallest and most frequent size."""
    center, outputs = rng.normal(size=4), rng.normal(size=(6, 4))
    inputs = rng.normal(size=(9, 4))
    words = [f"word{number}" for number in range(9)]
    tokens = {word: number for number, word in enumerate(words)}

    def cost(predicted: np.ndarray, target: int, vectors: np.ndarray, dataset: Any) -> tuple[float, Any, Any]:
        return 1.0, predicted, vectors

    return {
        "leaky_relu": (tf.constant(rng.normal(size=(4, 6)), dtype=tf.float32), 0.2),
        "softmaxCostAndGradient": (center, 2, outputs, Dataset()),
        "negSamplingCostAndGradient": (center, 5, outputs, Dataset()),
        "skipgram": (words[0], 5, words[1:6], tokens, inputs, inputs + 1, Dataset(), cost),
    }[item_id]


def function(assignment: Assignment, item_id: str, source: str) -> Callable[..., Any]:
    """Return the item's function as a solution cell defines it, with the notebook's helpers around it."""
    notebook = assignment.source_notebook(assignment.item(item_id).notebook)
    names: dict[str, Any] = {"softmaxCostAndGradient": None}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in HELPER_CELLS:
            with contextlib.redirect_stdout(None):  # it says which versions these are
                exec(cell.source, names)
    exec(source, names)
    found: Callable[..., Any] = names[item_id]
    return found


def seconds(called: Callable[..., Any], given: tuple[Any, ...]) -> float:
    """Return the processor time of one call."""
    start = time.process_time()
    for _ in range(CALLS):
        called(*given)
    return (time.process_time() - start) / CALLS


def ratio(slow: Callable[..., Any], reference: Callable[..., Any], given: tuple[Any, ...]) -> float:
    """Return how many times as long the slow function takes."""
    seconds(slow, given), seconds(reference, given)
    return statistics.median(seconds(slow, given) / seconds(reference, given) for _ in range(ROUNDS))


def main() -> None:
    """Print a table for people and, as the last line, one JSON object."""
    assignment, figures = assignments.load(COURSE_DIR, "hw4"), {}
    print(f"{'solution':60} {'times as long':>14} {'points':>7} {'room':>5}")
    hidden = [COURSE_DIR / name for name in ("source", "answers")]
    with Zygote(assignment.kit_dir, hidden, libraries=assignment.libraries, kit_without=assignment.ungraded) as zygote:
        for path in sorted(path for name in SLOW_SOLUTIONS for path in RIGHT.glob(f"*/{name}/solution.py")):
            item, source = assignment.item(path.parent.parent.name), Path(path).read_text(encoding="utf-8")
            given = arguments(item.id, np.random.default_rng(18739))
            right = solution_cell(assignment.source_notebook(item.notebook), item).source
            times = ratio(function(assignment, item.id, source), function(assignment, item.id, right), given)
            report = grade(submission(assignment, item, source), assignment, "slow", zygote, only={item.id})
            room = Limits().scaled(zygote.machine_factor).call_cpu_s / report.timings_s["student_cpu"]
            figures[f"{item.id}/{path.parent.name}"] = {
                "times": round(times, 1), "points": report.total, "of": item.points, "room": round(room, 1),
            }  # fmt: skip
            name = f"{item.id}/{path.parent.name}"
            print(f"{name:60} {times:14.0f} {report.total:7g} {room:5.0f}", flush=True)
        print(f"This machine takes {zygote.machine_factor:g} times as long as the reference machine.")
    print(json.dumps(figures))
    if any(entry["points"] != entry["of"] for entry in figures.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
