"""Score of word vectors: are words of a kind near each other?

A figure alone says little, so it has two others next to it: one of random vectors, and one of your own vectors
shuffled among words of about equal frequency. What the second reaches comes from frequency alone.

Expect little from ten numbers per word and 227,245 words of text. Six trainings of the notebook, each with another
seed, gave 55% to 63% of words with a word of their kind nearest; 97 of 100 sets of random vectors stay below 9%.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from hw4kit.word_plots import differences

RANDOM_DRAWS = 200  # of random vectors, for the range that 95 in 100 of them stay in; takes half a second
SHUFFLES = 20  # their mean is then known to 0.01
ALIKE = 0.1  # words change places whose counts differ by up to about this share
# Any two words of a line could often stand for each other in a film review. The lists were written down from what the
# words are, before anybody looked at their vectors. Each word occurs 25 times or more in the Treebank, so that training
# has moved it.
KINDS: dict[str, str] = {
    "kinds of film": "comedy drama thriller romance documentary melodrama satire",
    "parts of a film": "plot story script dialogue screenplay ending characters scenes",
    "makers of a film": "director filmmaker writer actor actress cast star",
    "praise": "funny charming entertaining enjoyable smart clever delightful fresh",
    "blame": "dull boring silly predictable flat tedious stupid awful",
    "what a film has": "humor wit charm passion suspense energy",
    "people": "man woman men women boy girl kids children",
    "time": "year years day days hour hours minutes",
    "being": "is was are were be been being",
    "having and doing": "has have had do does did",
    "modal verbs": "can could will would should might may must",
    "owners": "his her its their your our my",
    "pronouns": "i you he she we they it",
    "prepositions": "of in on at with from for into",
    "degrees": "very too so quite rather really",
    "conjunctions": "and but or because although while if",
    "questions": "who what when where why how",
    "seeing": "see watch watching seen look",
    "making": "make makes made making",
    "punctuation": ", . ! ? : ; --",
}


@dataclass(frozen=True)
class Score:
    """A share of words, and its value for vectors that know less.

    Attributes:
        used: Words that are in the vocabulary.
        listed: Words in the list.
        value: The share, 0 to 1.
        random: The range that 95 of 100 sets of random vectors stay in.
        shuffled: Mean over your vectors, shuffled among words of about equal frequency.
    """

    used: int
    listed: int
    value: float
    random: tuple[float, float]
    shuffled: float


def score_table(vectors: np.ndarray, dataset: Any) -> str:
    """Return a table of the score.

    Args:
        vectors: One row for each word of the dataset, as `word_vectors` makes them. Shape (V, 2D), float64.
        dataset: A Treebank.
    """
    score = kind_score(vectors, dataset)
    used, random = f"{score.used:,} of {score.listed:,}", "{:.1%} to {:.1%}".format(*score.random)
    return (
        f"{'':<32}{'used':>16}{'yours':>9}{'random, 95% of them':>23}{'frequency alone':>18}\n"
        f"{'nearest word is of a kind':<32}{used:>16}{score.value:>9.1%}{random:>23}{score.shuffled:>18.1%}"
    )


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
    return Score(len(words), len(listed), value, (float(low), float(high)), shuffled)


def _normal_rows(rng: np.random.Generator, rows: int, dimensions: int) -> np.ndarray:
    drawn = rng.normal(size=(rows, dimensions))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def _handed_round(vectors: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the vectors shuffled: each word gets the vector of a word of about equal frequency."""
    givers, takers = (np.argsort(np.log(counts) + rng.uniform(-ALIKE, ALIKE, len(counts))) for _ in range(2))
    handed = np.empty_like(vectors)
    handed[takers] = vectors[givers]
    return handed
