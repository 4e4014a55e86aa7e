"""Find and read the data: MNIST images and the sentences of the Stanford Sentiment Treebank.

The data is looked for in the folder you name, else in $HW4_DATA, else in the places of SEARCHED_FOLDERS.
A folder you name (as an argument or by $HW4_DATA) must hold the data: no other folder is tried, so that you never
train on different data without noticing.
"""

import gzip
import math
import os
import re
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from .mini import make_mini
from .mini_marker import is_mini
from .treebank import Treebank

__all__ = [
    "DataMissing", "Treebank", "digits_title", "find", "is_mini", "load_mnist", "load_treebank", "make_mini",
    "read_idx",
]  # fmt: skip

# Relative to the notebook's folder; the last is where the instructor's source/hw4 finds the data.
SEARCHED_FOLDERS = ("datasets/data", "../datasets/data", "data", "../../datasets/data")
NEEDED_FILE = {"mnist": "mnist/train-images-idx3-ubyte", "sst": "sst/datasetSentences.txt"}
TITLE = {"mnist": "MNIST", "sst": "The Stanford Sentiment Treebank"}
GET_COMMAND = "sh datasets/get_datasets.sh (or: python -m hw4kit.get_data)"
GET_AGAIN = f"remove it and run {GET_COMMAND} again"

MAX_IDX_BYTES = 100 * 2**20  # the largest MNIST file unpacks to 45 MiB; more is a damaged header or a hostile file
MAX_TEXT_BYTES = 20 * 2**20  # datasetSentences.txt has 1.3 MB


class DataMissing(FileNotFoundError):
    """The data is missing; the text is one line that says what is missing and which command downloads it."""


def find(kind: str, folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the file that `kind` needs: the training images of "mnist", the sentences of "sst".

    Args:
        kind: "mnist" or "sst".
        folder: The data folder, which holds mnist/ and sst/; None: $HW4_DATA, else SEARCHED_FOLDERS in order.

    Raises:
        DataMissing: The file is in none of the folders.
    """
    name = NEEDED_FILE[kind]
    named = folder if folder is not None else os.environ.get("HW4_DATA") or None
    folders = SEARCHED_FOLDERS if named is None else (os.fspath(named),)
    for candidate in folders:
        for file_name in (f"{name}.gz", name) if kind == "mnist" else (name,):
            path = Path(candidate, file_name)
            if path.is_file():
                return path
    if named is None:
        where = f"{Path(name).name} is in none of {', '.join(folders)} (seen from {Path.cwd()})"
    else:
        where = f"there is no {name} in {named}" + (" (named by HW4_DATA)" if folder is None else "")
    raise DataMissing(f"{TITLE[kind]} is missing: {where}. To get it, run {GET_COMMAND}; --mini needs no network.")


def read_idx(path: str | os.PathLike[str]) -> np.ndarray:
    """Return the array of unsigned bytes in an idx file, which may be compressed with gzip.

    Format: two zero bytes, the type (8: unsigned byte), the number of dimensions, each dimension as a big-endian
    32-bit number, then the values in C order.

    Args:
        path: The file; a name that ends in .gz is unpacked while it is read.

    Returns:
        Array of the shape that the header states, uint8.

    Raises:
        ValueError: The file is not idx, incomplete, too long, or damaged; the text says which and what to do.
    """
    path = Path(path)
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb") as stream:
            return _idx_array(path, cast(BinaryIO, stream))
    except EOFError as error:
        raise ValueError(f"{path} is incomplete: its gzip data ends too early; {GET_AGAIN}.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path} is damaged or not a gzip file ({error}); {GET_AGAIN}.") from error


def _idx_array(path: Path, stream: BinaryIO) -> np.ndarray:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise ValueError(f"{path} is not an idx file: it begins with {magic!r}; {GET_AGAIN}.")
    if magic[2] != 8 or not 1 <= magic[3] <= 3:
        raise ValueError(f"{path} holds type {magic[2]} in {magic[3]} dimensions, not bytes in 1 to 3; {GET_AGAIN}.")
    header = stream.read(4 * magic[3])
    if len(header) < 4 * magic[3]:
        raise ValueError(f"{path} is incomplete: it ends inside its header; {GET_AGAIN}.")
    shape = tuple(int(size) for size in np.frombuffer(header, dtype=">u4"))
    size = math.prod(shape)
    if not 0 < size <= MAX_IDX_BYTES:
        raise ValueError(f"{path} states the shape {shape}, which cannot be right; {GET_AGAIN}.")
    values = stream.read(size + 1)
    if len(values) != size:
        excess = "more than that" if len(values) > size else f"only {len(values)}"
        raise ValueError(f"{path} states the shape {shape}, {size} bytes, but holds {excess}; {GET_AGAIN}.")
    return np.frombuffer(values, dtype=np.uint8).reshape(shape)


def load_mnist(folder: str | os.PathLike[str] | None = None) -> np.ndarray:
    """Return the training images of MNIST, scaled from 0..255 to -1..1.

    Args:
        folder: The data folder; None: see `find`.

    Returns:
        One image a row, line by line from the top. Shape (60000, 784), float32; fewer rows in the mini stand-in.

    Raises:
        DataMissing: The images are not there.
        ValueError: The file is damaged, or holds no images of 28 x 28 pixels.
    """
    path = find("mnist", folder)
    images = read_idx(path)
    if images.shape[1:] != (28, 28):
        raise ValueError(f"{path} holds an array of shape {images.shape}, not images of 28 x 28; {GET_AGAIN}.")
    _say_if_mini(path)
    scaled = images.reshape(len(images), 784).astype(np.float32)
    scaled /= 127.5  # in place: each copy of the images takes 188 MB
    scaled -= 1.0
    return scaled


def digits_title(folder: str | os.PathLike[str] | None = None) -> str:
    """Return what the images of `load_mnist` are called in pictures: the mini stand-in is not MNIST.

    Raises:
        DataMissing: The images are not there.
    """
    return "Digits of the mini stand-in" if is_mini(find("mnist", folder)) else TITLE["mnist"]


def load_treebank(folder: str | os.PathLike[str] | None = None, seed: int = 0) -> Treebank:
    """Return the sentences of the Treebank with their vocabulary, ready for drawing.

    Args:
        folder: The data folder; None: see `find`.
        seed: Same seed, same draws.

    Raises:
        DataMissing: The sentences are not there.
        ValueError: The file is not in the format of datasetSentences.txt.
    """
    path = find("sst", folder)
    sentences = read_sentences(path)
    _say_if_mini(path)
    return Treebank(sentences, seed=seed)


def _say_if_mini(path: Path) -> None:
    if is_mini(path):
        print("Note: this is the mini stand-in, generated by a program, for trying things out.")
        print(f"{TITLE[path.parent.name]}, which you need for your submission, is downloaded by {GET_COMMAND}.")


def read_sentences(path: str | os.PathLike[str]) -> list[list[str]]:
    """Return the sentences of a datasetSentences.txt as lists of lower-case words.

    Each line is an index, a tab and words with blanks between; the first line is a heading.

    Raises:
        ValueError: A line is not of that form, or the file is not UTF-8; the text names the line.
    """
    path = Path(path)
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise ValueError(f"{path} has {path.stat().st_size} bytes, more than {MAX_TEXT_BYTES}; {GET_AGAIN}.")
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text (byte {error.start}); {GET_AGAIN}.") from error
    if lines[0].rstrip("\r") != "sentence_index\tsentence":
        raise ValueError(f"{path} does not begin with the line sentence_index<tab>sentence; {GET_AGAIN}.")
    sentences = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        index, tab, text = line.partition("\t")
        if not tab or not index.isdecimal():
            raise ValueError(f"{path}, line {number} is not a number, a tab and a sentence; {GET_AGAIN}.")
        sentences.append(words_of(text))
    if not sentences:
        raise ValueError(f"{path} holds no sentence; {GET_AGAIN}.")
    return sentences


_TWICE_ENCODED = re.compile("[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}")
_PLAIN = {"-LRB-": "(", "-RRB-": ")", "\\/": "/", "\\*": "*"}


def words_of(text: str) -> list[str]:
    """Return the words of one Treebank sentence: accents repaired, brackets and slashes plain, lower case.

    The accents were encoded as UTF-8 twice, so that é arrives as the two characters of its two bytes. The repair comes
    before splitting, because one of those characters can be a no-break space (à), at which split() would cut.
    """
    text = _TWICE_ENCODED.sub(_decode_once_more, text)
    for escaped, plain in _PLAIN.items():
        text = text.replace(escaped, plain)
    return text.lower().split()


def _decode_once_more(match: re.Match[str]) -> str:
    try:
        return match.group().encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match.group()
