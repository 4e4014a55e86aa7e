"""word_vectors: the plot of the trained word vectors, and how long the training took."""

import math
from typing import Any

import numpy as np

from autograder.checking import Student, SubmissionError, Verdict, item, kind, numbers, png_picture, show

from .word_plot import Lettering, lettering

# Of 160 plots of 22 to 70 words, in ten styles of matplotlib and seven sizes, all show so many letters in their middle,
# on so many lines, but eight: two were white on white, in six the words lay on one another. The kit's own show 60
# letters on 12 lines and more, with twelve words 20 on 4. Curves with a legend showed 16 letters on 3 lines, histograms
# 10 on 4, open circles 17 on 6, MNIST digits 3, squares, dots and bars none. A page of text passes, and may a long
# legend among noisy curves: a person sees that at a glance.
FEWEST = Lettering(letters=18, lines=4)

NO_TRAINING = "name 'training' is not defined"  # what `return training.minutes` comes to
LONGEST_MINUTES = 2 * 24 * 60  # the slowest right code takes a few hours; one hour in seconds is already more


@item("word_vectors", weight=1)
def test_plot_shows_words(student: Student, submission: Any) -> None:
    """word_vectors.png is the plot of your word vectors: many words, in many places, on a plain background."""
    if "word_vectors" not in submission.files:
        raise SubmissionError("There is no word_vectors.png in the submission.", Verdict.NOT_ATTEMPTED)

    picture = decoded(student, submission.files["word_vectors"])
    problem = png_picture.why_no_plot(picture)
    assert not problem, problem
    found = lettering(picture, FEWEST)
    assert found.letters >= FEWEST.letters, f"the middle of the plot shows only {found.letters} letters of words"
    assert found.lines >= FEWEST.lines, f"the words of the plot are on only {found.lines} lines, as in a legend"


@item("word_vectors", weight=1)
def test_run_time_is_stated_in_minutes(student: Student) -> None:
    """run_time_minutes() returns how many minutes the training took, as a number."""
    try:
        value = student.call("run_time_minutes")
    except SubmissionError as error:
        if NO_TRAINING not in str(error):
            raise
        text = (
            "`training` exists in your notebook alone, as the grader does not train: return the number itself, as 5.3."
        )
        raise SubmissionError(text, error.verdict) from error

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
        raise AssertionError(png_picture.why_unreadable(png)) from error
