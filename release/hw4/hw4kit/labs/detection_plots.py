"""Pictures of the detection lab: both scores of sets of images, ROC curves, AUC against kappa, and digits in rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ..gan_plots import GAP, GUIDE, INCHES_A_DIGIT, SIDE, mosaic
from .detection import Curve, Scores

# Colours that colour-blind eyes tell apart; markers and dashes for printers.
GREY, ORANGE, BLUE, GREEN = "#6b6b6b", "#c8550d", "#0b5fa5", "#00735a"
SET_LOOKS = ((GREY, "o"), (ORANGE, "x"), (BLUE, "^"), (GREEN, "s"))
SCORE_LOOKS = {"density": (BLUE, "^", "--"), "dropout variance": (ORANGE, "x", "-."), "both": ("#000000", "o", "-")}
SMALLEST_VARIANCE = 1e-7  # float32 cannot tell smaller ones from 0, which a logarithmic axis does not have


def show_scores(sets: Mapping[str, Scores]) -> Figure:
    """Show each image of each set as a point: dropout variance to the right, density upwards."""
    figure, ax = plt.subplots(figsize=(8.5, 5.2))
    for (name, scores), (colour, marker) in zip(sets.items(), SET_LOOKS, strict=False):
        variance = np.maximum(scores.uncertainty, SMALLEST_VARIANCE)
        ax.scatter(variance, scores.density, s=18, marker=marker, color=colour, alpha=0.6, linewidths=1, label=name)
    ax.set(
        xscale="log",
        xlabel=f"dropout variance U(x); what is smaller stands at {SMALLEST_VARIANCE:g}",
        ylabel="log density log K(x)",
    )
    ax.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(-0.01, 1.0))
    return _finished(figure)


def show_roc(panels: Mapping[str, Mapping[str, Curve]]) -> Figure:
    """Show the ROC curves of the scores, a panel for each kind of attack, with the AUC in the legend."""
    figure, axes = plt.subplots(1, len(panels), figsize=(4.4 * len(panels), 5.6), squeeze=False)
    for ax, (title, curves) in zip(axes[0], panels.items(), strict=True):
        for name, curve in curves.items():
            colour, _, dashes = SCORE_LOOKS[name]
            ax.plot(curve.false_alarms, curve.caught, dashes, color=colour, lw=2, label=f"{name}: {curve.area:.2f}")
        ax.plot([0, 1], [0, 1], color=GUIDE, lw=1, linestyle=(0, (1, 3)))
        ax.set(xlabel="false alarms: share of other images", xlim=(0, 1), ylim=(0, 1), aspect="equal")
        ax.set_title(title, fontsize=11, loc="left")
        ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(-0.02, -0.14), title="AUC", alignment="left")
    axes[0][0].set_ylabel("share of adversarial images caught")
    return _finished(figure)


def show_sweep(kappas: Sequence[float], areas: Mapping[str, Sequence[float]], distances: Sequence[float]) -> Figure:
    """Show the AUC of each score against kappa, and the mean distance beside it."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.4))
    for name, values in areas.items():
        colour, marker, dashes = SCORE_LOOKS[name]
        left.plot(kappas, values, dashes, marker=marker, color=colour, lw=2, label=name)
    left.axhline(0.5, color=GUIDE, lw=1, linestyle=(0, (1, 3)))
    left.text(kappas[0], 0.48, "a detector that guesses", ha="left", va="top", fontsize=9, color=GUIDE)
    left.set(xlabel="kappa of the attack", xticks=kappas, ylabel="AUC", ylim=(0, 1))
    left.legend(frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(-0.02, 1.0))
    right.plot(kappas, distances, marker="o", color=GREY, lw=2)
    right.set(xlabel="kappa of the attack", xticks=kappas, ylabel="mean L2 distance", ylim=(0, None))
    return _finished(figure)


def show_rows(rows: Mapping[str, Any], columns: Sequence[str]) -> Figure:
    """Show images in rows, each row with its name at the left and each column with its name above.

    Args:
        rows: Images of each name. Shape (n, 784), in [0, 1].
        columns: The n names of the columns.
    """
    images = np.concatenate([np.asarray(row) for row in rows.values()])
    width, height = (len(columns) + 4) * INCHES_A_DIGIT * 1.3, (len(rows) + 0.5) * INCHES_A_DIGIT * 1.3
    figure, ax = plt.subplots(figsize=(width, height))
    ax.imshow(mosaic(2 * images - 1, len(columns)), cmap="gray_r", vmin=-1, vmax=1, interpolation="nearest")
    ax.set_axis_off()
    for number, name in enumerate(rows):
        ax.text(-6, number * (SIDE + GAP) + SIDE / 2, name, ha="right", va="center", fontsize=10)
    for number, name in enumerate(columns):
        ax.text(number * (SIDE + GAP) + SIDE / 2, -4, name, ha="center", va="bottom", fontsize=10, color=GUIDE)
    return _finished(figure)


def _finished(figure: Figure) -> Figure:
    for ax in figure.axes:
        ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    plt.close(figure)  # else a notebook shows it twice: as a picture of the cell and as its result
    return figure
