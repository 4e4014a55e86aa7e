"""get_solvers(learning_rate=1e-3, beta1=0.5): two separate Adam optimizers, (D_solver, G_solver)."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking import Handle, Student, SubmissionError, item, kind, numbers, show

from . import reference

NAMES = ("D_solver", "G_solver")
SIZE, STEPS = 7, 3  # numbers to optimize; a step takes 2 ms
# Share of a step by which the third may be off: float32 and an epsilon between 1e-7 and 1e-8 make 1e-4 at most (2,000
# seeds); a beta2 of 0.99 for 0.999 makes 1.4e-3 at least, after two steps 5e-4; a beta1 of 0.49 for 0.5 makes 1e-2.
TOLERANCE = 1e-3


@dataclass(frozen=True)
class Walk:
    """The steps that a solver took, from 0 on, and what it was asked for."""

    gradients: list[np.ndarray]
    places: np.ndarray  # after each step, in a row
    rate: float
    beta1: float

    @property
    def seen_rate(self) -> float:
        """Size of the first step: with Adam the learning rate, whatever beta1 is."""
        return float(np.abs(self.places[0, 0]))

    @property
    def sizes_vary(self) -> bool:
        """Whether the second step is longer for some numbers than for others, as with Adam after two gradients."""
        return bool(np.ptp(np.abs(self.places[1] - self.places[0])) > TOLERANCE * self.seen_rate)


@item("get_solvers", weight=2)
def test_solvers_are_separate(student: Student, rng: np.random.Generator) -> None:
    """D_solver and G_solver are two separate optimizers, because each keeps averages of its own network's gradients."""
    assert len(default_solvers(student)) == len(NAMES), "your function returned the same object twice"
    for name, walk in default_walks(student, rng):
        steps = walk.places[0] * -np.sign(walk.gradients[0])
        alike = np.all(steps > 0) and np.ptp(steps) <= TOLERANCE * np.max(steps)
        assert alike, f"the first step of {name} depends on the size of the gradient; Adam's does not"
        known = walk.sizes_vary and (has_right_rate(walk) or is_adam(walk, beta1_of(walk)))
        assert known, f"{name} {behaviour(walk)}"


@item("get_solvers", weight=1)
def test_learning_rate_is_0001_by_default(student: Student, rng: np.random.Generator) -> None:
    """The default learning rate of both solvers is 1e-3."""
    for name, walk in default_walks(student, rng):
        assert_first_step(name, walk, "without arguments")


@item("get_solvers", weight=1)
def test_beta1_is_05_by_default(student: Student, rng: np.random.Generator) -> None:
    """The default beta1 of both solvers is 0.5."""
    for name, walk in default_walks(student, rng):
        assert_beta1(name, walk, "without arguments")


@item("get_solvers", weight=1)
def test_discriminator_solver_uses_learning_rate(student: Student, rng: np.random.Generator) -> None:
    """The argument learning_rate is the learning rate of D_solver."""
    assert_uses_learning_rate(student, 0, rng)


@item("get_solvers", weight=1)
def test_generator_solver_uses_learning_rate(student: Student, rng: np.random.Generator) -> None:
    """The argument learning_rate is the learning rate of G_solver."""
    assert_uses_learning_rate(student, 1, rng)


@item("get_solvers", weight=1)
def test_discriminator_solver_uses_beta1(student: Student, rng: np.random.Generator) -> None:
    """The argument beta1 is the beta1 of D_solver, an Adam optimizer."""
    assert_uses_beta1(student, 0, rng)


@item("get_solvers", weight=1)
def test_generator_solver_uses_beta1(student: Student, rng: np.random.Generator) -> None:
    """The argument beta1 is the beta1 of G_solver, an Adam optimizer."""
    assert_uses_beta1(student, 1, rng)


def assert_uses_learning_rate(student: Student, which: int, rng: np.random.Generator) -> None:
    """Fail the check unless one of the solvers has the learning rate that the function was given."""
    walk = walk_as_asked(student, which, rng)
    assert_first_step(NAMES[which], walk, f"with learning_rate = {show(walk.rate)}")


def assert_uses_beta1(student: Student, which: int, rng: np.random.Generator) -> None:
    """Fail the check unless one of the solvers has the beta1 that the function was given."""
    walk = walk_as_asked(student, which, rng)
    assert_beta1(NAMES[which], walk, f"with beta1 = {show(walk.beta1)}")


def assert_first_step(name: str, walk: Walk, given: str) -> None:
    """Fail the check unless the first step, but not each, has the size of the learning rate."""
    assert walk.sizes_vary, f"all steps of {name} have the same size; with Adam only the first step has it"
    size = show(walk.seen_rate)
    assert has_right_rate(walk), f"{given} the first step of {name} has size {size}; with Adam it is the learning rate"


def has_right_rate(walk: Walk) -> bool:
    """Return whether the first step has the size of the learning rate, as with Adam whatever beta1 is."""
    return bool(np.max(np.abs(walk.places[0] + walk.rate * np.sign(walk.gradients[0]))) <= TOLERANCE * walk.rate)


def assert_beta1(name: str, walk: Walk, given: str) -> None:
    """Fail the check unless the steps are those of Adam with that beta1, whatever the learning rate is."""
    assert is_adam(walk, walk.beta1), f"{given} {name} {behaviour(walk)}"


def default_solvers(student: Student) -> dict[str, Handle]:
    """Return the solvers of a call without arguments by name, one of them if they are one object."""

    def make() -> dict[str, Handle]:
        solvers = get_solvers(student)
        return dict(list(zip(NAMES, solvers, strict=True))[: 1 if student.same_object(*solvers) else 2])

    return student.once("solvers by default", make)


def default_walks(student: Student, rng: np.random.Generator) -> list[tuple[str, Walk]]:
    """Return the steps that each of these solvers takes."""
    walks = []
    for name, solver in default_solvers(student).items():
        take = functools.partial(take_steps, student, solver, rng, rate=1e-3, beta1=0.5)
        walks.append((name, student.once(f"walk of {name} by default", take)))
    return walks


def walk_as_asked(student: Student, which: int, rng: np.random.Generator) -> Walk:
    """Return the steps of one of the two solvers that a call with arguments gives, one by place and one by name.

    The function is called once for both: one that gives a right pair now and then is right in no check more often.
    """

    def make() -> tuple[float, float, tuple[Handle, Handle]]:
        rate = float(10 ** rng.uniform(-2.5, -1.5))
        beta1 = float(rng.choice([rng.uniform(0.1, 0.35), rng.uniform(0.65, 0.8)]))
        return rate, beta1, get_solvers(student, rate, beta1=beta1)

    rate, beta1, solvers = student.once("solvers as asked", make)
    walked = 0 if is_one_object(student) else which  # an Adam that has taken steps takes none for other variables
    take = functools.partial(take_steps, student, solvers[walked], rng, rate, beta1)
    return student.once(f"walk of {NAMES[walked]} as asked", take)


def is_one_object(student: Student) -> bool:
    """Return whether both solvers are one object, which costs points of its own; where they cannot be had, not."""
    try:
        return len(default_solvers(student)) == 1
    except (AssertionError, SubmissionError):
        return False


def get_solvers(student: Student, *args: Any, **kwargs: Any) -> tuple[Handle, Handle]:
    """Return the pair that the student's code makes; fails the check when it is none."""
    result = student.call("get_solvers", *args, **kwargs)
    assert isinstance(result, (tuple, list)), f"your function returned {kind(result)}, not two optimizers"
    assert len(result) == 2, f"your function returned {len(result)} values, not two optimizers"
    for name, solver in zip(NAMES, result, strict=True):
        assert isinstance(solver, Handle), f"{name} is {kind(solver)}, not an optimizer"
    return tuple(result)


def take_steps(student: Student, solver: Handle, rng: np.random.Generator, rate: float, beta1: float) -> Walk:
    """Let a solver take its steps, for gradients of both signs and sizes between 0.1 and 10."""
    gradients = [(rng.choice([-1, 1], SIZE) * 10 ** rng.uniform(-1, 1, SIZE)).astype(np.float32) for _ in range(STEPS)]
    history = student.apply_gradients(solver, [np.zeros(SIZE, dtype=np.float32)], [[g] for g in gradients])
    places = [numbers(entry[0]) for entry in history if isinstance(entry, list) and len(entry) == 1]
    moved = [place for place in places if place is not None and place.shape == (SIZE,)]
    assert len(moved) == STEPS, "after applying gradients the optimizer returned no variables"
    return Walk(gradients, np.array(moved), rate, beta1)


def is_adam(walk: Walk, beta1: float) -> bool:
    """Return whether these are the places where Adam leads from 0."""
    rate = walk.seen_rate
    want = np.array(reference.adam_path(np.zeros(SIZE), walk.gradients, rate, beta1))
    return rate > 0 and bool(np.max(np.abs(walk.places - want)) <= TOLERANCE * rate)


def behaviour(walk: Walk) -> str:
    """Say which Adam these steps are those of, if any."""
    beta1 = beta1_of(walk)
    if is_adam(walk, beta1):
        return f"behaves like Adam with learning rate {show(walk.seen_rate)} and beta1 {show(beta1)}"
    return "does not behave like Adam with any learning rate and beta1"


def beta1_of(walk: Walk) -> float:
    """Return the beta1 with which Adam would have taken the second step; any number when no Adam would.

    With the learning rate and both gradients known, m_hat = (beta1 g1 + g2) / (1 + beta1) is known too.
    """
    first, second = (np.asarray(gradient, dtype=np.float64) for gradient in walk.gradients[:2])
    v_hat = (0.999 * first**2 + second**2) / 1.999
    with np.errstate(all="ignore"):
        m_hat = (walk.places[0] - walk.places[1]) * np.sqrt(v_hat) / walk.seen_rate
        beta1 = float(np.median((second - m_hat) / (m_hat - first)))
    return round(beta1, 6) if 0 <= beta1 < 1 else 0.0
