"""Pictures of the lab on bias. Every function returns a figure that a notebook shows."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

# Blue, orange and green-blue differ for colour-blind eyes; the line styles differ for those who see no colours.
FIRST, SECOND, THIRD, GUIDE = "#0b5fa5", "#c8550d", "#00735a", "#6b6b6b"
# The first is wide and pale, so that it is seen below a line that covers it.
LOOKS = (
    ("#b9b9b9", "-", 6),
    (FIRST, "-", 2),
    (SECOND, (0, (6, 2)), 2),
    (THIRD, (0, (3, 1, 1, 1)), 2),
    ("#a2307e", "-.", 2),
)


def show_cosines(names: Sequence[str], cosines: np.ndarray) -> Figure:
    """Show the cosines between the differences of pairs as a table with shades.

    Args:
        names: One of each pair.
        cosines: Shape (n, n).
    """
    figure, ax = plt.subplots(figsize=(7.6, 6.4))
    image = ax.imshow(cosines, cmap="cividis", vmin=0, vmax=1)
    for row, column in np.ndindex(cosines.shape):
        shade = "white" if cosines[row, column] < 0.6 else "black"
        ax.text(column, row, f"{cosines[row, column]:.2f}", ha="center", va="center", fontsize=9, color=shade)
    ax.set_xticks(range(len(names)), names, rotation=40, ha="right")
    ax.set_yticks(range(len(names)), names)
    ax.set_title("How alike two pairs are in direction")
    figure.colorbar(image, ax=ax, label="cosine of the two differences", shrink=0.8)
    return _finished(figure)


def show_shares(shares: np.ndarray, random: np.ndarray) -> Figure:
    """Show the explained variance of the pairs beside that of random pairs, whose range over the draws is a line.

    Args:
        shares: Shape (n,).
        random: One draw a row. Shape (draws, n).
    """
    figure, ax = plt.subplots(figsize=(8.4, 3.8))
    places = np.arange(1, len(shares) + 1)
    middle = random.mean(axis=0)
    reach = np.abs(np.stack([random.min(axis=0), random.max(axis=0)]) - middle)
    ax.bar(places - 0.2, shares, width=0.38, color=FIRST, label="the definitional pairs")
    ax.bar(places + 0.2, middle, width=0.38, color=SECOND, hatch="//", edgecolor="white", label="random pairs")
    ax.errorbar(places + 0.2, middle, yerr=reach, fmt="none", ecolor="black", capsize=3, label="range over the draws")
    ax.set(xlabel="principal component", ylabel="share of the variance", xticks=places, ylim=(0, None))
    ax.legend(frameon=False)
    return _finished(figure)


def show_professions(names: Sequence[str], components: np.ndarray, judged: np.ndarray, each: int = 12) -> Figure:
    """Show the professions with the largest components, and all of them against what people said.

    Args:
        names: The professions.
        components: Along the direction from "he" to "she". Shape (n,).
        judged: From -1, taken for a woman's, to 1, for a man's. Shape (n,).
        each: Professions at each end.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5.6), width_ratios=(1.2, 1))
    order = np.argsort(components, kind="stable")
    each = min(each, len(order) // 2)
    chosen = np.concatenate([order[:each], order[len(order) - each :]])
    places = np.arange(len(chosen)) + (np.arange(len(chosen)) >= each)
    colours = [FIRST if components[row] < 0 else SECOND for row in chosen]
    left.barh(places, components[chosen], color=colours)
    left.set_yticks(places, [names[row].replace("_", " ") for row in chosen])
    left.axvline(0, color="black", linewidth=0.8)
    left.set(xlabel='"he"  <  component along g  >  "she"', title="the ends of the list")
    right.scatter(judged, components, s=16, color=GUIDE, alpha=0.7)
    right.axhline(0, color="black", linewidth=0.8)
    right.axvline(0, color="black", linewidth=0.8)
    right.set(xlabel="what people said: -1 a woman's, 1 a man's", ylabel="component along g")
    right.set_title("all professions")
    return _finished(figure)


def show_sweep(
    weights: Sequence[float], curves: Mapping[str, Sequence[float]], before: Mapping[str, float],
    hard: Mapping[str, float],
) -> Figure:  # fmt: skip
    """Show a panel for each quantity: its curve over lambda, with its value before and after hard debiasing as guides.

    Args:
        weights: The lambdas, all above 0.
        curves: Values of each quantity, one for each lambda.
        before: Value of each quantity in the vectors as they are.
        hard: The same after hard debiasing.
    """
    figure, axes = plt.subplots(1, len(curves), figsize=(5.2 * len(curves), 3.9), squeeze=False)
    for ax, (name, values) in zip(axes[0], curves.items(), strict=True):
        ax.plot(weights, values, color=SECOND, marker="o", label="soft debiasing")
        ax.axhline(before[name], color=GUIDE, linestyle=(0, (1, 1.2)), label="before")
        ax.axhline(hard[name], color=FIRST, linestyle="-", label="hard debiasing")
        ax.set(xscale="log", xlabel="$\\lambda$", ylabel=name, ylim=(-0.04 * max(before[name], hard[name]), None))
        ax.spines[["top", "right"]].set_visible(False)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="upper center", ncols=3, frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 0.92))
    plt.close(figure)
    return figure


def show_counts(panels: Mapping[str, Mapping[str, np.ndarray]]) -> Figure:
    """Show how many of the first so many analogies are of a kind: a panel for each kind, a line for each model.

    Args:
        panels: By kind and model whether each analogy is of that kind, the best analogy first. Shape (n,), bool.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(5.2 * len(panels), 4.2), squeeze=False)
    for ax, (kind, models) in zip(axes[0], panels.items(), strict=True):
        for (model, is_kind), (colour, style, width) in zip(models.items(), LOOKS, strict=False):
            counts = np.concatenate([[0], np.cumsum(is_kind)])
            ax.plot(counts, color=colour, linestyle=style, linewidth=width, label=model)
        ax.set(xlabel="analogies, the best first", ylabel=f"of these, {kind}", xlim=(0, None), ylim=(-2, None))
        ax.spines[["top", "right"]].set_visible(False)
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="upper center", ncols=len(handles[0]), frameon=False, handlelength=3.2)
    figure.tight_layout(rect=(0, 0, 1, 0.92))
    plt.close(figure)
    return figure


def _finished(figure: Figure) -> Figure:
    figure.tight_layout()
    plt.close(figure)  # else a notebook shows it twice: as a picture of the cell and as its result
    return figure
