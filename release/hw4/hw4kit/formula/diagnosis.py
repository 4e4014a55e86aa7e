"""Compare a formula with the true gradient at random points, and say what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .edits import edits
from .grammar import EULER
from .kinds import Kind
from .points import Point, points, sigma
from .tree import Node, NotUnderstood, Undecidable, free_letters, walk
from .values import Meter, NoCase, Value, evaluate

# Of the largest entry of the gradient. Right formulas, in a hundred spellings, come within 2e-14; and two different
# formulas differ almost everywhere, so that eight or thirteen points leave chance no room. What could hide below, a
# part that is too small to see, is found by nudging: it makes no difference, and then a person decides.
TOLERANCE = 1e-9
NUMBERS = (0.0, 1.0, 2.0, EULER)  # right formulas need no others; with others, coincidences can be made up
INFLUENCE = 1e-7  # least change, as a share, that 1.001 times a part has to make; in right formulas it is 4e-4 and more
STEPS = 40_000  # about 0.1 s; the longest right formula takes 700
STEPS_PER_CHANGE = 50  # what making one costs beside working it out
SEARCH_STEPS = 100_000  # most wrong formulas take 7,000; where these do not suffice, a wrong one is just "wrong"


@dataclass(frozen=True)
class Question:
    """What an item asks for.

    Attributes:
        cost: "softmax", equation (2), or "negative sampling", equation (3).
        variable: The vector to differentiate by: "v_c", "u_w" or "u_k".
        known: Index letters that have a meaning outside of sums.
        ranges: What sums over a letter run over, "V" or "K", if they do not say it.
        loose: A letter that belongs in a sum, but is read outside of one, to tell that the sum is missing.
    """

    cost: str
    variable: str
    known: frozenset[str]
    ranges: Mapping[str, str]
    loose: str = ""

    @property
    def word(self) -> str:
        """Return the letter of the word that the random points choose."""
        return "w" if self.cost == "softmax" else "k"


_SAMPLED = {"k": "K", "w": "V", "x": "V"}
QUESTIONS = {
    "grad_softmax_u": Question("softmax", "u_w", frozenset("woc"), dict.fromkeys("wxjil", "V")),
    "grad_neg_v": Question("negative sampling", "v_c", frozenset("oc"), _SAMPLED, "k"),
    "grad_neg_u": Question("negative sampling", "u_k", frozenset("koc"), _SAMPLED),
}


class Examiner:
    """Examines formulas for one question.

    Args:
        question: What is asked.
        alias: A letter that the student uses for the word w or k.
    """

    def __init__(self, question: Question, alias: str | None = None) -> None:
        self.question, self.alias = question, alias
        self.points = points(question.cost, question.word)
        self._to_compare, self._to_search = Meter(STEPS), Meter(SEARCH_STEPS)

    def is_right(self, tree: Node, variable: str = "") -> bool:
        """Return whether the formula is the gradient, at all points and in all its parts.

        Raises:
            NotUnderstood: It has no meaning.
            Undecidable: It takes too long, is not finite, or has a part that makes no difference.
        """
        found = [self._at(point, tree, self._to_compare) for point in self.points]
        if not all(self._agrees(value, point, variable) for value, point in zip(found, self.points, strict=True)):
            return False
        self._refuse_odd_parts(tree, found)
        return True

    def _at(self, point: Point, tree: Node, meter: Meter, nudged: Node | None = None) -> Value | None:
        letters = {self.alias: point.words[self.question.word]} if self.alias else None
        try:
            value = evaluate(tree, point, meter, letters, nudged)
        except NoCase:
            return None
        if not np.isfinite(value.array).all():
            raise Undecidable("its value is not a finite number")
        return value

    def _agrees(self, value: Value | None, point: Point, variable: str = "", sign: int = 1) -> bool:
        if value is None:
            return False
        variable = variable or self.question.variable
        if value.shape == "V x D" and variable == "u_w":
            variable = "U"
        if value.shape != ("V x D" if variable == "U" else "D x 1"):
            return False
        return _close(value.array, sign * point.gradient(variable).reshape(value.array.shape))

    def _refuse_odd_parts(self, tree: Node, found: list[Value | None]) -> None:
        """Raise Undecidable if a number or quantity in a right formula makes no difference, such as a tiny term.

        And if there are numbers that right formulas do not need, K and V among them: with enough of those a term can be
        made up that is 0 at these points and nowhere else.
        """
        for _, part in walk(tree):
            if part.children or _is_zero_or_one(part):
                continue
            if part.data not in NUMBERS if part.kind == "number" else part.data[0] in ("K", "V"):
                raise Undecidable("it holds a number that such a gradient does not need")
            if not any(self._matters(part, tree, *pair) for pair in zip(found, self.points, strict=True)):
                raise Undecidable("a part of it makes no difference")

    def _matters(self, part: Node, tree: Node, value: Value | None, point: Point) -> bool:
        nudged = self._at(point, tree, self._to_search, part)
        return bool(value and nudged and not _close(nudged.array, value.array, INFLUENCE))

    def diagnose(self, tree: Node) -> tuple[Kind, str, Node | None]:
        """Return what is wrong with a formula that is not right: kind, sentence, and the part with the {column}."""
        found = [self._at(point, tree, Meter(STEPS)) for point in self.points]  # as many steps as is_right has taken
        try:
            return next(self._reasons(tree, found))
        except Undecidable:
            return self._plainly_wrong(tree)

    def _reasons(self, tree: Node, found: list[Value | None]) -> Iterator[tuple[Kind, str, Node | None]]:
        pairs = list(zip(found, self.points, strict=True))
        if all(self._agrees(value, point, sign=-1) for value, point in pairs):
            yield Kind.SIGN, "Right except for the sign: everything has the opposite sign", None
        yield from self._wrong_shape(pairs)
        if self.question.word == "w":
            yield from self._right_for_some(pairs)
        for variable in ("v_c", "u_o", f"u_{self.question.word}"):
            for cost in ("softmax", "negative sampling"):
                if all(value and _is_column(value, point.gradient(variable, cost)) for value, point in pairs):
                    yield Kind.OTHER_GRADIENT, f"This is the gradient of the {cost} cost for {variable}", None
        for kind, sentence, part, changed in edits(tree, self.question.known, self.question.loose):
            if self._is_right_now(changed):
                yield kind, sentence, part
        yield from self._wrong_terms(pairs)
        yield self._plainly_wrong(tree)

    def _is_right_now(self, tree: Node) -> bool:
        self._to_search.step(STEPS_PER_CHANGE)
        try:
            return all(self._agrees(self._at(point, tree, self._to_search), point) for point in self.points)
        except NotUnderstood:
            return False

    def _wrong_shape(self, pairs: list[tuple[Value | None, Point]]) -> Iterator[tuple[Kind, str, None]]:
        value = next((value for value, _ in pairs if value), None)
        if value is None or value.shape == "D x 1" or (value.shape == "V x D" and self.question.variable == "u_w"):
            return
        turned = [(value and Value(value.array.T, value.columns, value.rows), point) for value, point in pairs]
        for sign, more in ((1, ""), (-1, ", with the opposite sign")):
            if all(self._agrees(value, point, sign=sign) for value, point in turned):
                yield Kind.TRANSPOSED, f"Wrong shape: this is the gradient transposed{more}", None
        yield Kind.WRONG_SHAPE, f"Wrong shape: this is {value.words}, and the gradient is a column vector", None

    def _right_for_some(self, pairs: list[tuple[Value | None, Point]]) -> Iterator[tuple[Kind, str, None]]:
        right = {True: True, False: True}
        for value, point in pairs:
            right[point.words["w"] == point.words["o"]] &= self._agrees(value, point)
        if right[True]:
            yield Kind.ONLY_TARGET, "Right only for w = o, not for the other words", None
        if right[False]:
            yield Kind.ONLY_OTHERS, "Right only for w != o, not for the target word", None

    def _wrong_terms(self, pairs: list[tuple[Value | None, Point]]) -> Iterator[tuple[Kind, str, None]]:
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
                if places and not _close(have[places], want[places], scale=np.abs(want).max()):
                    wrong.setdefault(name, []).append((point, have[places], want[places]))
        if len(wrong) != 1:
            return
        ((name, cases),) = wrong.items()
        if any(np.abs(value.array).max() > TOLERANCE for value, _ in pairs if value):
            if all(np.abs(have).max() < TOLERANCE for _, have, _ in cases):
                yield Kind.MISSING_TERM, f"The term with {name} is missing; the rest is right", None
            for part in _parts(cases[0][0]):
                lacks = [(want - have, _parts(point)[part]) for point, have, want in cases]
                if any(all(_close(lack, sign * size, scale=1.0) for lack, size in lacks) for sign in (1, -1)):
                    yield Kind.MISSING_TERM, f"A term with {name} {part} is missing; the rest is right", None
        yield Kind.WRONG, f"Wrong: it differs from the gradient only in what {name} is multiplied by", None

    def _plainly_wrong(self, tree: Node) -> tuple[Kind, str, Node | None]:
        loose = free_letters(tree) & set(self.question.loose)
        more = f", and no sum gives a meaning to {min(loose)}" if loose else ""
        return Kind.WRONG, f"Wrong: it differs from the gradient{more}", None


def _close(found: np.ndarray, true: np.ndarray | float, tolerance: float = TOLERANCE, scale: float = 0.0) -> bool:
    return bool(np.abs(found - true).max() <= tolerance * (scale or np.abs(true).max()))


def _is_column(value: Value, true: np.ndarray) -> bool:
    return value.shape == "D x 1" and _close(value.array[:, 0], true)


def _is_zero_or_one(part: Node) -> bool:
    """Return whether a part is exactly 0 at some points, or everywhere, by right: 0, y_w, [w = o]."""
    return part.kind == "iverson" or (part.data == 0.0 if part.kind == "number" else part.data[0] == "y")


def _vectors(point: Point) -> dict[str, list[int]]:
    """Return the vectors that gradients are made of, by name: places among the output vectors and v_c."""
    n_words, target = len(point.outputs), point.words["o"]
    drawn = sorted(set(point.samples)) if "k" in point.words else []
    rest = [word for word in range(n_words) if word != target and word not in drawn]
    return {"u_o": [target], "u_k": drawn, "other output vectors": rest, "v_c": [n_words]}


def _parts(point: Point) -> dict[str, float]:
    """Return what may stand before a vector, as the end of 'a term with v_c ...'."""
    words = point.words
    if "w" in words:
        numbers = {name: point.probabilities[words[name[-1]]] for name in ("yhat_w", "yhat_o")}
        numbers["y_w"] = point.labels[words["w"]]
        return {"alone": 1.0, **{f"and {name}": number for name, number in numbers.items()}}
    scores = {f"and sigma of u_{letter}^T v_c": point.outputs[words[letter]] @ point.center for letter in "ok"}
    return {"alone": 1.0, **{name: float(sigma(score)) for name, score in scores.items()}}
