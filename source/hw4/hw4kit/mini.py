"""Make the mini stand-in: small data of the same form as MNIST and the Treebank, without any network.

Run `python -m hw4kit.mini --folder DIR`, or let get_datasets.sh do it with --mini.
"""

import argparse
import gzip
import hashlib
import os
import sys
from pathlib import Path

import numpy as np

from .mini_digits import draw_digits
from .mini_reviews import write_reviews

TRAIN_IMAGES, TEST_IMAGES = 5000, 1000  # drawn in 2 s; a GAN learns their shapes from a few thousand
SENTENCES = 6000  # each of about 300 words then occurs dozens of times
MARKER = "MINI"
MARKER_TEXT = "The files listed here are the mini stand-in, made by a program. They are not MNIST and not the Treebank."


def make_mini(folder: str | os.PathLike[str], seed: int = 0) -> Path:
    """Write the stand-in into the folder, and beside it a file MINI that lists what was made; return the folder.

    The same seed gives the same files. What an earlier call has made is replaced.

    Args:
        folder: The data folder; it is created if need be.
        seed: Any non-negative number.

    Raises:
        FileExistsError: Other data is there, which would be lost; nothing is changed then.
    """
    folder = Path(folder)
    targets = {folder / name: content for name, content in _contents(seed).items()}
    for path in targets:
        if path.exists() and not is_mini(path):
            raise FileExistsError(f"{path} is there and is not of the mini stand-in; choose another folder for that.")
    for path in targets:
        path.unlink(missing_ok=True)
    listing = [_listed(path, content) for path, content in targets.items()]
    # The list comes first, so that a file of the stand-in is known as such even if this is interrupted.
    _write(folder / MARKER, "\n".join([MARKER_TEXT, *listing, ""]).encode())
    for path, content in targets.items():
        _write(path, content)
    return folder


def is_mini(path: str | os.PathLike[str]) -> bool:
    """Return whether a file of a data folder, such as DIR/sst/datasetSentences.txt, belongs to the mini stand-in."""
    path = Path(path)
    marker = path.parent.parent / MARKER
    if not marker.is_file():
        return False
    return _listed(path, path.read_bytes()) in marker.read_text(encoding="utf-8").splitlines()


def _listed(path: Path, content: bytes) -> str:
    """Return the line for a file in MINI, in the form that sha256sum --check reads."""
    return f"{hashlib.sha256(content).hexdigest()}  {path.parent.name}/{path.name}"


def mini_reviews(seed: int = 0) -> list[str]:
    """Return the sentences of the stand-in, in the Treebank's own form."""
    return write_reviews(SENTENCES, _generators(seed)[1])


def _generators(seed: int) -> list[np.random.Generator]:
    """Return the random numbers for the digits and those for the reviews."""
    return [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(2)]


def _contents(seed: int) -> dict[str, bytes]:
    digit_rng, review_rng = _generators(seed)
    contents = {}
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


def main(arguments: list[str] | None = None) -> int:
    """Make the stand-in as the command line says; return 0, or 2 if it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m hw4kit.mini", description="Make the mini stand-in for the data.")
    parser.add_argument("--folder", required=True, help="the data folder, which will hold mnist/, sst/ and MINI")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        folder = make_mini(options.folder, seed=options.seed)
    except OSError as error:
        print(f"The mini stand-in could not be made: {error}", file=sys.stderr)
        return 2
    print(f"The mini stand-in is in {folder}: drawn digits and made-up reviews, not MNIST and not the Treebank.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
