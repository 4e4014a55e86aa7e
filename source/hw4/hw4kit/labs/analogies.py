"""The best analogies "she is to x as he is to y" of word vectors, by the score of Bolukbasi et al. (2016)."""

from collections.abc import Iterator

import numpy as np

ROWS = 500  # of a block of inner products, which takes 50 MB at most
LEAST_SCORE = 1e-3  # a smaller one is rounding, where the vectors hold no gender; as in the paper's program
SAME = 1e-6  # squared distance of two words with the same vector, which have no direction from one to the other
# Candidates a block: of the paper's vectors all. Where nearly all words are close, as the rare words of a small text
# are, storing them all would take gigabytes.
MOST_CANDIDATES = 20_000


def best_analogies(vectors: np.ndarray, seed_pair: tuple[int, int], delta: float, count: int) -> np.ndarray:
    """Return the pairs x, y that are most alike to the seed pair a, b, the best first. Shape (at most count, 2), int64.

    score(x, y) = cos(a - b, x - y) if |x - y| <= delta, else 0      Bolukbasi et al. 2016
    As in the paper's program, a word is x of one pair at most, and y of one.

    Args:
        vectors: Each of length 1. Shape (V, D).
        seed_pair: Rows of a and b, here "she" and "he".
        delta: The paper's threshold, 1: as far apart as two vectors at 60 degrees.
        count: How many pairs.
    """
    direction = vectors[seed_pair[0]] - vectors[seed_pair[1]]
    along = vectors @ (direction / np.linalg.norm(direction))
    blocks = list(_candidates(vectors.astype(np.float32), along, delta))
    first, second, scores = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    used_x, used_y = set(), set()
    found: list[tuple[int, int]] = []
    for place in np.argsort(-abs(scores), kind="stable").tolist():
        if len(found) == count or abs(scores[place]) < LEAST_SCORE:
            break
        x, y = int(first[place]), int(second[place])
        if scores[place] < 0:
            x, y = y, x
        if x not in used_x and y not in used_y:
            used_x.add(x)
            used_y.add(y)
            found.append((x, y))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _candidates(
    vectors: np.ndarray, along: np.ndarray, delta: float
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield rows x and y of pairs at most delta apart, and their scores, block by block; each pair once."""
    for start in range(0, len(vectors), ROWS):
        products = vectors[start : start + ROWS] @ vectors[start:].T
        row, column = np.divmod(np.flatnonzero(products >= 1 - delta**2 / 2), products.shape[1])
        squares = 2 - 2 * products[row, column].astype(np.float64)
        wanted = (column > row) & (squares > SAME)
        row, column, squares = row[wanted], column[wanted], squares[wanted]
        scores = (along[row + start] - along[column + start]) / np.sqrt(squares)
        if len(scores) > MOST_CANDIDATES:
            best = np.argpartition(-abs(scores), MOST_CANDIDATES)[:MOST_CANDIDATES]
            row, column, scores = row[best], column[best], scores[best]
        yield row + start, column + start, scores
