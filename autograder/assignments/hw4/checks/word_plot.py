"""Find the letters in a picture: a plot of words has many, any other plot only a few.

A letter is a small connected shape that is no plain blob, in a row of three or more of its like. Squares, dots, bars,
curves and digits on a grid have hardly any; a legend has a dozen or two, in one place.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograder.checking import png_picture

MIDDLE = 0.12  # share on each side that is left out: axes, their numbers and titles stand there
# Grid lines and axes join the words that they touch: rows and columns with more ink than this share are wiped.
LINE_SHARE = 0.35
MOST_SHAPES = 4000  # that may be letters; a page full of text has 3,000
MOST_RUNS = 100_000  # of ink in all rows; 160 plots of words in ten styles had 25,000 at most, noise has more
MOST_ROUNDS = 100  # to join the runs of a shape; a letter needs three
NEAREST = 60  # shapes to the right of a letter that are looked at
SAME_LINE = 0.6  # of the usual height of a letter: a letter like g or p reaches so far below the others


@dataclass(frozen=True)
class Shapes:
    """Connected groups of drawn pixels: the box of each, and how much is in it."""

    top: np.ndarray
    bottom: np.ndarray
    left: np.ndarray
    right: np.ndarray
    runs: np.ndarray  # pieces of rows
    area: np.ndarray  # pixels

    @property
    def height(self) -> np.ndarray:
        """Rows of each box."""
        return self.bottom - self.top

    @property
    def width(self) -> np.ndarray:
        """Columns of each box."""
        return self.right - self.left

    def among(self, chosen: np.ndarray) -> "Shapes":
        """Return some of the shapes."""
        return Shapes(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Lettering:
    """How many letters a picture shows, and on how many different lines there are two or more."""

    letters: int
    lines: int


def lettering(picture: np.ndarray, enough: Lettering) -> Lettering:
    """Return the lettering of a picture (height, width, 3) uint8; counting ends where it is enough.

    Letters may be pale or dark, on white, black or coloured boxes: ink is looked for in several ways.
    """
    best = Lettering(0, 0)
    for ink in _inks(picture):
        found = _letters_in(_without_lines(_middle(ink)))
        if found.letters >= enough.letters and found.lines >= enough.lines:
            return found
        best = max(best, found, key=lambda one: one.letters)
    return best


def _inks(picture: np.ndarray) -> Iterator[np.ndarray]:
    """Yield which pixels are drawn, by different notions of that."""
    paper = png_picture.background(picture)
    difference = np.abs(picture.astype(np.int16) - paper)
    strongest = np.maximum(np.maximum(difference[..., 0], difference[..., 1]), difference[..., 2])
    yield strongest >= 96  # of 255: letters of six pixels are half as dark as large ones
    brightness = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # of red, green and blue, as eyes see them
    contrast = np.abs(picture @ brightness - np.float32(paper @ brightness))
    yield contrast >= 80  # dark letters on yellow or pale boxes
    yield contrast >= 160  # and on darker ones; letters that touch come apart
    yield strongest >= 40  # pale letters


def _middle(ink: np.ndarray) -> np.ndarray:
    rows, columns = (round(MIDDLE * size) for size in ink.shape)
    return ink[rows : ink.shape[0] - rows, columns : ink.shape[1] - columns]


def _without_lines(ink: np.ndarray) -> np.ndarray:
    full_rows, full_columns = ink.mean(axis=1) > LINE_SHARE, ink.mean(axis=0) > LINE_SHARE
    return ink & ~full_rows[:, None] & ~full_columns


def _letters_in(ink: np.ndarray) -> Lettering:
    shapes = _shapes(ink)
    small = (shapes.height >= 4) & (shapes.height <= 0.08 * ink.shape[0]) & (shapes.width <= 4 * shapes.height)
    shapes = shapes.among(np.flatnonzero(small)[:MOST_SHAPES])
    if not len(shapes.top):
        return Lettering(0, 0)
    # In a letter rows meet the stroke twice or more often, and white is left between.
    open_shape = shapes.area <= 0.8 * shapes.height * shapes.width
    letters = _in_rows(shapes) & open_shape & (shapes.runs >= 1.25 * shapes.height)
    joined = open_shape & (shapes.width >= 1.3 * shapes.height) & (shapes.runs >= 2.2 * shapes.height)
    counts = np.where(joined, np.maximum(1, shapes.width // np.maximum(1, shapes.height)), 1)
    counts = counts * (letters | joined)
    return Lettering(int(counts.sum()), _lines(shapes.among(letters | joined)))


def _lines(letters: Shapes) -> int:
    """Return on how many lines there are two letters or more: a legend has two or three, words in a plane have many."""
    if not len(letters.top):
        return 0
    apart = SAME_LINE * float(np.median(letters.height))
    lines, start, count = 0, -math.inf, 0
    for bottom in np.sort(letters.bottom).tolist():
        if bottom > start + apart:
            start, count = bottom, 0
        count += 1
        lines += count == 2
    return lines


def _in_rows(shapes: Shapes) -> np.ndarray:
    """Return which shapes stand in a row of three or more, as high as each other and near, as the letters of a word."""
    order = np.argsort(shapes.left, kind="stable")
    sorted_shapes = shapes.among(order)
    count = len(order)
    has_left, has_right = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    pairs = []
    for apart in range(1, min(NEAREST, count)):
        first = np.flatnonzero(_are_neighbours(sorted_shapes, apart))
        has_right[first] = has_left[first + apart] = True
        pairs.append((first, first + apart))
    between = has_left & has_right
    in_row = between.copy()
    for first, second in pairs:
        np.logical_or.at(in_row, first, between[second])
        np.logical_or.at(in_row, second, between[first])
    result = np.zeros(count, dtype=bool)
    result[order] = in_row
    return result


def _are_neighbours(shapes: Shapes, apart: int) -> np.ndarray:
    """Return which shapes have the one so many places further as their neighbour on the right."""
    gap = shapes.left[apart:] - shapes.right[:-apart]
    higher = np.maximum(shapes.height[apart:], shapes.height[:-apart])
    lower = np.minimum(shapes.height[apart:], shapes.height[:-apart])
    shared = np.minimum(shapes.bottom[apart:], shapes.bottom[:-apart]) - np.maximum(
        shapes.top[apart:], shapes.top[:-apart]
    )
    near = (gap <= 0.4 * higher) & (gap >= -0.5 * higher)
    return near & (shared >= 0.5 * lower) & (higher <= 2.6 * lower)


def _shapes(ink: np.ndarray) -> Shapes:
    """Return the groups of drawn pixels that touch, corners included; none when there is too much to be a plot."""
    width = ink.shape[1] + 2
    padded = np.zeros((ink.shape[0], width), dtype=np.int8)
    padded[:, 1:-1] = ink
    change = np.diff(padded.reshape(-1))
    start, end = np.flatnonzero(change == 1) + 1, np.flatnonzero(change == -1) + 1
    if len(start) > MOST_RUNS:
        start = end = start[:0]
    row = start // width
    group, count = _groups(start, end, width)
    top, left = np.full(count, ink.shape[0]), np.full(count, ink.shape[1])
    bottom, right = np.zeros(count, dtype=int), np.zeros(count, dtype=int)
    np.minimum.at(top, group, row)
    np.maximum.at(bottom, group, row + 1)
    np.minimum.at(left, group, start % width - 1)
    np.maximum.at(right, group, end % width - 1)
    area = np.bincount(group, weights=end - start, minlength=count)
    return Shapes(top, bottom, left, right, np.bincount(group, minlength=count), area)


def _groups(start: np.ndarray, end: np.ndarray, width: int) -> tuple[np.ndarray, int]:
    """Return the number of the group of each run of ink, and how many groups there are.

    Runs are given by where they start and end when all rows stand behind each other. Two of rows that follow each
    other touch when one, moved by a row, begins at or before the end of the other and the other way round.
    """
    low = np.searchsorted(end, start - width, side="left")
    high = np.searchsorted(start, end - width, side="right")
    touching = np.maximum(high - low, 0)
    lower = np.repeat(np.arange(len(start)), touching)
    upper = np.arange(len(lower)) - np.repeat(np.cumsum(touching) - touching, touching) + np.repeat(low, touching)
    label = np.arange(len(start))
    for _ in range(MOST_ROUNDS):
        smaller, before = np.minimum(label[lower], label[upper]), label.copy()
        np.minimum.at(label, before[lower], smaller)
        np.minimum.at(label, before[upper], smaller)
        label = label[label]
        if np.array_equal(before, label):
            break
    roots, group = np.unique(label, return_inverse=True)
    return group, len(roots)
