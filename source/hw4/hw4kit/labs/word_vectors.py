"""Read word vectors: word2vec's binary and text format, GloVe's text format, and those of Part II."""

import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..data import load_treebank
from ..word2vec_checkpoint import vocabulary_number
from ..word_plots import word_vectors

MOST_WORDS = 100_000  # the first in the file, which are the most frequent; 300 numbers each then take 120 MB
MOST_NUMBERS = 2048  # in a vector
MOST_LETTERS = 500  # bytes of a word
MOST_LINE_BYTES = 32 * MOST_NUMBERS
MOST_CHECKPOINT_BYTES = 500 * 2**20  # Part II's has 31 MB


class VectorsDamaged(ValueError):
    """The file holds no word vectors that this can read; the text is one sentence that says why."""


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors.

    Attributes:
        words: In the order of the file, the most frequent first.
        vectors: One row for each word, of length 1. Shape (V, D), float32.
        index: The row of each word.
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    index: dict[str, int]

    def row(self, word: str) -> int | None:
        """Return the row of a word, or of its lower-case form where only that has a vector; None: there is none."""
        return self.index.get(word, self.index.get(word.lower()))

    def rows(self, pairs: Iterable[Sequence[str]]) -> np.ndarray:
        """Return the rows of the words of each pair; a pair that lacks a word is left out. Shape (n, 2), int64."""
        found = [(self.row(first), self.row(second)) for first, second in pairs]
        known = dict.fromkeys(pair for pair in found if None not in pair and pair[0] != pair[1])
        return np.array(list(known), dtype=np.int64).reshape(-1, 2)


def load_vectors(path: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None) -> WordVectors:
    """Return the vectors of a file, each of length 1; of a large file, those of the first 100,000 words.

    Args:
        path: word2vec's binary or text format, GloVe's text format, or word2vec_checkpoint.npz of Part II.
        folder: The data folder, whose Treebank has the words of Part II; None: see `hw4kit.data.find`.

    Raises:
        VectorsDamaged: The file is of another format, incomplete or damaged.
        FileNotFoundError: There is no such file, or the Treebank is missing.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}; give the path of your word vectors.")
    if zipfile.is_zipfile(path):
        return _checked(path, *_of_part_ii(path, folder))
    with open(path, "rb") as stream:
        first = stream.readline(MOST_LINE_BYTES)
        header = _header(first)
        if header is None:
            return _checked(path, *_from_text(path, _lines(stream, first), len(first.split()) - 1))
        count, size = header
        if not (count > 0 and 0 < size <= MOST_NUMBERS):
            raise VectorsDamaged(f"{path} states {count} words of {size} numbers, which cannot be right.")
        start = stream.tell()
        second = stream.readline(MOST_LINE_BYTES)
        if _numbers(second, size) is not None:
            return _checked(path, *_from_text(path, _lines(stream, second), size), stated=count)
        stream.seek(start)
        return _checked(path, *_from_binary(path, stream, count, size))


def _header(line: bytes) -> tuple[int, int] | None:
    """Return the number of words and of numbers in a vector, which word2vec's formats begin with."""
    parts = line.split()
    if len(parts) == 2 and all(part.isdigit() and len(part) < 12 for part in parts):
        return int(parts[0]), int(parts[1])
    return None


def _from_binary(path: Path, stream: BinaryIO, count: int, size: int) -> tuple[list[str], np.ndarray]:
    """Read a word, a blank and `size` float32s at a time; a line may end between them."""
    count = min(count, MOST_WORDS, os.fstat(stream.fileno()).st_size // (4 * size))  # no more than the file can hold
    words, vectors = [], np.empty((count, size), dtype=np.float32)
    for row in range(count):
        word = bytearray()
        while (byte := stream.read(1)) not in (b" ", b""):
            word += byte
            if len(word) > MOST_LETTERS:
                raise VectorsDamaged(f"{path} is not in word2vec's format: word {row + 1} does not end.")
        numbers = stream.read(4 * size)
        if len(numbers) < 4 * size:
            raise VectorsDamaged(f"{path} is incomplete: it ends within word {row + 1} of {count}.")
        words.append(bytes(word).lstrip(b"\n").decode("utf-8", errors="replace"))
        vectors[row] = np.frombuffer(numbers, dtype="<f4")
    return words, vectors


def _lines(stream: BinaryIO, first: bytes) -> Iterator[bytes]:
    """Yield the line that was read already and those that follow, each of bounded length."""
    while first:
        yield first
        first = stream.readline(MOST_LINE_BYTES)


def _from_text(path: Path, lines: Iterable[bytes], size: int) -> tuple[list[str], np.ndarray]:
    """Read a word and `size` numbers a line."""
    if not 1 < size <= MOST_NUMBERS:
        raise VectorsDamaged(f"{path} is no file of word vectors: its first line is not a word and its numbers.")
    words: list[str] = []
    vectors = []
    for number, line in enumerate(lines, start=1):
        if len(words) == MOST_WORDS or not line.strip():
            break
        numbers = _numbers(line, size)
        if numbers is None:
            raise VectorsDamaged(f"{path} is damaged: vector {number} is not a word and {size} numbers.")
        # A few words of GloVe hold blanks.
        words.append(line.decode("utf-8", errors="replace").rsplit(maxsplit=size)[0].strip())
        vectors.append(numbers)
    return words, np.array(vectors, dtype=np.float32).reshape(-1, size)


def _numbers(line: bytes, size: int) -> np.ndarray | None:
    """Return the numbers of a line of text; None: it is not a word and `size` numbers."""
    parts = line.split()[-size:]
    try:
        return np.array(parts, dtype=np.float64).astype(np.float32) if len(line.split()) > size else None
    except ValueError:
        return None


def _of_part_ii(path: Path, folder: str | os.PathLike[str] | None) -> tuple[list[str], np.ndarray]:
    """Return the vectors that Part II trained, and the words of the Treebank that they belong to."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_CHECKPOINT_BYTES:
                raise VectorsDamaged(f"{path} is too large for vectors of Part II.")
        with np.load(path, allow_pickle=False) as held:
            inputs, outputs, identity = held["inputs"], held["outputs"], held["identity"]
    except (OSError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, ValueError, MemoryError) as error:
        if isinstance(error, VectorsDamaged):
            raise
        raise VectorsDamaged(f"{path} is not a whole word2vec_checkpoint.npz of Part II; train there again.") from error
    treebank = load_treebank(folder)
    shape = (len(treebank.words), inputs.shape[-1] if inputs.ndim else 0)
    if inputs.shape != shape or outputs.shape != shape or vocabulary_number(treebank) not in identity.ravel()[1:2]:
        raise VectorsDamaged(
            f"{path} was trained on other sentences than those of this data folder; train there again."
        )
    return list(treebank.words), word_vectors(inputs, outputs).astype(np.float32)


def _checked(path: Path, words: Sequence[str], vectors: np.ndarray, stated: int = 0) -> WordVectors:
    """Return the vectors at length 1, the first of each word."""
    if not words or len(words) < min(stated, MOST_WORDS):
        raise VectorsDamaged(f"{path} is incomplete: it holds {len(words)} vectors of {max(stated, 1)}.")
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise VectorsDamaged(
            f"{path} is damaged: the vector of {words[int(np.argmin(np.isfinite(lengths)))]!r} is not finite."
        )
    if vectors.shape[1] < 2 or not (lengths > 0).any():
        raise VectorsDamaged(f"{path} is damaged: all its vectors are zero.")
    index: dict[str, int] = {}
    for row in np.flatnonzero(lengths[:, 0] > 0).tolist():
        index.setdefault(words[row], row)
    kept = np.fromiter(index.values(), dtype=np.int64)
    names = tuple(index)
    return WordVectors(
        names, (vectors[kept] / lengths[kept]).astype(np.float32), {word: row for row, word in enumerate(names)}
    )
