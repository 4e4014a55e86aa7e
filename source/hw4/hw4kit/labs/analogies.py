"""The best analogies "she is to x as he is to y" of word vectors, by the score of Bolukbasi et al. (2016)."""

from dataclasses import dataclass

import numpy as np

ROWS = 1000  # of a block of inner products, which takes 100 MB at most
LEAST_SCORE = 1e-3  # a smaller one is rounding, where the vectors hold no gender; as in the paper's program
CLOSE = 1e-6  # squared distance of two words with the same vector, which have no direction from one to the other


@dataclass(frozen=True)
class Neighbours:
    """All pairs of different words whose distance is at most delta.

    Attributes:
        first: Row of one word of each pair. Shape (n,), int64.
        second: Row of the other. Shape (n,), int64.
        distances: Shape (n,), float64.
    """

    first: np.ndarray
    second: np.ndarray
    distances: np.ndarray


def neighbours(vectors: np.ndarray, delta: float) -> Neighbours:
    """Find the pairs of words of which one can stand for the other: those at most `delta` apart.

    Args:
        vectors: Each of length 1. Shape (V, D).
        delta: The paper's threshold, 1: as far apart as two vectors at 60 degrees.
    """
    vectors = vectors.astype(np.float32)
    firsts, seconds, products = [], [], []
    for start in range(0, len(vectors), ROWS):
        block = vectors[start : start + ROWS] @ vectors[start:].T
        row, column = np.divmod(np.flatnonzero(block >= 1 - delta**2 / 2), block.shape[1])
        later = column > row
        row, column = row[later], column[later]
        firsts.append(row + start)
        seconds.append(column + start)
        products.append(block[row, column])
    squares = np.maximum(2 - 2 * np.concatenate(products).astype(np.float64), 0)
    apart = squares > CLOSE
    return Neighbours(np.concatenate(firsts)[apart], np.concatenate(seconds)[apart], np.sqrt(squares[apart]))


def best_analogies(vectors: np.ndarray, near: Neighbours, seed_pair: tuple[int, int], count: int) -> np.ndarray:
    """Return the pairs x, y that are most alike to the seed pair a, b, the best first. Shape (at most count, 2), int64.

    score(x, y) = cos(a - b, x - y) if |x - y| <= delta, else 0      Bolukbasi et al. 2016
    As in the paper's program, a word is x of one pair at most, and y of one.

    Args:
        vectors: Each of length 1. Shape (V, D).
        near: What `neighbours` returns for them.
        seed_pair: Rows of a and b, here "she" and "he".
        count: How many pairs.
    """
    direction = vectors[seed_pair[0]] - vectors[seed_pair[1]]
    along = vectors @ (direction / np.linalg.norm(direction))
    scores = (along[near.first] - along[near.second]) / near.distances
    used_x, used_y = set(), set()
    found: list[tuple[int, int]] = []
    for place in np.argsort(-abs(scores), kind="stable").tolist():
        if len(found) == count or abs(scores[place]) < LEAST_SCORE:
            break
        x, y = int(near.first[place]), int(near.second[place])
        if scores[place] < 0:
            x, y = y, x
        if x not in used_x and y not in used_y:
            used_x.add(x)
            used_y.add(y)
            found.append((x, y))
    return np.array(found, dtype=np.int64).reshape(-1, 2)
