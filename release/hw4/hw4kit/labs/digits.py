"""The images of MNIST with their labels, between 0 and 1 as the papers on attacks have them."""

import os
from dataclasses import dataclass

import numpy as np

from ..data import DataMissing, digits_title, find, read_idx

CLASSES = 10


@dataclass(frozen=True)
class Digits:
    """Images to train with and images to test with.

    Attributes:
        train_images: Shape (N, 784), float32 in [0, 1].
        train_labels: Shape (N,), int64 from 0 to 9.
        test_images: Shape (M, 784), float32 in [0, 1].
        test_labels: Shape (M,), int64.
        title: What these images are: MNIST, or the mini stand-in.
        is_mini: Whether they are the mini stand-in.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    title: str
    is_mini: bool


def load_digits(folder: str | os.PathLike[str] | None = None) -> Digits:
    """Return all digits with their labels.

    Args:
        folder: The data folder; None: see `hw4kit.data.find`.

    Raises:
        DataMissing: One of the four files is not there.
        ValueError: A file is damaged.
    """
    path = find("mnist", folder)
    arrays = []
    for part in ("train", "t10k"):
        for kind in ("images-idx3", "labels-idx1"):
            file = path.with_name(path.name.replace("train-images-idx3", f"{part}-{kind}"))
            if not file.is_file():
                raise DataMissing(f"{file} is missing. To get it, run python -m hw4kit.get_data.")
            arrays.append(read_idx(file))
    images, labels, test_images, test_labels = arrays
    title = digits_title(folder)
    return Digits(
        _scaled(images), labels.astype(np.int64), _scaled(test_images), test_labels.astype(np.int64),
        title, title != "MNIST",
    )  # fmt: skip


def _scaled(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)
