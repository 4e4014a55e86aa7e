"""The score of word vectors: right on vectors whose score is known, and honest about chance and frequency."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit.data import Treebank, load_treebank
from hw4kit.word_scores import KINDS, kind_score, score_table

REAL_DATA = os.environ.get("HW4_DATA", "")


def words_by_kind() -> list[tuple[int, str]]:
    return [(kind, word) for kind, name in enumerate(KINDS) for word in KINDS[name].split()]


def test_words_of_a_kind_are_found_where_they_are_together() -> None:
    """One direction for each kind finds all; so does none of random vectors, nor of those handed round."""
    words = words_by_kind()
    dataset = Treebank([[word for _, word in words]] * 2)
    rng = np.random.default_rng(5)
    directions = rng.normal(size=(len(KINDS), 8))
    vectors = np.empty((len(words), 8))
    for kind, word in words:
        vectors[dataset.tokens[word]] = directions[kind] + 0.01 * rng.normal(size=8)

    score = kind_score(vectors, dataset)

    assert score.used == score.listed == len(words)
    assert score.value == 1.0
    assert score.random[0] <= score.shuffled < 0.2
    assert score.random[1] < 0.2


def test_no_word_is_of_two_kinds() -> None:
    """Else one of the two would count as wrong."""
    words = [word for _, word in words_by_kind()]

    assert len(set(words)) == len(words)


def test_the_same_seed_gives_the_same_table() -> None:
    """It does not change from one look to the next."""
    dataset = Treebank([[word for _, word in words_by_kind()]])
    vectors = np.random.default_rng(2).normal(size=(len(dataset.words), 6))

    assert score_table(vectors, dataset) == score_table(vectors, dataset)
    assert "137 of 137" in score_table(vectors, dataset)


def test_what_is_owed_to_frequency_is_shown_as_such() -> None:
    """Vectors that hold the frequency of a word and nothing else score the same when they are shuffled."""
    words = words_by_kind()
    dataset = Treebank([[word for kind, word in words if kind >= turn] for turn in range(len(KINDS))])
    vectors = np.stack([np.log(dataset.counts), np.ones(len(dataset.words))], axis=1)

    score = kind_score(vectors, dataset)

    assert abs(score.value - score.shuffled) < 0.1


def test_a_vocabulary_without_any_of_the_words_has_no_score() -> None:
    """The mini data knows hardly one of the words: then there is nothing to tell."""
    assert kind_score(np.eye(3), Treebank([["x", "b", "c"]])).used == 0


@pytest.mark.skipif(not REAL_DATA, reason="HW4_DATA names no folder with the Treebank")
def test_the_words_of_a_kind_are_common_in_the_treebank() -> None:
    """Training has moved each of them."""
    dataset = load_treebank(REAL_DATA)

    assert min(dataset.counts[dataset.tokens[word]] for _, word in words_by_kind()) >= 25
