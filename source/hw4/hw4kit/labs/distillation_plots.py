"""Pictures of the lab on distillation: sizes of logits, how often attacks succeed, attacked digits, and the sweep."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..gan_plots import D_COLOUR, G_COLOUR, GUIDE, SIDE

COLOURS = (D_COLOUR, G_COLOUR, "#2e7d5b")
MARKERS = ("o", "s", "^")
STYLES = ("-", (0, (5, 2)), (0, (1, 1.5)))


def show_logits(logits: Mapping[str, Any]) -> Figure:
    """Show how the sizes of the logits of each network are distributed, on a logarithmic axis.

    Args:
        logits: Z of each network by its name. Shape (n, 10).
    """
    sizes = {name: np.maximum(np.abs(np.asarray(z)).ravel(), 1e-2) for name, z in logits.items()}
    bins = np.geomspace(1e-2, max(size.max() for size in sizes.values()), 60).tolist()
    figure, ax = plt.subplots(figsize=(8.5, 3.4))
    for (name, size), colour in zip(sizes.items(), COLOURS, strict=False):
        label = f"{name}: mean {size.mean():.3g}, sd {size.std():.3g}"
        ax.hist(size, bins=bins, weights=np.full(len(size), 1 / len(size)), color=colour, alpha=0.6, label=label)
        ax.axvline(size.mean(), color=colour, linestyle=(0, (4, 3)))
    ax.set(xscale="log", xlabel="|Z|, size of a logit (dashed: the mean)", ylabel="share of the logits")
    ax.legend(frameon=False, loc="upper left")
    return _finished(figure, ax)


def show_shares(shares: Mapping[str, Mapping[str, float]], label: str) -> Figure:
    """Show a share for each row and each network as bars, with the number beside each.

    Args:
        shares: For each row, by its name, the share of each network by its name; a network may lack a row.
        label: What is shared, for the axis.
    """
    networks = list(dict.fromkeys(name for row in shares.values() for name in row))
    height = 0.8 / len(networks)
    figure, ax = plt.subplots(figsize=(8.5, 0.9 + 0.28 * len(networks) * len(shares)))
    for number, network in enumerate(networks):
        places = [(place, row[network]) for place, row in enumerate(shares.values()) if network in row]
        at = np.array([place for place, _ in places]) + (number - (len(networks) - 1) / 2) * height
        values = [value for _, value in places]
        ax.barh(at, values, height=0.9 * height, color=COLOURS[number], label=network)
        for y, value in zip(at, values, strict=True):
            ax.text(value + 0.01, y, f"{value:.1%}", va="center", fontsize=9, color=GUIDE)
    ax.set(yticks=range(len(shares)), yticklabels=list(shares), xlim=(0, 1.1), xlabel=label)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.invert_yaxis()
    ax.legend(frameon=False, ncols=len(networks), loc="lower left", bbox_to_anchor=(0, 1.0))
    return _finished(figure, ax)


def show_attacked(rows: Mapping[str, Any], classes: Sequence[Sequence[str]]) -> Figure:
    """Show rows of digits, each with a text below it.

    Args:
        rows: Images of each row by its title. Shape (n, 784), in [-1, 1]: ink is positive; n is the same in all rows.
        classes: For each row the text below each image.
    """
    columns = len(next(iter(rows.values())))
    figure, axes = plt.subplots(len(rows), columns, figsize=(columns, 1.4 * len(rows)), squeeze=False)
    for line, (title, images), texts in zip(axes, rows.items(), classes, strict=True):
        for ax, image, text in zip(line, np.asarray(images), texts, strict=True):
            ax.imshow(image.reshape(SIDE, SIDE), cmap="PuOr_r", vmin=-1, vmax=1, interpolation="nearest")
            ax.set(xticks=[], yticks=[])
            ax.set_xlabel(text, fontsize=10, labelpad=2)
            ax.spines[:].set_color("#cccccc")
        line[0].set_title(title, fontsize=10, loc="left")
    # Titles are wider than their images, which tight_layout does not accept.
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.08, top=0.92, wspace=0.08, hspace=0.5)
    plt.close(figure)  # as in _finished
    return figure


def show_sweep(
    temperatures: Sequence[float], success: Mapping[str, Sequence[float]], distances: Mapping[str, Sequence[float]]
) -> Figure:
    """Show against the temperature how often attacks succeed, and beside it how far the images had to move.

    Args:
        temperatures: T of each network.
        success: For each attack, by its name, the share of images at each temperature.
        distances: For each attack, by its name, the mean distance at each temperature; nan where there is none.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8))
    names = [*success, *(name for name in distances if name not in success)]
    for ax, lines in ((left, success), (right, distances)):
        for name, values in lines.items():
            number = names.index(name)  # an attack looks the same in both panels
            style = {"color": COLOURS[number], "marker": MARKERS[number], "linestyle": STYLES[number]}
            ax.plot(temperatures, values, linewidth=2, label=name, **style)
        ax.set_xscale("log")
        ax.set_xticks(temperatures, [f"{T:g}" for T in temperatures])
        ax.minorticks_off()
        ax.set_xlabel("temperature T")
        ax.legend(frameon=False, fontsize=9, loc="best")
    left.set(ylabel="attacks that succeed", ylim=(-0.05, 1.09))
    left.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    top = max((value for values in distances.values() for value in values if np.isfinite(value)), default=1.0)
    right.set(ylabel="mean distance (L2)", ylim=(0, 1.3 * top))
    return _finished(figure, left, right)


def _finished(figure: Figure, *axes: Axes) -> Figure:
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    plt.close(figure)  # else a notebook shows it twice: as a picture of the cell and as its result
    return figure
