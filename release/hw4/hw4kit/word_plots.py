"""Plots and tables of word vectors: a plane with chosen words, nearest neighbours, and the loss of training."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Words of at least 40 occurrences in the Treebank, so that training has moved them.
GROUPS: dict[str, tuple[str, ...]] = {
    "punctuation": (",", ".", "!", "?", "--"),
    "determiners": ("the", "a", "an", "this", "his", "her", "its"),
    "pronouns": ("i", "you", "we", "they", "he", "she"),
    "praise": ("funny", "charming", "entertaining", "enjoyable", "smart"),
    "blame": ("dull", "boring", "silly", "predictable"),
    "kinds of film": ("comedy", "drama", "thriller", "romance", "documentary"),
}
# Dark enough to read as letters on white; each group has a marker too, for eyes and printers that see no colours.
LOOKS = (("#0b5fa5", "o"), ("#b3450b", "s"), ("#00735a", "^"), ("#a2307e", "D"), ("#000000", "v"), ("#8a6100", "P"))
FEWEST_WORDS = 12  # below that a plane shows no groups, and the most frequent words are drawn instead
COMMON = 40  # occurrences of a word that may be named as a neighbour; rarer ones are still where they started
IMAGE_INCHES, IMAGE_DPI = (10.0, 8.0), 100  # 1000 x 800 points


def word_vectors(inputs: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return one vector of length 1 for each word: its input and its output vector, joined.

    The product of two such vectors is v_a . v_b + u_a . u_b, up to their lengths. It is large for words that have the
    same neighbours, so that one could replace the other. With sums v + u there would also be v_a . u_b + u_a . v_b,
    which is large for words that occur next to each other: nearest to "comedy" is then "romantic", and not "drama".

    Args:
        inputs: Input vectors. Shape (V, D), float64.
        outputs: Output vectors. Shape (V, D), float64.

    Returns:
        Shape (V, 2D), float64.
    """
    joined = np.concatenate([inputs, outputs], axis=1)
    return joined / np.linalg.norm(joined, axis=1, keepdims=True)


def differences(vectors: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the vectors without the mean of the common words, each of length 1. Shape (V, 2D), float64."""
    common = counts >= min(COMMON, counts.max())
    apart = vectors - vectors[common].mean(axis=0)
    return apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-12)


def neighbour_table(vectors: np.ndarray, dataset: Any, words: Sequence[str], count: int = 6) -> str:
    """Return a line for each word with its nearest words among the common ones.

    Near is a large cosine of what is left when the mean vector of the common words is taken away. That mean is large,
    as all words are pushed away from the frequent ones, which most negative samples are; with it half of all cosines
    are above 0.9 and tell little.

    Args:
        vectors: One row for each word of the dataset. Shape (V, 2D), float64.
        dataset: A Treebank.
        words: Words to look up; those that the dataset does not have are left out.
        count: Neighbours of each.
    """
    common = np.flatnonzero(dataset.counts >= COMMON)
    directions = differences(vectors, dataset.counts)
    lines = []
    for word in words:
        if word not in dataset.tokens:
            continue
        number = dataset.tokens[word]
        others = common[common != number]
        cosines = directions[others] @ directions[number]
        best = np.argsort(-cosines, kind="stable")[:count]
        near = ", ".join(f"{dataset.words[others[i]]} {cosines[i]:.2f}" for i in best)
        lines.append(f"{word:<14}{near}")
    return "\n".join(lines)


def show_words(
    vectors: np.ndarray,
    dataset: Any,
    groups: Mapping[str, Sequence[str]] = GROUPS,
    title: str = "",
    save_to: str | os.PathLike[str] | None = None,
) -> Figure:
    """Show chosen words as points in the plane in which they differ most (principal components, by SVD).

    Args:
        vectors: One row for each word of the dataset. Shape (V, 2D), float64.
        dataset: A Treebank.
        groups: Words of each group. Those that the dataset does not have are left out; if hardly any is left, the most
            frequent words are shown.
        title: The title of the plot.
        save_to: A file for the plot, 1000 x 800 pixels; None: no file.
    """
    chosen = _present(groups, dataset)
    words = [word for group in chosen.values() for word in group]
    plane, share = project(vectors[[dataset.tokens[word] for word in words]])
    figure, ax = plt.subplots(figsize=IMAGE_INCHES, dpi=IMAGE_DPI)
    colours, start = [], 0
    for (name, group), (colour, marker) in zip(chosen.items(), LOOKS, strict=False):
        points = plane[start : start + len(group)]
        ax.scatter(points[:, 0], points[:, 1], s=42, c=colour, marker=marker, label=name, zorder=3)
        colours += [colour] * len(group)
        start += len(group)
    ax.margins(0.08)
    ax.set_title(
        f"{title}\n" * bool(title) + f"{len(words)} words in the plane that keeps {share:.0%} of their variance"
    )
    ax.set(xlabel="first principal component", ylabel="second principal component")
    ax.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="lower center", ncols=len(chosen), frameon=False, fontsize=11, handletextpad=0.2)
    figure.tight_layout(rect=(0, 0.045, 1, 1))
    _write_labels(ax, plane, words, colours)
    if save_to is not None:
        figure.savefig(save_to, dpi=IMAGE_DPI)
    plt.close(figure)  # else a notebook shows it twice: as a picture of the cell and as its result
    return figure


def show_loss(losses: np.ndarray, window: int = 100) -> Figure:
    """Show the loss of training, each point the mean of so many iterations.

    Args:
        losses: Mean cost of an example in each iteration, in nats. Shape (iterations,), float64.
        window: Iterations in a point.
    """
    points = len(losses) // window
    means = losses[: points * window].reshape(points, window).mean(axis=1)
    figure, ax = plt.subplots(figsize=(9.5, 3.6))
    ax.plot((np.arange(points) + 1) * window, means, color=LOOKS[0][0], linewidth=1.2)
    ax.set(xlabel="iteration", ylabel=f"loss (nats), mean of {window}", xlim=(0, None), ylim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    plt.close(figure)
    return figure


def project(vectors: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the vectors in the plane of their two first principal components, and the share of variance it keeps.

    Args:
        vectors: Shape (n, D), float64, n at least 3.

    Returns:
        Shape (n, 2), float64, with the sign of each column such that its largest entry is positive; and the share.
    """
    centered = vectors - vectors.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centered, full_matrices=False)
    plane = left[:, :2] * sizes[:2]
    plane *= np.sign(plane[abs(plane).argmax(axis=0), [0, 1]])
    return plane, float((sizes[:2] ** 2).sum() / (sizes**2).sum())


def _present(groups: Mapping[str, Sequence[str]], dataset: Any) -> dict[str, list[str]]:
    """Return the groups with the words that the dataset has, or its most frequent words if those are too few."""
    present = {name: [word for word in words if word in dataset.tokens] for name, words in groups.items()}
    present = {name: words for name, words in present.items() if words}
    if sum(map(len, present.values())) >= FEWEST_WORDS:
        return present
    return {"frequent words": list(dataset.words[:24])}


def _write_labels(ax: Axes, points: np.ndarray, words: Sequence[str], colours: Sequence[str]) -> None:
    """Write each word near its point, where it hides no word and no point, with a line to it if it is far."""
    figure = ax.figure
    figure.canvas.draw()
    texts = [
        ax.text(0, 0, word, color=colour, fontsize=12 if word[0].isalnum() else 18)  # a 12 point comma is a speck
        for word, colour in zip(words, colours, strict=True)
    ]
    sizes = np.array([[box.width, box.height] for box in (text.get_window_extent() for text in texts)])
    pixels = ax.transData.transform(points)
    centers = place_labels(pixels, sizes, np.array(ax.get_window_extent().extents))
    for text, center, pixel, size, colour in zip(texts, centers, pixels, sizes, colours, strict=True):
        text.set_position(tuple(ax.transData.inverted().transform(center)))
        text.set(ha="center", va="center")
        nearest = np.clip(pixel, center - size / 2, center + size / 2)
        if np.hypot(*(nearest - pixel)) > 14:
            ends = ax.transData.inverted().transform([pixel, nearest])
            ax.plot(ends[:, 0], ends[:, 1], color=colour, linewidth=0.6, alpha=0.6, zorder=2)


def place_labels(pixels: np.ndarray, sizes: np.ndarray, frame: np.ndarray, rounds: int = 4) -> np.ndarray:
    """Return a center for each label, near its point and away from other labels and points.

    Each label in turn takes the best of some places around its point, given where the others are; after a few rounds
    hardly any moves.

    Args:
        pixels: The points. Shape (n, 2), float64.
        sizes: Width and height of each label. Shape (n, 2), float64.
        frame: Left, bottom, right and top border of the picture. Shape (4,), float64.
        rounds: How often every label may move.

    Returns:
        Shape (n, 2), float64.
    """
    angles = np.arange(16) * np.pi / 8
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    gaps = np.repeat([9.0, 17.0, 28.0, 42.0], len(directions))
    directions = np.tile(directions, (4, 1))
    centers = pixels + np.array([0.0, 12.0])
    marker = np.full(2, 10.0)
    for _ in range(rounds):
        for i, (pixel, size) in enumerate(zip(pixels, sizes, strict=True)):
            places = pixel + directions * (gaps[:, None] + size / 2)
            others = np.arange(len(pixels)) != i
            cost = 0.02 * gaps * size[1]  # a near place, unless another hides less
            cost += _overlap(places, size + 3, centers[others], sizes[others]).sum(axis=1)
            cost += 2 * _overlap(places, size + 2, pixels, marker).sum(axis=1)
            for part in (0.25, 0.5, 0.75):  # of the line from the point to its label
                way = (1 - part) * pixel + part * (places - directions * size / 2)
                cost += 10 * _overlap(way, np.full(2, 3.0), centers[others], sizes[others]).sum(axis=1)
            outside = np.maximum(frame[:2] - (places - size / 2), 0) + np.maximum(places + size / 2 - frame[2:], 0)
            cost += 100 * outside.sum(axis=1)
            centers[i] = places[cost.argmin()]
    return centers


def _overlap(centers: np.ndarray, size: np.ndarray, other_centers: np.ndarray, other_sizes: np.ndarray) -> np.ndarray:
    """Return the area that boxes of one size share with other boxes. Shape (n, m), float64."""
    apart = abs(centers[:, None] - other_centers)
    shared = np.clip((size + other_sizes) / 2 - apart, 0, np.minimum(size, other_sizes))
    return shared.prod(axis=-1)
