"""Scores of word vectors: right on vectors whose scores are known, and honest about chance and frequency."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit import word_scores
from hw4kit.data import DataMissing, Treebank, load_treebank
from hw4kit.word_kinds import KINDS
from hw4kit.word_lists import FILES
from hw4kit.word_scores import analogy_score, kind_score, score_table, similarity_scores, spearman

REAL_DATA = os.environ.get("HW4_DATA", "")
NAMES = ["MEN", "SimLex-999", "WordSim-353", "all pairs", "all pairs, words seen 10 times"]
WORDS = [f"w{number}" for number in range(60)]


@pytest.fixture
def dataset() -> Treebank:
    return Treebank([WORDS] * 10)


@pytest.fixture
def vectors() -> np.ndarray:
    """Sixty words on a circle: near in number is near in angle."""
    angles = np.arange(60) * 2 * np.pi / 60
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


@pytest.fixture
def data(tmp_path: Path, vectors: np.ndarray) -> Path:
    """Lists of words in which people think as the circle does, and some words that nobody knows."""
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, 60, size=(80, 2))
    lines = [f"W{a}\tw{b}\t{5 + 5 * vectors[a] @ vectors[b]:.4f}" for a, b in pairs]
    for file in FILES.values():
        write(tmp_path / "extra" / "wordsim" / file, "\n".join([*lines, "w1 unheard 3.5", ""]))
    stems = rng.integers(0, 30, size=(30, 2))
    questions = [f"w{2 * a} w{2 * a + 1} W{2 * b} w{2 * b + 1}" for a, b in stems if a != b]
    write(
        tmp_path / "extra" / "analogy" / "questions-words.txt", "\n".join([": steps", *questions, "w1 w2 w3 unheard"])
    )
    write(tmp_path / "sst" / "datasetSentences.txt", "sentence_index\tsentence\n1\ta b\n")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_vectors_that_agree_with_people_score_one(vectors: np.ndarray, dataset: Treebank, data: Path) -> None:
    """All pairs that are known count, case aside; chance and handed-round vectors score about nothing."""
    scores = similarity_scores(vectors, dataset, data)

    assert [score.name for score in scores] == NAMES
    assert [(score.used, score.listed) for score in scores] == [(80, 81)] * 3 + [(240, 243)] * 2
    assert min(score.value for score in scores) > 0.99
    assert all(-0.5 < score.random[0] < 0 < score.random[1] < 0.5 for score in scores)
    assert max(abs(score.shuffled) for score in scores) < 0.3


def test_pairs_with_a_rare_word_are_left_out_of_the_last_row(data: Path) -> None:
    """A word that is hardly seen keeps the vector it started with."""
    dataset = Treebank([*[WORDS] * 10, ["w0", "rare"]])
    file = data / "extra" / "wordsim" / FILES["MEN"]
    file.write_text(file.read_text(encoding="utf-8") + "rare w2 9.9\n", encoding="utf-8")
    vectors = np.random.default_rng(3).normal(size=(61, 4))

    scores = {score.name: score for score in similarity_scores(vectors, dataset, data)}

    assert [scores[name].used for name in NAMES[-2:]] == [241, 240]


def test_words_of_a_kind_are_found_where_they_are_together() -> None:
    """One direction for each kind finds all; so does none of random vectors, nor of those handed round."""
    words = [(kind, word) for kind, name in enumerate(KINDS) for word in KINDS[name].split()]
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
    words = [word for line in KINDS.values() for word in line.split()]

    assert len(set(words)) == len(words)


def test_equal_steps_answer_the_analogies(dataset: Treebank, data: Path) -> None:
    """Each question asks for the same step; random vectors find the word in ten places of sixty."""
    rng = np.random.default_rng(1)
    stems, step = rng.normal(size=(30, 12)), rng.normal(size=12)
    vectors = np.stack([stems, stems + step], axis=1).reshape(60, 12)

    score = analogy_score(vectors, dataset, data)

    assert score.listed == score.used + 1
    assert score.value > 0.95
    assert score.random[0] <= 10 / 57 <= score.random[1]
    assert score.shuffled < 0.5


def test_the_same_seed_gives_the_same_scores(vectors: np.ndarray, dataset: Treebank, data: Path) -> None:
    """A table does not change from one look to the next."""
    assert score_table(vectors, dataset, data) == score_table(vectors, dataset, data)


def test_what_is_owed_to_frequency_is_shown_as_such(dataset: Treebank, data: Path) -> None:
    """Vectors that hold the frequency of a word and nothing else score the same when they are handed round."""
    counts = [300] * 20 + [30] * 20 + [3] * 20
    sentences = [
        [word for word, count in zip(WORDS, counts, strict=True) if count > turn] + ["x"] for turn in range(300)
    ]
    by_count = Treebank(sentences)
    vectors = np.stack([np.log(by_count.counts), np.ones(len(by_count.words))], axis=1)

    scores = similarity_scores(vectors, by_count, data)

    assert all(abs(score.value - score.shuffled) < 0.1 for score in scores)


def test_lists_that_are_not_there_are_said_in_a_line(vectors: np.ndarray, dataset: Treebank, data: Path) -> None:
    """Neither the folder nor one of its files need be there; words of a kind need no file."""
    (data / "extra" / "analogy" / "questions-words.txt").unlink()
    for missing in ("questions-words.txt", "wordsim"):
        heading, kinds, line = score_table(vectors, dataset, data).splitlines()

        assert "random" in heading
        assert kinds.startswith("nearest word is of a kind")
        assert line.startswith("No other scores: ")
        assert missing in line
        if (data / "extra").exists():
            (data / "extra").rename(data / "away")
    with pytest.raises(DataMissing):
        similarity_scores(vectors, dataset, data)


def test_a_vocabulary_without_any_of_the_words_has_no_scores(data: Path) -> None:
    """The mini data knows hardly one of the words: then there is nothing to tell."""
    dataset = Treebank([["a", "b", "c"]])
    vectors = np.eye(3)

    assert similarity_scores(vectors, dataset, data) == []
    assert kind_score(vectors, dataset).used == 0
    assert analogy_score(vectors, dataset, data).used == 0


@pytest.mark.parametrize(
    ("a", "b", "want"),
    [
        ([1, 2, 3, 4], [10, 20, 30, 40], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, -9], -1.0),
        ([1, 2, 2, 3], [1, 2, 3, 4], 4.5 / np.sqrt(4.5 * 5)),  # ranks 1, 2.5, 2.5, 4
        ([1, 1, 1], [1, 2, 3], 0.0),
    ],
)
def test_rank_correlation_of_known_lists(a: list[float], b: list[float], want: float) -> None:
    """Spearman's coefficient, with mean ranks for equal numbers."""
    assert spearman(np.array(a), np.array(b)) == pytest.approx(want, abs=1e-12)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=2, max_size=20))
def test_rank_correlation_knows_order_only(pairs: list[tuple[int, int]]) -> None:
    """It lies within -1 and 1, is symmetric, and any rising function leaves it as it is."""
    a, b = np.array(pairs, dtype=float).T

    value = spearman(a, b)

    assert -1 - 1e-12 <= value <= 1 + 1e-12
    assert value == pytest.approx(spearman(b, a))
    assert value == pytest.approx(spearman(np.exp(a), b**3))


@pytest.mark.skipif(not Path(REAL_DATA, "extra").is_dir() or not REAL_DATA, reason="HW4_DATA holds no lists of words")
def test_random_vectors_stay_in_the_range_that_is_given_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the real lists and the real vocabulary, fresh random vectors score like random vectors."""
    monkeypatch.setattr(word_scores, "RANDOM_DRAWS", 100)
    monkeypatch.setattr(word_scores, "SHUFFLES", 1)
    dataset = load_treebank()
    vectors = np.random.default_rng(11).normal(size=(len(dataset.words), 20))

    scores = similarity_scores(vectors, dataset)

    assert [(score.name, score.used) for score in scores] == list(zip(NAMES, (1613, 687, 232, 2532, 474), strict=True))
    for score in scores:
        low, high = score.random
        assert 1.5 * low < score.value < 1.5 * high  # one seed in a thousand is outside


@pytest.mark.skipif(not REAL_DATA, reason="HW4_DATA names no folder with the Treebank")
def test_the_words_of_a_kind_are_common_in_the_treebank() -> None:
    """Training has moved each of them."""
    dataset = load_treebank(REAL_DATA)

    assert min(dataset.counts[dataset.tokens[word]] for line in KINDS.values() for word in line.split()) >= 25
