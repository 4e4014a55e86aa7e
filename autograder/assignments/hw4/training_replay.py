"""Repeat a few steps of training with the submitted functions: which losses should their log show?

The examples are drawn here, by the course's own kit, from the logged seed and the grader's copy of the data. Only the
student's functions run in the student process, once for each example. Three iterations take 0.03 core-seconds.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.checking import Handle, Recording, Student, SubmissionError, numbers
from autograder.course import loaded_package
from autograder.model.assignment import Assignment

SKIPGRAM, COST = "skipgram", "negSamplingCostAndGradient"  # what the notebook trains with
# The first loss tells another cost, the second another gradient of the output vectors, the third of the input vectors.
ITERATIONS = 3
CPU_S = 2.0  # for one of them; right functions take 0.01, and fifty times as slow ones 0.5
DATA_DIR = Path("datasets", "data")  # in the course folder, where get_datasets.sh puts it; $HW4_DATA goes first


@dataclass(frozen=True)
class Corpus:
    """Sentences that students may have trained on."""

    treebank: Any
    folder: str  # where they are; "" for the mini stand-in, which is made when it is needed

    @property
    def is_mini(self) -> bool:
        """Whether a program made the sentences."""
        return not self.folder


def corpus(assignment: Assignment, digest: str) -> Corpus | None:
    """Return the data of that digest, None where the grader does not have it.

    Args:
        assignment: The homework, whose kit draws the examples.
        digest: What `word2vec_training.run_digest` gave: runs of another kit, with other sizes, cannot be repeated.
    """
    for folder in (os.environ.get("HW4_DATA") or str(assignment.course_dir / DATA_DIR), ""):
        treebank = _treebank(assignment, folder)
        if treebank is not None and _digest(assignment, folder) == digest:
            return Corpus(treebank, folder)
    return None


def losses(student: Student, assignment: Assignment, data: Corpus, seed: int) -> list[float]:
    """Return the losses, in nats, that the first iterations have with the functions in the student process.

    Raises:
        SubmissionError: The functions cannot be used in this way, which says nothing about a log.
    """
    training = _kit(assignment, "word2vec_training")
    settings, block = training.HANDOUT, _block(assignment, data.folder, seed)
    inputs, outputs = training.start_vectors(data.treebank, seed)
    cost_function, found = student.get(COST), []
    if not isinstance(cost_function, Handle):
        raise SubmissionError(f"`{COST}` is not a function.")
    for iteration in range(ITERATIONS):
        first, last = block.first_rows[iteration], block.first_rows[iteration + 1]
        rows = block.rows[first:last]
        examples = range(iteration * settings.batch, (iteration + 1) * settings.batch)
        bounds = [slice(block.row_bounds[e] - first, block.row_bounds[e + 1] - first) for e in examples]
        calls = [
            [block.centers[e], settings.window, block.contexts[e], block.tokens[e],
             inputs[rows[own]], outputs[rows[own]], Recording(sampleTokenIdx=_draws(block, e)), cost_function]
            for e, own in zip(examples, bounds, strict=True)
        ]  # fmt: skip
        answers = [
            _checked(answer, rows[own].shape + inputs.shape[1:])
            for answer, own in zip(student.call_each(SKIPGRAM, calls, CPU_S), bounds, strict=True)
        ]
        found.append(sum(cost for cost, _, _ in answers) / settings.batch)
        sums, factor = block.sums[iteration], settings.step / settings.batch
        into, out = sums.add_up(*(np.concatenate([answer[part] for answer in answers]) for part in (1, 2)))
        inputs[sums.words] -= factor * into
        outputs[sums.words] -= factor * out
    return found


def _draws(block: Any, example: int) -> list[int]:
    """Return what sampleTokenIdx has to return during one example."""
    before = block.draws_left[example - 1] if example else len(block.draws)
    draws: list[int] = block.draws[len(block.draws) - before : len(block.draws) - block.draws_left[example]]
    return draws


def _checked(answer: Any, shape: tuple[int, ...]) -> tuple[float, np.ndarray, np.ndarray]:
    """Return what skipgram returned if the training loop takes that in the fast way, and adds it up in float64."""
    parts = [numbers(part) for part in answer] if isinstance(answer, (tuple, list)) and len(answer) == 3 else []
    cost, into, out = parts or (None, None, None)
    if cost is None or into is None or out is None or np.asarray(answer[0]).dtype != np.float64:
        raise SubmissionError(f"`{SKIPGRAM}` did not return float64 numbers.")
    if cost.size != 1 or into.shape != shape or out.shape != shape:
        raise SubmissionError(f"`{SKIPGRAM}` returned arrays of other shapes.")
    return float(cost.reshape(-1)[0]), into, out


def _kit(assignment: Assignment, name: str) -> ModuleType:
    """Return a module of the course's kit."""
    module = loaded_package.module(assignment.kit_dir, name)
    assert module is not None, f"the kit has no {name}"
    return module


@lru_cache(maxsize=4)
def _treebank(assignment: Assignment, folder: str) -> Any:
    """Return the data in a folder, the stand-in for ""; None where there is none."""
    data = _kit(assignment, "data")
    if not folder:
        return data.Treebank([data.words_of(line) for line in _kit(assignment, "mini").mini_reviews()])
    try:
        return data.Treebank(data.read_sentences(data.find("sst", folder)))
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=4)
def _digest(assignment: Assignment, folder: str) -> str:
    return str(_kit(assignment, "word2vec_training").run_digest(_treebank(assignment, folder)))


@lru_cache(maxsize=8)
def _block(assignment: Assignment, folder: str, seed: int) -> Any:
    """Return the examples of the first iterations, the same for all students."""
    settings, draws = _kit(assignment, "word2vec_training").HANDOUT, _kit(assignment, "word2vec_draws")
    dataset = draws.positioned(_treebank(assignment, folder), seed, 0, 0, settings.window)
    return draws.BlockSource(dataset, settings.batch, settings.window, settings.negatives).next_block(ITERATIONS)
