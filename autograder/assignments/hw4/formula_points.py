"""Make the points that students' formulas are compared at, with the right gradients: `make points`.

They are stored in the kit as numbers, because whatever students can import must not compute a gradient.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from .checks import reference

FILE = Path("hw4kit", "formula", "points.json")
SEED = 18739
DIGITS = 3  # of the vectors, so that the file stays small; the gradients have all of theirs
# Words, dimensions, samples. All three differ or agree in turn, samples repeat in each, and in three of them all output
# vectors and the center vector are independent, so that it can be told which vector a formula has wrong.
SIZES = ((5, 4, 4), (6, 9, 3), (5, 8, 7), (7, 7, 5), (4, 11, 6))
# At each size there is a point where all words differ; here are those where some are the same: size, and which letter
# means which other's word. The center word may stand in its own context and be drawn, and only there y_c matters.
SAME_WORDS: dict[str, list[tuple[int, dict[str, str]]]] = {
    "w": [*((size, {"w": "o"}) for size in range(5)), (0, {"c": "o"}), (1, {"c": "w"}), (2, {"w": "o", "c": "o"})],
    "k": [(0, {"c": "o"}), (1, {"c": "k"}), (2, {"c": "drawn twice"})],
}
LARGEST_SCORE = 2.5  # |u . v|: no probability is so small that its part of a formula would be lost in rounding
QUESTIONS = (("softmax", "w"), ("negative sampling", "k"))


def render() -> str:
    """Return the text of the file: for each question, the points and the gradients of both costs there."""
    made = {f"{cost}, {word}": _points(word) for cost, word in QUESTIONS}
    joined = {name: ",\n".join(map(json.dumps, entries)) for name, entries in made.items()}
    lines = [f"{json.dumps(name)}: [\n{entries}\n]" for name, entries in joined.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _points(word: str) -> list[dict[str, Any]]:
    rng = np.random.default_rng(SEED)
    settings: list[tuple[int, dict[str, str]]] = [*((size, {}) for size in range(len(SIZES))), *SAME_WORDS[word]]
    return [_point(rng, SIZES[size], word, same) for size, same in settings]


def _point(rng: np.random.Generator, size: tuple[int, int, int], word: str, same: dict[str, str]) -> dict[str, Any]:
    n_words, n_dimensions, n_samples = size
    outputs, inputs = rng.normal(size=(2, n_words, n_dimensions))
    o, c, once, twice, *_ = (int(number) for number in rng.permutation(n_words))
    others = [number for number in range(n_words) if number not in (o, once)]
    samples = [int(number) for number in rng.permutation([once, twice, twice, *rng.choice(others, n_samples - 3)])]
    words = {"o": o, "c": c, word: once, "drawn twice": twice}
    words.update({letter: words[other] for letter, other in same.items()})
    del words["drawn twice"]
    outputs *= min(1.0, LARGEST_SCORE / np.abs(outputs @ inputs[words["c"]]).max())
    outputs, inputs = outputs.round(DIGITS), inputs.round(DIGITS)
    pair = inputs[words["c"]], o, outputs
    right = {
        "softmax": reference.softmax_cost_and_gradients(*pair),
        "negative sampling": reference.negative_sampling_cost_and_gradients(*pair, samples),
    }
    gradients = {cost: {"v_c": center.tolist(), "U": grad.tolist()} for cost, (_, center, grad) in right.items()}
    vectors = {"outputs": outputs.tolist(), "inputs": inputs.tolist()}
    return {"words": words, "samples": samples, **vectors, "gradients": gradients}


def main() -> None:
    """Write the file into the kit of the course in the current folder."""
    for kit in Path("source").glob(f"*/{FILE.parent}"):
        (kit / FILE.name).write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
