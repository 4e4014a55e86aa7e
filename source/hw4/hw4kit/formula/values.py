"""Work out what a formula is at a point, with shapes that tell columns from rows: u^T v is a number, u v^T a matrix."""

from collections.abc import Mapping
from typing import NamedTuple, NoReturn

import numpy as np

from .points import Point, sigma
from .tree import Condition, Node, NotUnderstood, Undecidable

NUDGE = 1.001  # what a part is multiplied by, to see whether it matters


class NoCase(Exception):
    """The formula says nothing about the word at this point."""


class Meter:
    """Counts steps, so that a formula takes the same way on every machine. Raises Undecidable behind the last one."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, count: int = 1) -> None:
        """Count one or more."""
        self.left -= count
        if self.left < 0:
            raise Undecidable("it takes too many steps to compute")


class Value(NamedTuple):
    """An array with two axes, and what each is as long as: "1", "D" or "V"."""

    array: np.ndarray
    rows: str
    columns: str

    @property
    def shape(self) -> str:
        """Return both lengths, such as "D x 1"."""
        return f"{self.rows} x {self.columns}"

    @property
    def words(self) -> str:
        """Return the shape in words."""
        return {
            "1 x 1": "a number", "D x 1": "a column vector", "1 x D": "a row vector, transposed",
            "V x 1": "a list of one number for each word", "1 x V": "a row of one number for each word",
        }.get(self.shape, f"a matrix of shape {self.shape}")  # fmt: skip


def evaluate(
    node: Node, point: Point, meter: Meter, letters: Mapping[str, int] | None = None, nudged: Node | None = None
) -> Value:
    """Return the value of a formula at a point.

    Args:
        node: The formula.
        point: Where.
        meter: Counts the steps.
        letters: Words that index letters mean beside those of the point.
        nudged: A part of the formula that is to count for a little more than it does.

    Raises:
        NotUnderstood: Shapes do not fit, or an index means nothing.
        NoCase: No case covers the point.
        Undecidable: The meter has run out.
    """
    with np.errstate(all="ignore"):  # what is not finite in the end is refused
        return _Evaluation(point, meter, nudged).value(node, {**point.words, **(letters or {})})


class _Evaluation:
    def __init__(self, point: Point, meter: Meter, nudged: Node | None) -> None:
        self.point, self.meter, self.nudged = point, meter, nudged
        self.probabilities, self.labels = point.probabilities, point.labels

    def value(self, node: Node, words: Mapping[str, int]) -> Value:
        self.meter.step()
        found: Value = getattr(self, f"_{node.kind}")(node, words)
        return found._replace(array=found.array * NUDGE) if node is self.nudged else found

    def _number(self, node: Node, words: Mapping[str, int]) -> Value:
        return _scalar(node.data)

    def _quantity(self, node: Node, words: Mapping[str, int]) -> Value:
        name, letter = node.data
        if name in ("K", "V"):
            return _scalar(len(self.point.samples if name == "K" else self.point.outputs))
        if name == "m":
            if "k" not in words or (letter and words.get(letter) != words["k"]):
                raise NotUnderstood(node.start, "m, how often k is drawn, has a meaning in the gradient for u_k only")
            return _scalar(self.point.draws)
        if name == "U":
            return Value(self.point.outputs, "V", "D")
        if name in ("u", "v"):
            if letter is None:
                raise NotUnderstood(node.start, f"{name} needs an index, as in {'u_o' if name == 'u' else 'v_c'}")
            rows = self.point.outputs if name == "u" else self.point.inputs
            return Value(rows[_word(letter, words, node)][:, None], "D", "1")
        numbers = self.labels if name == "y" else self.probabilities
        if letter is None:
            return Value(numbers[:, None], "V", "1")
        return _scalar(numbers[_word(letter, words, node)])

    def _add(self, node: Node, words: Mapping[str, int]) -> Value:
        terms = [self.value(child, words) for child in node.children]
        total = terms[0].array * node.data[0]
        for term, sign, child in zip(terms[1:], node.data[1:], node.children[1:], strict=True):
            if term.shape != terms[0].shape:
                _misfit(child, f"{term.words} cannot be added to {terms[0].words}")
            total = total + sign * term.array
        return terms[0]._replace(array=total)

    def _product(self, node: Node, words: Mapping[str, int]) -> Value:
        result = self.value(node.children[0], words)
        for operator, child in zip(node.data, node.children[1:], strict=True):
            factor = self.value(child, words)
            if operator == "/":
                if factor.shape != "1 x 1":
                    _misfit(child, f"division by {factor.words} is not possible")
                result = result._replace(array=result.array / factor.array)
            else:
                result = _times(result, factor, operator, child)
        return result

    def _power(self, node: Node, words: Mapping[str, int]) -> Value:
        base = self._a_number(node.children[0], words, "powers are for numbers")
        return _scalar(np.power(base, self._a_number(node.children[1], words, "an exponent is a number")))

    def _transpose(self, node: Node, words: Mapping[str, int]) -> Value:
        inner = self.value(node.children[0], words)
        return Value(inner.array.T, inner.columns, inner.rows)

    def _index(self, node: Node, words: Mapping[str, int]) -> Value:
        inner = self.value(node.children[0], words)
        if inner.shape == "V x D":
            return Value(inner.array[_word(node.data, words, node)][:, None], "D", "1")
        if inner.shape != "V x 1":
            _misfit(node, f"an index behind {inner.words}")
        return _scalar(inner.array[_word(node.data, words, node), 0])

    def _call(self, node: Node, words: Mapping[str, int]) -> Value:
        (child,) = node.children
        if node.data == "softmax":
            inner = self.value(child, words)
            if inner.shape != "V x 1":
                _misfit(child, f"softmax needs one number for each word, as U v_c has, not {inner.words}")
            exponentials = np.exp(inner.array)
            return inner._replace(array=exponentials / exponentials.sum())
        argument = self._a_number(child, words, f"{node.data} needs a number, such as u_o^T v_c")
        if node.data == "sigma":
            return _scalar(sigma(argument))
        return _scalar(np.exp(argument) if node.data == "exp" else np.log(argument))

    def _pair(self, node: Node, words: Mapping[str, int]) -> Value:
        vectors = []
        for child in node.children:
            vector = self.value(child, words)
            vector = Value(vector.array.T, vector.columns, vector.rows) if vector.rows == "1" else vector
            if vector.columns != "1" or vector.rows == "1":
                _misfit(child, f"{node.data} needs vectors, not {vector.words}")
            vectors.append(vector)
        first, second = vectors
        if node.data == "outer":
            return Value(first.array @ second.array.T, first.rows, second.rows)
        if first.rows != second.rows:
            _misfit(node.children[1], "both vectors must have the same length")
        return Value(first.array.T @ second.array, "1", "1")

    def _sum(self, node: Node, words: Mapping[str, int]) -> Value:
        (body,) = node.children
        numbers = list(self.point.samples) if node.data.over == "K" else list(range(len(self.point.outputs)))
        if node.data.without:
            numbers.remove(_word(node.data.without, words, node))
        values = [self.value(body, {**words, node.data.letter: number}) for number in numbers]
        return values[0]._replace(array=np.sum([value.array for value in values], axis=0))

    def _iverson(self, node: Node, words: Mapping[str, int]) -> Value:
        return _scalar(_holds(node.data, words, node))

    def _cases(self, node: Node, words: Mapping[str, int]) -> Value:
        for child, condition in zip(node.children, node.data, strict=True):
            if condition is None or _holds(condition, words, node):
                return self.value(child, words)
        raise NoCase

    def _a_number(self, node: Node, words: Mapping[str, int], why: str) -> np.ndarray:
        value = self.value(node, words)
        if value.shape != "1 x 1":
            _misfit(node, f"{why}, not {value.words}")
        return value.array


def _scalar(number: np.ndarray | float) -> Value:
    return Value(np.asarray(number, dtype=np.float64).reshape(1, 1), "1", "1")


def _times(first: Value, second: Value, operator: str, node: Node) -> Value:
    if operator == "⊗" and first.columns == second.columns == "1" and "1" not in (first.rows, second.rows):
        return Value(first.array @ second.array.T, first.rows, second.rows)
    if first.shape == "1 x 1":
        return second._replace(array=first.array * second.array)
    if second.shape == "1 x 1":
        return first._replace(array=first.array * second.array)
    if operator in ("·", "@") and first.columns == second.columns == "1" and first.rows == second.rows:
        return Value(first.array.T @ second.array, "1", "1")
    if first.columns == second.rows:
        return Value(first.array @ second.array, first.rows, second.columns)
    if first.shape == second.shape and first.columns == "1":
        _misfit(node, "a column vector times a column vector; write dot(a, b) or a^T b for their inner product")
    _misfit(node, f"{first.words} times {second.words}")


def _misfit(node: Node, why: str) -> NoReturn:
    raise NotUnderstood(node.start, why)


def _word(letter: str, words: Mapping[str, int], node: Node) -> int:
    if letter not in words:
        _misfit(node, f"no sum here runs over {letter}, and the question does not name it")
    return words[letter]


def _holds(condition: Condition, words: Mapping[str, int], node: Node) -> bool:
    first, second = (_word(letter, words, node) for letter in condition.letters)
    return (first == second) == condition.equal
