"""Word models beside each other: scores of Part II in one table, how far vectors move, which twins are found."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..data import DataMissing
from ..word_plots import word_vectors
from ..word_scores import Score, analogy_score, kind_score, similarity_scores
from .word_models import Trained

# Blue, orange and green that differ for colour-blind eyes; each has a line style and a marker too.
LOOKS = (("#0b5fa5", "-", "o"), ("#c8550d", "--", "s"), ("#00735a", ":", "^"))
BOUNDS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # of counts; a group reaches up to the next one
FEWEST = 5  # words in a group that is drawn


def medians_by_count(lengths: np.ndarray, counts: np.ndarray) -> tuple[list[float], list[float]]:
    """Return the mean count and the median length of each group of about equally frequent words.

    Args:
        lengths: A number for each word. Shape (V,).
        counts: How often each word occurs. Shape (V,), int64.
    """
    group = np.searchsorted(BOUNDS, counts, side="right")
    groups = [group == number for number in np.unique(group) if (group == number).sum() >= FEWEST]
    return [float(counts[chosen].mean()) for chosen in groups], [float(np.median(lengths[chosen])) for chosen in groups]


def length_of_rare(lengths: np.ndarray, counts: np.ndarray, most: int = 1) -> float:
    """Return the median length over the words that occur at most so often; where there is none, over the rarest."""
    return float(np.median(lengths[counts <= max(most, counts.min())]))


def show_movement(panels: Mapping[str, Mapping[str, np.ndarray]], counts: np.ndarray) -> Figure:
    """Show the median length against the count of a word, one picture for each title and one line for each model.

    Args:
        panels: By title and model, a length for each word. Each (V,).
        counts: How often each word occurs. Shape (V,), int64.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(4.6 * len(panels), 4.4), sharey=True, squeeze=False)
    for ax, (title, lengths) in zip(axes[0], panels.items(), strict=True):
        for (name, each), look in zip(lengths.items(), LOOKS, strict=False):
            _line(ax, *medians_by_count(each, counts), name, look)
        ax.set(xscale="log", yscale="log", xlabel="occurrences of the word in the text", title=title)
        ax.grid(alpha=0.3)
    axes[0][0].set_ylabel("median length of the movement")
    axes[0][0].legend(frameon=False)
    return _finished(figure)


def show_found(
    panels: Mapping[str, Mapping[str, Sequence[float]]], occurrences: Sequence[int], chance: float
) -> Figure:
    """Show the share of twins that are found against their number of occurrences, one picture for each title.

    Args:
        panels: By title and model, a share for each number of occurrences.
        occurrences: How often the twins occur.
        chance: The share that vectors without any meaning reach.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(5.2 * len(panels), 4.4), sharey=True, squeeze=False)
    for ax, (title, shares) in zip(axes[0], panels.items(), strict=True):
        for (name, each), look in zip(shares.items(), LOOKS, strict=False):
            _line(ax, occurrences, each, name, look)
        ax.axhline(chance, color="#6b6b6b", linewidth=1, label="by chance")
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(occurrences), [str(number) for number in occurrences])
        ax.set(xlabel="occurrences of the twin in the text", title=title, ylim=(0, 1))
        ax.grid(alpha=0.3)
    axes[0][0].set_ylabel("share of twins that are found")
    axes[0][0].legend(frameon=False, loc="upper left")
    return _finished(figure)


def compare_scores(
    models: Mapping[str, Trained], treebank: Any, folder: str | os.PathLike[str] | None = None
) -> tuple[str, dict[str, dict[str, Score]]]:
    """Return a table with the scores of Part II for each model, and the scores by model and name.

    Next to each figure, in brackets, is that of the same vectors shuffled among words of about equal frequency. Where
    the lists of pairs and analogies are not there, the last line says so.

    Args:
        models: The models by name.
        treebank: A Treebank.
        folder: The data folder; None: where the Treebank is found.
    """
    scores: dict[str, dict[str, Score]] = {}
    last = []
    for name, trained in models.items():
        vectors = final_vectors(trained)
        found = [kind_score(vectors, treebank)]
        try:
            found += [*similarity_scores(vectors, treebank, folder), analogy_score(vectors, treebank, folder)]
        except DataMissing as missing:
            last = [f"No other scores: {missing}"]
        scores[name] = {score.name: score for score in found}
    lines = [f"{'':<31}" + "".join(f"{name:>22}" for name in models) + f"{'random, 95% of them':>22}"]
    for score in next(iter(scores.values())).values():
        form = "{:.1%}" if score.is_share else "{:.3f}"
        each = [scores[name][score.name] for name in models]
        cells = [f"{form.format(one.value)} ({form.format(one.shuffled)})" for one in each]
        cells.append(" to ".join(form.format(bound) for bound in score.random))
        lines.append(f"{score.name:<31}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join([*lines, *last]), scores


def final_vectors(trained: Trained) -> np.ndarray:
    """Return one vector of length 1 for each word, as Part II makes them. Shape (V, 2D)."""
    return word_vectors(trained.inputs[-1], trained.outputs[-1])


def _line(ax: Axes, x: Sequence[float], y: Sequence[float], name: str, look: tuple[str, str, str]) -> None:
    colour, style, marker = look
    ax.plot(x, y, color=colour, linestyle=style, marker=marker, markersize=5, linewidth=2, label=name)


def _finished(figure: Figure) -> Figure:
    figure.tight_layout()
    plt.close(figure)  # else a notebook shows it twice: as a picture of the cell and as its result
    return figure
