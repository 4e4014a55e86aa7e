"""Pictures of Part I: digits, the same noise through training time, losses, and the way between two noises.

Digits are drawn as ink on paper: -1 is white, 1 is black. Every function returns a figure that a notebook shows.
"""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .gan_run import GanRun

SIDE = 28
GAP = 2  # points of white between two digits
INCHES_A_DIGIT = 0.48  # twenty in a row fill the width of a notebook
D_COLOUR, G_COLOUR, GUIDE = "#0b5fa5", "#c8550d", "#6b6b6b"  # blue and orange differ for colour-blind eyes too
SMOOTHED_STEPS = 100


def show_digits(panels: Mapping[str, Any], columns: int = 10) -> Figure:
    """Show grids of images beside each other, each under its title.

    Args:
        panels: Images of each title. Shape (n, 784), numbers in [-1, 1].
        columns: Images in a row of a grid.
    """
    pictures = {title: mosaic(images, columns) for title, images in panels.items()}
    shapes = np.array([picture.shape for picture in pictures.values()]) / (SIDE + GAP) * INCHES_A_DIGIT
    size = (shapes[:, 1].sum() + 0.3 * len(pictures), shapes[:, 0].max() + 0.5)
    figure, axes = plt.subplots(1, len(pictures), figsize=size, squeeze=False)
    for ax, (title, picture) in zip(axes[0], pictures.items(), strict=True):
        _draw(ax, picture)
        ax.set_title(title, fontsize=12, loc="left")
    return _finished(figure)


def show_through_time(run: GanRun, rows: int = 6) -> Figure:
    """Show what the same noises became: a row for each noise, a column for each snapshot of the run."""
    rows = min(rows, len(run.snapshots[0].images))
    columns = len(run.snapshots)
    by_noise = np.stack([snapshot.images[:rows] for snapshot in run.snapshots], axis=1)
    figure, ax = plt.subplots(figsize=(1.2 * columns, 1.2 * rows + 0.5))
    _draw(ax, mosaic(by_noise.reshape(rows * columns, -1), columns))
    _name_columns(ax, ["untrained" if s.step == 0 else f"step {s.step:,}" for s in run.snapshots])
    return _finished(figure)


def show_losses(run: GanRun) -> Figure:
    """Show both losses, each step faint and a running mean strong, with the losses of a discriminator that guesses."""
    figure, ax = plt.subplots(figsize=(9.5, 4.6))
    epochs = np.arange(1, len(run.d_losses) + 1) / run.steps_per_epoch
    top = 3.0  # single steps go higher; what matters lies near the two guides
    for name, losses, colour, guess, guess_name in (
        ("discriminator", run.d_losses, D_COLOUR, 2 * np.log(2), "2 log 2"),
        ("generator", run.g_losses, G_COLOUR, np.log(2), "log 2"),
    ):
        smooth = running_mean(losses, SMOOTHED_STEPS)
        top = max(top, 1.15 * float(smooth[len(smooth) // 10 :].max(initial=0)))
        ax.plot(epochs, losses, color=colour, alpha=0.18, linewidth=0.6)
        ax.plot(epochs, smooth, color=colour, linewidth=2, label=f"{name}, mean of {SMOOTHED_STEPS} steps")
        ax.axhline(guess, color=colour, linewidth=1, linestyle=(0, (4, 3)), label=f"{name}, if D guesses: {guess_name}")
    ax.set(xlabel="epoch", ylabel="loss (nats)", xlim=(0, epochs[-1] if len(epochs) else 1), ylim=(0, top))
    ax.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(-0.01, 1.0))
    ax.spines[["top", "right"]].set_visible(False)
    return _finished(figure)


def show_interpolation(run: GanRun, pairs: int = 5, columns: int = 10) -> Figure:
    """Show images of noises on the straight way from one noise to another, a row for each pair."""
    rng = np.random.default_rng(run.seed)
    begin, end = rng.uniform(-1, 1, size=(2, pairs, 1, run.noise_dim))
    share = np.linspace(0, 1, columns)[None, :, None]
    noise = (begin + share * (end - begin)).reshape(pairs * columns, run.noise_dim)
    images = np.asarray(run.generator(noise.astype(np.float32)))
    figure, ax = plt.subplots(figsize=(columns, pairs + 0.5))
    _draw(ax, mosaic(images, columns))
    _name_columns(ax, ["one noise", *[""] * (columns - 2), "another"])
    return _finished(figure)


def mosaic(images: Any, columns: int) -> np.ndarray:
    """Return one picture of all images, row by row, with white between them and where the last row has none.

    Args:
        images: Shape (n, 784), numbers; what lies outside [-1, 1] is cut.
        columns: Images in a row; n may be smaller.

    Returns:
        Shape (rows * 30 - 2, columns * 30 - 2), float32.
    """
    tiles = np.clip(np.asarray(images, dtype=np.float32).reshape(-1, SIDE, SIDE), -1, 1)
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    cell = SIDE + GAP
    picture = np.full((rows * cell, columns * cell), -1, dtype=np.float32)
    for place, tile in enumerate(tiles):
        top, left = place // columns * cell, place % columns * cell
        picture[top : top + SIDE, left : left + SIDE] = tile
    return picture[:-GAP, :-GAP]


def running_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Return at each place the mean of the values up to there, of the last `window` at most. Same shape, float64."""
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    end = np.arange(1, len(values) + 1)
    begin = np.maximum(0, end - window)
    return (total[end] - total[begin]) / (end - begin)


def _draw(ax: Axes, picture: np.ndarray) -> None:
    ax.imshow(picture, cmap="gray_r", vmin=-1, vmax=1, interpolation="nearest")
    ax.set_axis_off()


def _name_columns(ax: Axes, names: list[str]) -> None:
    for column, name in enumerate(names):
        middle = column * (SIDE + GAP) + SIDE / 2
        ax.text(middle, -3, name, ha="center", va="bottom", fontsize=10, color=GUIDE)


def _finished(figure: Figure) -> Figure:
    figure.tight_layout()
    plt.close(figure)  # else a notebook shows it twice: as a picture of the cell and as its result
    return figure
