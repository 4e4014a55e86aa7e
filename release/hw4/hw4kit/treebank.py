"""The Treebank: sentences, their vocabulary, and fast random draws of words and contexts."""

import zlib
from collections import Counter
from itertools import chain

import numpy as np

POOL_SIZE = 1 << 14  # draws made ahead for single calls; one at a time NumPy's overhead makes them ten times slower


class Treebank:
    """Sentences, their vocabulary, and random draws of words and contexts from them.

    Words are indexed by frequency, the most frequent first; equally frequent ones by first appearance.
    Two independent streams of random numbers serve words and contexts, so drawing more of one does not change
    it was. Drawing one by one and drawing many at once give the same stream.

    Attributes:
        sentences: Lists of words.
        tokens: Index of each word.
        words: The words, by index.
        counts: How often each word occurs. Shape (V,), int64.
    """

    def __init__(self, sentences: list[list[str]], seed: int = 0) -> None:
        """Count the words of the sentences and start both streams from the seed.

        Raises:
            ValueError: No sentence has two words, so no word has a context.
        """
        if not any(len(sentence) > 1 for sentence in sentences):
            raise ValueError("no sentence has two words, so no word has a context")
        frequencies = Counter(chain.from_iterable(sentences)).most_common()
        self.sentences = sentences
        self.words = [word for word, _ in frequencies]
        self.tokens = {word: number for number, word in enumerate(self.words)}
        self.counts = np.array([count for _, count in frequencies], dtype=np.int64)
        self._keep, self._alias = alias_table(self.counts**0.75)
        # All words of all sentences that have two, end to end; each place knows where its sentence begins and ends.
        usable = [sentence for sentence in sentences if len(sentence) > 1]
        lengths = np.array([len(sentence) for sentence in usable])
        self._flat = np.array([self.tokens[word] for sentence in usable for word in sentence], dtype=np.int64)
        self._end = np.repeat(np.cumsum(lengths), lengths)
        self._begin = self._end - np.repeat(lengths, lengths)
        self.reseed(seed)

    def digest(self) -> str:
        """Return eight hexadecimal digits that are the same for the same sentences."""
        spelled = zlib.crc32("\n".join(self.words).encode())
        numbered = self._flat.astype("<i8").tobytes() + self._end.astype("<i8").tobytes()
        return f"{zlib.crc32(numbered, spelled):08x}"

    def reseed(self, seed: int) -> None:
        """Start both streams again, from the given seed."""
        word_seed, context_seed = np.random.SeedSequence(seed).spawn(2)
        self._word_rng = np.random.default_rng(word_seed)
        self._context_rng = np.random.default_rng(context_seed)
        self._word_pool = np.empty(0, dtype=np.int64)
        self._context_pool = np.empty((0, 2))
        self._words_used = self._contexts_used = 0

    def sampleTokenIdx(self) -> int:
        """Return the index of a random word, drawn with probability proportional to count^0.75."""
        if self._words_used == len(self._word_pool):
            self._word_pool = self._fresh_tokens(POOL_SIZE)
            self._words_used = 0
        self._words_used += 1
        return self._word_pool.item(self._words_used - 1)

    def draw_tokens(self, n: int) -> np.ndarray:
        """Return what the next n calls of sampleTokenIdx would return. Shape (n,), int64."""
        waiting = self._word_pool[self._words_used : self._words_used + n]
        self._words_used += len(waiting)
        return np.concatenate([waiting, self._fresh_tokens(n - len(waiting))])

    def getRandomContext(self, C: int = 5) -> tuple[str, list[str]]:
        """Return a random word and the words around it, which are at least one and at most 2C.

        Every place in the text is equally likely to be the center, and the window reaches 1 to C words on each side,
        each equally likely (Mikolov et al. 2013a, section 3.2). The center's word may occur in its own context.
        """
        if self._contexts_used == len(self._context_pool):
            self._context_pool, self._contexts_used = self._context_rng.random((POOL_SIZE, 2)), 0
        place = int(self._context_pool.item(self._contexts_used, 0) * len(self._flat))
        radius = 1 + int(self._context_pool.item(self._contexts_used, 1) * C)
        self._contexts_used += 1
        begin, end = max(self._begin.item(place), place - radius), min(self._end.item(place), place + radius + 1)
        context = [self.words[token] for token in self._flat[begin:end].tolist()]
        return context.pop(place - begin), context

    def draw_contexts(self, n: int, C: int = 5) -> tuple[np.ndarray, np.ndarray]:
        """Return what the next n calls of getRandomContext(C) would return, as word indices.

        Returns:
            centers, shape (n,), int64; contexts, shape (n, 2C), int64, the words left to right, -1 where there is none.
        """
        waiting = self._context_pool[self._contexts_used : self._contexts_used + n]
        self._contexts_used += len(waiting)
        drawn = np.concatenate([waiting, self._context_rng.random((n - len(waiting), 2))])
        place = (drawn[:, 0] * len(self._flat)).astype(np.int64)
        radius = 1 + (drawn[:, 1] * C).astype(np.int64)
        offsets = np.concatenate([np.arange(-C, 0), np.arange(1, C + 1)])
        around = place[:, None] + offsets
        inside = (around >= self._begin[place][:, None]) & (around < self._end[place][:, None])
        inside &= abs(offsets) <= radius[:, None]
        return self._flat[place], np.where(inside, self._flat[np.where(inside, around, 0)], -1)

    def _fresh_tokens(self, n: int) -> np.ndarray:
        scaled = self._word_rng.random(n) * len(self._keep)
        column = scaled.astype(np.int64)
        return np.where(scaled - column < self._keep[column], column, self._alias[column])


def alias_table(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the tables (keep, alias) for drawing proportionally to the weights in constant time (Walker 1977).

    Draw a column i uniformly and u uniformly on [0, 1): the result is i if u < keep[i], else alias[i].

    Args:
        weights: Not negative, not all 0. Shape (V,), float64.
    """
    keep = weights * (len(weights) / weights.sum())
    alias = np.arange(len(weights))
    poor = np.flatnonzero(keep < 1.0).tolist()
    rich = np.flatnonzero(keep >= 1.0).tolist()
    while poor and rich:
        taker, giver = poor.pop(), rich[-1]
        alias[taker] = giver
        keep[giver] -= 1.0 - keep[taker]
        if keep[giver] < 1.0:
            poor.append(rich.pop())
    keep[poor + rich] = 1.0  # full columns, up to rounding
    return keep, alias
