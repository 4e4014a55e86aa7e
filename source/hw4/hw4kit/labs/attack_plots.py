"""Pictures of attacks: digits with what was changed, and curves against kappa."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SIDE = 28
GAP = 2  # pixels between two digits
COLOURS = ("#0b5fa5", "#c8550d", "#6b6b6b")  # blue and orange differ for colour-blind eyes too
DIGITS = {"cmap": "gray_r", "vmin": 0, "vmax": 1}
CHANGES = {"cmap": "PuOr", "vmin": -0.5, "vmax": 0.5}  # purple: more ink, orange: less; few changes exceed .5


def show_grid(images: np.ndarray, changes: np.ndarray) -> Figure:
    """Show every source class attacked towards every target class, and beside it what was changed.

    Args:
        images: Shape (sources, targets, 784), in [0, 1].
        changes: The same shape, in [-1, 1]: added ink is positive.
    """
    rows, columns = images.shape[:2]
    figure, axes = plt.subplots(1, 2, figsize=(0.62 * columns * 2 + 0.8, 0.62 * rows + 0.9))
    for ax, tiles, style, title in (
        (axes[0], images, DIGITS, "the image that the network gets"),
        (axes[1], changes, CHANGES, "what was changed (purple: more ink, orange: less)"),
    ):
        _draw(ax, tiles, style)
        ax.set_title(title, fontsize=11)
        _name(ax.set_xticks, range(columns))
        _name(ax.set_yticks, range(rows))
        ax.set_xlabel("target: what the network says")
    axes[0].set_ylabel("source: what it is")
    return _finished(figure)


def show_rows(rows: Mapping[str, np.ndarray], are_changes: Sequence[bool]) -> Figure:
    """Show images in named rows.

    Args:
        rows: Images of each row. Shape (n, 784), the same n for all.
        are_changes: For each row, whether it is drawn as changes, in [-1, 1], instead of digits.
    """
    count = len(next(iter(rows.values())))
    figure, axes = plt.subplots(len(rows), 1, figsize=(0.8 * count + 2.4, 0.85 * len(rows)))
    for ax, (name, images), is_change in zip(np.atleast_1d(axes), rows.items(), are_changes, strict=True):
        _draw(ax, images[None], CHANGES if is_change else DIGITS)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
    return _finished(figure)


def show_kappa(kappas: Sequence[float], distances: Sequence[float], shares: Mapping[str, Sequence[float]]) -> Figure:
    """Show distance against kappa, and beside it the share of images that deceive each network."""
    figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.6))
    axes[0].plot(kappas, distances, color=COLOURS[0], marker="o")
    axes[0].set(xlabel="confidence kappa", ylabel="mean distance (L2)", ylim=(0, None))
    for (name, values), colour, mark in zip(shares.items(), COLOURS, "os^", strict=False):
        axes[1].plot(kappas, values, color=colour, marker=mark, label=name)
    axes[1].set(xlabel="confidence kappa", ylabel="share of the images", ylim=(-0.03, 1.03))
    axes[1].legend(frameon=False, fontsize=9)
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    return _finished(figure)


def _draw(ax: Axes, tiles: np.ndarray, style: dict) -> None:
    rows, columns = tiles.shape[:2]
    cell = SIDE + GAP
    picture = np.full((rows * cell - GAP, columns * cell - GAP), np.nan)
    for row in range(rows):
        for column in range(columns):
            top, left = row * cell, column * cell
            picture[top : top + SIDE, left : left + SIDE] = tiles[row, column].reshape(SIDE, SIDE)
    ax.imshow(picture, interpolation="nearest", **style)
    ax.spines[:].set_visible(False)


def _name(set_ticks: Callable[..., object], numbers: range) -> None:
    set_ticks([(SIDE + GAP) * number + SIDE / 2 for number in numbers], [str(number) for number in numbers])


def _finished(figure: Figure) -> Figure:
    figure.tight_layout()
    plt.close(figure)  # else a notebook shows it twice: as a picture of the cell and as its result
    return figure
