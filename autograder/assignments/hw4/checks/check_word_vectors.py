"""word_vectors: the picture of the trained word vectors, and how long the training took."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.checking import Student, SubmissionError, Verdict, item, kind, numbers, show

from .word_plot import Lettering, background, lettering

FEWEST_PIXELS = 200  # of width and of height; names of words cannot be read in less
MAX_PICTURE_PIXELS = 40_000_000  # as the agent has it
INK = 40  # difference to the background, of 255, from which a pixel counts as drawn
INK_SHARE = (0.002, 0.5)  # plots of words have 1% to 6%; noise and photographs 75% and more
# Of 160 plots of 22 to 70 words, in ten styles of matplotlib and seven sizes, all show so many letters in their middle,
# on so many lines, but eight: two were white on white, in six the words lay on one another. The kit's own show 60
# letters on 12 lines and more, with twelve words 20 on 4. Curves with a legend showed 16 letters on 3 lines, histograms
# 10 on 4, open circles 17 on 6, MNIST digits 3, squares, dots and bars none. A page of text passes, and may a long
# legend among noisy curves: a person sees that at a glance.
FEWEST = Lettering(letters=18, lines=4)

LONGEST_MINUTES = 2 * 24 * 60  # the slowest right code takes a few hours; one hour in seconds is already more


@item("word_vectors", weight=1)
def test_plot_shows_words(student: Student, submission: Any) -> None:
    """word_vectors.png is the plot of your word vectors: many words, in many places, on a plain background."""
    if "word_vectors" not in submission.files:
        raise SubmissionError("There is no word_vectors.png in the submission.", Verdict.NOT_ATTEMPTED)

    picture = decoded(student, submission.files["word_vectors"])
    height, width = picture.shape[:2]
    assert min(height, width) >= FEWEST_PIXELS, f"the plot has only {width} x {height} pixels"
    ink = drawn(picture)
    share = np.count_nonzero(ink) / ink.size
    assert share > 0, "the plot is blank"
    assert INK_SHARE[0] <= share <= INK_SHARE[1], (
        f"{share:.1%} of the pixels differ from the background; in a plot of words it is a few percent"
    )
    found = lettering(picture, FEWEST)
    assert found.letters >= FEWEST.letters, f"the middle of the plot shows only {found.letters} letters of words"
    assert found.lines >= FEWEST.lines, f"the words of the plot are on only {found.lines} lines, as in a legend"


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
        f"your function returned {show(minutes)}, which in minutes is {minutes / 1440:.1f} days"
    )


def decoded(student: Student, png: bytes) -> np.ndarray:
    """Return the picture on white, (height, width, 3) uint8; fails the check when it is no PNG."""
    try:
        return student.picture("word_vectors")
    except SubmissionError as error:
        if error.verdict is not Verdict.ERROR:
            raise
        width, height = size_in_head(png)
        seen = "the file cannot be read as a PNG image"
        if width * height > MAX_PICTURE_PIXELS:
            seen = f"the plot has {width} x {height} pixels; at most {MAX_PICTURE_PIXELS:,} in total are read"
        raise AssertionError(seen) from error


def size_in_head(png: bytes) -> tuple[int, int]:
    """Return width and height as the first bytes of a PNG tell them."""
    size = png[16:24] if png.startswith(b"\x89PNG") else b""
    return (int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")) if len(size) == 8 else (0, 0)


def drawn(picture: np.ndarray) -> np.ndarray:
    """Return which pixels differ from the background, the most frequent colour."""
    paper = background(picture)
    limits = np.clip([paper - INK, paper + INK], 0, 255).astype(np.uint8)
    lowest, highest = np.tile(limits, picture.shape[1])  # of whole rows: to compare triples takes five times as long
    rows = picture.reshape(len(picture), -1)
    off = ((rows < lowest) | (rows > highest)).reshape(picture.shape)
    return np.asarray(off[..., 0] | off[..., 1] | off[..., 2])  # any(axis=2) takes ten times as long
