"""The random draws of word2vec training, made ahead for many iterations, and each example's own small vocabulary.

A training example is one center word with its context; it touches the center, the context words and the negative
samples: about fifty words of twenty thousand. Numbering those words 0, 1, 2, ... gives the example a vocabulary of its
own, in which the student's functions compute exactly what they would compute in the whole one.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SKIP_SIZE = 1 << 18  # draws thrown away at once when a run resumes: bounds the memory to a few MiB


@dataclass(frozen=True)
class Block:
    """The examples of some consecutive iterations; "local" numbers count the words of one example.

    Attributes:
        centers: Center word of each example.
        contexts: Context words of each example.
        tokens: Local number of each of these words, one dict an example.
        draws: Local numbers that sampleTokenIdx has to return, example after example.
        draws_left: How many of them are left when an example is done, one number an example.
        row_bounds: Example e has the rows row_bounds[e] to row_bounds[e + 1] of `rows`.
        rows: Number in the whole vocabulary of each local word. Shape (R,), int64.
        first_rows: Where the rows of each iteration begin, and R at the end.
        sums: How to add up the rows of one word within an iteration, one entry an iteration.
    """

    centers: list[str]
    contexts: list[list[str]]
    tokens: list[dict[str, int]]
    draws: list[int]
    draws_left: list[int]
    row_bounds: list[int]
    rows: np.ndarray
    first_rows: list[int]
    sums: list["RowSums"]


@dataclass(frozen=True)
class RowSums:
    """How to add up the rows of an iteration that belong to the same word.

    Attributes:
        words: Numbers in the whole vocabulary of the words there are, each once. Shape (W,), int64.
        word_of_row: Which of them each row belongs to. Shape (R,), int64.
    """

    words: np.ndarray
    word_of_row: np.ndarray

    def add_up(self, *gradients: np.ndarray) -> list[np.ndarray]:
        """Return for each array of gradients, shape (R, D), the sum for each word, shape (W, D); float64.

        Counting with weights over single numbers is three times as fast as np.add.at over rows.
        """
        dimensions = gradients[0].shape[1]
        cells = (self.word_of_row[:, None] * dimensions + np.arange(dimensions)).ravel()
        size = len(self.words) * dimensions
        return [np.bincount(cells, each.ravel(), size).reshape(-1, dimensions) for each in gradients]


class BlockSource:
    """Draws blocks of examples from a dataset: the same draws, in the same order, as asking it for one at a time."""

    def __init__(self, dataset: Any, batch: int, window: int, negatives: int) -> None:
        """Take over a dataset that is positioned (see `positioned`); nobody else may draw from it."""
        self._dataset, self._batch, self._window, self._negatives = dataset, batch, window, negatives
        self._stream: list[int] = []

    def next_block(self, iterations: int) -> Block:
        """Draw the examples of the next so many iterations."""
        size = len(self._dataset.words)
        centers, contexts = self._dataset.draw_contexts(iterations * self._batch, self._window)
        present = contexts >= 0
        targets, target_owner = contexts[present], np.nonzero(present)[0]
        draws, ends = self._draw_for(targets.tolist())
        draws_by_target = np.diff(ends, prepend=0)
        examples = np.arange(len(centers))
        owner = np.concatenate([examples, target_owner, np.repeat(target_owner, draws_by_target)])
        words = np.concatenate([centers, targets, draws])
        group_of_row, rows, local = number_within(owner, words, size)
        bounds = np.searchsorted(group_of_row, np.arange(len(centers) + 1))
        local -= bounds[owner]
        first_rows = bounds[:: self._batch]
        texts, own_tokens = self._name(centers, contexts, present, local)
        context_ends = np.cumsum(present.sum(axis=1))
        return Block(
            centers=[text[0] for text in texts],
            contexts=[text[1:] for text in texts],
            tokens=own_tokens,
            draws=local[len(centers) + len(targets) :].tolist(),
            draws_left=(len(draws) - np.asarray(ends)[context_ends - 1]).tolist(),
            row_bounds=bounds.tolist(),
            rows=rows,
            first_rows=first_rows.tolist(),
            sums=_row_sums(rows, first_rows, size),
        )

    def _name(
        self, centers: np.ndarray, contexts: np.ndarray, present: np.ndarray, local: np.ndarray
    ) -> tuple[list[list[str]], list[dict[str, int]]]:
        """Return the words of each example, the center first, and their local numbers."""
        names = self._dataset.words
        texts = [[names[word] for word in row if word >= 0] for row in np.column_stack([centers, contexts]).tolist()]
        numbers = np.full((len(centers), 1 + contexts.shape[1]), -1)
        numbers[:, 0] = local[: len(centers)]
        numbers[:, 1:][present] = local[len(centers) : len(centers) + present.sum()]
        own = [[number for number in row if number >= 0] for row in numbers.tolist()]
        return texts, [dict(zip(text, row, strict=True)) for text, row in zip(texts, own, strict=True)]

    def _draw_for(self, targets: Sequence[int]) -> tuple[np.ndarray, list[int]]:
        """Return all draws until each target in turn has its negatives, rejected ones included, and each one's end."""
        need = self._negatives
        stream, end = self._stream, 0
        ends = []
        for target in targets:
            start, missing = end, need
            while missing:
                end = start + missing
                if end > len(stream):
                    stream += self._dataset.draw_tokens(len(targets) * need).tolist()
                missing = stream[start:end].count(target)
                start = end
            ends.append(end)
        self._stream = stream[end:]
        return np.array(stream[:end], dtype=np.int64), ends


def number_within(groups: np.ndarray, words: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number the different words of each group: np.unique over pairs, ten times faster.

    The pair and its place travel in one integer, so that a plain sort, which NumPy does with vector instructions,
    takes the place of an argsort.

    Args:
        groups: Group of each word. Shape (N,), int64, from 0.
        words: The words. Shape (N,), int64, from 0 to below `size`.
        size: How many words there are; the largest group times size times N is below 2**63.

    Returns:
        The different pairs in ascending order as (group, word), each of shape (R,), and the number of each of the N
        words among these pairs, shape (N,); all int64.
    """
    n = len(words)
    packed = np.sort((groups * size + words) * n + np.arange(n))
    pair, place = np.divmod(packed, n)
    is_new = np.diff(pair, prepend=-1) != 0
    number = np.empty(n, dtype=np.int64)
    number[place] = np.cumsum(is_new) - 1
    group, word = np.divmod(pair[is_new], size)
    return group, word, number


def _row_sums(rows: np.ndarray, first_rows: np.ndarray, size: int) -> list[RowSums]:
    """Return for each iteration how to add up its rows; iteration i has the rows from first_rows[i] on."""
    iteration = np.repeat(np.arange(len(first_rows) - 1), np.diff(first_rows))
    iteration_of_word, words, word_of_row = number_within(iteration, rows, size)
    cuts = np.searchsorted(iteration_of_word, np.arange(len(first_rows)))
    return [
        RowSums(words[low:high], word_of_row[first:last] - low)
        for first, last, low, high in zip(first_rows[:-1], first_rows[1:], cuts[:-1], cuts[1:], strict=True)
    ]


def positioned(dataset: Any, seed: int, contexts_drawn: int, tokens_drawn: int, window: int) -> Any:
    """Return a copy of the dataset that draws from the seed, as if so much had been drawn before."""
    twin = copy.copy(dataset)
    twin.reseed(seed)
    for start in range(0, contexts_drawn, SKIP_SIZE):
        twin.draw_contexts(min(SKIP_SIZE, contexts_drawn - start), window)
    for start in range(0, tokens_drawn, SKIP_SIZE):
        twin.draw_tokens(min(SKIP_SIZE, tokens_drawn - start))
    return twin
