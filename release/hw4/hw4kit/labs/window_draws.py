"""One pass over the text: each place is the center of one window, and each prediction gets its negative samples."""

from dataclasses import dataclass
from typing import Any

import numpy as np

NOBODY = -1  # in a window's row, where it has no word


@dataclass(frozen=True)
class Windows:
    """The windows of one pass, in random order.

    Attributes:
        centers: Index of each center word. Shape (N,), int64.
        contexts: Indices of the words around it, left to right, NOBODY where there is none. Shape (N, 2C), int64.
    """

    centers: np.ndarray
    contexts: np.ndarray


@dataclass(frozen=True)
class Predictions:
    """What goes in and what is to be predicted, one row a prediction.

    Attributes:
        inputs: Indices of the words that go in, NOBODY where there is none. Shape (n, m), int32.
        targets: Index of the word to predict. Shape (n,), int32.
        negatives: Indices of the words drawn at random, never the target. Shape (n, K), int32.
    """

    inputs: np.ndarray
    targets: np.ndarray
    negatives: np.ndarray

    def __len__(self) -> int:
        """Return how many predictions there are."""
        return len(self.targets)


def windows_of_pass(treebank: Any, window: int, rng: np.random.Generator) -> Windows:
    """Return the windows of one pass: every place of the text is the center once.

    Each window reaches 1 to C words on each side, every number equally likely (Mikolov et al. 2013, section 3.2), and
    ends where its sentence ends. Sentences of one word have no window.

    Args:
        treebank: A Treebank.
        window: The largest reach, C.
        rng: Draws the order and the reaches.
    """
    usable = [sentence for sentence in treebank.sentences if len(sentence) > 1]
    lengths = np.array([len(sentence) for sentence in usable])
    text = np.array([treebank.tokens[word] for sentence in usable for word in sentence], dtype=np.int64)
    end = np.repeat(np.cumsum(lengths), lengths)
    begin = end - np.repeat(lengths, lengths)
    place = rng.permutation(len(text))
    reach = rng.integers(1, window + 1, size=len(text))
    offsets = np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])
    around = place[:, None] + offsets
    inside = (around >= begin[place][:, None]) & (around < end[place][:, None]) & (abs(offsets) <= reach[:, None])
    return Windows(text[place], np.where(inside, text[np.where(inside, around, 0)], NOBODY))


def context_predictions(windows: Windows, treebank: Any, negatives: int) -> Predictions:
    """Return the predictions of skip-gram: from the center word, each word of its context on its own."""
    owner, place = np.nonzero(windows.contexts != NOBODY)
    return _with_negatives(windows.centers[owner][:, None], windows.contexts[owner, place], treebank, negatives)


def center_predictions(windows: Windows, treebank: Any, negatives: int) -> Predictions:
    """Return the predictions of CBOW: from all words of the context together, the center word."""
    return _with_negatives(windows.contexts, windows.centers, treebank, negatives)


def _with_negatives(inputs: np.ndarray, targets: np.ndarray, treebank: Any, count: int) -> Predictions:
    drawn = treebank.draw_tokens(len(targets) * count).reshape(-1, count)
    while (is_target := drawn == targets[:, None]).any():
        drawn[is_target] = treebank.draw_tokens(int(is_target.sum()))
    return Predictions(inputs.astype(np.int32), targets.astype(np.int32), drawn.astype(np.int32))
