"""Compare a formula with the true gradient at random points."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from .grammar import EULER
from .points import Point, points
from .tree import Node, Undecidable, free_letters, walk
from .values import Meter, NoCase, Value, evaluate

# Of the largest entry of the gradient. Right formulas, in a hundred spellings, come within 2e-14; and two different
# formulas differ almost everywhere, so that eight or thirteen points leave chance no room. What could hide below, a
# part that is too small to see, is found by nudging: it makes no difference, and then a person decides.
TOLERANCE = 1e-9
NUMBERS = (0.0, 1.0, 2.0, EULER)  # right formulas need no others; with others, coincidences can be made up
INFLUENCE = 1e-7  # least change, as a share, that 1.001 times a part has to make; in right formulas it is 4e-4 and more
STEPS = 40_000  # about 0.1 s; the longest right formula takes 700
NUDGE_STEPS = 100_000  # the longest right formula takes 9,000


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
        counts_draws: Whether the formula is the one for a word that is drawn m times: then some m are tried.
    """

    def __init__(self, question: Question, alias: str | None = None, *, counts_draws: bool = False) -> None:
        self.question, self.alias = question, alias
        self.points = points(question.cost, question.word)
        if counts_draws:
            self.points = tuple(replace(point, draws=2 + number % 3) for number, point in enumerate(self.points))
        self._to_compare, self._to_nudge = Meter(STEPS), Meter(NUDGE_STEPS)

    def is_right(self, tree: Node, variable: str = "") -> bool:
        """Return whether the formula is the gradient, at all points and in all its parts.

        Raises:
            NotUnderstood: It has no meaning.
            Undecidable: It takes too long, is not finite, or has a part that makes no difference.
        """
        places = self.places(tree)
        found = [self.value_at(point, tree, self._to_compare) for point in places]
        if not all(self.agrees(value, point, variable) for value, point in zip(found, places, strict=True)):
            return False
        self._refuse_odd_parts(tree, found)
        return True

    def places(self, tree: Node) -> tuple[Point, ...]:
        """Return the points to compare at: for a sample's formula that holds y_k or [k = o] also those where k is o."""
        letters = {self.alias or "k", "k"}
        if self.question.variable != "u_k" or not any(_tells_target(part, letters) for _, part in walk(tree)):
            return self.points
        return (*self.points, *(replace(point, words={**point.words, "k": point.words["o"]}) for point in self.points))

    def are_same(self, values: tuple[Node, ...]) -> bool:
        """Return whether expressions agree at all points; a letter without a meaning there stands for any word."""
        for point in self.points:
            free = {letter: 0 for value in values for letter in free_letters(value) if letter not in point.words}
            first, *others = (evaluate(value, point, self._to_compare, free) for value in values)
            if any(first.shape != other.shape or not is_close(first.array, other.array) for other in others):
                return False
        return True

    def value_at(self, point: Point, tree: Node, meter: Meter, nudged: Node | None = None) -> Value | None:
        """Return the value of a formula at a point, None where it covers no case of it."""
        letters = {self.alias: point.words[self.question.word]} if self.alias else None
        try:
            value = evaluate(tree, point, meter, letters, nudged)
        except NoCase:
            return None
        if not np.isfinite(value.array).all():
            raise Undecidable("its value is not a finite number")
        return value

    def agrees(self, value: Value | None, point: Point, variable: str = "", sign: int = 1) -> bool:
        """Return whether a value is the gradient there, for the vector asked for or another one."""
        if value is None:
            return False
        variable = variable or self.question.variable
        if value.shape == "V x D" and variable == "u_w":
            variable = "U"
        if value.shape != ("V x D" if variable == "U" else "D x 1"):
            return False
        return is_close(value.array, sign * point.gradient(variable).reshape(value.array.shape))

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
            if not any(self._matters(part, tree, *pair) for pair in zip(found, self.points, strict=False)):
                raise Undecidable("a part of it makes no difference")

    def _matters(self, part: Node, tree: Node, value: Value | None, point: Point) -> bool:
        nudged = self.value_at(point, tree, self._to_nudge, part)
        return bool(value and nudged and not is_close(nudged.array, value.array, INFLUENCE))

    def wrong_shape(self, tree: Node) -> str:
        """Return what a wrong formula is, such as "a number", if that cannot be a gradient; "" if it can."""
        value = next((value for point in self.points if (value := self.value_at(point, tree, Meter(STEPS)))), None)
        if value is None or value.shape == "D x 1" or (value.shape == "V x D" and self.question.variable == "u_w"):
            return ""
        return value.words


def is_close(found: np.ndarray, true: np.ndarray | float, tolerance: float = TOLERANCE, scale: float = 0.0) -> bool:
    """Return whether numbers agree, as a share of the largest true one."""
    return bool(np.abs(found - true).max() <= tolerance * (scale or np.abs(true).max()))


def _tells_target(part: Node, letters: Collection[str]) -> bool:
    """Return whether a part is y of one of the letters, or asks whether that is the target."""
    if part.kind == "iverson":
        return part.data.equal and "o" in part.data.letters and any(letter in part.data.letters for letter in letters)
    return part.kind == "quantity" and part.data[0] == "y" and part.data[1] in letters


def _is_zero_or_one(part: Node) -> bool:
    """Return whether a part is exactly 0 at some points, or everywhere, by right: 0, y_w, [w = o]."""
    return part.kind == "iverson" or (part.data == 0.0 if part.kind == "number" else part.data[0] == "y")
