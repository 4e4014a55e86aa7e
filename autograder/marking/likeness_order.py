"""Texts in such an order that neighbours read alike."""

import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

DIMENSIONS = 256
MOST_WORDS = 600  # of one text that are looked at


def chain(texts: Sequence[Sequence[str]], without: Iterable[str] = ()) -> list[int]:
    """Return the numbers of the texts in an order in which neighbours have many words in common.

    Each text is put, one after the other, where it lengthens the way from first to last least (Rosenkrantz, Stearns and
    Lewis 1977). One text more therefore changes little of the order of the others.

    Args:
        texts: The words of each, in an order that does not depend on the others.
        without: Words that say nothing, those of the question.
    """
    if not texts:
        return []
    ignored = frozenset(without)
    vectors = np.stack([_vector(words, ignored) for words in texts])
    order, links = [0], np.zeros(0, np.float32)  # likeness of each pair of neighbours
    for number in range(1, len(texts)):
        alike = (vectors[:number] @ vectors[number])[order]
        gains = np.concatenate([alike[:1], alike[:-1] + alike[1:] - links, alike[-1:]])
        place = int(np.argmax(gains))
        new = alike[max(place - 1, 0) : place + 1]
        links = np.concatenate([links[: max(place - 1, 0)], new, links[place:]])
        order.insert(place, number)
    return order


def likeness(texts: Sequence[Sequence[str]], order: Sequence[int]) -> float:
    """Return how alike neighbours are on average, from 0 to 1."""
    vectors = [_vector(texts[number], frozenset()) for number in order]
    return float(np.mean([one @ other for one, other in pairwise(vectors)]))


def _vector(words: Sequence[str], ignored: frozenset[str]) -> np.ndarray:
    """Return a vector of length 1: how often words and pairs of words occur."""
    counted = [word for word in words[:MOST_WORDS] if word not in ignored]
    features = counted + [f"{one} {other}" for one, other in pairwise(counted)]
    places = [zlib.crc32(feature.encode("utf-8", "surrogatepass")) % DIMENSIONS for feature in features]
    vector = np.sqrt(np.bincount(places, minlength=DIMENSIONS).astype(np.float32))
    return vector / (np.linalg.norm(vector) or 1.0)
