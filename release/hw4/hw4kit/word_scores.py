"""Scores of word vectors: are words of a kind near each other, and do people agree with what is near?

The words of a kind are in `word_kinds`; what people judged, and the analogies, come with the data: see `word_lists`.
A figure alone says little, so each has two others next to it: one of random vectors, and one of your own vectors
shuffled among words of about equal frequency. What the second reaches comes from frequency alone.

Expect little from ten numbers per word and 227,245 words of text. Six trainings of the notebook, each with another
seed, gave (in brackets: what 97 of 100 sets of random vectors stay below) 55% to 63% of words with a word of their kind
nearest (9%), rank correlations of 0.08 to 0.10 for all pairs (0.04) and of 0.16 to 0.21 for those of words that are
seen ten times (0.08), and 1.4% to 1.6% of the analogies (0.13%).
"""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from hw4kit.data import DataMissing
from hw4kit.word_kinds import KINDS
from hw4kit.word_lists import FILES, analogies, judged_pairs, ranks
from hw4kit.word_plots import differences

TOGETHER = "all pairs"
SEEN_OFTEN = 10  # occurrences; most pairs have a word that is rarer, and its vector is hardly trained
RANDOM_DRAWS = 200  # of random vectors, for the range that 95 in 100 of them stay in; takes half a second
SHUFFLES = 20  # their mean is then known to 0.01
ANALOGY_SHUFFLES = 3  # one second each
ALIKE = 0.1  # words change places whose counts differ by up to about this share
FIRST = 10  # places from the front that count as found
CHUNK = 500  # questions at a time; each needs 0.1 MB for its distances to all words


@dataclass(frozen=True)
class Score:
    """One figure, and its value for vectors that know less.

    Attributes:
        name: What is measured.
        used: Words, pairs or questions that are in the vocabulary.
        listed: Words, pairs or questions in the list.
        value: A share, 0 to 1; for pairs the rank correlation of cosines and people (Spearman), -1 to 1.
        random: The range that 95 of 100 sets of random vectors stay in.
        shuffled: Mean over your vectors, shuffled among words of about equal frequency.
        is_share: Whether it is a share.
    """

    name: str
    used: int
    listed: int
    value: float
    random: tuple[float, float]
    shuffled: float
    is_share: bool = False


def score_table(vectors: np.ndarray, dataset: Any, folder: str | os.PathLike[str] | None = None) -> str:
    """Return a table of all scores; where the lists of pairs and analogies are not there, its last line says so.

    Args:
        vectors: One row for each word of the dataset, as `word_vectors` makes them. Shape (V, 2D), float64.
        dataset: A Treebank.
        folder: The data folder; None: where the Treebank is found.
    """
    scores, last = [kind_score(vectors, dataset)], ""
    try:
        scores += [*similarity_scores(vectors, dataset, folder), analogy_score(vectors, dataset, folder)]
    except DataMissing as missing:
        last = f"No other scores: {missing}"
    lines = [f"{'':<32}{'used':>16}{'yours':>9}{'random, 95% of them':>23}{'frequency alone':>18}"]
    for score in scores:
        form = "{:.1%}" if score.is_share else "{:.3f}"
        low, high, value, shuffled = map(form.format, (*score.random, score.value, score.shuffled))
        used = f"{score.used:,} of {score.listed:,}"
        lines.append(f"{score.name:<32}{used:>16}{value:>9}{f'{low} to {high}':>23}{shuffled:>18}")
    return "\n".join([*lines, last] if last else lines)


def kind_score(vectors: np.ndarray, dataset: Any, seed: int = 0) -> Score:
    """Return the share of words whose nearest word, among all words of all kinds, is of their own kind.

    Args:
        vectors: One row for each word of the dataset. Shape (V, 2D), float64.
        dataset: A Treebank.
        seed: Of the vectors to compare with.
    """
    listed = [(kind, word) for kind, words in enumerate(KINDS.values()) for word in words.split()]
    known = [(kind, dataset.tokens[word]) for kind, word in listed if word in dataset.tokens]
    kinds, words = np.array(known, dtype=np.int64).reshape(-1, 2).T
    rng = np.random.default_rng(seed)

    def share(directions: np.ndarray) -> float:
        cosines = directions @ directions.T
        np.fill_diagonal(cosines, -np.inf)
        return float((kinds[cosines.argmax(axis=1)] == kinds).mean()) if len(kinds) > 1 else 0.0

    draws = [share(_normal_rows(rng, len(words), vectors.shape[1])) for _ in range(RANDOM_DRAWS)]
    shuffles = [_handed_round(vectors, dataset.counts, rng) for _ in range(SHUFFLES)]
    shuffled = float(np.mean([share(differences(shuffle, dataset.counts)[words]) for shuffle in shuffles]))
    low, high = np.percentile(draws, [2.5, 97.5])
    value = share(differences(vectors, dataset.counts)[words])
    name = "nearest word is of a kind"
    return Score(name, len(words), len(listed), value, (float(low), float(high)), shuffled, is_share=True)


def similarity_scores(
    vectors: np.ndarray, dataset: Any, folder: str | os.PathLike[str] | None = None, seed: int = 0
) -> list[Score]:
    """Return how well the cosines agree with people: for each file, all pairs, and those of words seen often.

    The cosines are those of `neighbour_table`: of what is left when the mean of the common words is taken away.
    Arguments are those of `kind_score` and `score_table`. Raises DataMissing if the files are not there.
    """
    pairs, people, file_of, listed = judged_pairs(dataset, folder)
    rng = np.random.default_rng(seed)
    yours = _cosines(differences(vectors, dataset.counts), pairs)
    numbers, places = np.unique(pairs, return_inverse=True)
    draws = [_normal_rows(rng, len(numbers), vectors.shape[1]) for _ in range(RANDOM_DRAWS)]
    random = np.array([_cosines(draw, places.reshape(pairs.shape)) for draw in draws])
    shuffles = [_handed_round(vectors, dataset.counts, rng) for _ in range(SHUFFLES)]
    shuffled = np.array([_cosines(differences(shuffle, dataset.counts), pairs) for shuffle in shuffles])
    parts = {name: (file_of == number, listed[number]) for number, name in enumerate(FILES)}
    parts[TOGETHER] = np.full(len(pairs), True), sum(listed)
    parts[f"{TOGETHER}, words seen {SEEN_OFTEN} times"] = dataset.counts[pairs].min(axis=1) >= SEEN_OFTEN, sum(listed)
    scores = []
    for name, (chosen, total) in parts.items():
        if chosen.sum() < 3:
            continue
        target = people[chosen]
        low, high = np.percentile([spearman(draw[chosen], target) for draw in random], [2.5, 97.5])
        mean = float(np.mean([spearman(draw[chosen], target) for draw in shuffled]))
        value = spearman(yours[chosen], target)
        scores.append(Score(name, int(chosen.sum()), total, value, (float(low), float(high)), mean))
    return scores


def analogy_score(
    vectors: np.ndarray, dataset: Any, folder: str | os.PathLike[str] | None = None, seed: int = 0
) -> Score:
    """Return the share of questions a : b = c : ? whose right word is among the first, by the cosine with b - a + c.

    Arguments are those of `kind_score` and `score_table`. Raises DataMissing if the file is not there.
    """
    questions, listed = analogies(dataset, folder)
    rng = np.random.default_rng(seed)
    value = _found(differences(vectors, dataset.counts), questions)
    shuffles = [_handed_round(vectors, dataset.counts, rng) for _ in range(ANALOGY_SHUFFLES)]
    shuffled = float(np.mean([_found(differences(shuffle, dataset.counts), questions) for shuffle in shuffles]))
    # By chance each of the other V - 3 words is equally likely in each place; questions count as independent.
    # Sixty sets of random vectors gave the same range on the real lists, 0.00% to 0.13%.
    asked = max(1, len(questions))
    chance = min(1.0, FIRST / max(1, len(dataset.words) - 3))
    low, high = np.percentile(rng.binomial(asked, chance, 10_000), [2.5, 97.5]) / asked
    name = f"analogy is among the first {FIRST}"
    return Score(name, len(questions), listed, value, (float(low), float(high)), shuffled, is_share=True)


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Return the rank correlation of two lists of numbers, 0 if all numbers of one are equal. Each shape (n,)."""
    both = np.stack([ranks(a), ranks(b)])
    centered = both - both.mean(axis=1, keepdims=True)
    scale = float(np.sqrt((centered**2).sum(axis=1).prod()))
    return float(centered[0] @ centered[1]) / scale if scale else 0.0


def _normal_rows(rng: np.random.Generator, rows: int, dimensions: int) -> np.ndarray:
    drawn = rng.normal(size=(rows, dimensions))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def _cosines(directions: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    return (directions[pairs[:, 0]] * directions[pairs[:, 1]]).sum(axis=1)


def _handed_round(vectors: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the vectors shuffled: each word gets the vector of a word of about equal frequency."""
    givers, takers = (np.argsort(np.log(counts) + rng.uniform(-ALIKE, ALIKE, len(counts))) for _ in range(2))
    handed = np.empty_like(vectors)
    handed[takers] = vectors[givers]
    return handed


def _found(directions: np.ndarray, questions: np.ndarray) -> float:
    """Return the share of questions whose right word is among the first; the three given words do not count."""
    found = 0
    for start in range(0, len(questions), CHUNK):
        part = questions[start : start + CHUNK]
        a, b, c, right = part.T
        nearness = (directions[b] - directions[a] + directions[c]) @ directions.T
        rows = np.arange(len(part))
        nearness_of_right = nearness[rows, right]
        nearness[rows[:, None], part[:, :3]] = -np.inf
        found += int(((nearness > nearness_of_right[:, None]).sum(axis=1) < FIRST).sum())
    return found / len(questions) if len(questions) else 0.0
