"""Scores of word vectors: do words that people call alike have near vectors, and does king - man + woman lead to queen?

The lists of words lie in the folder extra/ of the data folder, where it has one:

- wordsim/: pairs of words with the likeness that people gave them. MEN (Bruni et al. 2014), SimLex-999 (Hill et al.
  2015) and WordSim-353 (Finkelstein et al. 2002), as collected by Faruqui and Dyer (2014), MIT license.
- analogy/: the questions of Mikolov et al. (2013a), Apache license 2.0.

A figure alone says little, so each stands beside two others: that of random vectors, and that of your own vectors
handed round among words that are about equally frequent. What the second reaches is owed to frequency alone.

Expect little of ten numbers a word and 227,245 words of text. With three seeds, the notebook's training gives 0.05 to
0.07 for all pairs, where random vectors stay below 0.04; MEN alone is above chance, by 0.02 or more. Of the analogies
it gives 1.5% to 1.7%, where random vectors stay below 0.14%.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hw4kit.data import DataMissing, find
from hw4kit.word_plots import COMMON

__all__ = ["Score", "analogy_score", "score_table", "similarity_scores"]

FILES = {"MEN": "EN-MEN-TR-3k.txt", "SimLex-999": "EN-SIMLEX-999.txt", "WordSim-353": "EN-WS-353-ALL.txt"}
TOGETHER = "all pairs"
ANALOGIES = "analogies: in the first 10"
RANDOM_DRAWS = 200  # of random vectors, for the range that 95 in 100 of them stay in; takes half a second
SHUFFLES = 20  # their mean is then known to 0.01
ANALOGY_SHUFFLES = 3  # one second each
ALIKE = 0.1  # words change places whose counts differ by up to about this share
FIRST = 10  # places from the front that count as found
CHUNK = 500  # questions at a time; each needs 0.1 MB for its distances to all words


@dataclass(frozen=True)
class Score:
    """One figure, and what it would be for vectors that know less.

    Attributes:
        name: What is measured.
        used: Pairs or questions all of whose words are in the vocabulary.
        listed: Pairs or questions in the file.
        value: For pairs the rank correlation of cosines and people (Spearman), -1 to 1; for analogies the share of
            questions whose right word is among the first FIRST.
        random: The range that 95 of 100 sets of random vectors stay in.
        shuffled: Mean over your vectors, handed round among words that are about equally frequent.
    """

    name: str
    used: int
    listed: int
    value: float
    random: tuple[float, float]
    shuffled: float


def score_table(vectors: np.ndarray, dataset: Any, folder: str | os.PathLike[str] | None = None) -> str:
    """Return a table of all scores, or one line that says that the lists of words are not there.

    Args:
        vectors: One row for each word of the dataset, as `word_vectors` makes them. Shape (V, 2D), float64.
        dataset: A Treebank.
        folder: The data folder; None: where the Treebank is found.
    """
    try:
        scores = [*similarity_scores(vectors, dataset, folder), analogy_score(vectors, dataset, folder)]
    except DataMissing as missing:
        return f"No scores: {missing}"
    lines = [f"{'':<28}{'used':>16}{'yours':>9}{'random, 95% of them':>23}{'frequency alone':>18}"]
    for score in scores:
        form = "{:.2%}" if score.name == ANALOGIES else "{:.3f}"
        low, high, value, shuffled = map(form.format, (*score.random, score.value, score.shuffled))
        used = f"{score.used:,} of {score.listed:,}"
        lines.append(f"{score.name:<28}{used:>16}{value:>9}{f'{low} to {high}':>23}{shuffled:>18}")
    return "\n".join(lines)


def similarity_scores(
    vectors: np.ndarray, dataset: Any, folder: str | os.PathLike[str] | None = None, seed: int = 0
) -> list[Score]:
    """Return how well the cosines agree with people, for each file and for all pairs together.

    The cosines are those of `neighbour_table`: of what is left when the mean of the common words is taken away.

    Args:
        vectors: One row for each word of the dataset. Shape (V, 2D), float64.
        dataset: A Treebank.
        folder: The data folder; None: where the Treebank is found.
        seed: Of the vectors to compare with.

    Raises:
        DataMissing: The files are not there.
    """
    pairs, people, file_of, listed = _pairs(_extra("wordsim", folder), dataset)
    rng = np.random.default_rng(seed)
    yours = _cosines(_differences(vectors, dataset.counts), pairs)
    numbers, places = np.unique(pairs, return_inverse=True)
    draws = [_normal_rows(rng, len(numbers), vectors.shape[1]) for _ in range(RANDOM_DRAWS)]
    random = np.array([_cosines(draw, places.reshape(pairs.shape)) for draw in draws])
    shuffles = [_handed_round(vectors, dataset.counts, rng) for _ in range(SHUFFLES)]
    shuffled = np.array([_cosines(_differences(shuffle, dataset.counts), pairs) for shuffle in shuffles])
    scores = []
    for number, name in enumerate([*FILES, TOGETHER]):
        chosen = file_of == number if name in FILES else np.full(len(pairs), True)
        if chosen.sum() < 3:
            continue
        target = people[chosen]
        low, high = np.percentile([spearman(draw[chosen], target) for draw in random], [2.5, 97.5])
        mean = float(np.mean([spearman(draw[chosen], target) for draw in shuffled]))
        total = listed[number] if name in FILES else sum(listed)
        value = spearman(yours[chosen], target)
        scores.append(Score(name, int(chosen.sum()), total, value, (float(low), float(high)), mean))
    return scores


def analogy_score(
    vectors: np.ndarray, dataset: Any, folder: str | os.PathLike[str] | None = None, seed: int = 0
) -> Score:
    """Return the share of questions a : b = c : ? whose right word is among the first, by the cosine with b - a + c.

    Args:
        vectors: One row for each word of the dataset. Shape (V, 2D), float64.
        dataset: A Treebank.
        folder: The data folder; None: where the Treebank is found.
        seed: Of the vectors to compare with.

    Raises:
        DataMissing: The file is not there.
    """
    questions, listed = _questions(_extra("analogy", folder) / "questions-words.txt", dataset)
    rng = np.random.default_rng(seed)
    value = _found(_differences(vectors, dataset.counts), questions)
    shuffles = [_handed_round(vectors, dataset.counts, rng) for _ in range(ANALOGY_SHUFFLES)]
    shuffled = float(np.mean([_found(_differences(shuffle, dataset.counts), questions) for shuffle in shuffles]))
    # By chance each of the other V - 3 words is equally likely in each place; questions count as independent.
    # Sixty sets of random vectors gave the same range on the real lists, 0.00% to 0.13%.
    asked = max(1, len(questions))
    chance = min(1.0, FIRST / max(1, len(dataset.words) - 3))
    low, high = np.percentile(rng.binomial(asked, chance, 10_000), [2.5, 97.5]) / asked
    return Score(ANALOGIES, len(questions), listed, value, (float(low), float(high)), shuffled)


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Return the rank correlation of two lists of numbers, 0 if all numbers of one are equal. Each shape (n,)."""
    ranks = np.stack([_ranks(a), _ranks(b)])
    centered = ranks - ranks.mean(axis=1, keepdims=True)
    scale = float(np.sqrt((centered**2).sum(axis=1).prod()))
    return float(centered[0] @ centered[1]) / scale if scale else 0.0


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return the place of each number in order, the mean place for equal ones. Shape (n,), float64."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


def _extra(kind: str, folder: str | os.PathLike[str] | None) -> Path:
    path = find("sst", folder).parents[1] / "extra" / kind
    if not path.is_dir():
        raise DataMissing(f"the lists of words are not here (there is no {path}); no points depend on them.")
    return path


def _pairs(folder: Path, dataset: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[int]]:
    """Return word numbers (n, 2), ranks within the file from 0 to 1 (n,), numbers of files (n,), and pairs listed."""
    pairs, people, file_of, listed = [], [], [], []
    for number, name in enumerate(FILES.values()):
        rows = [line.lower().split() for line in _lines(folder / name)]
        known = [row for row in rows if row[0] in dataset.tokens and row[1] in dataset.tokens]
        listed.append(len(rows))
        pairs += [[dataset.tokens[word] for word in row[:2]] for row in known]
        people.append(_ranks(np.array([float(row[2]) for row in known])) / max(1, len(known)))
        file_of += [number] * len(known)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.concatenate(people), np.array(file_of), listed


def _questions(path: Path, dataset: Any) -> tuple[np.ndarray, int]:
    rows = [line.lower().split() for line in _lines(path) if not line.startswith(":")]
    known = [[dataset.tokens[word] for word in row] for row in rows if all(word in dataset.tokens for word in row)]
    return np.array(known, dtype=np.int64).reshape(-1, 4), len(rows)


def _lines(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise DataMissing(f"a list of words is not here (there is no {path}); no points depend on it.")
    yield from filter(str.strip, path.read_text(encoding="utf-8").splitlines())


def _differences(vectors: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the vectors without the mean of the common words, each of length 1. Shape (V, 2D), float64."""
    common = counts >= min(COMMON, counts.max())
    differences = vectors - vectors[common].mean(axis=0)
    return differences / np.maximum(np.linalg.norm(differences, axis=1, keepdims=True), 1e-12)


def _normal_rows(rng: np.random.Generator, rows: int, dimensions: int) -> np.ndarray:
    drawn = rng.normal(size=(rows, dimensions))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def _cosines(directions: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    return (directions[pairs[:, 0]] * directions[pairs[:, 1]]).sum(axis=1)


def _handed_round(vectors: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the vectors in another order, in which each word has that of a word that is about equally frequent."""
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
