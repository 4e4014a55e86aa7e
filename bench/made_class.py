"""Make a class of realistic submissions for the benchmarks: all different, most of them right, some of them trouble.

python bench/made_class.py FOLDER [--count N]
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image, ImageDraw

from autograder.assignments.hw4 import demo
from autograder.assignments.hw4.demo import writing as demo_writing
from autograder.assignments.hw4.pictures import SAMPLES
from autograder.course import assignment as assignments
from autograder.nbgrader import release

COURSE_DIR = Path(__file__).resolve().parents[1]
CORPUS = COURSE_DIR / "tests" / "corpus" / "hw4"
PLOT_SIZE, PLOT_WORDS = (1000, 800), 40
SAMPLES_SIZE = (1014, 527)
SLOW_SOLUTIONS = ("everything_anew_for_each_number", "one_number_at_a_time")
BREAKS_ANOTHER = ("with_broken_leaky_relu_beside",)  # right for its own item
WRITERS = (None, *demo_writing.WRITERS)

SLOW = """
def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    \"\"\"Return cost and gradients, one number after the other.\"\"\"
    words, size = outputVectors.shape
    for _ in range(1_000_000):  # as slow as loops over a real vocabulary
        pass
    scores = np.array([sum(outputVectors[w, d] * predicted[d] for d in range(size)) for w in range(words)])
    probabilities = softmax(scores)
    slopes = probabilities.copy()
    slopes[target] -= 1.0
    return -np.log(probabilities[target]), outputVectors.T @ slopes, np.outer(slopes, predicted)
"""


@dataclass(frozen=True)
class Kind:
    """A kind of submission: how many of a hundred students send one, and how it is made."""

    name: str
    share: float
    make: Callable[[Maker, str], dict[str, bytes]]


class Maker:
    """Makes submissions out of the corpus of right and wrong solutions."""

    def __init__(self, released: Path, seed: int = 18739) -> None:
        """Use a released assignment; the same seed makes the same class."""
        self._assignment = assignments.load(COURSE_DIR, "hw4")
        self._builder = demo.Builder(self._assignment, released)
        self._random = random.Random(seed)
        self._right, self._wrong = _solutions("right"), _solutions("wrong")

    def solved(self, student: str, wrong: int = 0, slips: dict[str, str] | None = None) -> dict[str, bytes]:
        """Return the files of somebody who solved each item in some right way, but for `wrong` items and slips."""
        chosen = {item: self._random.choice(found) for item, found in self._right.items() if item != "word_vectors"}
        for item in self._random.sample(sorted(self._wrong), wrong):
            chosen[item] = self._random.choice(self._wrong[item])
        chosen = {item: f"# {student} wrote this\n{source}" for item, source in chosen.items()}
        files = self._builder.files(self._random.choice(WRITERS) or "", {**chosen, **(slips or {})})
        files["word_vectors.png"] = self._plot()
        if self._random.random() < 0.1:
            files["derivation.pdf"] = self._pdf
        return {name: self._run(data) if name.endswith(".ipynb") else data for name, data in files.items()}

    def untouched(self) -> dict[str, bytes]:
        """Return the files as they were released."""
        return {f"{name}.ipynb": self._builder.untouched(name) for name in self._assignment.notebooks}

    @cached_property
    def _pdf(self) -> bytes:
        return demo_writing.derivation_pdf()

    def _plot(self) -> bytes:
        """Return a plot of words that nobody else has."""
        picture = Image.new("RGB", PLOT_SIZE, "white")
        pen = ImageDraw.Draw(picture)
        for number in range(PLOT_WORDS):
            place = tuple(self._random.randrange(40, side - 80) for side in PLOT_SIZE)
            pen.text(place, f"word{number}", fill="black", font_size=18)
        data = io.BytesIO()
        picture.save(data, "PNG")
        return data.getvalue()

    def _samples(self) -> bytes:
        """Return digits that nobody else's generator drew, in the size that the notebook shows them."""
        picture = Image.new("L", SAMPLES_SIZE, 255)
        pen = ImageDraw.Draw(picture)
        for place in range(200):
            corner = (20 + place % 20 * 49, 30 + place // 20 * 49)
            pen.text(corner, str(self._random.randrange(10)), fill=self._random.randrange(120), font_size=34)
        data = io.BytesIO()
        picture.save(data, "PNG")
        return data.getvalue()

    def _run(self, notebook: bytes) -> bytes:
        """Return a notebook with saved outputs: text under each cell, and a picture under those that draw one."""
        content = json.loads(notebook)
        for number, cell in enumerate(cell for cell in content["cells"] if cell["cell_type"] == "code"):
            cell["execution_count"] = number + 1
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == SAMPLES.cell:
                cell["outputs"] = [_shown(self._samples())]
            if cell["outputs"]:  # of a real training, see autograder.assignments.hw4.demo.outputs
                continue
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": f"iter {number}: cost 12.3\n" * 20}]
            if "training" in cell["metadata"].get("tags", []):
                cell["outputs"].append(_shown(self._builder.plot))
        return json.dumps(content).encode()


def _shown(picture: bytes) -> dict[str, object]:
    """Return the output of a cell that shows a PNG."""
    data = {"image/png": base64.b64encode(picture).decode()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _large(maker: Maker, student: str) -> dict[str, bytes]:
    """Return the files of somebody who printed every step of the training."""
    files = maker.solved(student)
    content = json.loads(files["hw4_partII.ipynb"])
    last = [cell for cell in content["cells"] if cell["cell_type"] == "code"][-1]
    last["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "iter 10: cost 12.3456789\n" * 200_000}]
    return {**files, "hw4_partII.ipynb": json.dumps(content).encode()}


def _half_saved(maker: Maker, student: str) -> dict[str, bytes]:
    files = maker.solved(student)
    return {**files, "hw4_partI.ipynb": files["hw4_partI.ipynb"][:20_000]}


def _one_part(maker: Maker, student: str) -> dict[str, bytes]:
    files = maker.solved(student)
    return {name: data for name, data in files.items() if name != "hw4_partII.ipynb"}


KINDS = (
    Kind("right", 45, lambda maker, student: maker.solved(student)),
    Kind("one or two items wrong", 28, lambda maker, student: maker.solved(student, wrong=1 + len(student) % 2)),
    Kind("half of the items wrong", 13, lambda maker, student: maker.solved(student, wrong=5)),
    Kind("slow", 4, lambda maker, student: maker.solved(student, slips={"softmaxCostAndGradient": SLOW})),
    Kind("5 MB of outputs", 4, _large),
    Kind("untouched", 3, lambda maker, student: maker.untouched()),
    Kind("one part missing", 1.5, _one_part),
    Kind("saved half", 1, _half_saved),
    Kind("looping", 0.5, lambda maker, student: maker.solved(student, slips={"leaky_relu": demo.LOOP})),
)


def kinds(count: int) -> Iterator[Kind]:
    """Yield so many kinds by their shares, spread evenly over the class."""
    given = dict.fromkeys((kind.name for kind in KINDS), 0.0)
    for _ in range(count):
        for kind in KINDS:
            given[kind.name] += kind.share
        kind = max(KINDS, key=lambda kind: given[kind.name])
        given[kind.name] -= sum(kind.share for kind in KINDS)
        yield kind


def make(folder: Path, count: int) -> dict[str, str]:
    """Write a class into a folder, a zip for each student; return the kind of each by its id."""
    made = {}
    with tempfile.TemporaryDirectory() as space:
        released = Path(space) / "release"
        release.build(COURSE_DIR, released, "hw4")
        maker = Maker(released)
        folder.mkdir(parents=True, exist_ok=True)
        for number, kind in enumerate(kinds(count)):
            student = f"student{number:05}"
            (folder / f"{student}_HW4.zip").write_bytes(demo.packed(student, kind.make(maker, student)))
            made[student] = kind.name
    return made


def _solutions(kind: str) -> dict[str, list[str]]:
    """Return the solutions of the corpus by item, without those that are there for being slow or harming another."""
    found: dict[str, list[str]] = {}
    for path in sorted((CORPUS / kind).glob("*/*/solution.py")):
        if path.parent.name in (*SLOW_SOLUTIONS, *BREAKS_ANOTHER):
            continue
        found.setdefault(path.parent.parent.name, []).append(path.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Make a class and list it."""
    parser = argparse.ArgumentParser(description="Make a class of realistic submissions.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=300, metavar="N", help="students (300)")
    options = parser.parse_args()
    for student, kind in make(options.folder, options.count).items():
        print(student, kind)


if __name__ == "__main__":
    main()
