"""Tests of word vectors: likeness of words as people judge it (RG, WS), and analogies of grammar (MSR)."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from ..bias_files import ANALOGIES, SIMILARITIES
from .gender import GET_COMMAND, data_file
from .word_vectors import WordVectors

MOST_TEST_BYTES = 10 * 2**20
QUESTIONS = 500  # answered at a time; their scores take 50 MB, the products for them 150 MB at most


@dataclass(frozen=True)
class Benchmarks:
    """The parts of the tests that some vectors can answer.

    Attributes:
        pairs: For each test of likeness the rows of both words, shape (n, 2), and what people said, shape (n,).
        questions: Rows of a, b, c and the right d in "a is to b as c is to d". Shape (m, 4), int64.
        listed: How many pairs or questions each test has.
    """

    pairs: dict[str, tuple[np.ndarray, np.ndarray]]
    questions: np.ndarray
    listed: dict[str, int]

    def coverage(self, test: str) -> float:
        """Return the share of a test for which there are vectors of all words."""
        known = len(self.questions) if test == "MSR" else len(self.pairs[test][1])
        return known / self.listed[test]

    def scores(self, vectors: np.ndarray) -> dict[str, float]:
        """Return the score of each test, from 0 to 100; nan where there is nothing to answer.

        Args:
            vectors: Each of length 1. Shape (V, D).
        """
        found = {}
        for test, (rows, judged) in self.pairs.items():
            cosines = (vectors[rows[:, 0]] * vectors[rows[:, 1]]).sum(axis=1)
            found[test] = 100 * float(spearmanr(cosines, judged).statistic) if len(judged) > 2 else np.nan
        return {**found, "MSR": 100 * _share_right(vectors.astype(np.float32), self.questions)}


def load_benchmarks(vectors: WordVectors, folder: str | os.PathLike[str] | None = None) -> Benchmarks:
    """Return what the tests of the data folder ask of words that have vectors; the rest is left out.

    Raises:
        DataMissing: A test is not there.
        ValueError: A test is damaged.
    """
    pairs, listed = {}, {}
    for test, name in SIMILARITIES.items():
        path = data_file(name, folder)
        # Some lines of RG have a tab too many.
        lines = [[field for field in line.split("\t") if field] for line in _lines(path) if line[0] != "#"]
        listed[test] = len(lines)
        try:
            rows = [(vectors.row(a), vectors.row(b), float(judged)) for a, b, judged, *_ in lines]
        except ValueError as error:
            raise ValueError(f"{path} is damaged ({error}); remove it and run {GET_COMMAND}.") from error
        known = [(a, b, judged) for a, b, judged in rows if a is not None and b is not None]
        pairs[test] = (
            np.array([row[:2] for row in known], dtype=np.int64).reshape(-1, 2),
            np.array([row[2] for row in known]),
        )
    words = [line.split() for line in _lines(data_file(ANALOGIES, folder)) if line[0] != ":"]
    listed["MSR"] = len(words)
    questions = [[vectors.row(word) for word in line] for line in words if len(line) == 4]
    known_questions = [question for question in questions if None not in question]
    return Benchmarks(pairs, np.array(known_questions, dtype=np.int64).reshape(-1, 4), listed)


def _share_right(vectors: np.ndarray, questions: np.ndarray) -> float:
    """Return how often d is the word, other than a, b and c, whose vector has the largest product with b - a + c."""
    if not len(questions):
        return float("nan")
    right = 0
    for start in range(0, len(questions), QUESTIONS):
        part = questions[start : start + QUESTIONS]
        asked, place = np.unique(part[:, :3], return_inverse=True)  # many questions share their words
        products = vectors[asked] @ vectors.T
        a, b, c = place.reshape(-1, 3).T
        scores = products[b] - products[a] + products[c]
        np.put_along_axis(scores, part[:, :3], -np.inf, axis=1)
        right += int((scores.argmax(axis=1) == part[:, 3]).sum())
    return right / len(questions)


def _lines(path: Path) -> list[str]:
    if path.stat().st_size > MOST_TEST_BYTES:
        raise ValueError(f"{path} is too large for a test of word vectors; remove it and run {GET_COMMAND}.")
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
