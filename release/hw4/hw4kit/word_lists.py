"""Lists of words that others have made, in the folder extra/ of the data folder, where it has one.

- wordsim/: pairs of words with the likeness that people gave them. MEN (Bruni et al. 2014), SimLex-999 (Hill et al.
  2015) and WordSim-353 (Finkelstein et al. 2002), as collected by Faruqui and Dyer (2014), MIT license.
- analogy/: the questions of Mikolov et al. (2013a), Apache license 2.0.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hw4kit.data import DataMissing, find

FILES = {"MEN": "EN-MEN-TR-3k.txt", "SimLex-999": "EN-SIMLEX-999.txt", "WordSim-353": "EN-WS-353-ALL.txt"}


def judged_pairs(
    dataset: Any, folder: str | os.PathLike[str] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[int]]:
    """Return word indices (n, 2), ranks within the file from 0 to 1 (n,), file indices (n,), and pairs listed.

    Args:
        dataset: A Treebank; pairs with a word that it does not have are left out.
        folder: The data folder; None: where the Treebank is found.

    Raises:
        DataMissing: The files are not there.
    """
    lists = _extra("wordsim", folder)
    pairs, people, file_of, listed = [], [], [], []
    for number, name in enumerate(FILES.values()):
        rows = [line.lower().split() for line in _lines(lists / name)]
        known = [row for row in rows if row[0] in dataset.tokens and row[1] in dataset.tokens]
        listed.append(len(rows))
        pairs += [[dataset.tokens[word] for word in row[:2]] for row in known]
        people.append(ranks(np.array([float(row[2]) for row in known])) / max(1, len(known)))
        file_of += [number] * len(known)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.concatenate(people), np.array(file_of), listed


def analogies(dataset: Any, folder: str | os.PathLike[str] | None) -> tuple[np.ndarray, int]:
    """Return word indices a, b, c and the right word of each question, shape (n, 4), and how many are listed.

    Arguments and exception are those of `judged_pairs`.
    """
    path = _extra("analogy", folder) / "questions-words.txt"
    rows = [line.lower().split() for line in _lines(path) if not line.startswith(":")]
    known = [[dataset.tokens[word] for word in row] for row in rows if all(word in dataset.tokens for word in row)]
    return np.array(known, dtype=np.int64).reshape(-1, 4), len(rows)


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the place of each number in order, the mean place for equal ones. Shape (n,), float64."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


def _extra(kind: str, folder: str | os.PathLike[str] | None) -> Path:
    path = find("sst", folder).parents[1] / "extra" / kind
    if not path.is_dir():
        raise DataMissing(f"the lists of words are missing (there is no {path}); no points depend on them.")
    return path


def _lines(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise DataMissing(f"a list of words is missing (there is no {path}); no points depend on it.")
    yield from filter(str.strip, path.read_text(encoding="utf-8").splitlines())
