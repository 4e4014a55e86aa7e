"""word_vectors: the picture of the trained word vectors, and how long the training took."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import SubmissionError
from ..report import Verdict
from ..session.student import Student
from . import item
from .expect import kind, numbers, show

FEWEST_PIXELS = 200  # of width and of height; names of words cannot be read in less
SAMPLED = 3  # of so many rows and columns one is looked at for the background
INK = 40  # difference to the background, of 255, from which a pixel counts as drawn
INK_SHARE = (0.002, 0.5)  # plots of words have 1% to 6%; noise and photographs 75% and more
LONGEST_SIDE = 320  # of the reduced picture in which marks are counted; the letters of a word join there
MIDDLE = 0.15  # share on each side that is left out: axes, their numbers and titles stand there
# In the middle: the kit's own picture has 32 marks, small ones full of words that hide each other have 15 and more;
# the plot of a loss has 1, empty axes have none.
FEWEST_MARKS = 8

LONGEST_MINUTES = 2 * 24 * 60  # the slowest right code takes a few hours; one hour in seconds is already more


@item("word_vectors", weight=1)
def test_plot_shows_words(student: Student, submission: Any) -> None:
    """word_vectors.png is the picture of your word vectors: many words and points on a plain background."""
    if submission.plot is None:
        raise SubmissionError("There is no word_vectors.png in the submission.", Verdict.NOT_ATTEMPTED)

    picture = decoded(student)
    height, width = picture.shape[:2]
    assert min(height, width) >= FEWEST_PIXELS, f"the picture has only {width} x {height} pixels"
    ink = drawn(picture)
    share = np.count_nonzero(ink) / ink.size
    assert share > 0, "the picture is blank"
    assert INK_SHARE[0] <= share <= INK_SHARE[1], (
        f"{share:.1%} of the picture differ from its background; of a plot of words it is a few percent"
    )
    marks = count_marks(middle(reduced(ink)), FEWEST_MARKS)
    assert marks >= FEWEST_MARKS, f"in its middle the picture shows only {marks} separate marks; a word is one, or more"


@item("word_vectors", weight=1)
def test_run_time_is_stated_in_minutes(student: Student) -> None:
    """run_time_minutes() returns how many minutes the training took, as a number."""
    value = student.call("run_time_minutes")

    array = numbers(value)
    assert array is not None, f"your function returned {kind(value)}, not a number"
    assert array.size == 1, f"your function returned {kind(value)} of {array.size} numbers, not one"
    minutes = float(array.reshape(-1)[0])
    positive = math.isfinite(minutes) and minutes > 0
    assert positive, f"your function returned {show(minutes)}"
    assert minutes <= LONGEST_MINUTES, (
        f"your function returned {show(minutes)}: minutes would be {minutes / 1440:.1f} days"
    )


def decoded(student: Student) -> np.ndarray:
    """Return the picture on white, (height, width, 3) uint8; fails the check when it is no PNG."""
    try:
        return student.picture()
    except SubmissionError as error:
        if error.verdict is not Verdict.ERROR:
            raise
        raise AssertionError("the file cannot be read as a PNG picture") from error


def drawn(picture: np.ndarray) -> np.ndarray:
    """Return which pixels differ from the background, the most frequent colour."""
    sample = picture[::SAMPLED, ::SAMPLED].reshape(-1, 3)
    coarse = (sample >> 4).astype(np.uint16)
    codes = coarse[:, 0] << 8 | coarse[:, 1] << 4 | coarse[:, 2]
    background = np.median(sample[codes == np.bincount(codes).argmax()], axis=0).astype(np.int16)
    limits = np.clip([background - INK, background + INK], 0, 255).astype(np.uint8)
    lowest, highest = np.tile(limits, picture.shape[1])  # of whole rows: to compare triples takes five times as long
    rows = picture.reshape(len(picture), -1)
    off = ((rows < lowest) | (rows > highest)).reshape(picture.shape)
    return np.asarray(off[..., 0] | off[..., 1] | off[..., 2])  # any(axis=2) takes ten times as long


def reduced(ink: np.ndarray) -> np.ndarray:
    """Return a smaller picture; a pixel is drawn where one of those it stands for is."""
    step = -(-max(ink.shape) // LONGEST_SIDE)
    rows, columns = (-(-size // step) * step for size in ink.shape)
    padded = np.zeros((rows, columns), dtype=bool)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    blocks = padded.reshape(rows // step, step, columns // step, step)
    upright = np.asarray(blocks.any(axis=1))  # any(axis=(1, 3)) takes four times as long
    return np.asarray(upright.any(axis=2))


def middle(ink: np.ndarray) -> np.ndarray:
    """Return the picture without its borders."""
    rows, columns = (round(MIDDLE * size) for size in ink.shape)
    return ink[rows : ink.shape[0] - rows, columns : ink.shape[1] - columns]


def count_marks(ink: np.ndarray, enough: int) -> int:
    """Return the number of groups of drawn pixels that touch, corners included; at most `enough`."""
    left = {(row, column) for row, column in np.argwhere(ink).tolist()}
    marks = 0
    while left and marks < enough:
        marks, edge = marks + 1, [left.pop()]
        while edge:
            row, column = edge.pop()
            near = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & left
            left -= near
            edge += near
    return marks
