"""Read a loss function as a sum of cross-entropy terms, so that each of its properties can be judged by itself.

A loss over logits is a sum of weight * mean(log(1 + exp(-logit))), the cost of the label "real", and of
weight * mean(log(1 + exp(logit))), the cost of the label "fake".
A swapped, halved or smoothed loss has other weights, and can still be averaged, stable and differentiable.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking import FLOAT32, Student, close, kind, numbers, returned, scalar, show, tensor

from . import reference

BATCHES = (2, 5, 12)  # sizes
MODERATE = 4.0  # sigmoid(4) = 0.98: here log(p + 1e-8) and clipping at 1e-7 are still right to 5 digits
A_WAY = 1e-3  # difference of two weights that leads anywhere; equal ones are found to differ by about 1e-6
# What each group of logits should be classified as, 0 for real and 1 for fake; one group is that of the fake images.
LABELS = {"discriminator_loss": (0, 1), "generator_loss": (0,)}
NAMES_OF_LOGITS = ("logits_real", "logits_fake")
Term = Callable[[np.ndarray], float]


@dataclass(frozen=True)
class Kind:
    """The terms of a loss for logits under the label real and under the label fake; `slip` is "" if right."""

    slip: str
    terms: tuple[Term, Term]


def _as_probabilities(logits: np.ndarray) -> np.ndarray:
    return np.clip(np.asarray(logits, np.float32), np.float32(1e-7), np.float32(1 - 1e-7))  # as Keras clips them


RIGHT = Kind("", (
    lambda logits: float(reference.softplus(-logits).mean()),
    lambda logits: float(reference.softplus(logits).mean()),
))  # fmt: skip
SLIPS = (
    Kind("a sigmoid is applied to the logits twice", (
        lambda logits: float(reference.softplus(-reference.sigmoid(logits)).mean()),
        lambda logits: float(reference.softplus(reference.sigmoid(logits)).mean()),
    )),
    Kind("the logits are used as probabilities, without a sigmoid", (
        lambda logits: float(-np.log(_as_probabilities(logits)).mean()),
        lambda logits: float(-np.log(1 - _as_probabilities(logits)).mean()),
    )),
)  # fmt: skip


def logits(rng: np.random.Generator, batch: int, size: float = MODERATE) -> np.ndarray:
    """Return float32 logits of shape (batch, 1)."""
    return rng.uniform(-size, size, size=(batch, 1)).astype(np.float32)


@dataclass(frozen=True)
class Answer:
    """The answer of the function for some logits."""

    batches: list[np.ndarray]
    result: Any  # of `call_each`

    def value(self) -> float:
        """Return the loss as a number; fails the check when it is none, or not finite."""
        got = scalar(returned(self.result))
        array = numbers(got)
        if not isinstance(got, float):
            shape = "" if array is None else f" of shape {array.shape}"
            raise AssertionError(
                f"for logits of shape {self.batches[0].shape} your function returned {kind(got)}{shape}"
            )
        assert np.isfinite(got), f"for {seen(self.batches)} your function returned {show(got)}"
        return got


@dataclass(frozen=True)
class Answers:
    """The answers of the function for all logits: the checks share them, and one request asks for all."""

    single: list[Answer]  # for a logit of each group; more than there are weights to find
    batch: list[Answer]
    large: list[Answer]


@dataclass(frozen=True)
class Loss:
    """A loss function of the student's, by its name; each method is a check or what checks share."""

    student: Student
    name: str
    rng: np.random.Generator

    @property
    def labels(self) -> tuple[int, ...]:
        """What each group of logits should be classified as."""
        return LABELS[self.name]

    @property
    def answers(self) -> Answers:
        """The answers of the function for the logits, the same for all checks."""
        return self.student.once(f"answers of {self.name}", self._ask)

    def _ask(self) -> Answers:
        groups = len(self.labels)
        sizes = [1] * (2 * groups + 3) + list(BATCHES)
        examples = [[logits(self.rng, size) for _ in range(groups)] for size in sizes]
        large = round(self.rng.uniform(5e3, 1e4))
        for sign in (1.0, -1.0):
            batches = [np.full((1, 1), sign * large * (-1) ** group, dtype=np.float32) for group in range(groups)]
            examples.append(batches)
        asked = [*examples, examples[0]]  # the last question is the first one again
        results = self.student.call_each(self.name, [list(map(tensor, example)) for example in asked])
        *answers, again = [Answer(example, result) for example, result in zip(asked, results, strict=True)]
        _assert_same_again(answers[0], again)
        first, last = len(sizes) - len(BATCHES), len(sizes)
        return Answers(answers[:first], answers[first:last], answers[last:])

    def read(self) -> tuple[np.ndarray, Kind]:
        """Return the weights with which the loss of single logits adds up, and what it adds up.

        Those are cross-entropies of the logits, or what a common slip makes of them. Fails the check when it does not
        add up. A loss that rewards what its other term for the same logits punishes is refused as well: the mean logit
        is one.
        """
        answers = self.answers
        return self.student.once(f"weights in {self.name}", lambda: _weights_and_kind(answers, self.labels))

    def read_right_kind(self) -> np.ndarray:
        """Return the weights; fails the check for a loss that adds up what a common slip makes of the logits."""
        weights, kind_of_loss = self.read()
        assert not kind_of_loss.slip, kind_of_loss.slip
        return weights

    def assert_labels(self) -> None:
        """Fail the check unless each group of logits costs what its label lets it cost.

        A factor, or a label that is smoothed, is the business of another check.
        """
        pairs = self.read()[0].reshape(-1, 2)
        right = all(
            pair[label] > 0 and abs(pair[1 - label]) <= pair[label] / 2  # otherwise the labels are practically swapped
            for pair, label in zip(pairs, self.labels, strict=True)
        )
        if right:
            return
        names = NAMES_OF_LOGITS[-len(self.labels) :]
        told = [
            f"for {name} the label real has weight {show(pair[0])} and the label fake weight {show(pair[1])}; "
            f"{1 - label} and {label} are right"
            for name, pair, label in zip(names, np.round(pairs, 3), self.labels, strict=True)
        ]
        sign = "the loss has the wrong sign: " if close(pairs, -_whole(self.labels), FLOAT32) else ""
        raise AssertionError(sign + "; ".join(told))

    def assert_worth_judging(self) -> None:
        """Fail a check of habits unless the loss trains at least one group of logits in the right direction."""
        pairs = self.read()[0].reshape(-1, 2)
        right_way = any(pair[label] - pair[1 - label] > A_WAY for pair, label in zip(pairs, self.labels, strict=True))
        assert right_way, "not judged, because training with this loss goes in the wrong direction"

    def assert_value(self) -> None:
        """Fail the check unless the loss of single logits is right."""
        self.read_right_kind()
        single = self.answers.single
        got = np.array([answer.value() for answer in single])
        right = np.array([getattr(reference, self.name)(*answer.batches) for answer in single])
        if np.any(np.abs(got - right) > FLOAT32 * np.max(right)):
            worst = int(np.argmax(np.abs(got - right)))
            logits_seen = seen(single[worst].batches)
            text = f"for {logits_seen} your function returned {show(got[worst])}; {show(right[worst])} is right"
            ratio = got / right
            if np.ptp(ratio) < 1e-3 * np.max(np.abs(ratio)):
                text += f" (for all logits {show(ratio[0])} times the right value)"
            raise AssertionError(text)

    def assert_averages(self) -> None:
        """Fail the check unless the loss of a batch is the mean of what its logits cost one by one."""
        weights, kind_of_loss = self.read()
        for size, answer in zip(BATCHES, self.answers.batch, strict=True):
            got, mean = answer.value(), float(terms(answer.batches, kind_of_loss) @ weights)
            off = abs(got - mean) > FLOAT32 * max(1.0, abs(mean))
            assert not off, f"for a batch of {size} the loss is {show(got / mean)} times the average over the batch"

    def assert_stable(self) -> None:
        """Fail the check unless the loss of logits of size 1e4 is what the loss of moderate ones leads to expect."""
        self.assert_worth_judging()
        weights = self.read_right_kind()
        for answer in self.answers.large:
            got, want = answer.value(), float(terms(answer.batches, RIGHT) @ weights)
            off = abs(got - want) > FLOAT32 * np.max(np.abs(answer.batches))  # the weights are known to about 1e-6
            large = seen(answer.batches)
            assert not off, f"for {large} your function returned {show(got)}; about {show(round(want))} is right"

    def assert_differentiable(self) -> None:
        """Fail the check unless the gradient arrives at every group of logits and fits the loss."""
        self.assert_worth_judging()
        weights = self.read_right_kind()
        batches = [logits(self.rng, 1) for _ in self.labels]
        names = NAMES_OF_LOGITS[-len(self.labels) :]
        got = self.student.gradient(self.name, *map(tensor, batches), wrt=range(len(self.labels)))
        for name, slope, want in zip(names, got, slopes(batches, weights), strict=False):
            assert slope is not None, f"{name} receives no gradient"
            array = numbers(slope)
            fits = array is not None and array.shape == want.shape and np.allclose(array, want, rtol=1e-3, atol=1e-3)
            assert fits, f"for {seen(batches)} the gradient of {name} is {show(slope)}, which does not match the loss"

    def assert_scalar(self) -> None:
        """Fail the check unless the loss of a batch is one float32."""
        self.assert_worth_judging()
        for size, answer in zip(BATCHES, self.answers.batch, strict=True):
            got = returned(answer.result)
            assert isinstance(got, np.ndarray), f"for a batch of {size} your function returned {kind(got)}"
            assert got.shape == (), f"for a batch of {size} your function returned shape {got.shape}"
            assert got.dtype == np.float32, f"your function returned {got.dtype}"


def _assert_same_again(first: Answer, again: Answer) -> None:
    before, after = numbers(first.result), numbers(again.result)
    if before is not None and np.all(np.isfinite(before)):
        differ = f"two calls with {seen(first.batches)} returned different losses"
        assert close(after, before, FLOAT32), differ


def terms(batches: Sequence[np.ndarray], kind: Kind) -> np.ndarray:
    """Return the mean cost of either label for each group of logits."""
    return np.array([term(batch) for batch in batches for term in kind.terms])


def _weights_and_kind(answers: Answers, labels: Sequence[int]) -> tuple[np.ndarray, Kind]:
    costs = np.array([answer.value() for answer in answers.single])
    table = np.array([terms(answer.batches, RIGHT) for answer in answers.single])
    weights = np.linalg.lstsq(table, costs, rcond=None)[0]
    signs = (np.sign(weights) * (np.abs(weights) > 0.01)).reshape(-1, 2)
    if _fits(table, weights, costs) and signs.any() and np.all(signs[:, 0] * signs[:, 1] >= 0):
        return weights, RIGHT
    once = _whole(labels).reshape(-1)
    for slip in SLIPS:  # of losses that are right otherwise
        if _fits(np.array([terms(answer.batches, slip) for answer in answers.single]), once, costs):
            return once, slip
    hint = "; labels and logits seem to be swapped" if _is_exchanged(answers, costs) else ""
    seen_logits = seen(answers.single[0].batches)
    raise AssertionError(f"for {seen_logits} the loss is {show(costs[0])}, not a cross-entropy of the logits{hint}")


def _fits(table: np.ndarray, weights: np.ndarray, costs: np.ndarray) -> bool:
    return bool(np.all(np.abs(table @ weights - costs) <= FLOAT32 * max(1.0, np.max(np.abs(costs)))))


def _is_exchanged(answers: Answers, costs: np.ndarray) -> bool:
    """Return whether these are the costs of logits as labels, where labels of 1, and of 0 for a second group, are."""
    ones = [(answer.batches[0].mean(), float(len(answer.batches) > 1)) for answer in answers.single]
    want = [reference.softplus(np.array(1.0)) - mean + both * np.log(2.0) for mean, both in ones]
    return bool(np.allclose(costs, want, atol=1e-4))


def _whole(labels: Sequence[int]) -> np.ndarray:
    """Return the right weights: 1 for each label and 0 for the other one. Shape (groups, 2)."""
    return np.eye(2)[list(labels)]


def slopes(batches: Sequence[np.ndarray], weights: np.ndarray) -> list[np.ndarray]:
    """Return the gradient, with respect to each group of logits, of the loss with these weights."""
    pairs = weights.reshape(-1, 2)
    return [
        (real * -reference.sigmoid(-batch) + fake * reference.sigmoid(batch)) / len(batch)
        for batch, (real, fake) in zip(batches, pairs, strict=True)
    ]


def seen(batches: Sequence[np.ndarray]) -> str:
    """Name the logits of a call, for messages."""
    names = NAMES_OF_LOGITS[-len(batches) :]
    return " and ".join(f"{name} = {show(batch.reshape(-1))}" for name, batch in zip(names, batches, strict=True))
