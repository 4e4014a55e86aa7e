"""Generate the mini stand-in: small data in the format of MNIST, the Treebank and word vectors, without any network.

`python -m hw4kit.get_data --mini` makes it.
"""

import gzip
import os
from pathlib import Path

import numpy as np

from .mini_digits import draw_digits
from .mini_marker import MARKER, is_mini, marker_bytes
from .mini_reviews import write_reviews
from .mini_vectors import write_vectors

TRAIN_IMAGES, TEST_IMAGES = 5000, 1000  # drawn in 2 s; a GAN learns their shapes from a few thousand
SENTENCES = 6000  # each of about 300 words then occurs dozens of times


def make_mini(folder: str | os.PathLike[str], seed: int = 0) -> Path:
    """Write the mini stand-in into the folder, with a file MINI that lists it; return the folder.

    The same seed gives the same files. Files of an earlier call are replaced.

    Args:
        folder: The data folder; it is created if need be.
        seed: Any non-negative number.

    Raises:
        FileExistsError: Other data is there, which would be lost; nothing is changed then.
    """
    folder = Path(folder).absolute()
    targets = {folder / name: content for name, content in _contents(seed).items()}
    for path in targets:
        if path.exists() and not is_mini(path):
            raise FileExistsError(f"{path} exists and is not the mini stand-in; choose another folder.")
    for path in targets:
        path.unlink(missing_ok=True)
    # The list comes first, so that a file of the stand-in is known as such even if this is interrupted.
    _write(folder / MARKER, marker_bytes(folder, targets))
    for path, content in targets.items():
        _write(path, content)
    return folder


def mini_reviews(seed: int = 0) -> list[str]:
    """Return the sentences of the mini stand-in, in the Treebank's format."""
    return write_reviews(SENTENCES, _generators(seed)[1])


def _generators(seed: int) -> list[np.random.Generator]:
    """Return the random numbers for the digits, for the reviews and for the word vectors."""
    return [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(3)]


def _contents(seed: int) -> dict[str, bytes]:
    digit_rng, review_rng, vector_rng = _generators(seed)
    contents = write_vectors(vector_rng)
    for name, count in (("train", TRAIN_IMAGES), ("t10k", TEST_IMAGES)):
        images, labels = draw_digits(count, digit_rng)
        contents[f"mnist/{name}-images-idx3-ubyte.gz"] = gzip.compress(idx_bytes(images), mtime=0)
        contents[f"mnist/{name}-labels-idx1-ubyte.gz"] = gzip.compress(idx_bytes(labels), mtime=0)
    numbered = [f"{number}\t{text}\n" for number, text in enumerate(write_reviews(SENTENCES, review_rng), start=1)]
    contents["sst/datasetSentences.txt"] = "".join(["sentence_index\tsentence\n", *numbered]).encode()
    # The Treebank's three sets (train, test, dev) have about 72, 19 and 9 parts of a hundred.
    sets = review_rng.choice([1, 2, 3], size=SENTENCES, p=[0.72, 0.19, 0.09])
    split = [f"{number},{which}\n" for number, which in enumerate(sets, start=1)]
    contents["sst/datasetSplit.txt"] = "".join(["sentence_index,splitset_label\n", *split]).encode()
    return contents


def idx_bytes(array: np.ndarray) -> bytes:
    """Return an array of unsigned bytes in the idx format, which `hw4kit.data.read_idx` reads."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, dtype=">u4").tobytes() + array.tobytes()


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
