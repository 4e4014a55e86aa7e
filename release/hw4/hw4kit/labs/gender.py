"""The word lists of Bolukbasi et al. (2016), where they are in the data folder, and random pairs of words."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..bias_files import SEPARATE_LISTS, VECTORS, WORD_LISTS
from ..data import SEARCHED_FOLDERS, DataMissing
from .word_vectors import WordVectors

MOST_LIST_BYTES = 10 * 2**20
GET_COMMAND = "sh datasets/get_datasets.sh --labs (or: python -m hw4kit.get_data --labs)"


@dataclass(frozen=True)
class WordLists:
    """Words about gender, as the authors of the paper collected them.

    Attributes:
        definitional_pairs: The ten pairs, the female word first.
        equalize_pairs: Pairs that differ in gender only.
        professions: What people said of each profession: from -1, taken for a woman's, to 1, for a man's.
        gender_words: Words that are about gender by their meaning, such as "grandmother"; all others are neutral.
    """

    definitional_pairs: list[list[str]]
    equalize_pairs: list[list[str]]
    professions: dict[str, float]
    gender_words: frozenset[str]


def data_file(name: str, folder: str | os.PathLike[str] | None = None) -> Path:
    """Return a file below the data folder.

    Args:
        name: One of `bias_files`.
        folder: The data folder; None: $HW4_DATA, else the places where the other data is looked for.

    Raises:
        DataMissing: It is not there; the text says which command gets it.
    """
    named = folder if folder is not None else os.environ.get("HW4_DATA") or None
    folders = SEARCHED_FOLDERS if named is None else (os.fspath(named),)
    for candidate in folders:
        if (path := Path(candidate, name)).is_file():
            return path
    where = f"in none of {', '.join(folders)}" if named is None else f"not in {named}"
    raise DataMissing(f"{name} is {where}. To get it, run {GET_COMMAND}; --mini makes a stand-in without a network.")


def paper_vectors(folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the file of the paper's vectors, or of those of the mini stand-in.

    Raises:
        DataMissing: It is not there.
    """
    return data_file(VECTORS, folder)


def load_word_lists(folder: str | os.PathLike[str] | None = None) -> WordLists:
    """Return the lists of the data folder: of the one file that the data script gets, or of the authors' four.

    Raises:
        DataMissing: They are not there.
        ValueError: A file is damaged.
    """
    try:
        lists = {key: _json(data_file(name, folder)) for key, name in SEPARATE_LISTS.items()}
    except DataMissing:
        lists = _json(data_file(WORD_LISTS, folder), "gender")
    try:
        return WordLists(
            [_pair(pair) for pair in lists["definitional_pairs"]],
            [_pair(pair) for pair in lists["equalize_pairs"]],
            {str(word): float(judged) for word, _, judged in lists["professions"]},
            frozenset(map(str, lists["specific_full"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"The word lists are not those of the paper ({error!r}); remove them and run {GET_COMMAND}."
        ) from error


def gender_rows(vectors: WordVectors, lists: WordLists) -> np.ndarray:
    """Return for each word whether it is about gender by its meaning. Shape (V,), bool."""
    return np.array([word in lists.gender_words for word in vectors.words])


def pairs_with_vectors(vectors: WordVectors, lists: WordLists) -> np.ndarray:
    """Return the rows of the definitional pairs that the vectors have, shape (n, 2), int64.

    Raises:
        ValueError: There are fewer than two, so that nothing can be said about what pairs share.
    """
    rows = vectors.rows(lists.definitional_pairs)
    if len(rows) < 2:
        raise ValueError(
            f"These vectors have {len(rows)} of the pairs such as she and he: choose others with two at least."
        )
    return rows


def random_shares(vectors: np.ndarray, pairs: int, draws: int, seed: int) -> np.ndarray:
    """Return the shares of variance of the principal components of random pairs, each pair centered on its mean.

    Args:
        vectors: Shape (V, D).
        pairs: Pairs in a set.
        draws: Sets.
        seed: Of the draws.

    Returns:
        One set a row, the largest share first. Shape (draws, min(pairs, D)), float64.
    """
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        first, second = vectors[rng.choice(len(vectors), size=(2, pairs), replace=False)].astype(np.float64)
        # Centered, the two words of a pair are half the difference, once with each sign.
        sizes = np.linalg.svd(first - second, compute_uv=False) ** 2
        found.append(sizes / sizes.sum())
    return np.array(found)


def _pair(pair: list[str]) -> list[str]:
    first, second = pair
    return [str(first), str(second)]


def _json(path: Path, key: str = "") -> dict:
    if path.stat().st_size > MOST_LIST_BYTES:
        raise ValueError(f"{path} is too large for a list of words; remove it and run {GET_COMMAND}.")
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return held[key] if key else held
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged ({error!r}); remove it and run {GET_COMMAND}.") from error
