"""Say what is wrong with a student's formula, for the person who marks it.

Students have the kit, which says whether a formula is right, of what shape it is, and where its notation cannot be
read. What is said here would lead them to the answer step by step, so it is not in the kit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .formula_edits import Mistake, edits

if TYPE_CHECKING:
    from hw4kit.formula.points import Point
    from hw4kit.formula.reading import Reading
    from hw4kit.formula.tree import Node
    from hw4kit.formula.values import Value

    Pairs = Sequence[tuple[Value | None, Point]]

STEPS_PER_CHANGE = 50  # what making one costs beside working it out
SEARCH_STEPS = 100_000  # most wrong formulas take 7,000; where these do not suffice, a wrong one is just "wrong"


class Diagnosis(NamedTuple):
    """What is wrong: its kind, and one sentence."""

    mistake: Mistake
    sentence: str


Reason = tuple[Mistake, str, "Node | None"]  # with the part that the {column} of the sentence is of


def diagnose(checker: ModuleType, item_id: str, text: str) -> Diagnosis:
    """Return what is wrong with a formula that the checker calls wrong.

    Args:
        checker: The module `formula` of the course's kit.
        item_id: One of its ITEMS.
        text: The formula.
    """
    reading = checker.read(checker.QUESTIONS[item_id], text)
    mistake, sentence, part = _Diagnoser(checker, reading).reason()
    where = checker.place(text, part.start) if part else ""
    return Diagnosis(mistake, sentence.format(column=where) + ".")


class _Diagnoser:
    """Tries explanations for one formula."""

    def __init__(self, checker: ModuleType, reading: Reading) -> None:
        self.checker, self.reading, self.tree = checker, reading, reading.trees[-1]
        self.question, self.examiner = reading.question, reading.examiner
        self.meter = checker.values.Meter(SEARCH_STEPS)

    def reason(self) -> Reason:
        """Return the first explanation that holds."""
        try:
            return next(self._reasons())
        except self.checker.tree.Undecidable:
            return self._plainly_wrong()

    def _reasons(self) -> Iterator[Reason]:
        agrees, enough = self.examiner.agrees, self.checker.values.Meter(self.checker.comparison.STEPS)
        places = self.examiner.places(self.tree)
        pairs: Pairs = [(self.examiner.value_at(point, self.tree, enough), point) for point in places]
        if all(agrees(value, point, sign=-1) for value, point in pairs):
            yield Mistake.SIGN, "Right except for the sign: everything has the opposite sign", None
        yield from self._wrong_shape(pairs)
        if self.question.word == "w":
            yield from self._right_for_some(pairs)
        for variable in ("v_c", "u_o", f"u_{self.question.word}"):
            for cost in ("softmax", "negative sampling"):
                if all(value and self._is_column(value, point.gradient(variable, cost)) for value, point in pairs):
                    yield Mistake.OTHER_GRADIENT, f"This is the gradient of the {cost} cost for {variable}", None
        changes = edits(self.checker.tree, self.tree, self.question.known, self.question.loose)
        for mistake, sentence, part, changed in changes:
            if self._is_right_now(changed):
                yield mistake, sentence, part
        yield from self._wrong_terms(pairs)
        yield self._plainly_wrong()

    def _is_right_now(self, tree: Node) -> bool:
        self.meter.step(STEPS_PER_CHANGE)
        examiner = self.examiner
        try:
            return all(examiner.agrees(examiner.value_at(point, tree, self.meter), point) for point in examiner.points)
        except self.checker.tree.NotUnderstood:
            return False

    def _wrong_shape(self, pairs: Pairs) -> Iterator[Reason]:
        shape = self.examiner.wrong_shape(self.tree)
        if not shape:
            return
        turned = [
            (value and value._replace(array=value.array.T, rows=value.columns, columns=value.rows), point)
            for value, point in pairs
        ]
        for sign, more in ((1, ""), (-1, ", with the opposite sign")):
            if all(self.examiner.agrees(value, point, sign=sign) for value, point in turned):
                yield Mistake.TRANSPOSED, f"Wrong shape: this is the gradient transposed{more}", None
        yield Mistake.WRONG_SHAPE, f"Wrong shape: this is {shape}, and the gradient is a column vector", None

    def _right_for_some(self, pairs: Pairs) -> Iterator[Reason]:
        right = {True: True, False: True}
        for value, point in pairs:
            right[point.words["w"] == point.words["o"]] &= self.examiner.agrees(value, point)
        if right[True]:
            yield Mistake.ONLY_TARGET, "Right only for w = o, not for the other words", None
        if right[False]:
            yield Mistake.ONLY_OTHERS, "Right only for w != o, not for the target word", None

    def _wrong_terms(self, pairs: Pairs) -> Iterator[Reason]:
        """Take formula and gradient apart into the vectors they are made of, and see which ones differ."""
        wrong: dict[str, list[tuple[Point, np.ndarray, np.ndarray]]] = {}
        for value, point in pairs:
            n_words, n_dimensions = point.outputs.shape
            if value is None or value.shape != "D x 1":
                return
            if n_dimensions <= n_words + 1:
                continue
            basis = np.column_stack([*point.outputs, point.center])
            true = point.gradient(self.question.variable)
            have, want = (np.linalg.lstsq(basis, vector, rcond=None)[0] for vector in (value.array[:, 0], true))
            for name, places in _vectors(point).items():
                if places and not self._close(have[places], want[places], np.abs(want).max()):
                    wrong.setdefault(name, []).append((point, have[places], want[places]))
        if len(wrong) != 1:
            return
        ((name, cases),) = wrong.items()
        tolerance = self.checker.comparison.TOLERANCE
        if any(np.abs(value.array).max() > tolerance for value, _ in pairs if value):
            if all(np.abs(have).max() < tolerance for _, have, _ in cases):
                yield Mistake.MISSING_TERM, f"The term with {name} is missing; the rest is right", None
            for part in self._parts(cases[0][0]):
                lacks = [(want - have, self._parts(point)[part]) for point, have, want in cases]
                if any(all(self._close(lack, sign * size, 1.0) for lack, size in lacks) for sign in (1, -1)):
                    yield Mistake.MISSING_TERM, f"A term with {name} {part} is missing; the rest is right", None
        yield Mistake.WRONG, f"Wrong: it differs from the gradient only in what {name} is multiplied by", None

    def _plainly_wrong(self) -> Reason:
        loose = self.checker.tree.free_letters(self.tree) & set(self.question.loose)
        more = f", and no sum gives a meaning to {min(loose)}" if loose else ""
        return Mistake.WRONG, f"Wrong: it differs from the gradient{more}", None

    def _close(self, found: np.ndarray, true: np.ndarray | float, scale: float = 0.0) -> bool:
        return bool(self.checker.comparison.is_close(found, true, scale=scale))

    def _is_column(self, value: Value, true: np.ndarray) -> bool:
        return value.shape == "D x 1" and self._close(value.array[:, 0], true)

    def _parts(self, point: Point) -> dict[str, float]:
        """Return what may stand before a vector, as the end of 'a term with v_c ...'."""
        words = point.words
        if "w" in words:
            numbers = {name: point.probabilities[words[name[-1]]] for name in ("yhat_w", "yhat_o")}
            numbers["y_w"] = point.labels[words["w"]]
            return {"alone": 1.0, **{f"and {name}": number for name, number in numbers.items()}}
        sigma = self.checker.points.sigma
        scores = {f"and sigma of u_{letter}^T v_c": point.outputs[words[letter]] @ point.center for letter in "ok"}
        return {"alone": 1.0, **{name: float(sigma(score)) for name, score in scores.items()}}


def _vectors(point: Point) -> dict[str, list[int]]:
    """Return the vectors that gradients are made of, by name: places among the output vectors and v_c."""
    n_words, target = len(point.outputs), point.words["o"]
    drawn = sorted(set(point.samples)) if "k" in point.words else []
    rest = [word for word in range(n_words) if word != target and word not in drawn]
    return {"u_o": [target], "u_k": drawn, "other output vectors": rest, "v_c": [n_words]}
