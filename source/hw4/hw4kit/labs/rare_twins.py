"""A test for rare words: some occurrences of a common word get another name, and its vector should be found near."""

import itertools
from dataclasses import dataclass

import numpy as np

from ..treebank import Treebank
from ..word_plots import COMMON, differences

FIRST = 10  # places from the front that count as found, as in the analogies of Part II


@dataclass(frozen=True)
class Twins:
    """A text in which common words have rare twins.

    Attributes:
        treebank: The text, with the twins as words of their own.
        words: The common words.
        occurrences: How often each twin occurs; every common word has one twin for each.
    """

    treebank: Treebank
    words: list[str]
    occurrences: tuple[int, ...]

    def found(self, vectors: np.ndarray) -> list[float]:
        """Return for each number of occurrences the share of twins that have their word among the first ten.

        Near is a large cosine of what is left when the mean of the common words is taken away, as in Part II, and
        only common words are looked at.

        Args:
            vectors: One row for each word of the treebank. Shape (V, 2D), float64.
        """
        counts, tokens = self.treebank.counts, self.treebank.tokens
        directions = differences(vectors, counts)
        common = directions[counts >= COMMON]
        words = directions[[tokens[word] for word in self.words]]
        shares = []
        for times in self.occurrences:
            twins = directions[[tokens[twin_name(word, times)] for word in self.words]]
            nearer = (twins @ common.T > (twins * words).sum(axis=1, keepdims=True) + 1e-9).sum(axis=1)  # not itself
            shares.append(float((nearer < FIRST).mean()))
        return shares

    @property
    def chance(self) -> float:
        """Return the share that vectors without any meaning reach."""
        return min(1.0, FIRST / max(1, int((self.treebank.counts >= COMMON).sum())))


def with_twins(treebank: Treebank, occurrences: tuple[int, ...], fewest: int, seed: int) -> Twins:
    """Return the text with twins of all words that occur at least so often.

    Of each such word some occurrences, drawn at random, are renamed: to `word*1` once, to `word*2` twice, and so on.

    Args:
        treebank: The text.
        occurrences: How often each twin occurs.
        fewest: A word with at least so many occurrences gets twins; larger than COMMON plus all that are renamed, so
            that the word stays common.
        seed: Of the drawing.

    Raises:
        ValueError: No word occurs so often, or a word with twins might not stay common.
    """
    if fewest < COMMON + sum(occurrences):
        raise ValueError(f"fewest is {fewest}: make it at least {COMMON + sum(occurrences)}, so that words stay common")
    rng = np.random.default_rng(seed)
    sentences = [list(sentence) for sentence in treebank.sentences]
    words = [word for word, count in zip(treebank.words, treebank.counts, strict=True) if count >= fewest]
    if not words:
        raise ValueError(f"no word occurs {fewest} times: make that number smaller")
    places: dict[str, list[tuple[int, int]]] = {word: [] for word in words}
    for row, sentence in enumerate(sentences):
        for column, word in enumerate(sentence):
            if word in places:
                places[word].append((row, column))
    ends = list(itertools.accumulate(occurrences, initial=0))
    for word in words:
        drawn = rng.permutation(len(places[word]))[: ends[-1]].tolist()
        for times, (begin, end) in zip(occurrences, itertools.pairwise(ends), strict=True):
            for row, column in (places[word][number] for number in drawn[begin:end]):
                sentences[row][column] = twin_name(word, times)
    return Twins(Treebank(sentences, seed=seed), words, occurrences)


def twin_name(word: str, times: int) -> str:
    """Return the name of the twin that occurs so many times."""
    return f"{word}*{times}"
